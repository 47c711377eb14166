from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_NOT_READY: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_UNLOADABLE: _ClassVar[ErrorReason]
    ERROR_REASON_OUT_OF_MEMORY: _ClassVar[ErrorReason]
    ERROR_REASON_PROMPT_TOO_LONG: _ClassVar[ErrorReason]
    ERROR_REASON_GENERATION_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_CAPABILITY_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_ID_IN_USE: _ClassVar[ErrorReason]
    ERROR_REASON_LORA_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ABORTED: _ClassVar[ErrorReason]
    ERROR_REASON_EVENTS_LOST: _ClassVar[ErrorReason]
    ERROR_REASON_SAVED_CACHE_NOT_FOUND: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_MODEL_NOT_FOUND: ErrorReason
ERROR_REASON_MODEL_NOT_READY: ErrorReason
ERROR_REASON_MODEL_UNLOADABLE: ErrorReason
ERROR_REASON_OUT_OF_MEMORY: ErrorReason
ERROR_REASON_PROMPT_TOO_LONG: ErrorReason
ERROR_REASON_GENERATION_INVALID: ErrorReason
ERROR_REASON_CAPABILITY_MISSING: ErrorReason
ERROR_REASON_REQUEST_ID_IN_USE: ErrorReason
ERROR_REASON_LORA_NOT_FOUND: ErrorReason
ERROR_REASON_ABORTED: ErrorReason
ERROR_REASON_EVENTS_LOST: ErrorReason
ERROR_REASON_SAVED_CACHE_NOT_FOUND: ErrorReason
