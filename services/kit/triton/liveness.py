"""Detects streams whose process died.

The process of a Python model can die alone (the OOM killer). Triton 2.51 then fails new requests, and the open streams of that process
hang forever, also after the model was loaded again. So the caller of a silent stream probes the process.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.errors import Fault

RESTARTED = "uat_restarted_"
"""Prefix of a parameter of a loaded configuration, followed by a version: the Unix time at which the version's process was found dead.
The service that restarts the process sets it."""
PATIENCE = 2.0
_LONGEST_PATIENCE = 30.0
_ELEMENT = {"BYTES": 4, "BOOL": 1, "INT8": 1, "UINT8": 1, "INT16": 2, "UINT16": 2, "FP16": 2, "BF16": 2, "INT64": 8, "UINT64": 8, "FP64": 8}
"""Bytes of a zero element, or of an empty byte string; 4 for all other datatypes."""


class Patience:
    """Watches one stream: after a silence it calls `probe`, whose fault ends the call and is kept in `fault`."""

    def __init__(self, call: Any, probe: Callable[[], Awaitable[None]]) -> None:
        self._call = call
        self._probe = probe
        self._received = False
        self.fault: Fault | None = None
        self._watching = asyncio.create_task(self._watch())

    def received(self) -> None:
        """Records that a response came."""
        self._received = True

    async def close(self) -> None:
        """Stops watching."""
        self._watching.cancel()
        await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        patience = PATIENCE
        while True:
            self._received = False
            await asyncio.sleep(patience)
            if self._received:
                patience = PATIENCE
                continue
            patience = min(_LONGEST_PATIENCE, patience * 2)
            try:
                await self._probe()
            except Fault as fault:
                self.fault = fault
                self._call.cancel()
                return


def blank(request: oip.ModelInferRequest) -> oip.ModelInferRequest:
    """A request of the same shape with zeros and empty byte strings, and without parameters, which the model may refuse."""
    made = oip.ModelInferRequest(model_name=request.model_name, model_version=request.model_version)
    for tensor in request.inputs:
        made.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=tensor.shape)
        made.raw_input_contents.append(bytes(_ELEMENT.get(tensor.datatype, 4) * math.prod(tensor.shape)))
    return made


def restarted_since(config: model_config_pb2.ModelConfig, version: str, moment: float) -> bool:
    """Whether the process of a version, or of any version for "", was restarted after this moment (Unix time)."""
    marks = {key: float(value.string_value) for key, value in config.parameters.items() if key.startswith(RESTARTED)}
    return any(died > moment for key, died in marks.items() if version in ("", key.removeprefix(RESTARTED)))
