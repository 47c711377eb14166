import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.parameter_analytics.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEARCH_METHOD_UNSPECIFIED: _ClassVar[SearchMethod]
    SEARCH_METHOD_RANDOM: _ClassVar[SearchMethod]
    SEARCH_METHOD_GRID: _ClassVar[SearchMethod]
    SEARCH_METHOD_TPE: _ClassVar[SearchMethod]
    SEARCH_METHOD_CMA_ES: _ClassVar[SearchMethod]
    SEARCH_METHOD_NSGA_II: _ClassVar[SearchMethod]

class PruningMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRUNING_METHOD_UNSPECIFIED: _ClassVar[PruningMethod]
    PRUNING_METHOD_NONE: _ClassVar[PruningMethod]
    PRUNING_METHOD_MEDIAN: _ClassVar[PruningMethod]
    PRUNING_METHOD_SUCCESSIVE_HALVING: _ClassVar[PruningMethod]

class StudyState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STUDY_STATE_UNSPECIFIED: _ClassVar[StudyState]
    STUDY_STATE_ACTIVE: _ClassVar[StudyState]
    STUDY_STATE_EXHAUSTED: _ClassVar[StudyState]
    STUDY_STATE_CANCELLED: _ClassVar[StudyState]

class TrialState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRIAL_STATE_UNSPECIFIED: _ClassVar[TrialState]
    TRIAL_STATE_RUNNING: _ClassVar[TrialState]
    TRIAL_STATE_COMPLETE: _ClassVar[TrialState]
    TRIAL_STATE_PRUNED: _ClassVar[TrialState]
    TRIAL_STATE_FAILED: _ClassVar[TrialState]
SEARCH_METHOD_UNSPECIFIED: SearchMethod
SEARCH_METHOD_RANDOM: SearchMethod
SEARCH_METHOD_GRID: SearchMethod
SEARCH_METHOD_TPE: SearchMethod
SEARCH_METHOD_CMA_ES: SearchMethod
SEARCH_METHOD_NSGA_II: SearchMethod
PRUNING_METHOD_UNSPECIFIED: PruningMethod
PRUNING_METHOD_NONE: PruningMethod
PRUNING_METHOD_MEDIAN: PruningMethod
PRUNING_METHOD_SUCCESSIVE_HALVING: PruningMethod
STUDY_STATE_UNSPECIFIED: StudyState
STUDY_STATE_ACTIVE: StudyState
STUDY_STATE_EXHAUSTED: StudyState
STUDY_STATE_CANCELLED: StudyState
TRIAL_STATE_UNSPECIFIED: TrialState
TRIAL_STATE_RUNNING: TrialState
TRIAL_STATE_COMPLETE: TrialState
TRIAL_STATE_PRUNED: TrialState
TRIAL_STATE_FAILED: TrialState

