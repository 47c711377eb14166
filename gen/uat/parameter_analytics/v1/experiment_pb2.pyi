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

class ExperimentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPERIMENT_STATE_UNSPECIFIED: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_DRAFT: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_RUNNING: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_STOPPED: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_CONCLUDED: _ClassVar[ExperimentState]

class AllocationMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALLOCATION_METHOD_UNSPECIFIED: _ClassVar[AllocationMethod]
    ALLOCATION_METHOD_FIXED: _ClassVar[AllocationMethod]
    ALLOCATION_METHOD_THOMPSON: _ClassVar[AllocationMethod]
    ALLOCATION_METHOD_EPSILON_GREEDY: _ClassVar[AllocationMethod]

class AssignmentUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASSIGNMENT_UNIT_UNSPECIFIED: _ClassVar[AssignmentUnit]
    ASSIGNMENT_UNIT_USER: _ClassVar[AssignmentUnit]
    ASSIGNMENT_UNIT_TENANT: _ClassVar[AssignmentUnit]
    ASSIGNMENT_UNIT_KEY: _ClassVar[AssignmentUnit]
    ASSIGNMENT_UNIT_REQUEST: _ClassVar[AssignmentUnit]

class TestMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEST_METHOD_UNSPECIFIED: _ClassVar[TestMethod]
    TEST_METHOD_SEQUENTIAL: _ClassVar[TestMethod]
    TEST_METHOD_FIXED_SIZE: _ClassVar[TestMethod]
    TEST_METHOD_BAYESIAN: _ClassVar[TestMethod]
EXPERIMENT_STATE_UNSPECIFIED: ExperimentState
EXPERIMENT_STATE_DRAFT: ExperimentState
EXPERIMENT_STATE_RUNNING: ExperimentState
EXPERIMENT_STATE_STOPPED: ExperimentState
EXPERIMENT_STATE_CONCLUDED: ExperimentState
ALLOCATION_METHOD_UNSPECIFIED: AllocationMethod
ALLOCATION_METHOD_FIXED: AllocationMethod
ALLOCATION_METHOD_THOMPSON: AllocationMethod
ALLOCATION_METHOD_EPSILON_GREEDY: AllocationMethod
ASSIGNMENT_UNIT_UNSPECIFIED: AssignmentUnit
ASSIGNMENT_UNIT_USER: AssignmentUnit
ASSIGNMENT_UNIT_TENANT: AssignmentUnit
ASSIGNMENT_UNIT_KEY: AssignmentUnit
ASSIGNMENT_UNIT_REQUEST: AssignmentUnit
TEST_METHOD_UNSPECIFIED: TestMethod
TEST_METHOD_SEQUENTIAL: TestMethod
TEST_METHOD_FIXED_SIZE: TestMethod
TEST_METHOD_BAYESIAN: TestMethod

class Experiment(_message.Message):
    __slots__ = ("id", "name", "hypothesis", "segment", "variants", "objective", "guards", "allocation", "unit", "exposure", "test", "alpha", "min_effect", "variance_reduction", "auto_conclude", "max_duration", "state", "winner", "conclusion", "create_time", "update_time", "start_time", "end_time", "etag")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    HYPOTHESIS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    MIN_EFFECT_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_REDUCTION_FIELD_NUMBER: _ClassVar[int]
    AUTO_CONCLUDE_FIELD_NUMBER: _ClassVar[int]
    MAX_DURATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    WINNER_FIELD_NUMBER: _ClassVar[int]
    CONCLUSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    hypothesis: str
    segment: _parameter_pb2.Segment
    variants: _containers.RepeatedCompositeFieldContainer[Variant]
    objective: _parameter_pb2.Objective
    guards: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.MetricBound]
    allocation: AllocationMethod
    unit: AssignmentUnit
    exposure: float
    test: TestMethod
    alpha: float
    min_effect: float
    variance_reduction: bool
    auto_conclude: bool
    max_duration: _duration_pb2.Duration
    state: ExperimentState
    winner: str
    conclusion: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., hypothesis: _Optional[str] = ..., segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., variants: _Optional[_Iterable[_Union[Variant, _Mapping]]] = ..., objective: _Optional[_Union[_parameter_pb2.Objective, _Mapping]] = ..., guards: _Optional[_Iterable[_Union[_parameter_pb2.MetricBound, _Mapping]]] = ..., allocation: _Optional[_Union[AllocationMethod, str]] = ..., unit: _Optional[_Union[AssignmentUnit, str]] = ..., exposure: _Optional[float] = ..., test: _Optional[_Union[TestMethod, str]] = ..., alpha: _Optional[float] = ..., min_effect: _Optional[float] = ..., variance_reduction: _Optional[bool] = ..., auto_conclude: _Optional[bool] = ..., max_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., state: _Optional[_Union[ExperimentState, str]] = ..., winner: _Optional[str] = ..., conclusion: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class Variant(_message.Message):
    __slots__ = ("name", "parameters", "prompt_version_id", "weight")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    name: str
    parameters: _parameter_pb2.ParameterSet
    prompt_version_id: str
    weight: float
    def __init__(self, name: _Optional[str] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., prompt_version_id: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("id", "experiment_id", "variant", "parameters", "prompt_version_id", "propensity")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    id: str
    experiment_id: str
    variant: str
    parameters: _parameter_pb2.ParameterSet
    prompt_version_id: str
    propensity: float
    def __init__(self, id: _Optional[str] = ..., experiment_id: _Optional[str] = ..., variant: _Optional[str] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., prompt_version_id: _Optional[str] = ..., propensity: _Optional[float] = ...) -> None: ...
