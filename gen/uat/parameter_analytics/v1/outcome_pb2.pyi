import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.parameter_analytics.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OutcomeStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_STATUS_UNSPECIFIED: _ClassVar[OutcomeStatus]
    OUTCOME_STATUS_SUCCESS: _ClassVar[OutcomeStatus]
    OUTCOME_STATUS_FAILURE: _ClassVar[OutcomeStatus]
    OUTCOME_STATUS_CANCELLED: _ClassVar[OutcomeStatus]

class AggregationFunction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGGREGATION_FUNCTION_UNSPECIFIED: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_COUNT: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_SUM: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_MEAN: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_MIN: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_MAX: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_QUANTILE: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_DISTINCT: _ClassVar[AggregationFunction]
    AGGREGATION_FUNCTION_STDDEV: _ClassVar[AggregationFunction]
OUTCOME_STATUS_UNSPECIFIED: OutcomeStatus
OUTCOME_STATUS_SUCCESS: OutcomeStatus
OUTCOME_STATUS_FAILURE: OutcomeStatus
OUTCOME_STATUS_CANCELLED: OutcomeStatus
AGGREGATION_FUNCTION_UNSPECIFIED: AggregationFunction
AGGREGATION_FUNCTION_COUNT: AggregationFunction
AGGREGATION_FUNCTION_SUM: AggregationFunction
AGGREGATION_FUNCTION_MEAN: AggregationFunction
AGGREGATION_FUNCTION_MIN: AggregationFunction
AGGREGATION_FUNCTION_MAX: AggregationFunction
AGGREGATION_FUNCTION_QUANTILE: AggregationFunction
AGGREGATION_FUNCTION_DISTINCT: AggregationFunction
AGGREGATION_FUNCTION_STDDEV: AggregationFunction

class Outcome(_message.Message):
    __slots__ = ("event_id", "subject_id", "event_time", "service", "task", "model", "provider", "prompt_version_id", "parameters", "assignment_ids", "trial_id", "applied_id", "status", "latency", "first_token", "input_tokens", "output_tokens", "cost_micros", "scores", "labels", "trace_id", "propensity")
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    TRIAL_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIED_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    subject_id: str
    event_time: _timestamp_pb2.Timestamp
    service: str
    task: str
    model: str
    provider: str
    prompt_version_id: str
    parameters: _parameter_pb2.ParameterSet
    assignment_ids: _containers.RepeatedScalarFieldContainer[str]
    trial_id: str
    applied_id: str
    status: OutcomeStatus
    latency: _duration_pb2.Duration
    first_token: _duration_pb2.Duration
    input_tokens: int
    output_tokens: int
    cost_micros: int
    scores: _containers.ScalarMap[str, float]
    labels: _containers.ScalarMap[str, str]
    trace_id: str
    propensity: float
    def __init__(self, event_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., service: _Optional[str] = ..., task: _Optional[str] = ..., model: _Optional[str] = ..., provider: _Optional[str] = ..., prompt_version_id: _Optional[str] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., assignment_ids: _Optional[_Iterable[str]] = ..., trial_id: _Optional[str] = ..., applied_id: _Optional[str] = ..., status: _Optional[_Union[OutcomeStatus, str]] = ..., latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_token: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., cost_micros: _Optional[int] = ..., scores: _Optional[_Mapping[str, float]] = ..., labels: _Optional[_Mapping[str, str]] = ..., trace_id: _Optional[str] = ..., propensity: _Optional[float] = ...) -> None: ...

class OutcomeRejection(_message.Message):
    __slots__ = ("event_id", "error")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    error: _status_pb2.Status
    def __init__(self, event_id: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Aggregation(_message.Message):
    __slots__ = ("metric", "function", "quantile")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_FIELD_NUMBER: _ClassVar[int]
    metric: str
    function: AggregationFunction
    quantile: float
    def __init__(self, metric: _Optional[str] = ..., function: _Optional[_Union[AggregationFunction, str]] = ..., quantile: _Optional[float] = ...) -> None: ...

class OutcomeRow(_message.Message):
    __slots__ = ("start_time", "end_time", "group", "values", "outcomes")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    group: _containers.RepeatedScalarFieldContainer[str]
    values: _containers.RepeatedScalarFieldContainer[float]
    outcomes: int
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., group: _Optional[_Iterable[str]] = ..., values: _Optional[_Iterable[float]] = ..., outcomes: _Optional[int] = ...) -> None: ...
