import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BalancingAlgorithm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BALANCING_ALGORITHM_UNSPECIFIED: _ClassVar[BalancingAlgorithm]
    BALANCING_ALGORITHM_LEAST_REQUEST: _ClassVar[BalancingAlgorithm]
    BALANCING_ALGORITHM_ROUND_ROBIN: _ClassVar[BalancingAlgorithm]
    BALANCING_ALGORITHM_RANDOM: _ClassVar[BalancingAlgorithm]
    BALANCING_ALGORITHM_HASH: _ClassVar[BalancingAlgorithm]
    BALANCING_ALGORITHM_ENGINE_LOAD: _ClassVar[BalancingAlgorithm]
BALANCING_ALGORITHM_UNSPECIFIED: BalancingAlgorithm
BALANCING_ALGORITHM_LEAST_REQUEST: BalancingAlgorithm
BALANCING_ALGORITHM_ROUND_ROBIN: BalancingAlgorithm
BALANCING_ALGORITHM_RANDOM: BalancingAlgorithm
BALANCING_ALGORITHM_HASH: BalancingAlgorithm
BALANCING_ALGORITHM_ENGINE_LOAD: BalancingAlgorithm

class BalancingPolicy(_message.Message):
    __slots__ = ("service", "algorithm", "hash_header", "scorers", "circuit_breaker", "outlier_detection", "retry_budget_percent", "slow_start", "update_time")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    HASH_HEADER_FIELD_NUMBER: _ClassVar[int]
    SCORERS_FIELD_NUMBER: _ClassVar[int]
    CIRCUIT_BREAKER_FIELD_NUMBER: _ClassVar[int]
    OUTLIER_DETECTION_FIELD_NUMBER: _ClassVar[int]
    RETRY_BUDGET_PERCENT_FIELD_NUMBER: _ClassVar[int]
    SLOW_START_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    service: str
    algorithm: BalancingAlgorithm
    hash_header: str
    scorers: ScorerWeights
    circuit_breaker: CircuitBreaker
    outlier_detection: OutlierDetection
    retry_budget_percent: float
    slow_start: _duration_pb2.Duration
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, service: _Optional[str] = ..., algorithm: _Optional[_Union[BalancingAlgorithm, str]] = ..., hash_header: _Optional[str] = ..., scorers: _Optional[_Union[ScorerWeights, _Mapping]] = ..., circuit_breaker: _Optional[_Union[CircuitBreaker, _Mapping]] = ..., outlier_detection: _Optional[_Union[OutlierDetection, _Mapping]] = ..., retry_budget_percent: _Optional[float] = ..., slow_start: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ScorerWeights(_message.Message):
    __slots__ = ("prefix", "queue", "kv_cache", "session", "first_token", "loaded", "imbalance_threshold")
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    KV_CACHE_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LOADED_FIELD_NUMBER: _ClassVar[int]
    IMBALANCE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    prefix: float
    queue: float
    kv_cache: float
    session: float
    first_token: float
    loaded: float
    imbalance_threshold: int
    def __init__(self, prefix: _Optional[float] = ..., queue: _Optional[float] = ..., kv_cache: _Optional[float] = ..., session: _Optional[float] = ..., first_token: _Optional[float] = ..., loaded: _Optional[float] = ..., imbalance_threshold: _Optional[int] = ...) -> None: ...

class CircuitBreaker(_message.Message):
    __slots__ = ("max_connections", "max_pending_requests", "max_requests")
    MAX_CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_PENDING_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    max_connections: int
    max_pending_requests: int
    max_requests: int
    def __init__(self, max_connections: _Optional[int] = ..., max_pending_requests: _Optional[int] = ..., max_requests: _Optional[int] = ...) -> None: ...

class OutlierDetection(_message.Message):
    __slots__ = ("consecutive_errors", "success_rate_deviations", "interval", "base_ejection", "max_ejection_percent")
    CONSECUTIVE_ERRORS_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_RATE_DEVIATIONS_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    BASE_EJECTION_FIELD_NUMBER: _ClassVar[int]
    MAX_EJECTION_PERCENT_FIELD_NUMBER: _ClassVar[int]
    consecutive_errors: int
    success_rate_deviations: float
    interval: _duration_pb2.Duration
    base_ejection: _duration_pb2.Duration
    max_ejection_percent: int
    def __init__(self, consecutive_errors: _Optional[int] = ..., success_rate_deviations: _Optional[float] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., base_ejection: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_ejection_percent: _Optional[int] = ...) -> None: ...
