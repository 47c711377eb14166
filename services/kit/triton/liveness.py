"""Whether a stream on which nothing comes still has a process behind it.

The process of a Python model can die alone (the OOM killer). Triton 2.51 then fails new requests, and the streams that the process had
begun hang for ever, also after the model was loaded again. So whoever waits asks.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.errors import Fault
from services.kit.tasks import end

RESTARTED = "uat_restarted_"
"""So begins the parameter of a loaded configuration, with the version after it, that says when its dead process was noticed (Unix time)."""
PATIENCE = 2.0
_LONGEST_PATIENCE = 30.0
_ELEMENT = {"BYTES": 4, "BOOL": 1, "INT8": 1, "UINT8": 1, "INT16": 2, "UINT16": 2, "FP16": 2, "BF16": 2, "INT64": 8, "UINT64": 8, "FP64": 8}
"""Bytes of an element that is 0, or an empty text; 4 where it isn't said."""


class Patience:
    """Watches one stream: where nothing came for a while `ask` is asked, and what it raises ends the call and is in `fault`."""

    def __init__(self, call: Any, ask: Callable[[], Awaitable[None]]) -> None:
        self._call = call
        self._ask = ask
        self._heard = False
        self.fault: Fault | None = None
        self._watching = asyncio.create_task(self._watch())

    def heard(self) -> None:
        """Something came."""
        self._heard = True

    async def close(self) -> None:
        """Ends watching."""
        await end(self._watching)

    async def _watch(self) -> None:
        patience = PATIENCE
        while True:
            self._heard = False
            await asyncio.sleep(patience)
            if self._heard:
                patience = PATIENCE
                continue
            patience = min(_LONGEST_PATIENCE, patience * 2)
            try:
                await self._ask()
            except Fault as fault:
                self.fault = fault
                self._call.cancel()
                return


def blank(request: oip.ModelInferRequest) -> oip.ModelInferRequest:
    """A request of the same shape with nothing in it, for a model to refuse: zeros and empty texts, and no parameters."""
    made = oip.ModelInferRequest(model_name=request.model_name, model_version=request.model_version)
    for tensor in request.inputs:
        made.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=tensor.shape)
        made.raw_input_contents.append(bytes(_ELEMENT.get(tensor.datatype, 4) * math.prod(tensor.shape)))
    return made


def restarted_since(config: model_config_pb2.ModelConfig, version: str, moment: float) -> bool:
    """Whether the process of a version, or with "" of any, was found dead after this moment (Unix time)."""
    marks = {key: float(value.string_value) for key, value in config.parameters.items() if key.startswith(RESTARTED)}
    return any(died > moment for key, died in marks.items() if version in ("", key.removeprefix(RESTARTED)))
