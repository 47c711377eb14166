import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BusinessDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUSINESS_DIMENSION_UNSPECIFIED: _ClassVar[BusinessDimension]
    BUSINESS_DIMENSION_TENANT: _ClassVar[BusinessDimension]
    BUSINESS_DIMENSION_MODEL: _ClassVar[BusinessDimension]
    BUSINESS_DIMENSION_PROVIDER: _ClassVar[BusinessDimension]
    BUSINESS_DIMENSION_USER: _ClassVar[BusinessDimension]
BUSINESS_DIMENSION_UNSPECIFIED: BusinessDimension
BUSINESS_DIMENSION_TENANT: BusinessDimension
BUSINESS_DIMENSION_MODEL: BusinessDimension
BUSINESS_DIMENSION_PROVIDER: BusinessDimension
BUSINESS_DIMENSION_USER: BusinessDimension

class BusinessRow(_message.Message):
    __slots__ = ("start_time", "end_time", "tenant_id", "model", "provider", "user_id", "requests", "failed_requests", "cancelled_requests", "input_tokens", "cached_input_tokens", "output_tokens", "cost_micros", "saved_micros", "active_users", "first_token_p50", "first_token_p95")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    FAILED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    SAVED_MICROS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_USERS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_P50_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_P95_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    tenant_id: str
    model: str
    provider: str
    user_id: str
    requests: int
    failed_requests: int
    cancelled_requests: int
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    cost_micros: int
    saved_micros: int
    active_users: int
    first_token_p50: _duration_pb2.Duration
    first_token_p95: _duration_pb2.Duration
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tenant_id: _Optional[str] = ..., model: _Optional[str] = ..., provider: _Optional[str] = ..., user_id: _Optional[str] = ..., requests: _Optional[int] = ..., failed_requests: _Optional[int] = ..., cancelled_requests: _Optional[int] = ..., input_tokens: _Optional[int] = ..., cached_input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., cost_micros: _Optional[int] = ..., saved_micros: _Optional[int] = ..., active_users: _Optional[int] = ..., first_token_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_token_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
