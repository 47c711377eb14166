"""Faults of llm_router, one for each reason of the contract that it raises."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault, FieldViolation, RemoteFault


class RouterFault(Fault):
    """A fault of this service."""

    domain = "llm_router.uat"


class ModelNotFound(RouterFault):
    """No provider offers a model of this name."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"

    @classmethod
    def named(cls, model: str) -> ModelNotFound:
        """The fault for this name."""
        return cls(
            f"the model {model!r} does not exist, or you may not use it; GET /v1/models lists those that you may",
            metadata={"model": model},
            fields=[FieldViolation("model", "names a model that does not exist here")],
        )


class CapabilityMissing(RouterFault):
    """The model can't do what a field asks for, and leaving the field out would change the answer."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "CAPABILITY_MISSING"

    @classmethod
    def of(cls, field: str, description: str) -> CapabilityMissing:
        """The fault for one field."""
        return cls(f"{field}: {description}", fields=[FieldViolation(field, description)])


class ContextLengthExceeded(RouterFault):
    """A text or prompt is longer than the model's context."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "CONTEXT_LENGTH_EXCEEDED"

    @classmethod
    def of(cls, field: str, model: str, limit: int) -> ContextLengthExceeded:
        """The fault for one text."""
        description = f"has more than the {limit} tokens that {model} reads; split it"
        return cls(f"{field}: {description}", metadata={"limit": str(limit)}, fields=[FieldViolation(field, description)])


class PictureRefused(Fault):
    """vision can't use a picture; carries vision's reason and the path of the picture in the caller's request."""

    @classmethod
    def of(cls, path: str, refused: RemoteFault) -> PictureRefused:
        """The fault for one picture."""
        fault = cls(f"{path}: {refused.message}", metadata=refused.metadata, fields=[FieldViolation(path, refused.message)])
        fault.code, fault.reason, fault.domain = refused.code, refused.reason, refused.domain
        return fault


class GenerationInvalid(RouterFault):
    """The provider refused the request as it is."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "GENERATION_INVALID"


class CredentialRefused(RouterFault):
    """The provider rejects the configured credential; an operator has to replace it."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "PROVIDER_CREDENTIAL_REFUSED"


class AllProvidersFailed(RouterFault):
    """Every attempt failed before the first token. A retry is safe."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "ALL_PROVIDERS_FAILED"
