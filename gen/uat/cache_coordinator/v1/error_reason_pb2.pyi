from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_NAMESPACE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ENTRY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_VALUE_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_LEASE_LOST: _ClassVar[ErrorReason]
    ERROR_REASON_STORE_DOWN: _ClassVar[ErrorReason]
    ERROR_REASON_NAMESPACE_FULL: _ClassVar[ErrorReason]
    ERROR_REASON_SEMANTIC_OFF: _ClassVar[ErrorReason]
    ERROR_REASON_EMBEDDING_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_DECISION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_NAMESPACE_NOT_EMPTY: _ClassVar[ErrorReason]
    ERROR_REASON_BATCH_TOO_LARGE: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_NAMESPACE_NOT_FOUND: ErrorReason
ERROR_REASON_ENTRY_NOT_FOUND: ErrorReason
ERROR_REASON_VALUE_TOO_LARGE: ErrorReason
ERROR_REASON_LEASE_LOST: ErrorReason
ERROR_REASON_STORE_DOWN: ErrorReason
ERROR_REASON_NAMESPACE_FULL: ErrorReason
ERROR_REASON_SEMANTIC_OFF: ErrorReason
ERROR_REASON_EMBEDDING_MISMATCH: ErrorReason
ERROR_REASON_DECISION_NOT_FOUND: ErrorReason
ERROR_REASON_NAMESPACE_NOT_EMPTY: ErrorReason
ERROR_REASON_BATCH_TOO_LARGE: ErrorReason
