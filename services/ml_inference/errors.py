"""The faults of this service, with the reasons of the contract's `ErrorReason`."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault


class InferenceFault(Fault):
    """A fault of this service."""

    domain = "ml_inference.uat"


class ModelNotFound(InferenceFault):
    """No model with this name."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"


class VersionNotFound(InferenceFault):
    """The model has no such version."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "VERSION_NOT_FOUND"


class ModelNotReady(InferenceFault):
    """The model is registered, but not loaded, and is not loaded on demand."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "MODEL_NOT_READY"


class ProcessDied(ModelNotReady):
    """The version's process died and is being restarted. Like ModelFailed, this counts against the version."""


class VersionNotReady(ModelNotReady):
    """Traffic rules would send requests to a version that is not ready."""

    code = grpc.StatusCode.FAILED_PRECONDITION


class LoadFailed(InferenceFault):
    """The model could not be loaded; the message is the backend's."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "LOAD_FAILED"


class TensorMismatch(InferenceFault):
    """A tensor's name, type, shape or length does not fit the model; `fields` names it."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TENSOR_MISMATCH"


class BodyInvalid(InferenceFault):
    """The body does not follow the Open Inference Protocol."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "BODY_INVALID"


class ModelFailed(InferenceFault):
    """The model failed during the execution of this request."""

    code = grpc.StatusCode.INTERNAL
    reason = "MODEL_FAILED"


class ModelDecoupled(InferenceFault):
    """The RPC can't carry the number of responses that the model gives."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "MODEL_DECOUPLED"


class TensorTooLarge(InferenceFault):
    """The message or a tensor exceeds the size limit, which is in the metadata."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TENSOR_TOO_LARGE"


class SharedMemoryRefused(InferenceFault):
    """The caller uses shared memory and is not on the server's host, or the region is not registered."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "SHARED_MEMORY_REFUSED"


class RegionExists(SharedMemoryRefused):
    """A region of shared memory with this name is registered already."""

    code = grpc.StatusCode.ALREADY_EXISTS


class VersionExists(InferenceFault):
    """The version is registered already, with other content."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "VERSION_EXISTS"


class DigestMismatch(InferenceFault):
    """The files do not have the digest that was stated."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "DIGEST_MISMATCH"


class SourceRefused(InferenceFault):
    """The source can't be read, or is not allowed."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "SOURCE_REFUSED"


class VersionInUse(InferenceFault):
    """The version has requests that did not end within the drain time, or the traffic rules send requests to it."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "VERSION_IN_USE"


class MemoryBudgetExceeded(InferenceFault):
    """The version does not fit into the memory budget, even if all evictable versions were evicted."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "MEMORY_BUDGET_EXCEEDED"


class TrafficInvalid(InferenceFault):
    """The traffic rules contradict themselves."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TRAFFIC_INVALID"


class EtagMismatch(Fault):
    """It was changed in the meantime."""

    code = grpc.StatusCode.ABORTED
    reason = "ETAG_MISMATCH"
    domain = "uat"


class CanaryNotFound(InferenceFault):
    """No canary is under way."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "CANARY_NOT_FOUND"


class JobNotFound(InferenceFault):
    """The caller has no job with this id, or it is past its retention."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "JOB_NOT_FOUND"


class JobNotFinished(InferenceFault):
    """The job has no results yet."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "JOB_NOT_FINISHED"


class JobQuotaExceeded(InferenceFault):
    """The tenant has the largest number of unfinished jobs. Carries `quota`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "JOB_QUOTA_EXCEEDED"


class EventsExpired(Fault):
    """The events after the given position were deleted."""

    code = grpc.StatusCode.OUT_OF_RANGE
    reason = "EVENTS_EXPIRED"
    domain = "uat"
