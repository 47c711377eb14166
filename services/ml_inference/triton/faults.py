"""What it means for the caller, and for the version's figures, when Triton says no."""

from __future__ import annotations

from typing import Any

from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Fault, InvalidRequest, Overloaded
from services.kit.triton.client import RETRY_SECONDS, ModelAway, ModelDied, Triton, TritonFailed
from services.ml_inference.errors import ModelFailed, ModelNotReady, ProcessDied, RegionExists, SharedMemoryRefused, TensorMismatch

_LONGEST = 1000


def fault_of(error: Fault, model: str, version: str) -> Fault:
    """The fault in this service's words."""
    named = {"model": model, "version": version}
    if isinstance(error, ModelDied):
        return ProcessDied(f"the process of version {version} of {model} died", metadata=named, retry_after=RETRY_SECONDS)
    if isinstance(error, ModelAway):
        return not_ready(model, version)
    if not isinstance(error, TritonFailed):
        return error
    code, said = error.triton_code.name, error.said[:_LONGEST]
    if code == "NOT_FOUND" and "shared memory" in said.lower():
        return SharedMemoryRefused(said, metadata=named)
    if code == "NOT_FOUND":
        return not_ready(model, version)
    if code == "INVALID_ARGUMENT":
        return (SharedMemoryRefused if "shared memory" in said.lower() else TensorMismatch)(said, metadata=named)
    if code == "RESOURCE_EXHAUSTED":
        return Overloaded(f"{model} takes no more at the moment", metadata=named, retry_after=RETRY_SECONDS)
    if code == "CANCELLED":
        return DependencyUnavailable(f"{model} stopped before it was done; try again", metadata=named, retry_after=RETRY_SECONDS)
    return ModelFailed(f"version {version} of {model} failed: {said}", metadata=named)


def not_ready(model: str, version: str) -> ModelNotReady:
    """The fault for a version that Triton doesn't have, or not any more."""
    said = f"version {version} of {model} is not loaded" if version else f"no version of {model} is loaded"
    return ModelNotReady(said, metadata={"model": model, "version": version}, retry_after=RETRY_SECONDS)


def blames_version(fault: Fault) -> bool:
    """Whether a failed request speaks against the version that had it. A Triton that is away says nothing of any version."""
    return isinstance(fault, ModelFailed | ProcessDied | DeadlineTooShort)


async def asked(triton: Triton, method: str, request: Any) -> Any:
    """What Triton answers to a question about itself, handed on. Raises what it said in this service's words."""
    try:
        return await triton.ask(method, request)
    except TritonFailed as failed:
        code, said = failed.triton_code.name, failed.said[:_LONGEST]
        if code == "ALREADY_EXISTS":
            raise RegionExists(said) from failed
        if "shared memory" in said.lower():
            raise SharedMemoryRefused(said) from failed
        if code in ("INVALID_ARGUMENT", "NOT_FOUND"):
            raise InvalidRequest(said) from failed
        raise
