"""What can go wrong with a request for text; reasons as in the contract's `ErrorReason`."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault, FieldViolation, RemoteFault


class RouterFault(Fault):
    """A fault of this service."""

    domain = "llm_router.uat"


class ModelNotFound(RouterFault):
    """Nobody here offers a model of this name."""

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
    """A text is longer than what the model reads."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "CONTEXT_LENGTH_EXCEEDED"

    @classmethod
    def of(cls, field: str, model: str, limit: int) -> ContextLengthExceeded:
        """The fault for one text."""
        said = f"has more than the {limit} tokens that {model} reads; cut it into pieces"
        return cls(f"{field}: {said}", metadata={"limit": str(limit)}, fields=[FieldViolation(field, said)])


class PictureRefused(Fault):
    """vision can't use a picture: its reason, with the place of the picture in the caller's request."""

    @classmethod
    def of(cls, place: str, refused: RemoteFault) -> PictureRefused:
        """The fault for one picture."""
        fault = cls(f"{place}: {refused.message}", metadata=refused.metadata, fields=[FieldViolation(place, refused.message)])
        fault.code, fault.reason, fault.domain = refused.code, refused.reason, refused.domain
        return fault


class GenerationInvalid(RouterFault):
    """The provider refused the request as it is."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "GENERATION_INVALID"


class CredentialRefused(RouterFault):
    """The provider does not take the credential that this router holds; an operator has to mend it."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "PROVIDER_CREDENTIAL_REFUSED"


class AllProvidersFailed(RouterFault):
    """Every try failed before the first token. Trying again later is safe."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "ALL_PROVIDERS_FAILED"
