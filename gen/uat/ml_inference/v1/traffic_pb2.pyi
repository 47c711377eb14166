import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Stickiness(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STICKINESS_UNSPECIFIED: _ClassVar[Stickiness]
    STICKINESS_NONE: _ClassVar[Stickiness]
    STICKINESS_TENANT: _ClassVar[Stickiness]
    STICKINESS_USER: _ClassVar[Stickiness]
    STICKINESS_SEQUENCE: _ClassVar[Stickiness]

class CanaryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANARY_STATE_UNSPECIFIED: _ClassVar[CanaryState]
    CANARY_STATE_WAITING: _ClassVar[CanaryState]
    CANARY_STATE_RUNNING: _ClassVar[CanaryState]
    CANARY_STATE_PASSED: _ClassVar[CanaryState]
    CANARY_STATE_PROMOTED: _ClassVar[CanaryState]
    CANARY_STATE_ROLLED_BACK: _ClassVar[CanaryState]

class RollbackCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLLBACK_CAUSE_UNSPECIFIED: _ClassVar[RollbackCause]
    ROLLBACK_CAUSE_ERROR_RATE: _ClassVar[RollbackCause]
    ROLLBACK_CAUSE_LATENCY: _ClassVar[RollbackCause]
    ROLLBACK_CAUSE_NOT_READY: _ClassVar[RollbackCause]
    ROLLBACK_CAUSE_OPERATOR: _ClassVar[RollbackCause]
STICKINESS_UNSPECIFIED: Stickiness
STICKINESS_NONE: Stickiness
STICKINESS_TENANT: Stickiness
STICKINESS_USER: Stickiness
STICKINESS_SEQUENCE: Stickiness
CANARY_STATE_UNSPECIFIED: CanaryState
CANARY_STATE_WAITING: CanaryState
CANARY_STATE_RUNNING: CanaryState
CANARY_STATE_PASSED: CanaryState
CANARY_STATE_PROMOTED: CanaryState
CANARY_STATE_ROLLED_BACK: CanaryState
ROLLBACK_CAUSE_UNSPECIFIED: RollbackCause
ROLLBACK_CAUSE_ERROR_RATE: RollbackCause
ROLLBACK_CAUSE_LATENCY: RollbackCause
ROLLBACK_CAUSE_NOT_READY: RollbackCause
ROLLBACK_CAUSE_OPERATOR: RollbackCause

class Traffic(_message.Message):
    __slots__ = ("model_name", "splits", "tenant_overrides", "canary", "shadow", "stickiness", "etag", "update_time", "updated_by")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    TENANT_OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    CANARY_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    STICKINESS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    splits: _containers.RepeatedCompositeFieldContainer[TrafficSplit]
    tenant_overrides: _containers.RepeatedCompositeFieldContainer[TenantOverride]
    canary: Canary
    shadow: Shadow
    stickiness: Stickiness
    etag: str
    update_time: _timestamp_pb2.Timestamp
    updated_by: str
    def __init__(self, model_name: _Optional[str] = ..., splits: _Optional[_Iterable[_Union[TrafficSplit, _Mapping]]] = ..., tenant_overrides: _Optional[_Iterable[_Union[TenantOverride, _Mapping]]] = ..., canary: _Optional[_Union[Canary, _Mapping]] = ..., shadow: _Optional[_Union[Shadow, _Mapping]] = ..., stickiness: _Optional[_Union[Stickiness, str]] = ..., etag: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by: _Optional[str] = ...) -> None: ...

class TrafficSplit(_message.Message):
    __slots__ = ("version", "weight")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    version: str
    weight: int
    def __init__(self, version: _Optional[str] = ..., weight: _Optional[int] = ...) -> None: ...

class TenantOverride(_message.Message):
    __slots__ = ("tenant_id", "splits")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    splits: _containers.RepeatedCompositeFieldContainer[TrafficSplit]
    def __init__(self, tenant_id: _Optional[str] = ..., splits: _Optional[_Iterable[_Union[TrafficSplit, _Mapping]]] = ...) -> None: ...

class Canary(_message.Message):
    __slots__ = ("version", "stable_version", "stages", "max_error_rate_increase", "max_latency_ratio", "window", "min_requests", "auto_promote", "status")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STABLE_VERSION_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    MAX_ERROR_RATE_INCREASE_FIELD_NUMBER: _ClassVar[int]
    MAX_LATENCY_RATIO_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    MIN_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    AUTO_PROMOTE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    version: str
    stable_version: str
    stages: _containers.RepeatedCompositeFieldContainer[CanaryStage]
    max_error_rate_increase: float
    max_latency_ratio: float
    window: _duration_pb2.Duration
    min_requests: int
    auto_promote: bool
    status: CanaryStatus
    def __init__(self, version: _Optional[str] = ..., stable_version: _Optional[str] = ..., stages: _Optional[_Iterable[_Union[CanaryStage, _Mapping]]] = ..., max_error_rate_increase: _Optional[float] = ..., max_latency_ratio: _Optional[float] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_requests: _Optional[int] = ..., auto_promote: _Optional[bool] = ..., status: _Optional[_Union[CanaryStatus, _Mapping]] = ...) -> None: ...

class CanaryStage(_message.Message):
    __slots__ = ("weight", "hold", "min_requests")
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    weight: int
    hold: _duration_pb2.Duration
    min_requests: int
    def __init__(self, weight: _Optional[int] = ..., hold: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_requests: _Optional[int] = ...) -> None: ...

class CanaryStatus(_message.Message):
    __slots__ = ("state", "stage", "weight", "canary", "stable", "reason", "start_time", "stage_time")
    STATE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    CANARY_FIELD_NUMBER: _ClassVar[int]
    STABLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STAGE_TIME_FIELD_NUMBER: _ClassVar[int]
    state: CanaryState
    stage: int
    weight: int
    canary: VersionFigures
    stable: VersionFigures
    reason: str
    start_time: _timestamp_pb2.Timestamp
    stage_time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[CanaryState, str]] = ..., stage: _Optional[int] = ..., weight: _Optional[int] = ..., canary: _Optional[_Union[VersionFigures, _Mapping]] = ..., stable: _Optional[_Union[VersionFigures, _Mapping]] = ..., reason: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stage_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Shadow(_message.Message):
    __slots__ = ("version", "weight", "tolerance")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    version: str
    weight: int
    tolerance: float
    def __init__(self, version: _Optional[str] = ..., weight: _Optional[int] = ..., tolerance: _Optional[float] = ...) -> None: ...

