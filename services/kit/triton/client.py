"""A client of NVIDIA Triton over gRPC: tensors as numpy arrays, and faults instead of gRPC errors."""

from __future__ import annotations

import asyncio
import re
import struct
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Any, Self

import grpc
import numpy as np
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub
from numpy.typing import NDArray

from services.kit.context import timeout_within
from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Fault
from services.kit.triton.liveness import Patience, blank, restarted_since

Tensor = NDArray[Any] | list[bytes]
"""Byte strings are a list, or an array of dtype object where the shape matters; all other elements are an array."""

ERRORS_AS_STATUS = (("triton_grpc_error", "true"),)
"""Metadata of callers that want a failed stream to end with a status. It must not be sent to Triton: version 2.51 ends such a stream while
its model still has the request, and crashes (a segmentation fault within a few hundred errors)."""

RETRY_SECONDS = 1.0
"""About how long a restart of Triton takes."""

DTYPES = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
_NOT_LOADED = "Request for unknown model"
"""Prefix of Triton's message for a model that it had loaded; the code is that of a lost connection."""
_NONE_LOADED = "has no available versions"
"""Suffix of the message for a model of which no version is loaded; the code is another one."""
_DEAD = re.compile("[Ss]tub process .*(not healthy|unhealthy)")
"""In Triton's message for a Python model whose process died."""
_PROBE_SECONDS = 5.0
"""Triton reports a dead process within about one second. A model that takes longer to answer is busy."""
_CODED = re.compile(r"\[(INVALID_ARGUMENT|UNAVAILABLE|CANCELLED|INTERNAL)\] ")
"""The status code that a decoupled model puts into its message (`services.models.decoupled`): on a stream Triton sends only a message."""
_CHECKED = "[request id: "
"""In Triton's message for a request that Triton itself refused."""
_END_SECONDS = 0.5
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
CHANNEL_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.enable_retries", 0),  # one retry owner
    ("grpc.enable_http_proxy", 0),
    ("grpc.minimal_stack", 1),  # no compression or load balancing on this hop; each filter costs time in every call
)


class TritonFailed(Fault):
    """Triton refused the request, or the model failed. Callers translate it into faults of their own; untranslated it is INTERNAL.

    `triton_code` and `triton_message` are Triton's: INVALID_ARGUMENT for tensors that don't fit, NOT_FOUND for an unknown model, INTERNAL
    for a model that raised an exception.
    """

    def __init__(self, triton_code: grpc.StatusCode, triton_message: str) -> None:
        super().__init__("a model that this call needs failed")
        self.triton_code = triton_code
        self.triton_message = triton_message
        self.add_note(f"{triton_code.name}: {triton_message}")


class ModelAway(DependencyUnavailable):
    """Triton is up, and the model or its version is not loaded."""


class ModelDied(ModelAway):
    """The model's process died. Triton still reports the model as ready; ml_inference restarts it."""


