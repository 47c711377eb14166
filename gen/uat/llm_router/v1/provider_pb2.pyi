import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProviderKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROVIDER_KIND_UNSPECIFIED: _ClassVar[ProviderKind]
    PROVIDER_KIND_OLLAMA: _ClassVar[ProviderKind]
    PROVIDER_KIND_MLX: _ClassVar[ProviderKind]
    PROVIDER_KIND_OPENAI: _ClassVar[ProviderKind]
    PROVIDER_KIND_FAST_LLM: _ClassVar[ProviderKind]
    PROVIDER_KIND_TRITON: _ClassVar[ProviderKind]

class ProviderHealth(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROVIDER_HEALTH_UNSPECIFIED: _ClassVar[ProviderHealth]
    PROVIDER_HEALTH_HEALTHY: _ClassVar[ProviderHealth]
    PROVIDER_HEALTH_DEGRADED: _ClassVar[ProviderHealth]
    PROVIDER_HEALTH_COOLING_DOWN: _ClassVar[ProviderHealth]
    PROVIDER_HEALTH_UNREACHABLE: _ClassVar[ProviderHealth]
    PROVIDER_HEALTH_DISABLED: _ClassVar[ProviderHealth]
PROVIDER_KIND_UNSPECIFIED: ProviderKind
PROVIDER_KIND_OLLAMA: ProviderKind
PROVIDER_KIND_MLX: ProviderKind
PROVIDER_KIND_OPENAI: ProviderKind
PROVIDER_KIND_FAST_LLM: ProviderKind
PROVIDER_KIND_TRITON: ProviderKind
PROVIDER_HEALTH_UNSPECIFIED: ProviderHealth
PROVIDER_HEALTH_HEALTHY: ProviderHealth
PROVIDER_HEALTH_DEGRADED: ProviderHealth
PROVIDER_HEALTH_COOLING_DOWN: ProviderHealth
PROVIDER_HEALTH_UNREACHABLE: ProviderHealth
PROVIDER_HEALTH_DISABLED: ProviderHealth

class Provider(_message.Message):
    __slots__ = ("id", "name", "kind", "endpoint", "credential_ref", "disabled", "max_concurrency", "requests_per_minute", "tokens_per_minute", "first_token_timeout", "cooldown", "cooldown_after", "headers", "status", "create_time", "update_time", "etag")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_REF_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    COOLDOWN_FIELD_NUMBER: _ClassVar[int]
    COOLDOWN_AFTER_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    kind: ProviderKind
    endpoint: str
    credential_ref: str
    disabled: bool
    max_concurrency: int
    requests_per_minute: int
    tokens_per_minute: int
    first_token_timeout: _duration_pb2.Duration
    cooldown: _duration_pb2.Duration
    cooldown_after: int
    headers: _containers.ScalarMap[str, str]
    status: ProviderStatus
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[ProviderKind, str]] = ..., endpoint: _Optional[str] = ..., credential_ref: _Optional[str] = ..., disabled: _Optional[bool] = ..., max_concurrency: _Optional[int] = ..., requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., first_token_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., cooldown: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., cooldown_after: _Optional[int] = ..., headers: _Optional[_Mapping[str, str]] = ..., status: _Optional[_Union[ProviderStatus, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class ProviderStatus(_message.Message):
    __slots__ = ("health", "message", "cooldown_until", "running", "waiting", "time_to_first_token_p50", "time_to_first_token_p95", "error_ratio", "upstream_models", "check_time")
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    COOLDOWN_UNTIL_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_FIRST_TOKEN_P50_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_FIRST_TOKEN_P95_FIELD_NUMBER: _ClassVar[int]
    ERROR_RATIO_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODELS_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    health: ProviderHealth
    message: str
    cooldown_until: _timestamp_pb2.Timestamp
    running: int
    waiting: int
    time_to_first_token_p50: _duration_pb2.Duration
    time_to_first_token_p95: _duration_pb2.Duration
    error_ratio: float
    upstream_models: _containers.RepeatedScalarFieldContainer[str]
    check_time: _timestamp_pb2.Timestamp
    def __init__(self, health: _Optional[_Union[ProviderHealth, str]] = ..., message: _Optional[str] = ..., cooldown_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., running: _Optional[int] = ..., waiting: _Optional[int] = ..., time_to_first_token_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., time_to_first_token_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., error_ratio: _Optional[float] = ..., upstream_models: _Optional[_Iterable[str]] = ..., check_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
