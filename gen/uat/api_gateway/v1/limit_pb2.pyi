import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LimitDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMIT_DIMENSION_UNSPECIFIED: _ClassVar[LimitDimension]
    LIMIT_DIMENSION_TENANT: _ClassVar[LimitDimension]
    LIMIT_DIMENSION_KEY: _ClassVar[LimitDimension]
    LIMIT_DIMENSION_USER: _ClassVar[LimitDimension]
    LIMIT_DIMENSION_MODEL: _ClassVar[LimitDimension]
    LIMIT_DIMENSION_CLASS: _ClassVar[LimitDimension]

class LimitMetric(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMIT_METRIC_UNSPECIFIED: _ClassVar[LimitMetric]
    LIMIT_METRIC_REQUESTS: _ClassVar[LimitMetric]
    LIMIT_METRIC_INPUT_TOKENS: _ClassVar[LimitMetric]
    LIMIT_METRIC_OUTPUT_TOKENS: _ClassVar[LimitMetric]
    LIMIT_METRIC_TOTAL_TOKENS: _ClassVar[LimitMetric]
    LIMIT_METRIC_CONCURRENT_REQUESTS: _ClassVar[LimitMetric]

class LimitMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMIT_MODE_UNSPECIFIED: _ClassVar[LimitMode]
    LIMIT_MODE_ENFORCE: _ClassVar[LimitMode]
    LIMIT_MODE_SHADOW: _ClassVar[LimitMode]
    LIMIT_MODE_OFF: _ClassVar[LimitMode]

class LimitSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMIT_SOURCE_UNSPECIFIED: _ClassVar[LimitSource]
    LIMIT_SOURCE_LOCAL_LEASE: _ClassVar[LimitSource]
    LIMIT_SOURCE_STORE: _ClassVar[LimitSource]
    LIMIT_SOURCE_STORE_DOWN: _ClassVar[LimitSource]
    LIMIT_SOURCE_SUPPOSED: _ClassVar[LimitSource]
LIMIT_DIMENSION_UNSPECIFIED: LimitDimension
LIMIT_DIMENSION_TENANT: LimitDimension
LIMIT_DIMENSION_KEY: LimitDimension
LIMIT_DIMENSION_USER: LimitDimension
LIMIT_DIMENSION_MODEL: LimitDimension
LIMIT_DIMENSION_CLASS: LimitDimension
LIMIT_METRIC_UNSPECIFIED: LimitMetric
LIMIT_METRIC_REQUESTS: LimitMetric
LIMIT_METRIC_INPUT_TOKENS: LimitMetric
LIMIT_METRIC_OUTPUT_TOKENS: LimitMetric
LIMIT_METRIC_TOTAL_TOKENS: LimitMetric
LIMIT_METRIC_CONCURRENT_REQUESTS: LimitMetric
LIMIT_MODE_UNSPECIFIED: LimitMode
LIMIT_MODE_ENFORCE: LimitMode
LIMIT_MODE_SHADOW: LimitMode
LIMIT_MODE_OFF: LimitMode
LIMIT_SOURCE_UNSPECIFIED: LimitSource
LIMIT_SOURCE_LOCAL_LEASE: LimitSource
LIMIT_SOURCE_STORE: LimitSource
LIMIT_SOURCE_STORE_DOWN: LimitSource
LIMIT_SOURCE_SUPPOSED: LimitSource

class Limit(_message.Message):
    __slots__ = ("id", "display_name", "target", "per", "metric", "amount", "window", "burst", "mode", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    PER_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    BURST_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    target: LimitTarget
    per: _containers.RepeatedScalarFieldContainer[LimitDimension]
    metric: LimitMetric
    amount: int
    window: _duration_pb2.Duration
    burst: int
    mode: LimitMode
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., target: _Optional[_Union[LimitTarget, _Mapping]] = ..., per: _Optional[_Iterable[_Union[LimitDimension, str]]] = ..., metric: _Optional[_Union[LimitMetric, str]] = ..., amount: _Optional[int] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., burst: _Optional[int] = ..., mode: _Optional[_Union[LimitMode, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LimitTarget(_message.Message):
    __slots__ = ("tenant_id", "key_id", "user_id", "model", "rate_limit_class", "rpc")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_CLASS_FIELD_NUMBER: _ClassVar[int]
    RPC_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    key_id: str
    user_id: str
    model: str
    rate_limit_class: _policy_pb2.RateLimitClass
    rpc: str
    def __init__(self, tenant_id: _Optional[str] = ..., key_id: _Optional[str] = ..., user_id: _Optional[str] = ..., model: _Optional[str] = ..., rate_limit_class: _Optional[_Union[_policy_pb2.RateLimitClass, str]] = ..., rpc: _Optional[str] = ...) -> None: ...

class LimitDecision(_message.Message):
    __slots__ = ("decision_id", "allowed", "refused_by_limit_id", "retry_after", "checks", "source", "decide_time", "reason")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_BY_LIMIT_ID_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    allowed: bool
    refused_by_limit_id: str
    retry_after: _duration_pb2.Duration
    checks: _containers.RepeatedCompositeFieldContainer[LimitCheck]
    source: LimitSource
    decide_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, decision_id: _Optional[str] = ..., allowed: _Optional[bool] = ..., refused_by_limit_id: _Optional[str] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., checks: _Optional[_Iterable[_Union[LimitCheck, _Mapping]]] = ..., source: _Optional[_Union[LimitSource, str]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class LimitCheck(_message.Message):
    __slots__ = ("limit", "bucket", "cost", "remaining", "reset_after", "exceeded")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESET_AFTER_FIELD_NUMBER: _ClassVar[int]
    EXCEEDED_FIELD_NUMBER: _ClassVar[int]
    limit: Limit
    bucket: str
    cost: int
    remaining: int
    reset_after: _duration_pb2.Duration
    exceeded: bool
    def __init__(self, limit: _Optional[_Union[Limit, _Mapping]] = ..., bucket: _Optional[str] = ..., cost: _Optional[int] = ..., remaining: _Optional[int] = ..., reset_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., exceeded: _Optional[bool] = ...) -> None: ...