class Triton:
    """A channel to one Triton at `host:port`. Entering it sends nothing, so Triton may be down at that time."""

    def __init__(self, url: str) -> None:
        self._url = url.rpartition("://")[2].rstrip("/")
        self._channel: grpc.aio.Channel | None = None
        self.stub: Any = None
        """The stub of the Open Inference Protocol."""

    async def __aenter__(self) -> Self:
        self._channel = grpc.aio.insecure_channel(self._url, options=CHANNEL_OPTIONS)
        self.stub = GRPCInferenceServiceStub(self._channel)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._channel is not None:
            await self._channel.close(None)

    async def infer(
        self, model: str, inputs: Mapping[str, Tensor], outputs: Sequence[str] = (), version: str = "", timeout: float | None = None
    ) -> dict[str, Tensor]:
        """The outputs of the model's one response, by name, within `timeout` seconds and the current call's deadline.

        A list of byte strings has the shape [n]. Raises DependencyUnavailable while Triton is down, ModelAway while the model isn't loaded,
        DeadlineTooShort, or TritonFailed.
        """
        return arrays(await self.exchange(infer_request(model, inputs, outputs, version), timeout=timeout_within(timeout)))

    async def infer_stream(
        self, model: str, inputs: Mapping[str, Tensor], outputs: Sequence[str] = (), version: str = "", timeout: float | None = None
    ) -> AsyncGenerator[dict[str, Tensor], None]:
        """Every response of a decoupled model, as it comes. Closing the generator cancels the request. Raises as `infer` does."""
        request = infer_request(model, inputs, outputs, version)
        async with aclosing(self.stream(request, timeout=timeout_within(timeout))) as responses:
            async for response in responses:
                yield arrays(response)

    async def exchange(self, request: oip.ModelInferRequest, *, timeout: float | None) -> oip.ModelInferResponse:
        """Sends a message and returns the response message. Raises as `infer` does."""
        try:
            return await self.stub.ModelInfer(request, timeout=timeout)  # type: ignore[no-any-return]
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error

    async def stream(self, request: oip.ModelInferRequest, *, timeout: float | None) -> AsyncGenerator[oip.ModelInferResponse, None]:
        """Sends a message on its own stream and yields the response messages. Closing the generator cancels it. Raises as `infer` does."""
        call = self.stub.ModelStreamInfer(timeout=timeout)
        began = time.time()
        patience = Patience(call, lambda: self.probe(blank(request), began))
        try:
            await call.write(request)
            await call.done_writing()
            async for answer in call:
                patience.received()
                if answer.error_message:
                    await _ended(call)
                    raise _failed(answer.error_message)
                yield answer.infer_response
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        except asyncio.CancelledError:
            if patience.fault is None or ((task := asyncio.current_task()) is not None and task.cancelling()):
                raise
            raise patience.fault from None
        finally:
            call.cancel()
            await patience.close()

    async def probe(self, request: oip.ModelInferRequest, began: float | None = None) -> None:
        """Raises ModelDied when the process that would execute this request is dead, or was restarted since `began` (Unix time). An answer,
        be it an error, is fine; so are a Triton that is down, and a model that is too busy to answer.
        """
        config = None
        if began is not None:
            with suppress(DependencyUnavailable, TritonFailed, DeadlineTooShort):
                config = await self.config(request.model_name, request.model_version)
        if config is not None and began is not None and restarted_since(config, request.model_version, began):
            raise _died()
        call = self.stub.ModelStreamInfer(timeout=_PROBE_SECONDS)
        try:
            await call.write(request)
            await call.done_writing()
            async for answer in call:
                await _ended(call)
                if _DEAD.search(answer.error_message):
                    raise _died()
                break
        except grpc.aio.AioRpcError:
            pass
        finally:
            call.cancel()

    async def index(self) -> Sequence[oip.RepositoryIndexResponse.ModelIndex]:
        """The state of every version of every model. Raises DependencyUnavailable."""
        return (await self.ask("RepositoryIndex", oip.RepositoryIndexRequest())).models  # type: ignore[no-any-return]

    async def config(self, model: str, version: str) -> model_config_pb2.ModelConfig | None:
        """The configuration of a loaded version, or None when it isn't loaded. Raises DependencyUnavailable."""
        try:
            answer = await self.ask("ModelConfig", oip.ModelConfigRequest(name=model, version=version))
        except TritonFailed as failed:
            if failed.triton_code is grpc.StatusCode.NOT_FOUND:
                return None
            raise
        except ModelAway:
            return None
        return answer.config  # type: ignore[no-any-return]

    async def ask(self, method: str, request: Any, *, timeout: float = 10.0) -> Any:
        """Calls any other unary RPC, by name. Raises as `infer` does."""
        call = getattr(self.stub, method)(request, timeout=timeout_within(timeout))
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        finally:
            call.cancel()


async def _ended(call: Any) -> None:
    """Waits for the end of a failed stream: Triton leaks a request whose caller hangs up at the moment in which it ends."""
    with suppress(TimeoutError, grpc.aio.AioRpcError):
        async with asyncio.timeout(_END_SECONDS):
            async for _ in call:
                pass


