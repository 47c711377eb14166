import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.api_gateway.v1 import limit_pb2 as _limit_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UsageRow(_message.Message):
    __slots__ = ("start_time", "end_time", "key_id", "user_id", "model", "rate_limit_class", "counts")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_CLASS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    key_id: str
    user_id: str
    model: str
    rate_limit_class: _policy_pb2.RateLimitClass
    counts: UsageCounts
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_id: _Optional[str] = ..., user_id: _Optional[str] = ..., model: _Optional[str] = ..., rate_limit_class: _Optional[_Union[_policy_pb2.RateLimitClass, str]] = ..., counts: _Optional[_Union[UsageCounts, _Mapping]] = ...) -> None: ...

class UsageCounts(_message.Message):
    __slots__ = ("requests", "input_tokens", "output_tokens", "cached_input_tokens", "cost_micros", "limited_requests", "shadow_limited_requests", "failed_requests")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    LIMITED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SHADOW_LIMITED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    FAILED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: int
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cost_micros: int
    limited_requests: int
    shadow_limited_requests: int
    failed_requests: int
    def __init__(self, requests: _Optional[int] = ..., input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., cached_input_tokens: _Optional[int] = ..., cost_micros: _Optional[int] = ..., limited_requests: _Optional[int] = ..., shadow_limited_requests: _Optional[int] = ..., failed_requests: _Optional[int] = ...) -> None: ...

class UsageReport(_message.Message):
    __slots__ = ("sequence", "key_id", "report_time", "since_start", "today", "requests_in_flight", "reserved_tokens", "buckets")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_TIME_FIELD_NUMBER: _ClassVar[int]
    SINCE_START_FIELD_NUMBER: _ClassVar[int]
    TODAY_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    RESERVED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    key_id: str
    report_time: _timestamp_pb2.Timestamp
    since_start: UsageCounts
    today: UsageCounts
    requests_in_flight: int
    reserved_tokens: int
    buckets: _containers.RepeatedCompositeFieldContainer[UsageBucket]
    def __init__(self, sequence: _Optional[int] = ..., key_id: _Optional[str] = ..., report_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since_start: _Optional[_Union[UsageCounts, _Mapping]] = ..., today: _Optional[_Union[UsageCounts, _Mapping]] = ..., requests_in_flight: _Optional[int] = ..., reserved_tokens: _Optional[int] = ..., buckets: _Optional[_Iterable[_Union[UsageBucket, _Mapping]]] = ...) -> None: ...

class UsageBucket(_message.Message):
    __slots__ = ("limit_id", "metric", "amount", "remaining", "reset_after", "mode")
    LIMIT_ID_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESET_AFTER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    limit_id: str
    metric: _limit_pb2.LimitMetric
    amount: int
    remaining: int
    reset_after: _duration_pb2.Duration
    mode: _limit_pb2.LimitMode
    def __init__(self, limit_id: _Optional[str] = ..., metric: _Optional[_Union[_limit_pb2.LimitMetric, str]] = ..., amount: _Optional[int] = ..., remaining: _Optional[int] = ..., reset_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., mode: _Optional[_Union[_limit_pb2.LimitMode, str]] = ...) -> None: ...
