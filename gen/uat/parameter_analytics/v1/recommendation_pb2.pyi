import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.parameter_analytics.v1 import insight_pb2 as _insight_pb2
from uat.parameter_analytics.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EvidenceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVIDENCE_KIND_UNSPECIFIED: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_EXPERIMENT: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_STUDY: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_OFF_POLICY: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_OBSERVATION: _ClassVar[EvidenceKind]

class AppliedState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPLIED_STATE_UNSPECIFIED: _ClassVar[AppliedState]
    APPLIED_STATE_ROLLING_OUT: _ClassVar[AppliedState]
    APPLIED_STATE_IN_FORCE: _ClassVar[AppliedState]
    APPLIED_STATE_ROLLED_BACK: _ClassVar[AppliedState]
    APPLIED_STATE_REPLACED: _ClassVar[AppliedState]
EVIDENCE_KIND_UNSPECIFIED: EvidenceKind
EVIDENCE_KIND_EXPERIMENT: EvidenceKind
EVIDENCE_KIND_STUDY: EvidenceKind
EVIDENCE_KIND_OFF_POLICY: EvidenceKind
EVIDENCE_KIND_OBSERVATION: EvidenceKind
APPLIED_STATE_UNSPECIFIED: AppliedState
APPLIED_STATE_ROLLING_OUT: AppliedState
APPLIED_STATE_IN_FORCE: AppliedState
APPLIED_STATE_ROLLED_BACK: AppliedState
APPLIED_STATE_REPLACED: AppliedState

class Recommendation(_message.Message):
    __slots__ = ("id", "segment", "parameters", "prompt_version_id", "confidence", "expected", "current", "evidence", "caveats", "create_time")
    class ExpectedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    class CurrentEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CAVEATS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    segment: _parameter_pb2.Segment
    parameters: _parameter_pb2.ParameterSet
    prompt_version_id: str
    confidence: float
    expected: _containers.MessageMap[str, _parameter_pb2.Estimate]
    current: _containers.MessageMap[str, _parameter_pb2.Estimate]
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    caveats: _containers.RepeatedScalarFieldContainer[str]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., prompt_version_id: _Optional[str] = ..., confidence: _Optional[float] = ..., expected: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ..., current: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., caveats: _Optional[_Iterable[str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("kind", "source_id", "summary", "samples", "weight")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    kind: EvidenceKind
    source_id: str
    summary: str
    samples: int
    weight: float
    def __init__(self, kind: _Optional[_Union[EvidenceKind, str]] = ..., source_id: _Optional[str] = ..., summary: _Optional[str] = ..., samples: _Optional[int] = ..., weight: _Optional[float] = ...) -> None: ...

class AppliedRecommendation(_message.Message):
    __slots__ = ("id", "recommendation", "state", "share", "steps", "step_duration", "guards", "guard_states", "reason", "actor", "create_time", "update_time", "sequence")
    ID_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STEP_DURATION_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    GUARD_STATES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    recommendation: Recommendation
    state: AppliedState
    share: float
    steps: _containers.RepeatedScalarFieldContainer[float]
    step_duration: _duration_pb2.Duration
    guards: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.MetricBound]
    guard_states: _containers.RepeatedCompositeFieldContainer[_insight_pb2.GuardState]
    reason: str
    actor: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    sequence: int
    def __init__(self, id: _Optional[str] = ..., recommendation: _Optional[_Union[Recommendation, _Mapping]] = ..., state: _Optional[_Union[AppliedState, str]] = ..., share: _Optional[float] = ..., steps: _Optional[_Iterable[float]] = ..., step_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., guards: _Optional[_Iterable[_Union[_parameter_pb2.MetricBound, _Mapping]]] = ..., guard_states: _Optional[_Iterable[_Union[_insight_pb2.GuardState, _Mapping]]] = ..., reason: _Optional[str] = ..., actor: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sequence: _Optional[int] = ...) -> None: ...
