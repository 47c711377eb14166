import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from uat.generation.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RouteStrategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_STRATEGY_UNSPECIFIED: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_WEIGHTED: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_LEAST_BUSY: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_LOWEST_LATENCY: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_LOWEST_USAGE: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_LOWEST_COST: _ClassVar[RouteStrategy]
    ROUTE_STRATEGY_PREFIX_AFFINITY: _ClassVar[RouteStrategy]

class CacheMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CACHE_MODE_UNSPECIFIED: _ClassVar[CacheMode]
    CACHE_MODE_OFF: _ClassVar[CacheMode]
    CACHE_MODE_EXACT: _ClassVar[CacheMode]
    CACHE_MODE_SIMILAR: _ClassVar[CacheMode]

class ModelCapability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_CAPABILITY_UNSPECIFIED: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_CHAT: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_EMBEDDINGS: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_TOOLS: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_IMAGE_INPUT: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_AUDIO_INPUT: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_JSON_SCHEMA: _ClassVar[ModelCapability]
    MODEL_CAPABILITY_REASONING: _ClassVar[ModelCapability]
ROUTE_STRATEGY_UNSPECIFIED: RouteStrategy
ROUTE_STRATEGY_WEIGHTED: RouteStrategy
ROUTE_STRATEGY_LEAST_BUSY: RouteStrategy
ROUTE_STRATEGY_LOWEST_LATENCY: RouteStrategy
ROUTE_STRATEGY_LOWEST_USAGE: RouteStrategy
ROUTE_STRATEGY_LOWEST_COST: RouteStrategy
ROUTE_STRATEGY_PREFIX_AFFINITY: RouteStrategy
CACHE_MODE_UNSPECIFIED: CacheMode
CACHE_MODE_OFF: CacheMode
CACHE_MODE_EXACT: CacheMode
CACHE_MODE_SIMILAR: CacheMode
MODEL_CAPABILITY_UNSPECIFIED: ModelCapability
MODEL_CAPABILITY_CHAT: ModelCapability
MODEL_CAPABILITY_EMBEDDINGS: ModelCapability
MODEL_CAPABILITY_TOOLS: ModelCapability
MODEL_CAPABILITY_IMAGE_INPUT: ModelCapability
MODEL_CAPABILITY_AUDIO_INPUT: ModelCapability
MODEL_CAPABILITY_JSON_SCHEMA: ModelCapability
MODEL_CAPABILITY_REASONING: ModelCapability

class ModelRoute(_message.Message):
    __slots__ = ("name", "description", "targets", "strategy", "fallbacks", "context_window_fallbacks", "content_policy_fallbacks", "retry", "cache", "defaults", "context_length", "capabilities", "internal", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    FALLBACKS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_WINDOW_FALLBACKS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_POLICY_FALLBACKS_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    CACHE_FIELD_NUMBER: _ClassVar[int]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    INTERNAL_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    targets: _containers.RepeatedCompositeFieldContainer[RouteTarget]
    strategy: RouteStrategy
    fallbacks: _containers.RepeatedScalarFieldContainer[str]
    context_window_fallbacks: _containers.RepeatedScalarFieldContainer[str]
    content_policy_fallbacks: _containers.RepeatedScalarFieldContainer[str]
    retry: RetryPolicy
    cache: CachePolicy
    defaults: _options_pb2.Options
    context_length: int
    capabilities: _containers.RepeatedScalarFieldContainer[ModelCapability]
    internal: bool
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[RouteTarget, _Mapping]]] = ..., strategy: _Optional[_Union[RouteStrategy, str]] = ..., fallbacks: _Optional[_Iterable[str]] = ..., context_window_fallbacks: _Optional[_Iterable[str]] = ..., content_policy_fallbacks: _Optional[_Iterable[str]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., cache: _Optional[_Union[CachePolicy, _Mapping]] = ..., defaults: _Optional[_Union[_options_pb2.Options, _Mapping]] = ..., context_length: _Optional[int] = ..., capabilities: _Optional[_Iterable[_Union[ModelCapability, str]]] = ..., internal: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class RouteTarget(_message.Message):
    __slots__ = ("provider_id", "upstream_model", "weight", "order", "input_price", "cached_input_price", "output_price", "requests_per_minute", "tokens_per_minute", "context_length")
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    INPUT_PRICE_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_PRICE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PRICE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    provider_id: str
    upstream_model: str
    weight: int
    order: int
    input_price: _money_pb2.Money
    cached_input_price: _money_pb2.Money
    output_price: _money_pb2.Money
    requests_per_minute: int
    tokens_per_minute: int
    context_length: int
    def __init__(self, provider_id: _Optional[str] = ..., upstream_model: _Optional[str] = ..., weight: _Optional[int] = ..., order: _Optional[int] = ..., input_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., cached_input_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., output_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., context_length: _Optional[int] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("max_attempts", "backoff", "continue_after_first_token", "hedge_after")
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_AFTER_FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HEDGE_AFTER_FIELD_NUMBER: _ClassVar[int]
    max_attempts: int
    backoff: _duration_pb2.Duration
    continue_after_first_token: bool
    hedge_after: _duration_pb2.Duration
    def __init__(self, max_attempts: _Optional[int] = ..., backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., continue_after_first_token: _Optional[bool] = ..., hedge_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CachePolicy(_message.Message):
    __slots__ = ("mode", "ttl", "min_similarity")
    MODE_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    MIN_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    mode: CacheMode
    ttl: _duration_pb2.Duration
    min_similarity: float
    def __init__(self, mode: _Optional[_Union[CacheMode, str]] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_similarity: _Optional[float] = ...) -> None: ...

class Alias(_message.Message):
    __slots__ = ("name", "targets", "sticky", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    STICKY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    targets: _containers.RepeatedCompositeFieldContainer[AliasTarget]
    sticky: bool
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[AliasTarget, _Mapping]]] = ..., sticky: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class AliasTarget(_message.Message):
    __slots__ = ("model", "weight")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    model: str
    weight: int
    def __init__(self, model: _Optional[str] = ..., weight: _Optional[int] = ...) -> None: ...
