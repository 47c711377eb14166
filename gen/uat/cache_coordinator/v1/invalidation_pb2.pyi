import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InvalidationEvent(_message.Message):
    __slots__ = ("position", "time", "keys", "tags", "prefix", "namespace_flushed", "lost", "heartbeat")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FLUSHED_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    position: _event_position_pb2.EventPosition
    time: _timestamp_pb2.Timestamp
    keys: KeysInvalidated
    tags: TagsInvalidated
    prefix: PrefixInvalidated
    namespace_flushed: NamespaceFlushed
    lost: InvalidationsLost
    heartbeat: InvalidationHeartbeat
    def __init__(self, position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., keys: _Optional[_Union[KeysInvalidated, _Mapping]] = ..., tags: _Optional[_Union[TagsInvalidated, _Mapping]] = ..., prefix: _Optional[_Union[PrefixInvalidated, _Mapping]] = ..., namespace_flushed: _Optional[_Union[NamespaceFlushed, _Mapping]] = ..., lost: _Optional[_Union[InvalidationsLost, _Mapping]] = ..., heartbeat: _Optional[_Union[InvalidationHeartbeat, _Mapping]] = ...) -> None: ...

class KeysInvalidated(_message.Message):
    __slots__ = ("namespace", "keys")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    keys: _containers.RepeatedCompositeFieldContainer[KeyVersion]
    def __init__(self, namespace: _Optional[str] = ..., keys: _Optional[_Iterable[_Union[KeyVersion, _Mapping]]] = ...) -> None: ...

class KeyVersion(_message.Message):
    __slots__ = ("key", "version")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    key: str
    version: int
    def __init__(self, key: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class TagsInvalidated(_message.Message):
    __slots__ = ("namespace", "tags", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, namespace: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class PrefixInvalidated(_message.Message):
    __slots__ = ("namespace", "prefix", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    prefix: str
    version: int
    def __init__(self, namespace: _Optional[str] = ..., prefix: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class NamespaceFlushed(_message.Message):
    __slots__ = ("namespace", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    version: int
    def __init__(self, namespace: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class InvalidationsLost(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class InvalidationHeartbeat(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
