import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RouteChain(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_CHAIN_UNSPECIFIED: _ClassVar[RouteChain]
    ROUTE_CHAIN_TARGET: _ClassVar[RouteChain]
    ROUTE_CHAIN_FALLBACK: _ClassVar[RouteChain]
    ROUTE_CHAIN_CONTEXT_WINDOW: _ClassVar[RouteChain]
    ROUTE_CHAIN_CONTENT_POLICY: _ClassVar[RouteChain]
    ROUTE_CHAIN_BUDGET: _ClassVar[RouteChain]
ROUTE_CHAIN_UNSPECIFIED: RouteChain
ROUTE_CHAIN_TARGET: RouteChain
ROUTE_CHAIN_FALLBACK: RouteChain
ROUTE_CHAIN_CONTEXT_WINDOW: RouteChain
ROUTE_CHAIN_CONTENT_POLICY: RouteChain
ROUTE_CHAIN_BUDGET: RouteChain

class RouteDecision(_message.Message):
    __slots__ = ("id", "requested_model", "resolved_through", "strategy", "candidates", "attempts", "budget_checks", "cache", "estimated_input_tokens", "estimated_cost", "decide_duration", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_MODEL_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_THROUGH_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    BUDGET_CHECKS_FIELD_NUMBER: _ClassVar[int]
    CACHE_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_FIELD_NUMBER: _ClassVar[int]
    DECIDE_DURATION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    requested_model: str
    resolved_through: _containers.RepeatedScalarFieldContainer[str]
    strategy: str
    candidates: _containers.RepeatedCompositeFieldContainer[RouteCandidate]
    attempts: _containers.RepeatedCompositeFieldContainer[RouteAttempt]
    budget_checks: _containers.RepeatedCompositeFieldContainer[BudgetCheck]
    cache: str
    estimated_input_tokens: int
    estimated_cost: _money_pb2.Money
    decide_duration: _duration_pb2.Duration
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., requested_model: _Optional[str] = ..., resolved_through: _Optional[_Iterable[str]] = ..., strategy: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[RouteCandidate, _Mapping]]] = ..., attempts: _Optional[_Iterable[_Union[RouteAttempt, _Mapping]]] = ..., budget_checks: _Optional[_Iterable[_Union[BudgetCheck, _Mapping]]] = ..., cache: _Optional[str] = ..., estimated_input_tokens: _Optional[int] = ..., estimated_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., decide_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RouteCandidate(_message.Message):
    __slots__ = ("provider_id", "upstream_model", "chain", "score", "excluded_because", "predicted_time_to_first_token", "weight")
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_TIME_TO_FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    provider_id: str
    upstream_model: str
    chain: RouteChain
    score: float
    excluded_because: str
    predicted_time_to_first_token: _duration_pb2.Duration
    weight: float
    def __init__(self, provider_id: _Optional[str] = ..., upstream_model: _Optional[str] = ..., chain: _Optional[_Union[RouteChain, str]] = ..., score: _Optional[float] = ..., excluded_because: _Optional[str] = ..., predicted_time_to_first_token: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., weight: _Optional[float] = ...) -> None: ...

class RouteAttempt(_message.Message):
    __slots__ = ("provider_id", "upstream_model", "error", "start_time", "time_to_first_token", "duration", "output_tokens", "hedged")
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    HEDGED_FIELD_NUMBER: _ClassVar[int]
    provider_id: str
    upstream_model: str
    error: _status_pb2.Status
    start_time: _timestamp_pb2.Timestamp
    time_to_first_token: _duration_pb2.Duration
    duration: _duration_pb2.Duration
    output_tokens: int
    hedged: bool
    def __init__(self, provider_id: _Optional[str] = ..., upstream_model: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., time_to_first_token: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., output_tokens: _Optional[int] = ..., hedged: _Optional[bool] = ...) -> None: ...

class BudgetCheck(_message.Message):
    __slots__ = ("budget_id", "allowed", "used_ratio")
    BUDGET_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    USED_RATIO_FIELD_NUMBER: _ClassVar[int]
    budget_id: str
    allowed: bool
    used_ratio: float
    def __init__(self, budget_id: _Optional[str] = ..., allowed: _Optional[bool] = ..., used_ratio: _Optional[float] = ...) -> None: ...
