import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from uat.generation.v1 import event_pb2 as _event_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UsageDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    USAGE_DIMENSION_UNSPECIFIED: _ClassVar[UsageDimension]
    USAGE_DIMENSION_MODEL: _ClassVar[UsageDimension]
    USAGE_DIMENSION_PROVIDER: _ClassVar[UsageDimension]
    USAGE_DIMENSION_USER: _ClassVar[UsageDimension]
    USAGE_DIMENSION_KEY: _ClassVar[UsageDimension]
    USAGE_DIMENSION_TEAM: _ClassVar[UsageDimension]

class UsageInterval(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    USAGE_INTERVAL_UNSPECIFIED: _ClassVar[UsageInterval]
    USAGE_INTERVAL_TOTAL: _ClassVar[UsageInterval]
    USAGE_INTERVAL_MINUTE: _ClassVar[UsageInterval]
    USAGE_INTERVAL_HOUR: _ClassVar[UsageInterval]
    USAGE_INTERVAL_DAY: _ClassVar[UsageInterval]
USAGE_DIMENSION_UNSPECIFIED: UsageDimension
USAGE_DIMENSION_MODEL: UsageDimension
USAGE_DIMENSION_PROVIDER: UsageDimension
USAGE_DIMENSION_USER: UsageDimension
USAGE_DIMENSION_KEY: UsageDimension
USAGE_DIMENSION_TEAM: UsageDimension
USAGE_INTERVAL_UNSPECIFIED: UsageInterval
USAGE_INTERVAL_TOTAL: UsageInterval
USAGE_INTERVAL_MINUTE: UsageInterval
USAGE_INTERVAL_HOUR: UsageInterval
USAGE_INTERVAL_DAY: UsageInterval

class UsageRecord(_message.Message):
    __slots__ = ("id", "decision_id", "generation_id", "user_id", "api_key_id", "team_id", "model", "provider_id", "upstream_model", "usage", "cost", "finish_reason", "error_reason", "timings", "attempts", "metadata", "create_time")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    FINISH_REASON_FIELD_NUMBER: _ClassVar[int]
    ERROR_REASON_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    decision_id: str
    generation_id: str
    user_id: str
    api_key_id: str
    team_id: str
    model: str
    provider_id: str
    upstream_model: str
    usage: _event_pb2.Usage
    cost: _money_pb2.Money
    finish_reason: _event_pb2.FinishReason
    error_reason: str
    timings: _event_pb2.Timings
    attempts: int
    metadata: _containers.ScalarMap[str, str]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., decision_id: _Optional[str] = ..., generation_id: _Optional[str] = ..., user_id: _Optional[str] = ..., api_key_id: _Optional[str] = ..., team_id: _Optional[str] = ..., model: _Optional[str] = ..., provider_id: _Optional[str] = ..., upstream_model: _Optional[str] = ..., usage: _Optional[_Union[_event_pb2.Usage, _Mapping]] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., finish_reason: _Optional[_Union[_event_pb2.FinishReason, str]] = ..., error_reason: _Optional[str] = ..., timings: _Optional[_Union[_event_pb2.Timings, _Mapping]] = ..., attempts: _Optional[int] = ..., metadata: _Optional[_Mapping[str, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UsageBucket(_message.Message):
    __slots__ = ("start_time", "end_time", "group", "requests", "failed_requests", "usage", "cost")
    class GroupEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    FAILED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    group: _containers.ScalarMap[str, str]
    requests: int
    failed_requests: int
    usage: _event_pb2.Usage
    cost: _money_pb2.Money
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., group: _Optional[_Mapping[str, str]] = ..., requests: _Optional[int] = ..., failed_requests: _Optional[int] = ..., usage: _Optional[_Union[_event_pb2.Usage, _Mapping]] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
