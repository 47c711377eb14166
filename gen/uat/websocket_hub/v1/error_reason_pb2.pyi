from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_CHANNEL_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_NAMESPACE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_CHANNEL_DENIED: _ClassVar[ErrorReason]
    ERROR_REASON_CHANNEL_TOKEN_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_SUBSCRIPTION_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_MESSAGE_RATE: _ClassVar[ErrorReason]
    ERROR_REASON_MESSAGE_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_HISTORY_OFF: _ClassVar[ErrorReason]
    ERROR_REASON_POSITION_UNKNOWN: _ClassVar[ErrorReason]
    ERROR_REASON_PRESENCE_OFF: _ClassVar[ErrorReason]
    ERROR_REASON_CHANNEL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_USER_NOT_CONNECTED: _ClassVar[ErrorReason]
    ERROR_REASON_IDENTITY_CHANGED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_CHANNEL_INVALID: ErrorReason
ERROR_REASON_NAMESPACE_NOT_FOUND: ErrorReason
ERROR_REASON_CHANNEL_DENIED: ErrorReason
ERROR_REASON_CHANNEL_TOKEN_INVALID: ErrorReason
ERROR_REASON_SUBSCRIPTION_LIMIT: ErrorReason
ERROR_REASON_MESSAGE_RATE: ErrorReason
ERROR_REASON_MESSAGE_TOO_LARGE: ErrorReason
ERROR_REASON_HISTORY_OFF: ErrorReason
ERROR_REASON_POSITION_UNKNOWN: ErrorReason
ERROR_REASON_PRESENCE_OFF: ErrorReason
ERROR_REASON_CHANNEL_NOT_FOUND: ErrorReason
ERROR_REASON_USER_NOT_CONNECTED: ErrorReason
ERROR_REASON_IDENTITY_CHANGED: ErrorReason
