from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_RATE_LIMITED: _ClassVar[ErrorReason]
    ERROR_REASON_TOKENS_LIMITED: _ClassVar[ErrorReason]
    ERROR_REASON_LIMIT_TOO_SMALL: _ClassVar[ErrorReason]
    ERROR_REASON_TARGET_NOT_ALLOWED: _ClassVar[ErrorReason]
    ERROR_REASON_TARGET_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_LIMITS: _ClassVar[ErrorReason]
    ERROR_REASON_DECISION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TIME_RANGE_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_ASSET_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_USAGE_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_ROUTE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_TOO_LARGE: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_RATE_LIMITED: ErrorReason
ERROR_REASON_TOKENS_LIMITED: ErrorReason
ERROR_REASON_LIMIT_TOO_SMALL: ErrorReason
ERROR_REASON_TARGET_NOT_ALLOWED: ErrorReason
ERROR_REASON_TARGET_NOT_FOUND: ErrorReason
ERROR_REASON_TOO_MANY_LIMITS: ErrorReason
ERROR_REASON_DECISION_NOT_FOUND: ErrorReason
ERROR_REASON_TIME_RANGE_INVALID: ErrorReason
ERROR_REASON_ASSET_NOT_FOUND: ErrorReason
ERROR_REASON_USAGE_UNAVAILABLE: ErrorReason
ERROR_REASON_ROUTE_NOT_FOUND: ErrorReason
ERROR_REASON_REQUEST_TOO_LARGE: ErrorReason
