import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.metrics_aggregator.v1 import alert_pb2 as _alert_pb2
from uat.metrics_aggregator.v1 import business_pb2 as _business_pb2
from uat.metrics_aggregator.v1 import dashboard_pb2 as _dashboard_pb2
from uat.metrics_aggregator.v1 import health_pb2 as _health_pb2
from uat.metrics_aggregator.v1 import metric_pb2 as _metric_pb2
from uat.metrics_aggregator.v1 import silence_pb2 as _silence_pb2
from uat.metrics_aggregator.v1 import slo_pb2 as _slo_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetHealthRequest(_message.Message):
    __slots__ = ("services",)
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, services: _Optional[_Iterable[str]] = ...) -> None: ...

class GetHealthResponse(_message.Message):
    __slots__ = ("health",)
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    health: _health_pb2.PlatformHealth
    def __init__(self, health: _Optional[_Union[_health_pb2.PlatformHealth, _Mapping]] = ...) -> None: ...

class WatchHealthRequest(_message.Message):
    __slots__ = ("services",)
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, services: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchHealthResponse(_message.Message):
    __slots__ = ("health",)
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    health: _health_pb2.PlatformHealth
    def __init__(self, health: _Optional[_Union[_health_pb2.PlatformHealth, _Mapping]] = ...) -> None: ...

class QueryMetricsRequest(_message.Message):
    __slots__ = ("query", "time", "start_time", "end_time", "step", "timeout", "max_series", "include_exemplars")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    MAX_SERIES_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_EXEMPLARS_FIELD_NUMBER: _ClassVar[int]
    query: str
    time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    step: _duration_pb2.Duration
    timeout: _duration_pb2.Duration
    max_series: int
    include_exemplars: bool
    def __init__(self, query: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_series: _Optional[int] = ..., include_exemplars: _Optional[bool] = ...) -> None: ...

