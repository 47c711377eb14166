"""Translates Triton's errors into this service's faults, and decides which of them count against a version."""

from __future__ import annotations

from typing import Any

from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Fault, InvalidRequest, Overloaded
from services.kit.triton.client import RETRY_SECONDS, ModelAway, ModelDied, Triton, TritonFailed
from services.ml_inference.errors import ModelFailed, ModelNotReady, ProcessDied, RegionExists, SharedMemoryRefused, TensorMismatch

_MESSAGE_LENGTH = 1000


def fault_of(error: Fault, model: str, version: str) -> Fault:
    """The fault that the caller gets."""
    metadata = {"model": model, "version": version}
    if isinstance(error, ModelDied):
        return ProcessDied(f"the process of version {version} of {model} died", metadata=metadata, retry_after=RETRY_SECONDS)
    if isinstance(error, ModelAway):
        return not_ready(model, version)
    if not isinstance(error, TritonFailed):
        return error
    code, message = error.triton_code.name, error.triton_message[:_MESSAGE_LENGTH]
    if code == "NOT_FOUND" and "shared memory" in message.lower():
        return SharedMemoryRefused(message, metadata=metadata)
    if code == "NOT_FOUND":
        return not_ready(model, version)
    if code == "INVALID_ARGUMENT":
        return (SharedMemoryRefused if "shared memory" in message.lower() else TensorMismatch)(message, metadata=metadata)
    if code == "RESOURCE_EXHAUSTED":
        return Overloaded(f"{model} takes no more requests at the moment", metadata=metadata, retry_after=RETRY_SECONDS)
    if code == "CANCELLED":
        return DependencyUnavailable(f"{model} stopped before it was done; try again", metadata=metadata, retry_after=RETRY_SECONDS)
    return ModelFailed(f"version {version} of {model} failed: {message}", metadata=metadata)


def not_ready(model: str, version: str) -> ModelNotReady:
    """The fault for a version that isn't loaded."""
    message = f"version {version} of {model} is not loaded" if version else f"no version of {model} is loaded"
    return ModelNotReady(message, metadata={"model": model, "version": version}, retry_after=RETRY_SECONDS)


def blames_version(fault: Fault) -> bool:
    """Whether a failed request counts against its version. While Triton itself is away, no version is to blame."""
    return isinstance(fault, ModelFailed | ProcessDied | DeadlineTooShort)


async def forward(triton: Triton, method: str, request: Any) -> Any:
    """Forwards an RPC about Triton itself. Raises its errors as this service's faults."""
    try:
        return await triton.ask(method, request)
    except TritonFailed as failed:
        code, message = failed.triton_code.name, failed.triton_message[:_MESSAGE_LENGTH]
        if code == "ALREADY_EXISTS":
            raise RegionExists(message) from failed
        if "shared memory" in message.lower():
            raise SharedMemoryRefused(message) from failed
        if code in ("INVALID_ARGUMENT", "NOT_FOUND"):
            raise InvalidRequest(message) from failed
        raise
