"""Faults of fast_llm, one for each reason of the contract that it raises. None of them ends the engine: it serves the next call."""

from __future__ import annotations

import grpc

from services.kit.errors import DependencyUnavailable, Fault, FieldViolation


class EngineFault(Fault):
    """A fault of this service."""

    domain = "fast_llm.uat"


class ModelNotFound(EngineFault):
    """The engine knows no model with this name."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"

    @classmethod
    def named(cls, model: str) -> ModelNotFound:
        """The fault for this name."""
        return cls(f"no model is named {model!r}", metadata={"model": model})


class ModelNotReady(EngineFault):
    """The model takes no calls now; `state` in the metadata says why."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "MODEL_NOT_READY"

    @classmethod
    def of(cls, model: str, state: str) -> ModelNotReady:
        """The fault for a model in this state."""
        return cls(f"the model {model!r} is {state}", metadata={"model": model, "state": state}, retry_after=1)


class ModelUnloadable(EngineFault):
    """The model can't be loaded."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "MODEL_UNLOADABLE"

    @classmethod
    def of(cls, model: str, why: str) -> ModelUnloadable:
        """The fault for this model."""
        return cls(f"the model {model!r} can't be loaded: {why}", metadata={"model": model})


class PromptTooLong(EngineFault):
    """The prompt fills the context."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "PROMPT_TOO_LONG"

    @classmethod
    def of(cls, tokens: int, limit: int) -> PromptTooLong:
        """The fault for a prompt with so many tokens."""
        metadata = {"tokens": str(tokens), "limit": str(limit)}
        return cls(f"the prompt has {tokens} tokens, the context holds {limit}", metadata=metadata)


class GenerationInvalid(EngineFault):
    """A part of the request can't be used."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "GENERATION_INVALID"

    @classmethod
    def of(cls, field: str, why: str) -> GenerationInvalid:
        """The fault for one field, or for the request as a whole if `field` is empty."""
        return cls(f"{field}: {why}" if field else why, fields=[FieldViolation(field, why)] if field else ())


class CapabilityMissing(EngineFault):
    """The model or its engine can't do what a field asks for."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "CAPABILITY_MISSING"

    @classmethod
    def of(cls, field: str, why: str) -> CapabilityMissing:
        """The fault for one field."""
        return cls(f"{field}: {why}", fields=[FieldViolation(field, why)])


class RequestIdInUse(EngineFault):
    """A generation with this request id is running."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "REQUEST_ID_IN_USE"

    @classmethod
    def of(cls, request_id: str) -> RequestIdInUse:
        """The fault for this id."""
        return cls(f"a generation with the request id {request_id!r} is running")


class Aborted(EngineFault):
    """The generation was aborted before it had a slot."""

    code = grpc.StatusCode.ABORTED
    reason = "ABORTED"

    @classmethod
    def of(cls, request_id: str) -> Aborted:
        """The fault for this id."""
        return cls(f"the generation {request_id!r} was aborted before it had a slot")


class EngineFailed(DependencyUnavailable):
    """The engine's process or server failed during this call. A retry is safe: the engine restarts."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after=1)
