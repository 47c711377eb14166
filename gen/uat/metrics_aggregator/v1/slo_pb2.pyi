import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.metrics_aggregator.v1 import alert_pb2 as _alert_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Slo(_message.Message):
    __slots__ = ("name", "etag", "description", "service", "ratio", "availability", "latency", "objective", "window", "burn_alerts", "status", "create_time", "update_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    AVAILABILITY_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    BURN_ALERTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    description: str
    service: str
    ratio: RatioIndicator
    availability: AvailabilityIndicator
    latency: LatencyIndicator
    objective: float
    window: _duration_pb2.Duration
    burn_alerts: _containers.RepeatedCompositeFieldContainer[BurnAlert]
    status: SloStatus
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ..., description: _Optional[str] = ..., service: _Optional[str] = ..., ratio: _Optional[_Union[RatioIndicator, _Mapping]] = ..., availability: _Optional[_Union[AvailabilityIndicator, _Mapping]] = ..., latency: _Optional[_Union[LatencyIndicator, _Mapping]] = ..., objective: _Optional[float] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., burn_alerts: _Optional[_Iterable[_Union[BurnAlert, _Mapping]]] = ..., status: _Optional[_Union[SloStatus, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RatioIndicator(_message.Message):
    __slots__ = ("good_expression", "total_expression")
    GOOD_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    good_expression: str
    total_expression: str
    def __init__(self, good_expression: _Optional[str] = ..., total_expression: _Optional[str] = ...) -> None: ...

class AvailabilityIndicator(_message.Message):
    __slots__ = ("rpc",)
    RPC_FIELD_NUMBER: _ClassVar[int]
    rpc: str
    def __init__(self, rpc: _Optional[str] = ...) -> None: ...

class LatencyIndicator(_message.Message):
    __slots__ = ("rpc", "threshold", "first_token")
    RPC_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rpc: str
    threshold: _duration_pb2.Duration
    first_token: bool
    def __init__(self, rpc: _Optional[str] = ..., threshold: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_token: _Optional[bool] = ...) -> None: ...

class BurnAlert(_message.Message):
    __slots__ = ("burn_rate", "long_window", "short_window", "severity")
    BURN_RATE_FIELD_NUMBER: _ClassVar[int]
    LONG_WINDOW_FIELD_NUMBER: _ClassVar[int]
    SHORT_WINDOW_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    burn_rate: float
    long_window: _duration_pb2.Duration
    short_window: _duration_pb2.Duration
    severity: _alert_pb2.AlertSeverity
    def __init__(self, burn_rate: _Optional[float] = ..., long_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., short_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., severity: _Optional[_Union[_alert_pb2.AlertSeverity, str]] = ...) -> None: ...

class SloStatus(_message.Message):
    __slots__ = ("attainment", "budget_remaining", "total_events", "bad_events", "burn_rates", "exhaust_time", "evaluate_time")
    ATTAINMENT_FIELD_NUMBER: _ClassVar[int]
    BUDGET_REMAINING_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EVENTS_FIELD_NUMBER: _ClassVar[int]
    BAD_EVENTS_FIELD_NUMBER: _ClassVar[int]
    BURN_RATES_FIELD_NUMBER: _ClassVar[int]
    EXHAUST_TIME_FIELD_NUMBER: _ClassVar[int]
    EVALUATE_TIME_FIELD_NUMBER: _ClassVar[int]
    attainment: float
    budget_remaining: float
    total_events: float
    bad_events: float
    burn_rates: _containers.RepeatedCompositeFieldContainer[BurnRate]
    exhaust_time: _timestamp_pb2.Timestamp
    evaluate_time: _timestamp_pb2.Timestamp
    def __init__(self, attainment: _Optional[float] = ..., budget_remaining: _Optional[float] = ..., total_events: _Optional[float] = ..., bad_events: _Optional[float] = ..., burn_rates: _Optional[_Iterable[_Union[BurnRate, _Mapping]]] = ..., exhaust_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., evaluate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BurnRate(_message.Message):
    __slots__ = ("window", "rate")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    window: _duration_pb2.Duration
    rate: float
    def __init__(self, window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., rate: _Optional[float] = ...) -> None: ...
