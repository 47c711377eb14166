import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.cache_coordinator.v1 import semantic_pb2 as _semantic_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NamespaceVisibility(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NAMESPACE_VISIBILITY_UNSPECIFIED: _ClassVar[NamespaceVisibility]
    NAMESPACE_VISIBILITY_INTERNAL: _ClassVar[NamespaceVisibility]
    NAMESPACE_VISIBILITY_TENANT: _ClassVar[NamespaceVisibility]

class Compression(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPRESSION_UNSPECIFIED: _ClassVar[Compression]
    COMPRESSION_NONE: _ClassVar[Compression]
    COMPRESSION_ZSTD: _ClassVar[Compression]
NAMESPACE_VISIBILITY_UNSPECIFIED: NamespaceVisibility
NAMESPACE_VISIBILITY_INTERNAL: NamespaceVisibility
NAMESPACE_VISIBILITY_TENANT: NamespaceVisibility
COMPRESSION_UNSPECIFIED: Compression
COMPRESSION_NONE: Compression
COMPRESSION_ZSTD: Compression

class Namespace(_message.Message):
    __slots__ = ("name", "description", "visibility", "default_ttl", "max_ttl", "stale_ttl", "negative_ttl", "jitter_percent", "early_refresh", "max_bytes", "max_value_bytes", "compression", "lease_duration", "client_cache", "semantic", "create_time", "update_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TTL_FIELD_NUMBER: _ClassVar[int]
    MAX_TTL_FIELD_NUMBER: _ClassVar[int]
    STALE_TTL_FIELD_NUMBER: _ClassVar[int]
    NEGATIVE_TTL_FIELD_NUMBER: _ClassVar[int]
    JITTER_PERCENT_FIELD_NUMBER: _ClassVar[int]
    EARLY_REFRESH_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_VALUE_BYTES_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    LEASE_DURATION_FIELD_NUMBER: _ClassVar[int]
    CLIENT_CACHE_FIELD_NUMBER: _ClassVar[int]
    SEMANTIC_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    visibility: NamespaceVisibility
    default_ttl: _duration_pb2.Duration
    max_ttl: _duration_pb2.Duration
    stale_ttl: _duration_pb2.Duration
    negative_ttl: _duration_pb2.Duration
    jitter_percent: float
    early_refresh: bool
    max_bytes: int
    max_value_bytes: int
    compression: Compression
    lease_duration: _duration_pb2.Duration
    client_cache: bool
    semantic: _semantic_pb2.SemanticPolicy
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., visibility: _Optional[_Union[NamespaceVisibility, str]] = ..., default_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., stale_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., negative_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., jitter_percent: _Optional[float] = ..., early_refresh: _Optional[bool] = ..., max_bytes: _Optional[int] = ..., max_value_bytes: _Optional[int] = ..., compression: _Optional[_Union[Compression, str]] = ..., lease_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., client_cache: _Optional[bool] = ..., semantic: _Optional[_Union[_semantic_pb2.SemanticPolicy, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
