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

class AlertSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_SEVERITY_UNSPECIFIED: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_INFO: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_WARNING: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_CRITICAL: _ClassVar[AlertSeverity]

class AlertState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_STATE_UNSPECIFIED: _ClassVar[AlertState]
    ALERT_STATE_PENDING: _ClassVar[AlertState]
    ALERT_STATE_FIRING: _ClassVar[AlertState]
    ALERT_STATE_SUPPRESSED: _ClassVar[AlertState]
    ALERT_STATE_RESOLVED: _ClassVar[AlertState]

class AlertCauseKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_CAUSE_KIND_UNSPECIFIED: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_SHIFT: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_DEPLOYMENT: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_CONFIGURATION: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_DEPENDENCY: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_TRAFFIC: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_ALERT: _ClassVar[AlertCauseKind]

class MatchOperator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MATCH_OPERATOR_UNSPECIFIED: _ClassVar[MatchOperator]
    MATCH_OPERATOR_EQUAL: _ClassVar[MatchOperator]
    MATCH_OPERATOR_NOT_EQUAL: _ClassVar[MatchOperator]
    MATCH_OPERATOR_MATCHES: _ClassVar[MatchOperator]
    MATCH_OPERATOR_NOT_MATCHES: _ClassVar[MatchOperator]
ALERT_SEVERITY_UNSPECIFIED: AlertSeverity
ALERT_SEVERITY_INFO: AlertSeverity
ALERT_SEVERITY_WARNING: AlertSeverity
ALERT_SEVERITY_CRITICAL: AlertSeverity
ALERT_STATE_UNSPECIFIED: AlertState
ALERT_STATE_PENDING: AlertState
ALERT_STATE_FIRING: AlertState
ALERT_STATE_SUPPRESSED: AlertState
ALERT_STATE_RESOLVED: AlertState
ALERT_CAUSE_KIND_UNSPECIFIED: AlertCauseKind
ALERT_CAUSE_KIND_SHIFT: AlertCauseKind
ALERT_CAUSE_KIND_DEPLOYMENT: AlertCauseKind
ALERT_CAUSE_KIND_CONFIGURATION: AlertCauseKind
ALERT_CAUSE_KIND_DEPENDENCY: AlertCauseKind
ALERT_CAUSE_KIND_TRAFFIC: AlertCauseKind
ALERT_CAUSE_KIND_ALERT: AlertCauseKind
MATCH_OPERATOR_UNSPECIFIED: MatchOperator
MATCH_OPERATOR_EQUAL: MatchOperator
MATCH_OPERATOR_NOT_EQUAL: MatchOperator
MATCH_OPERATOR_MATCHES: MatchOperator
MATCH_OPERATOR_NOT_MATCHES: MatchOperator

