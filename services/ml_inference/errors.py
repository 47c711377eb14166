"""What can go wrong with a model, a request or a job; reasons as in the contract's `ErrorReason`."""

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
    """The version's process died; it is started again. This speaks against the version, as ModelFailed does."""


class VersionNotReady(ModelNotReady):
    """Rules would send requests to a version that is not ready."""

    code = grpc.StatusCode.FAILED_PRECONDITION


class LoadFailed(InferenceFault):
    """The model could not be loaded; the message holds the backend's words."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "LOAD_FAILED"


class TensorMismatch(InferenceFault):
    """A tensor's name, type, shape or length does not fit the model; `fields` names it."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TENSOR_MISMATCH"


class BodyInvalid(InferenceFault):
    """The body is not what the Open Inference Protocol says."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "BODY_INVALID"


class ModelFailed(InferenceFault):
    """The model failed while it executed; other requests are not touched."""

    code = grpc.StatusCode.INTERNAL
    reason = "MODEL_FAILED"


class ModelDecoupled(InferenceFault):
    """The model gives another number of responses than the RPC can carry."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "MODEL_DECOUPLED"


class TensorTooLarge(InferenceFault):
    """The message, or one tensor, is over the size limit, which the metadata states."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TENSOR_TOO_LARGE"


class SharedMemoryRefused(InferenceFault):
    """Shared memory was used by a caller that is not on the server's host, or names a region that is not registered."""

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
    """The files cannot be read from there, or that place is not allowed."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "SOURCE_REFUSED"


class VersionInUse(InferenceFault):
    """The version serves requests that did not end within the drain time, or traffic is sent to it."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "VERSION_IN_USE"


class MemoryBudgetExceeded(InferenceFault):
    """The memory budget cannot hold the version, also after unloading all that may be unloaded."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "MEMORY_BUDGET_EXCEEDED"


class TrafficInvalid(InferenceFault):
    """The traffic rules contradict themselves."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "TRAFFIC_INVALID"


class EtagMismatch(InferenceFault):
    """Somebody else changed it in between."""

    code = grpc.StatusCode.ABORTED
    reason = "ETAG_MISMATCH"


class CanaryNotFound(InferenceFault):
    """No canary runs."""

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
    """The tenant has as many unfinished jobs as it may. Carries `quota`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "JOB_QUOTA_EXCEEDED"


class EventsExpired(InferenceFault):
    """The events before `after_sequence` are gone; the next call must start from 0."""

    code = grpc.StatusCode.OUT_OF_RANGE
    reason = "EVENTS_EXPIRED"
