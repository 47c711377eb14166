from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_MEMORY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_INGESTION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_INGESTION_ENDED: _ClassVar[ErrorReason]
    ERROR_REASON_NOTHING_TO_ADD: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_IN_QUARANTINE: _ClassVar[ErrorReason]
    ERROR_REASON_RECALL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SIGNAL_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_INGESTION_PENDING: _ClassVar[ErrorReason]
    ERROR_REASON_ENTITY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ENTITY_OWNER_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_ERASURE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_USER_BEING_ERASED: _ClassVar[ErrorReason]
    ERROR_REASON_STREAM_OUT_OF_ORDER: _ClassVar[ErrorReason]
    ERROR_REASON_FILTER_REQUIRED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_MEMORY_NOT_FOUND: ErrorReason
ERROR_REASON_INGESTION_NOT_FOUND: ErrorReason
ERROR_REASON_INGESTION_ENDED: ErrorReason
ERROR_REASON_NOTHING_TO_ADD: ErrorReason
ERROR_REASON_NOT_IN_QUARANTINE: ErrorReason
ERROR_REASON_RECALL_NOT_FOUND: ErrorReason
ERROR_REASON_SIGNAL_UNAVAILABLE: ErrorReason
ERROR_REASON_INGESTION_PENDING: ErrorReason
ERROR_REASON_ENTITY_NOT_FOUND: ErrorReason
ERROR_REASON_ENTITY_OWNER_MISMATCH: ErrorReason
ERROR_REASON_ERASURE_NOT_FOUND: ErrorReason
ERROR_REASON_USER_BEING_ERASED: ErrorReason
ERROR_REASON_STREAM_OUT_OF_ORDER: ErrorReason
ERROR_REASON_FILTER_REQUIRED: ErrorReason