class Study(_message.Message):
    __slots__ = ("id", "name", "parameters", "objectives", "constraints", "method", "pruning", "max_trials", "trial_timeout", "seed", "segment", "state", "trial_counts", "best_trial_ids", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVES_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PRUNING_FIELD_NUMBER: _ClassVar[int]
    MAX_TRIALS_FIELD_NUMBER: _ClassVar[int]
    TRIAL_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TRIAL_COUNTS_FIELD_NUMBER: _ClassVar[int]
    BEST_TRIAL_IDS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    parameters: _containers.RepeatedCompositeFieldContainer[ParameterSpec]
    objectives: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.Objective]
    constraints: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.MetricBound]
    method: SearchMethod
    pruning: PruningMethod
    max_trials: int
    trial_timeout: _duration_pb2.Duration
    seed: int
    segment: _parameter_pb2.Segment
    state: StudyState
    trial_counts: TrialCounts
    best_trial_ids: _containers.RepeatedScalarFieldContainer[str]
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., parameters: _Optional[_Iterable[_Union[ParameterSpec, _Mapping]]] = ..., objectives: _Optional[_Iterable[_Union[_parameter_pb2.Objective, _Mapping]]] = ..., constraints: _Optional[_Iterable[_Union[_parameter_pb2.MetricBound, _Mapping]]] = ..., method: _Optional[_Union[SearchMethod, str]] = ..., pruning: _Optional[_Union[PruningMethod, str]] = ..., max_trials: _Optional[int] = ..., trial_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., seed: _Optional[int] = ..., segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., state: _Optional[_Union[StudyState, str]] = ..., trial_counts: _Optional[_Union[TrialCounts, _Mapping]] = ..., best_trial_ids: _Optional[_Iterable[str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ParameterSpec(_message.Message):
    __slots__ = ("name", "number", "integer", "choice", "condition")
    NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    CHOICE_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    name: str
    number: NumberDomain
    integer: IntegerDomain
    choice: ChoiceDomain
    condition: ParameterCondition
    def __init__(self, name: _Optional[str] = ..., number: _Optional[_Union[NumberDomain, _Mapping]] = ..., integer: _Optional[_Union[IntegerDomain, _Mapping]] = ..., choice: _Optional[_Union[ChoiceDomain, _Mapping]] = ..., condition: _Optional[_Union[ParameterCondition, _Mapping]] = ...) -> None: ...

class NumberDomain(_message.Message):
    __slots__ = ("min", "max", "step", "log")
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    LOG_FIELD_NUMBER: _ClassVar[int]
    min: float
    max: float
    step: float
    log: bool
    def __init__(self, min: _Optional[float] = ..., max: _Optional[float] = ..., step: _Optional[float] = ..., log: _Optional[bool] = ...) -> None: ...

class IntegerDomain(_message.Message):
    __slots__ = ("min", "max", "step", "log")
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    LOG_FIELD_NUMBER: _ClassVar[int]
    min: int
    max: int
    step: int
    log: bool
    def __init__(self, min: _Optional[int] = ..., max: _Optional[int] = ..., step: _Optional[int] = ..., log: _Optional[bool] = ...) -> None: ...

class ChoiceDomain(_message.Message):
    __slots__ = ("values", "ordered")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    ORDERED_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.ParameterValue]
    ordered: bool
    def __init__(self, values: _Optional[_Iterable[_Union[_parameter_pb2.ParameterValue, _Mapping]]] = ..., ordered: _Optional[bool] = ...) -> None: ...

class ParameterCondition(_message.Message):
    __slots__ = ("parameter", "values")
    PARAMETER_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    parameter: str
    values: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.ParameterValue]
    def __init__(self, parameter: _Optional[str] = ..., values: _Optional[_Iterable[_Union[_parameter_pb2.ParameterValue, _Mapping]]] = ...) -> None: ...

class TrialCounts(_message.Message):
    __slots__ = ("running", "complete", "pruned", "failed")
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    PRUNED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    running: int
    complete: int
    pruned: int
    failed: int
    def __init__(self, running: _Optional[int] = ..., complete: _Optional[int] = ..., pruned: _Optional[int] = ..., failed: _Optional[int] = ...) -> None: ...

class Trial(_message.Message):
    __slots__ = ("id", "study_id", "number", "parameters", "state", "metrics", "reports", "feasible", "error", "create_time", "end_time")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    FEASIBLE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    study_id: str
    number: int
    parameters: _parameter_pb2.ParameterSet
    state: TrialState
    metrics: _containers.MessageMap[str, _parameter_pb2.Estimate]
    reports: _containers.RepeatedCompositeFieldContainer[TrialReport]
    feasible: bool
    error: str
    create_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., study_id: _Optional[str] = ..., number: _Optional[int] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., state: _Optional[_Union[TrialState, str]] = ..., metrics: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ..., reports: _Optional[_Iterable[_Union[TrialReport, _Mapping]]] = ..., feasible: _Optional[bool] = ..., error: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TrialReport(_message.Message):
    __slots__ = ("step", "value")
    STEP_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    step: int
    value: float
    def __init__(self, step: _Optional[int] = ..., value: _Optional[float] = ...) -> None: ...