def _failed(message: str) -> Fault:
    """The fault for an error on a stream, which is only a message. The models of the mesh put a code before it."""
    if message.startswith(_NOT_LOADED):
        return _away()
    if _DEAD.search(message):
        return _died()
    coded = _CODED.match(message)
    code = grpc.StatusCode[coded[1]] if coded else grpc.StatusCode.INVALID_ARGUMENT if _CHECKED in message else grpc.StatusCode.UNKNOWN
    if code is grpc.StatusCode.UNAVAILABLE:
        return DependencyUnavailable("the models are unavailable at the moment; try again", retry_after=RETRY_SECONDS)
    return TritonFailed(code, message[coded.end() :] if coded else message)


def _away() -> ModelAway:
    return ModelAway("a model that this call needs is not loaded at the moment", retry_after=RETRY_SECONDS)


def _died() -> ModelDied:
    return ModelDied("the process of a model that this call needs died and is being restarted; try again", retry_after=RETRY_SECONDS)


def infer_request(model: str, inputs: Mapping[str, Tensor], outputs: Sequence[str] = (), version: str = "") -> oip.ModelInferRequest:
    """The message for these tensors. Raises TypeError for an array whose dtype no datatype has."""
    request = oip.ModelInferRequest(model_name=model, model_version=version)
    for name, tensor in inputs.items():
        if isinstance(tensor, list):
            datatype, shape, raw = "BYTES", [len(tensor)], bytes_tensor(tensor)
        elif tensor.dtype == np.object_:
            datatype, shape, raw = "BYTES", list(tensor.shape), bytes_tensor(tensor.ravel().tolist())
        else:
            if tensor.dtype not in _NAMES:
                raise TypeError(f"{name}: no datatype for elements of {tensor.dtype}")
            datatype, shape, raw = _NAMES[tensor.dtype], list(tensor.shape), tensor.tobytes()
        request.inputs.add(name=name, datatype=datatype, shape=shape)
        request.raw_input_contents.append(raw)
    for name in outputs:
        request.outputs.add(name=name)
    return request


def arrays(response: oip.ModelInferResponse) -> dict[str, Tensor]:
    """The outputs of a response, by name. They share its memory and are read-only."""
    found: dict[str, Tensor] = {}
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=True):
        if output.datatype == "BYTES":
            found[output.name] = bytes_elements(raw)
        else:
            found[output.name] = np.frombuffer(raw, DTYPES[output.datatype]).reshape(output.shape)
    return found


def bytes_tensor(elements: Sequence[bytes]) -> bytes:
    """Encodes byte strings as a raw tensor: each with its length in 4 bytes before it."""
    return b"".join([piece for element in elements for piece in (struct.pack("<I", len(element)), element)])


def bytes_elements(raw: bytes) -> list[bytes]:
    """Decodes the byte strings of a raw tensor. Raises ValueError for a malformed one."""
    found, at = [], 0
    while at < len(raw):
        start = at + 4
        at = start + int.from_bytes(raw[at:start], "little")
        found.append(raw[start:at])
    if at != len(raw):
        raise ValueError("the last element is longer than the tensor")
    return found


def fault_of(error: grpc.aio.AioRpcError) -> Fault:
    """The fault for a failed call: ModelAway, ModelDied, DependencyUnavailable, DeadlineTooShort or TritonFailed."""
    message = error.details() or ""
    if error.code() is grpc.StatusCode.NOT_FOUND and message.startswith(_NOT_LOADED) and message.endswith(_NONE_LOADED):
        return _away()
    if _DEAD.search(message):
        return _died()
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        if message.startswith(_NOT_LOADED):
            return _away()
        fault: Fault = DependencyUnavailable("the models are unavailable at the moment; try again", retry_after=RETRY_SECONDS)
        fault.add_note(message)
        return fault
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineTooShort("the deadline passed while a model worked")
    return TritonFailed(error.code(), message)