class VersionFigures(_message.Message):
    __slots__ = ("version", "requests", "errors", "latency_p50", "latency_p99", "shadow_requests", "shadow_differences")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P50_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P99_FIELD_NUMBER: _ClassVar[int]
    SHADOW_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SHADOW_DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    version: str
    requests: int
    errors: int
    latency_p50: _duration_pb2.Duration
    latency_p99: _duration_pb2.Duration
    shadow_requests: int
    shadow_differences: int
    def __init__(self, version: _Optional[str] = ..., requests: _Optional[int] = ..., errors: _Optional[int] = ..., latency_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., latency_p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., shadow_requests: _Optional[int] = ..., shadow_differences: _Optional[int] = ...) -> None: ...

class TrafficEvent(_message.Message):
    __slots__ = ("model_name", "position", "time", "changed", "stage_entered", "compared", "promoted", "rolled_back", "readiness_changed")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    STAGE_ENTERED_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    PROMOTED_FIELD_NUMBER: _ClassVar[int]
    ROLLED_BACK_FIELD_NUMBER: _ClassVar[int]
    READINESS_CHANGED_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    position: _event_position_pb2.EventPosition
    time: _timestamp_pb2.Timestamp
    changed: TrafficChanged
    stage_entered: CanaryStageEntered
    compared: VersionsCompared
    promoted: CanaryPromoted
    rolled_back: CanaryRolledBack
    readiness_changed: ReadinessChanged
    def __init__(self, model_name: _Optional[str] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed: _Optional[_Union[TrafficChanged, _Mapping]] = ..., stage_entered: _Optional[_Union[CanaryStageEntered, _Mapping]] = ..., compared: _Optional[_Union[VersionsCompared, _Mapping]] = ..., promoted: _Optional[_Union[CanaryPromoted, _Mapping]] = ..., rolled_back: _Optional[_Union[CanaryRolledBack, _Mapping]] = ..., readiness_changed: _Optional[_Union[ReadinessChanged, _Mapping]] = ...) -> None: ...

class TrafficChanged(_message.Message):
    __slots__ = ("traffic",)
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    traffic: Traffic
    def __init__(self, traffic: _Optional[_Union[Traffic, _Mapping]] = ...) -> None: ...

class CanaryStageEntered(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: CanaryStatus
    def __init__(self, status: _Optional[_Union[CanaryStatus, _Mapping]] = ...) -> None: ...

class VersionsCompared(_message.Message):
    __slots__ = ("figures",)
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    figures: _containers.RepeatedCompositeFieldContainer[VersionFigures]
    def __init__(self, figures: _Optional[_Iterable[_Union[VersionFigures, _Mapping]]] = ...) -> None: ...

class CanaryPromoted(_message.Message):
    __slots__ = ("status", "automatic")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUTOMATIC_FIELD_NUMBER: _ClassVar[int]
    status: CanaryStatus
    automatic: bool
    def __init__(self, status: _Optional[_Union[CanaryStatus, _Mapping]] = ..., automatic: _Optional[bool] = ...) -> None: ...

class CanaryRolledBack(_message.Message):
    __slots__ = ("status", "automatic", "cause")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUTOMATIC_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    status: CanaryStatus
    automatic: bool
    cause: RollbackCause
    def __init__(self, status: _Optional[_Union[CanaryStatus, _Mapping]] = ..., automatic: _Optional[bool] = ..., cause: _Optional[_Union[RollbackCause, str]] = ...) -> None: ...

class ReadinessChanged(_message.Message):
    __slots__ = ("version", "ready")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    version: str
    ready: bool
    def __init__(self, version: _Optional[str] = ..., ready: _Optional[bool] = ...) -> None: ...
