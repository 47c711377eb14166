"""What an engine raises, as the contract's faults; reasons as in its `ErrorReason`."""

from __future__ import annotations

import grpc

from services.fast_llm.engines import errors as facts
from services.kit.errors import DependencyUnavailable, Draining, Fault, FieldViolation, Overloaded


class EngineFault(Fault):
    """A fault of this service."""

    domain = "fast_llm.uat"


class ModelNotFound(EngineFault):
    """No model with this name is known to the engine."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"


class ModelNotReady(EngineFault):
    """The model is known and can't take calls now."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "MODEL_NOT_READY"


class ModelUnloadable(EngineFault):
    """The file can't be loaded."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "MODEL_UNLOADABLE"


class PromptTooLong(EngineFault):
    """The prompt fills the context."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "PROMPT_TOO_LONG"


class GenerationInvalid(EngineFault):
    """A schema, grammar or template does not parse."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "GENERATION_INVALID"


class CapabilityMissing(EngineFault):
    """The model can't do what was asked."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "CAPABILITY_MISSING"


class RequestIdInUse(EngineFault):
    """A generation with this request id is running."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "REQUEST_ID_IN_USE"


class Aborted(EngineFault):
    """The generation was ended before it had a slot."""

    code = grpc.StatusCode.ABORTED
    reason = "ABORTED"


def fault_of(fact: Exception) -> Fault | None:
    """The fault that a fact of the engine is for the caller; None for what is no fact of the engine."""
    if not isinstance(fact, facts.EngineError):
        return None
    said = str(fact)
    match fact:
        case facts.ModelNotFound():
            return ModelNotFound(said, metadata={"model": fact.model})
        case facts.ModelNotReady():
            return ModelNotReady(said, metadata={"model": fact.model, "state": fact.state}, retry_after=1)
        case facts.ModelUnloadable():
            return ModelUnloadable(said, metadata={"model": fact.model})
        case facts.PromptTooLong():
            return PromptTooLong(said, metadata={"tokens": str(fact.tokens), "limit": str(fact.limit)})
        case facts.InvalidGeneration():
            return GenerationInvalid(said, fields=[FieldViolation(fact.field, fact.message)] if fact.field else ())
        case facts.CapabilityMissing():
            return CapabilityMissing(said, fields=[FieldViolation(fact.field, fact.message)])
        case facts.QueueFull():
            return Overloaded(said, retry_after=fact.retry_after)
        case facts.Draining():
            return Draining(said, retry_after=1)
        case facts.Aborted():
            return Aborted(said)
        case facts.RequestIdInUse():
            return RequestIdInUse(said)
    return DependencyUnavailable(said, retry_after=1)
