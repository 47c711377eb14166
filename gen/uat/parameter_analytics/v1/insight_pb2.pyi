import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.parameter_analytics.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_UNDECIDED: _ClassVar[Verdict]
    VERDICT_WINNER: _ClassVar[Verdict]
    VERDICT_NO_DIFFERENCE: _ClassVar[Verdict]
    VERDICT_INVALID: _ClassVar[Verdict]
    VERDICT_GUARD_BROKEN: _ClassVar[Verdict]
VERDICT_UNSPECIFIED: Verdict
VERDICT_UNDECIDED: Verdict
VERDICT_WINNER: Verdict
VERDICT_NO_DIFFERENCE: Verdict
VERDICT_INVALID: Verdict
VERDICT_GUARD_BROKEN: Verdict

class Importance(_message.Message):
    __slots__ = ("parameter", "share", "correlation", "effects")
    PARAMETER_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    parameter: str
    share: float
    correlation: float
    effects: _containers.RepeatedCompositeFieldContainer[ParameterEffect]
    def __init__(self, parameter: _Optional[str] = ..., share: _Optional[float] = ..., correlation: _Optional[float] = ..., effects: _Optional[_Iterable[_Union[ParameterEffect, _Mapping]]] = ...) -> None: ...

class ParameterEffect(_message.Message):
    __slots__ = ("value", "metric")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    value: _parameter_pb2.ParameterValue
    metric: _parameter_pb2.Estimate
    def __init__(self, value: _Optional[_Union[_parameter_pb2.ParameterValue, _Mapping]] = ..., metric: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...

class ParetoPoint(_message.Message):
    __slots__ = ("parameters", "trial_id", "metrics")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    TRIAL_ID_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    parameters: _parameter_pb2.ParameterSet
    trial_id: str
    metrics: _containers.MessageMap[str, _parameter_pb2.Estimate]
    def __init__(self, parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., trial_id: _Optional[str] = ..., metrics: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ...) -> None: ...

class ExperimentResult(_message.Message):
    __slots__ = ("variants", "sample_ratio", "verdict", "leader", "outcomes_needed", "summary", "compute_time")
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATIO_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    LEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_NEEDED_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_TIME_FIELD_NUMBER: _ClassVar[int]
    variants: _containers.RepeatedCompositeFieldContainer[VariantResult]
    sample_ratio: SampleRatioCheck
    verdict: Verdict
    leader: str
    outcomes_needed: int
    summary: str
    compute_time: _timestamp_pb2.Timestamp
    def __init__(self, variants: _Optional[_Iterable[_Union[VariantResult, _Mapping]]] = ..., sample_ratio: _Optional[_Union[SampleRatioCheck, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., leader: _Optional[str] = ..., outcomes_needed: _Optional[int] = ..., summary: _Optional[str] = ..., compute_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class VariantResult(_message.Message):
    __slots__ = ("variant", "units", "outcomes", "metric", "lift", "p_value", "chance_to_be_best", "share", "guards")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    LIFT_FIELD_NUMBER: _ClassVar[int]
    P_VALUE_FIELD_NUMBER: _ClassVar[int]
    CHANCE_TO_BE_BEST_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    variant: str
    units: int
    outcomes: int
    metric: _parameter_pb2.Estimate
    lift: _parameter_pb2.Estimate
    p_value: float
    chance_to_be_best: float
    share: float
    guards: _containers.RepeatedCompositeFieldContainer[GuardState]
    def __init__(self, variant: _Optional[str] = ..., units: _Optional[int] = ..., outcomes: _Optional[int] = ..., metric: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ..., lift: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ..., p_value: _Optional[float] = ..., chance_to_be_best: _Optional[float] = ..., share: _Optional[float] = ..., guards: _Optional[_Iterable[_Union[GuardState, _Mapping]]] = ...) -> None: ...

class GuardState(_message.Message):
    __slots__ = ("bound", "metric", "broken")
    BOUND_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    BROKEN_FIELD_NUMBER: _ClassVar[int]
    bound: _parameter_pb2.MetricBound
    metric: _parameter_pb2.Estimate
    broken: bool
    def __init__(self, bound: _Optional[_Union[_parameter_pb2.MetricBound, _Mapping]] = ..., metric: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ..., broken: _Optional[bool] = ...) -> None: ...

class SampleRatioCheck(_message.Message):
    __slots__ = ("p_value", "mismatch", "expected")
    class ExpectedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    P_VALUE_FIELD_NUMBER: _ClassVar[int]
    MISMATCH_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    p_value: float
    mismatch: bool
    expected: _containers.ScalarMap[str, float]
    def __init__(self, p_value: _Optional[float] = ..., mismatch: _Optional[bool] = ..., expected: _Optional[_Mapping[str, float]] = ...) -> None: ...
