import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SplitMatchKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPLIT_MATCH_KIND_UNSPECIFIED: _ClassVar[SplitMatchKind]
    SPLIT_MATCH_KIND_HEADER: _ClassVar[SplitMatchKind]
    SPLIT_MATCH_KIND_COOKIE: _ClassVar[SplitMatchKind]
    SPLIT_MATCH_KIND_CLAIM: _ClassVar[SplitMatchKind]

class SplitStickiness(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPLIT_STICKINESS_UNSPECIFIED: _ClassVar[SplitStickiness]
    SPLIT_STICKINESS_NONE: _ClassVar[SplitStickiness]
    SPLIT_STICKINESS_HEADER: _ClassVar[SplitStickiness]
    SPLIT_STICKINESS_COOKIE: _ClassVar[SplitStickiness]
    SPLIT_STICKINESS_USER: _ClassVar[SplitStickiness]
    SPLIT_STICKINESS_TENANT: _ClassVar[SplitStickiness]

class CanarySignal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANARY_SIGNAL_UNSPECIFIED: _ClassVar[CanarySignal]
    CANARY_SIGNAL_ERROR_RATE: _ClassVar[CanarySignal]
    CANARY_SIGNAL_LATENCY_P50: _ClassVar[CanarySignal]
    CANARY_SIGNAL_LATENCY_P99: _ClassVar[CanarySignal]
    CANARY_SIGNAL_FIRST_TOKEN_P95: _ClassVar[CanarySignal]
    CANARY_SIGNAL_TOKENS_PER_SECOND: _ClassVar[CanarySignal]
    CANARY_SIGNAL_SLO_BURN_RATE: _ClassVar[CanarySignal]
    CANARY_SIGNAL_OUTCOME_SCORE: _ClassVar[CanarySignal]

class CanaryPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANARY_PHASE_UNSPECIFIED: _ClassVar[CanaryPhase]
    CANARY_PHASE_WAITING: _ClassVar[CanaryPhase]
    CANARY_PHASE_RUNNING: _ClassVar[CanaryPhase]
    CANARY_PHASE_PAUSED: _ClassVar[CanaryPhase]
    CANARY_PHASE_AWAITING_PROMOTION: _ClassVar[CanaryPhase]
    CANARY_PHASE_PROMOTED: _ClassVar[CanaryPhase]
    CANARY_PHASE_ROLLED_BACK: _ClassVar[CanaryPhase]
SPLIT_MATCH_KIND_UNSPECIFIED: SplitMatchKind
SPLIT_MATCH_KIND_HEADER: SplitMatchKind
SPLIT_MATCH_KIND_COOKIE: SplitMatchKind
SPLIT_MATCH_KIND_CLAIM: SplitMatchKind
SPLIT_STICKINESS_UNSPECIFIED: SplitStickiness
SPLIT_STICKINESS_NONE: SplitStickiness
SPLIT_STICKINESS_HEADER: SplitStickiness
SPLIT_STICKINESS_COOKIE: SplitStickiness
SPLIT_STICKINESS_USER: SplitStickiness
SPLIT_STICKINESS_TENANT: SplitStickiness
CANARY_SIGNAL_UNSPECIFIED: CanarySignal
CANARY_SIGNAL_ERROR_RATE: CanarySignal
CANARY_SIGNAL_LATENCY_P50: CanarySignal
CANARY_SIGNAL_LATENCY_P99: CanarySignal
CANARY_SIGNAL_FIRST_TOKEN_P95: CanarySignal
CANARY_SIGNAL_TOKENS_PER_SECOND: CanarySignal
CANARY_SIGNAL_SLO_BURN_RATE: CanarySignal
CANARY_SIGNAL_OUTCOME_SCORE: CanarySignal
CANARY_PHASE_UNSPECIFIED: CanaryPhase
CANARY_PHASE_WAITING: CanaryPhase
CANARY_PHASE_RUNNING: CanaryPhase
CANARY_PHASE_PAUSED: CanaryPhase
CANARY_PHASE_AWAITING_PROMOTION: CanaryPhase
CANARY_PHASE_PROMOTED: CanaryPhase
CANARY_PHASE_ROLLED_BACK: CanaryPhase

class TrafficSplit(_message.Message):
    __slots__ = ("id", "display_name", "service", "model", "branches", "rules", "stickiness", "stickiness_name", "canary", "status", "etag", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    BRANCHES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    STICKINESS_FIELD_NUMBER: _ClassVar[int]
    STICKINESS_NAME_FIELD_NUMBER: _ClassVar[int]
    CANARY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    service: str
    model: str
    branches: _containers.RepeatedCompositeFieldContainer[SplitBranch]
    rules: _containers.RepeatedCompositeFieldContainer[SplitRule]
    stickiness: SplitStickiness
    stickiness_name: str
    canary: CanaryPlan
    status: CanaryStatus
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., service: _Optional[str] = ..., model: _Optional[str] = ..., branches: _Optional[_Iterable[_Union[SplitBranch, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[SplitRule, _Mapping]]] = ..., stickiness: _Optional[_Union[SplitStickiness, str]] = ..., stickiness_name: _Optional[str] = ..., canary: _Optional[_Union[CanaryPlan, _Mapping]] = ..., status: _Optional[_Union[CanaryStatus, _Mapping]] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SplitBranch(_message.Message):
    __slots__ = ("name", "labels", "weight", "mirror")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    MIRROR_FIELD_NUMBER: _ClassVar[int]
    name: str
    labels: _containers.ScalarMap[str, str]
    weight: int
    mirror: int
    def __init__(self, name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., weight: _Optional[int] = ..., mirror: _Optional[int] = ...) -> None: ...

class SplitRule(_message.Message):
    __slots__ = ("branch", "matches")
    BRANCH_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    branch: str
    matches: _containers.RepeatedCompositeFieldContainer[SplitMatch]
    def __init__(self, branch: _Optional[str] = ..., matches: _Optional[_Iterable[_Union[SplitMatch, _Mapping]]] = ...) -> None: ...

class SplitMatch(_message.Message):
    __slots__ = ("kind", "name", "exact", "prefix", "present")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    kind: SplitMatchKind
    name: str
    exact: str
    prefix: str
    present: bool
    def __init__(self, kind: _Optional[_Union[SplitMatchKind, str]] = ..., name: _Optional[str] = ..., exact: _Optional[str] = ..., prefix: _Optional[str] = ..., present: _Optional[bool] = ...) -> None: ...

class CanaryPlan(_message.Message):
    __slots__ = ("branch", "baseline_branch", "steps", "step_duration", "min_requests", "guards", "max_failures", "manual_promotion")
    BRANCH_FIELD_NUMBER: _ClassVar[int]
    BASELINE_BRANCH_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STEP_DURATION_FIELD_NUMBER: _ClassVar[int]
    MIN_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    MAX_FAILURES_FIELD_NUMBER: _ClassVar[int]
    MANUAL_PROMOTION_FIELD_NUMBER: _ClassVar[int]
    branch: str
    baseline_branch: str
    steps: _containers.RepeatedScalarFieldContainer[int]
    step_duration: _duration_pb2.Duration
    min_requests: int
    guards: _containers.RepeatedCompositeFieldContainer[CanaryGuard]
    max_failures: int
    manual_promotion: bool
    def __init__(self, branch: _Optional[str] = ..., baseline_branch: _Optional[str] = ..., steps: _Optional[_Iterable[int]] = ..., step_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_requests: _Optional[int] = ..., guards: _Optional[_Iterable[_Union[CanaryGuard, _Mapping]]] = ..., max_failures: _Optional[int] = ..., manual_promotion: _Optional[bool] = ...) -> None: ...

class CanaryGuard(_message.Message):
    __slots__ = ("signal", "name", "max", "min", "max_ratio", "min_ratio")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_RATIO_FIELD_NUMBER: _ClassVar[int]
    MIN_RATIO_FIELD_NUMBER: _ClassVar[int]
    signal: CanarySignal
    name: str
    max: float
    min: float
    max_ratio: float
    min_ratio: float
    def __init__(self, signal: _Optional[_Union[CanarySignal, str]] = ..., name: _Optional[str] = ..., max: _Optional[float] = ..., min: _Optional[float] = ..., max_ratio: _Optional[float] = ..., min_ratio: _Optional[float] = ...) -> None: ...

class CanaryStatus(_message.Message):
    __slots__ = ("phase", "steps_done", "failures", "step_requests", "guard_results", "step_start_time", "next_judge_time", "reason")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    STEPS_DONE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    STEP_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    GUARD_RESULTS_FIELD_NUMBER: _ClassVar[int]
    STEP_START_TIME_FIELD_NUMBER: _ClassVar[int]
    NEXT_JUDGE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    phase: CanaryPhase
    steps_done: int
    failures: int
    step_requests: int
    guard_results: _containers.RepeatedCompositeFieldContainer[GuardResult]
    step_start_time: _timestamp_pb2.Timestamp
    next_judge_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, phase: _Optional[_Union[CanaryPhase, str]] = ..., steps_done: _Optional[int] = ..., failures: _Optional[int] = ..., step_requests: _Optional[int] = ..., guard_results: _Optional[_Iterable[_Union[GuardResult, _Mapping]]] = ..., step_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_judge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class GuardResult(_message.Message):
    __slots__ = ("guard", "value", "baseline_value", "held", "judge_time")
    GUARD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    BASELINE_VALUE_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    JUDGE_TIME_FIELD_NUMBER: _ClassVar[int]
    guard: CanaryGuard
    value: float
    baseline_value: float
    held: bool
    judge_time: _timestamp_pb2.Timestamp
    def __init__(self, guard: _Optional[_Union[CanaryGuard, _Mapping]] = ..., value: _Optional[float] = ..., baseline_value: _Optional[float] = ..., held: _Optional[bool] = ..., judge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
