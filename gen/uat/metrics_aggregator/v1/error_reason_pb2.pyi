from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_QUERY_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_QUERY_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_QUERY_TIMEOUT: _ClassVar[ErrorReason]
    ERROR_REASON_TIME_RANGE_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_ALERT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SILENCE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DIMENSION_NOT_ALLOWED: _ClassVar[ErrorReason]
    ERROR_REASON_CARDINALITY_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_SERVICE_NOT_FOUND: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_QUERY_INVALID: ErrorReason
ERROR_REASON_QUERY_TOO_LARGE: ErrorReason
ERROR_REASON_QUERY_TIMEOUT: ErrorReason
ERROR_REASON_TIME_RANGE_INVALID: ErrorReason
ERROR_REASON_ALERT_NOT_FOUND: ErrorReason
ERROR_REASON_SILENCE_NOT_FOUND: ErrorReason
ERROR_REASON_DIMENSION_NOT_ALLOWED: ErrorReason
ERROR_REASON_CARDINALITY_LIMIT: ErrorReason
ERROR_REASON_SERVICE_NOT_FOUND: ErrorReason
