from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_ENDPOINT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TRAFFIC_SPLIT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SERVICE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_YOUR_ENDPOINT: _ClassVar[ErrorReason]
    ERROR_REASON_TRAFFIC_SPLIT_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_WEIGHTS_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_BRANCH_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_BRANCH_EMPTY: _ClassVar[ErrorReason]
    ERROR_REASON_CANARY_PHASE_WRONG: _ClassVar[ErrorReason]
    ERROR_REASON_NO_ENDPOINT: _ClassVar[ErrorReason]
    ERROR_REASON_DECISION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_LAST_ENDPOINT: _ClassVar[ErrorReason]
    ERROR_REASON_WORKLOAD_TOO_LARGE: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_ENDPOINT_NOT_FOUND: ErrorReason
ERROR_REASON_TRAFFIC_SPLIT_NOT_FOUND: ErrorReason
ERROR_REASON_SERVICE_NOT_FOUND: ErrorReason
ERROR_REASON_NOT_YOUR_ENDPOINT: ErrorReason
ERROR_REASON_TRAFFIC_SPLIT_EXISTS: ErrorReason
ERROR_REASON_WEIGHTS_INVALID: ErrorReason
ERROR_REASON_BRANCH_NOT_FOUND: ErrorReason
ERROR_REASON_BRANCH_EMPTY: ErrorReason
ERROR_REASON_CANARY_PHASE_WRONG: ErrorReason
ERROR_REASON_NO_ENDPOINT: ErrorReason
ERROR_REASON_DECISION_NOT_FOUND: ErrorReason
ERROR_REASON_LAST_ENDPOINT: ErrorReason
ERROR_REASON_WORKLOAD_TOO_LARGE: ErrorReason
