from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_VERSION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_NOT_READY: _ClassVar[ErrorReason]
    ERROR_REASON_LOAD_FAILED: _ClassVar[ErrorReason]
    ERROR_REASON_TENSOR_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_BODY_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_FAILED: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_DECOUPLED: _ClassVar[ErrorReason]
    ERROR_REASON_TENSOR_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_SHARED_MEMORY_REFUSED: _ClassVar[ErrorReason]
    ERROR_REASON_VERSION_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_DIGEST_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_SOURCE_REFUSED: _ClassVar[ErrorReason]
    ERROR_REASON_VERSION_IN_USE: _ClassVar[ErrorReason]
    ERROR_REASON_MEMORY_BUDGET_EXCEEDED: _ClassVar[ErrorReason]
    ERROR_REASON_TRAFFIC_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_CANARY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_NOT_FINISHED: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_QUOTA_EXCEEDED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_MODEL_NOT_FOUND: ErrorReason
ERROR_REASON_VERSION_NOT_FOUND: ErrorReason
ERROR_REASON_MODEL_NOT_READY: ErrorReason
ERROR_REASON_LOAD_FAILED: ErrorReason
ERROR_REASON_TENSOR_MISMATCH: ErrorReason
ERROR_REASON_BODY_INVALID: ErrorReason
ERROR_REASON_MODEL_FAILED: ErrorReason
ERROR_REASON_MODEL_DECOUPLED: ErrorReason
ERROR_REASON_TENSOR_TOO_LARGE: ErrorReason
ERROR_REASON_SHARED_MEMORY_REFUSED: ErrorReason
ERROR_REASON_VERSION_EXISTS: ErrorReason
ERROR_REASON_DIGEST_MISMATCH: ErrorReason
ERROR_REASON_SOURCE_REFUSED: ErrorReason
ERROR_REASON_VERSION_IN_USE: ErrorReason
ERROR_REASON_MEMORY_BUDGET_EXCEEDED: ErrorReason
ERROR_REASON_TRAFFIC_INVALID: ErrorReason
ERROR_REASON_CANARY_NOT_FOUND: ErrorReason
ERROR_REASON_JOB_NOT_FOUND: ErrorReason
ERROR_REASON_JOB_NOT_FINISHED: ErrorReason
ERROR_REASON_JOB_QUOTA_EXCEEDED: ErrorReason