class QueryMetricsResponse(_message.Message):
    __slots__ = ("result_type", "series", "warnings", "samples_read")
    RESULT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_READ_FIELD_NUMBER: _ClassVar[int]
    result_type: _metric_pb2.ResultType
    series: _containers.RepeatedCompositeFieldContainer[_metric_pb2.Series]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    samples_read: int
    def __init__(self, result_type: _Optional[_Union[_metric_pb2.ResultType, str]] = ..., series: _Optional[_Iterable[_Union[_metric_pb2.Series, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., samples_read: _Optional[int] = ...) -> None: ...

class WatchMetricsRequest(_message.Message):
    __slots__ = ("query", "interval", "max_series")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    MAX_SERIES_FIELD_NUMBER: _ClassVar[int]
    query: str
    interval: _duration_pb2.Duration
    max_series: int
    def __init__(self, query: _Optional[str] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_series: _Optional[int] = ...) -> None: ...

class WatchMetricsResponse(_message.Message):
    __slots__ = ("sequence", "series", "warnings", "time")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    series: _containers.RepeatedCompositeFieldContainer[_metric_pb2.Series]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    time: _timestamp_pb2.Timestamp
    def __init__(self, sequence: _Optional[int] = ..., series: _Optional[_Iterable[_Union[_metric_pb2.Series, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListMetricsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "prefix", "label", "by_series")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    BY_SERIES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    prefix: str
    label: str
    by_series: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., prefix: _Optional[str] = ..., label: _Optional[str] = ..., by_series: _Optional[bool] = ...) -> None: ...

class ListMetricsResponse(_message.Message):
    __slots__ = ("metrics", "next_page_token")
    METRICS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    metrics: _containers.RepeatedCompositeFieldContainer[_metric_pb2.Metric]
    next_page_token: str
    def __init__(self, metrics: _Optional[_Iterable[_Union[_metric_pb2.Metric, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListLabelValuesRequest(_message.Message):
    __slots__ = ("label", "metric", "page_size", "page_token")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    label: str
    metric: str
    page_size: int
    page_token: str
    def __init__(self, label: _Optional[str] = ..., metric: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListLabelValuesResponse(_message.Message):
    __slots__ = ("values", "next_page_token")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    next_page_token: str
    def __init__(self, values: _Optional[_Iterable[str]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetIngestStatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetIngestStatsResponse(_message.Message):
    __slots__ = ("stats",)
    STATS_FIELD_NUMBER: _ClassVar[int]
    stats: _metric_pb2.IngestStats
    def __init__(self, stats: _Optional[_Union[_metric_pb2.IngestStats, _Mapping]] = ...) -> None: ...

class CreateAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule", "request_id")
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    request_id: str
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateAlertRuleResponse(_message.Message):
    __slots__ = ("alert_rule",)
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ...) -> None: ...

class GetAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule_id",)
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    alert_rule_id: str
    def __init__(self, alert_rule_id: _Optional[str] = ...) -> None: ...

class GetAlertRuleResponse(_message.Message):
    __slots__ = ("alert_rule",)
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ...) -> None: ...

class ListAlertRulesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAlertRulesResponse(_message.Message):
    __slots__ = ("alert_rules", "next_page_token")
    ALERT_RULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    alert_rules: _containers.RepeatedCompositeFieldContainer[_alert_pb2.AlertRule]
    next_page_token: str
    def __init__(self, alert_rules: _Optional[_Iterable[_Union[_alert_pb2.AlertRule, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule", "update_mask")
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateAlertRuleResponse(_message.Message):
    __slots__ = ("alert_rule",)
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ...) -> None: ...

class DeleteAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule_id",)
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    alert_rule_id: str
    def __init__(self, alert_rule_id: _Optional[str] = ...) -> None: ...

class DeleteAlertRuleResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SimulateAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule", "start_time", "end_time")
    ALERT_RULE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    alert_rule: _alert_pb2.AlertRule
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, alert_rule: _Optional[_Union[_alert_pb2.AlertRule, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SimulateAlertRuleResponse(_message.Message):
    __slots__ = ("alerts", "truncated")
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedCompositeFieldContainer[_alert_pb2.Alert]
    truncated: bool
    def __init__(self, alerts: _Optional[_Iterable[_Union[_alert_pb2.Alert, _Mapping]]] = ..., truncated: _Optional[bool] = ...) -> None: ...

class ListRecordingRulesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRecordingRulesResponse(_message.Message):
    __slots__ = ("recording_rules", "next_page_token")
    RECORDING_RULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    recording_rules: _containers.RepeatedCompositeFieldContainer[_alert_pb2.RecordingRule]
    next_page_token: str
    def __init__(self, recording_rules: _Optional[_Iterable[_Union[_alert_pb2.RecordingRule, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SetRecordingRuleRequest(_message.Message):
    __slots__ = ("recording_rule",)
    RECORDING_RULE_FIELD_NUMBER: _ClassVar[int]
    recording_rule: _alert_pb2.RecordingRule
    def __init__(self, recording_rule: _Optional[_Union[_alert_pb2.RecordingRule, _Mapping]] = ...) -> None: ...

class SetRecordingRuleResponse(_message.Message):
    __slots__ = ("recording_rule",)
    RECORDING_RULE_FIELD_NUMBER: _ClassVar[int]
    recording_rule: _alert_pb2.RecordingRule
    def __init__(self, recording_rule: _Optional[_Union[_alert_pb2.RecordingRule, _Mapping]] = ...) -> None: ...

class DeleteRecordingRuleRequest(_message.Message):
    __slots__ = ("metric",)
    METRIC_FIELD_NUMBER: _ClassVar[int]
    metric: str
    def __init__(self, metric: _Optional[str] = ...) -> None: ...

class DeleteRecordingRuleResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAlertsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states", "min_severity", "service", "rule_id")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_alert_pb2.AlertState]
    min_severity: _alert_pb2.AlertSeverity
    service: str
    rule_id: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_alert_pb2.AlertState, str]]] = ..., min_severity: _Optional[_Union[_alert_pb2.AlertSeverity, str]] = ..., service: _Optional[str] = ..., rule_id: _Optional[str] = ...) -> None: ...

class ListAlertsResponse(_message.Message):
    __slots__ = ("alerts", "next_page_token")
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedCompositeFieldContainer[_alert_pb2.Alert]
    next_page_token: str
    def __init__(self, alerts: _Optional[_Iterable[_Union[_alert_pb2.Alert, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetAlertRequest(_message.Message):
    __slots__ = ("alert_id",)
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    def __init__(self, alert_id: _Optional[str] = ...) -> None: ...

class GetAlertResponse(_message.Message):
    __slots__ = ("alert",)
    ALERT_FIELD_NUMBER: _ClassVar[int]
    alert: _alert_pb2.Alert
    def __init__(self, alert: _Optional[_Union[_alert_pb2.Alert, _Mapping]] = ...) -> None: ...

class WatchAlertsRequest(_message.Message):
    __slots__ = ("min_severity", "services", "after_sequence")
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    min_severity: _alert_pb2.AlertSeverity
    services: _containers.RepeatedScalarFieldContainer[str]
    after_sequence: int
    def __init__(self, min_severity: _Optional[_Union[_alert_pb2.AlertSeverity, str]] = ..., services: _Optional[_Iterable[str]] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchAlertsResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _alert_pb2.AlertEvent
    def __init__(self, event: _Optional[_Union[_alert_pb2.AlertEvent, _Mapping]] = ...) -> None: ...

class ExplainAlertRequest(_message.Message):
    __slots__ = ("alert_id",)
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    def __init__(self, alert_id: _Optional[str] = ...) -> None: ...

class ExplainAlertResponse(_message.Message):
    __slots__ = ("alert", "series", "exemplars", "causes")
    ALERT_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    EXEMPLARS_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    alert: _alert_pb2.Alert
    series: _metric_pb2.Series
    exemplars: _containers.RepeatedCompositeFieldContainer[_metric_pb2.Exemplar]
    causes: _containers.RepeatedCompositeFieldContainer[_alert_pb2.AlertCause]
    def __init__(self, alert: _Optional[_Union[_alert_pb2.Alert, _Mapping]] = ..., series: _Optional[_Union[_metric_pb2.Series, _Mapping]] = ..., exemplars: _Optional[_Iterable[_Union[_metric_pb2.Exemplar, _Mapping]]] = ..., causes: _Optional[_Iterable[_Union[_alert_pb2.AlertCause, _Mapping]]] = ...) -> None: ...

class GetRoutingRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetRoutingResponse(_message.Message):
    __slots__ = ("routing",)
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    routing: _alert_pb2.Routing
    def __init__(self, routing: _Optional[_Union[_alert_pb2.Routing, _Mapping]] = ...) -> None: ...

class SetRoutingRequest(_message.Message):
    __slots__ = ("routing",)
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    routing: _alert_pb2.Routing
    def __init__(self, routing: _Optional[_Union[_alert_pb2.Routing, _Mapping]] = ...) -> None: ...

class SetRoutingResponse(_message.Message):
    __slots__ = ("routing",)
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    routing: _alert_pb2.Routing
    def __init__(self, routing: _Optional[_Union[_alert_pb2.Routing, _Mapping]] = ...) -> None: ...

class TestReceiverRequest(_message.Message):
    __slots__ = ("receiver",)
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    receiver: str
    def __init__(self, receiver: _Optional[str] = ...) -> None: ...

class TestReceiverResponse(_message.Message):
    __slots__ = ("delivered", "error", "duration")
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    delivered: bool
    error: str
    duration: _duration_pb2.Duration
    def __init__(self, delivered: _Optional[bool] = ..., error: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CreateSilenceRequest(_message.Message):
    __slots__ = ("silence", "request_id")
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    silence: _silence_pb2.Silence
    request_id: str
    def __init__(self, silence: _Optional[_Union[_silence_pb2.Silence, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateSilenceResponse(_message.Message):
    __slots__ = ("silence",)
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    silence: _silence_pb2.Silence
    def __init__(self, silence: _Optional[_Union[_silence_pb2.Silence, _Mapping]] = ...) -> None: ...

class GetSilenceRequest(_message.Message):
    __slots__ = ("silence_id",)
    SILENCE_ID_FIELD_NUMBER: _ClassVar[int]
    silence_id: str
    def __init__(self, silence_id: _Optional[str] = ...) -> None: ...

class GetSilenceResponse(_message.Message):
    __slots__ = ("silence",)
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    silence: _silence_pb2.Silence
    def __init__(self, silence: _Optional[_Union[_silence_pb2.Silence, _Mapping]] = ...) -> None: ...

class ListSilencesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_silence_pb2.SilenceState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_silence_pb2.SilenceState, str]]] = ...) -> None: ...

class ListSilencesResponse(_message.Message):
    __slots__ = ("silences", "next_page_token")
    SILENCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    silences: _containers.RepeatedCompositeFieldContainer[_silence_pb2.Silence]
    next_page_token: str
    def __init__(self, silences: _Optional[_Iterable[_Union[_silence_pb2.Silence, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateSilenceRequest(_message.Message):
    __slots__ = ("silence", "update_mask")
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    silence: _silence_pb2.Silence
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, silence: _Optional[_Union[_silence_pb2.Silence, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateSilenceResponse(_message.Message):
    __slots__ = ("silence",)
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    silence: _silence_pb2.Silence
    def __init__(self, silence: _Optional[_Union[_silence_pb2.Silence, _Mapping]] = ...) -> None: ...

class DeleteSilenceRequest(_message.Message):
    __slots__ = ("silence_id",)
    SILENCE_ID_FIELD_NUMBER: _ClassVar[int]
    silence_id: str
    def __init__(self, silence_id: _Optional[str] = ...) -> None: ...

class DeleteSilenceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateSloRequest(_message.Message):
    __slots__ = ("slo", "request_id")
    SLO_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    request_id: str
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateSloResponse(_message.Message):
    __slots__ = ("slo",)
    SLO_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ...) -> None: ...

class GetSloRequest(_message.Message):
    __slots__ = ("slo_id",)
    SLO_ID_FIELD_NUMBER: _ClassVar[int]
    slo_id: str
    def __init__(self, slo_id: _Optional[str] = ...) -> None: ...

class GetSloResponse(_message.Message):
    __slots__ = ("slo",)
    SLO_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ...) -> None: ...

class ListSlosRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "service")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    service: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., service: _Optional[str] = ...) -> None: ...

class ListSlosResponse(_message.Message):
    __slots__ = ("slos", "next_page_token")
    SLOS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    slos: _containers.RepeatedCompositeFieldContainer[_slo_pb2.Slo]
    next_page_token: str
    def __init__(self, slos: _Optional[_Iterable[_Union[_slo_pb2.Slo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateSloRequest(_message.Message):
    __slots__ = ("slo", "update_mask")
    SLO_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateSloResponse(_message.Message):
    __slots__ = ("slo",)
    SLO_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ...) -> None: ...

class DeleteSloRequest(_message.Message):
    __slots__ = ("slo_id",)
    SLO_ID_FIELD_NUMBER: _ClassVar[int]
    slo_id: str
    def __init__(self, slo_id: _Optional[str] = ...) -> None: ...

class DeleteSloResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListDashboardsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDashboardsResponse(_message.Message):
    __slots__ = ("dashboards", "next_page_token")
    DASHBOARDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dashboards: _containers.RepeatedCompositeFieldContainer[_dashboard_pb2.Dashboard]
    next_page_token: str
    def __init__(self, dashboards: _Optional[_Iterable[_Union[_dashboard_pb2.Dashboard, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDashboardRequest(_message.Message):
    __slots__ = ("dashboard_id",)
    DASHBOARD_ID_FIELD_NUMBER: _ClassVar[int]
    dashboard_id: str
    def __init__(self, dashboard_id: _Optional[str] = ...) -> None: ...

class GetDashboardResponse(_message.Message):
    __slots__ = ("dashboard",)
    DASHBOARD_FIELD_NUMBER: _ClassVar[int]
    dashboard: _dashboard_pb2.Dashboard
    def __init__(self, dashboard: _Optional[_Union[_dashboard_pb2.Dashboard, _Mapping]] = ...) -> None: ...

class GetBusinessMetricsRequest(_message.Message):
    __slots__ = ("start_time", "end_time", "step", "group_by", "model", "tenant_id")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    step: _duration_pb2.Duration
    group_by: _containers.RepeatedScalarFieldContainer[_business_pb2.BusinessDimension]
    model: str
    tenant_id: str
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., group_by: _Optional[_Iterable[_Union[_business_pb2.BusinessDimension, str]]] = ..., model: _Optional[str] = ..., tenant_id: _Optional[str] = ...) -> None: ...

class GetBusinessMetricsResponse(_message.Message):
    __slots__ = ("rows", "total")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[_business_pb2.BusinessRow]
    total: _business_pb2.BusinessRow
    def __init__(self, rows: _Optional[_Iterable[_Union[_business_pb2.BusinessRow, _Mapping]]] = ..., total: _Optional[_Union[_business_pb2.BusinessRow, _Mapping]] = ...) -> None: ...