class AlertRule(_message.Message):
    __slots__ = ("id", "name", "expression", "hold", "keep_firing", "interval", "severity", "labels", "annotations", "disabled", "builtin", "last_error", "evaluate_time", "create_time", "update_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class AnnotationsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    KEEP_FIRING_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    BUILTIN_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    EVALUATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    expression: str
    hold: _duration_pb2.Duration
    keep_firing: _duration_pb2.Duration
    interval: _duration_pb2.Duration
    severity: AlertSeverity
    labels: _containers.ScalarMap[str, str]
    annotations: _containers.ScalarMap[str, str]
    disabled: bool
    builtin: bool
    last_error: str
    evaluate_time: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., expression: _Optional[str] = ..., hold: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., keep_firing: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., labels: _Optional[_Mapping[str, str]] = ..., annotations: _Optional[_Mapping[str, str]] = ..., disabled: _Optional[bool] = ..., builtin: _Optional[bool] = ..., last_error: _Optional[str] = ..., evaluate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordingRule(_message.Message):
    __slots__ = ("metric", "expression", "interval", "labels", "last_error", "update_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    METRIC_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    metric: str
    expression: str
    interval: _duration_pb2.Duration
    labels: _containers.ScalarMap[str, str]
    last_error: str
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, metric: _Optional[str] = ..., expression: _Optional[str] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., last_error: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Alert(_message.Message):
    __slots__ = ("id", "rule_id", "slo_id", "name", "state", "severity", "labels", "annotations", "value", "silence_ids", "inhibited_by_alert_id", "notified_receivers", "start_time", "fire_time", "resolve_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class AnnotationsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SLO_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    SILENCE_IDS_FIELD_NUMBER: _ClassVar[int]
    INHIBITED_BY_ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTIFIED_RECEIVERS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    FIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOLVE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    rule_id: str
    slo_id: str
    name: str
    state: AlertState
    severity: AlertSeverity
    labels: _containers.ScalarMap[str, str]
    annotations: _containers.ScalarMap[str, str]
    value: float
    silence_ids: _containers.RepeatedScalarFieldContainer[str]
    inhibited_by_alert_id: str
    notified_receivers: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    fire_time: _timestamp_pb2.Timestamp
    resolve_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., rule_id: _Optional[str] = ..., slo_id: _Optional[str] = ..., name: _Optional[str] = ..., state: _Optional[_Union[AlertState, str]] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., labels: _Optional[_Mapping[str, str]] = ..., annotations: _Optional[_Mapping[str, str]] = ..., value: _Optional[float] = ..., silence_ids: _Optional[_Iterable[str]] = ..., inhibited_by_alert_id: _Optional[str] = ..., notified_receivers: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AlertEvent(_message.Message):
    __slots__ = ("sequence", "alert", "old_state", "change_time")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ALERT_FIELD_NUMBER: _ClassVar[int]
    OLD_STATE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    alert: Alert
    old_state: AlertState
    change_time: _timestamp_pb2.Timestamp
    def __init__(self, sequence: _Optional[int] = ..., alert: _Optional[_Union[Alert, _Mapping]] = ..., old_state: _Optional[_Union[AlertState, str]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AlertCause(_message.Message):
    __slots__ = ("kind", "summary", "subject", "score", "time")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    kind: AlertCauseKind
    summary: str
    subject: str
    score: float
    time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[AlertCauseKind, str]] = ..., summary: _Optional[str] = ..., subject: _Optional[str] = ..., score: _Optional[float] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Routing(_message.Message):
    __slots__ = ("routes", "receivers", "inhibitions", "revision", "update_time")
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    RECEIVERS_FIELD_NUMBER: _ClassVar[int]
    INHIBITIONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    routes: _containers.RepeatedCompositeFieldContainer[AlertRoute]
    receivers: _containers.RepeatedCompositeFieldContainer[AlertReceiver]
    inhibitions: _containers.RepeatedCompositeFieldContainer[AlertInhibition]
    revision: int
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, routes: _Optional[_Iterable[_Union[AlertRoute, _Mapping]]] = ..., receivers: _Optional[_Iterable[_Union[AlertReceiver, _Mapping]]] = ..., inhibitions: _Optional[_Iterable[_Union[AlertInhibition, _Mapping]]] = ..., revision: _Optional[int] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AlertRoute(_message.Message):
    __slots__ = ("matchers", "receivers", "group_by", "group_wait", "group_interval", "repeat_interval")
    MATCHERS_FIELD_NUMBER: _ClassVar[int]
    RECEIVERS_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    GROUP_WAIT_FIELD_NUMBER: _ClassVar[int]
    GROUP_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    REPEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_FIELD_NUMBER: _ClassVar[int]
    matchers: _containers.RepeatedCompositeFieldContainer[LabelMatcher]
    receivers: _containers.RepeatedScalarFieldContainer[str]
    group_by: _containers.RepeatedScalarFieldContainer[str]
    group_wait: _duration_pb2.Duration
    group_interval: _duration_pb2.Duration
    repeat_interval: _duration_pb2.Duration
    def __init__(self, matchers: _Optional[_Iterable[_Union[LabelMatcher, _Mapping]]] = ..., receivers: _Optional[_Iterable[str]] = ..., group_by: _Optional[_Iterable[str]] = ..., group_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., group_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., repeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., **kwargs) -> None: ...

class AlertReceiver(_message.Message):
    __slots__ = ("name", "webhook_url", "nats_subject")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_URL_FIELD_NUMBER: _ClassVar[int]
    NATS_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    name: str
    webhook_url: str
    nats_subject: str
    def __init__(self, name: _Optional[str] = ..., webhook_url: _Optional[str] = ..., nats_subject: _Optional[str] = ...) -> None: ...

class AlertInhibition(_message.Message):
    __slots__ = ("source_matchers", "target_matchers", "equal_labels")
    SOURCE_MATCHERS_FIELD_NUMBER: _ClassVar[int]
    TARGET_MATCHERS_FIELD_NUMBER: _ClassVar[int]
    EQUAL_LABELS_FIELD_NUMBER: _ClassVar[int]
    source_matchers: _containers.RepeatedCompositeFieldContainer[LabelMatcher]
    target_matchers: _containers.RepeatedCompositeFieldContainer[LabelMatcher]
    equal_labels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, source_matchers: _Optional[_Iterable[_Union[LabelMatcher, _Mapping]]] = ..., target_matchers: _Optional[_Iterable[_Union[LabelMatcher, _Mapping]]] = ..., equal_labels: _Optional[_Iterable[str]] = ...) -> None: ...

class LabelMatcher(_message.Message):
    __slots__ = ("label", "operator", "value")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    label: str
    operator: MatchOperator
    value: str
    def __init__(self, label: _Optional[str] = ..., operator: _Optional[_Union[MatchOperator, str]] = ..., value: _Optional[str] = ...) -> None: ...
