import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.metrics_aggregator.v1 import alert_pb2 as _alert_pb2
from uat.metrics_aggregator.v1 import business_pb2 as _business_pb2
from uat.metrics_aggregator.v1 import health_pb2 as _health_pb2
from uat.metrics_aggregator.v1 import rule_group_pb2 as _rule_group_pb2
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

class ExplainAlertRequest(_message.Message):
    __slots__ = ("fingerprint",)
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    fingerprint: str
    def __init__(self, fingerprint: _Optional[str] = ...) -> None: ...

class ExplainAlertResponse(_message.Message):
    __slots__ = ("causes",)
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    causes: _containers.RepeatedCompositeFieldContainer[_alert_pb2.AlertCause]
    def __init__(self, causes: _Optional[_Iterable[_Union[_alert_pb2.AlertCause, _Mapping]]] = ...) -> None: ...

class SetRuleGroupRequest(_message.Message):
    __slots__ = ("rule_group",)
    RULE_GROUP_FIELD_NUMBER: _ClassVar[int]
    rule_group: _rule_group_pb2.RuleGroup
    def __init__(self, rule_group: _Optional[_Union[_rule_group_pb2.RuleGroup, _Mapping]] = ...) -> None: ...

class SetRuleGroupResponse(_message.Message):
    __slots__ = ("rule_group",)
    RULE_GROUP_FIELD_NUMBER: _ClassVar[int]
    rule_group: _rule_group_pb2.RuleGroup
    def __init__(self, rule_group: _Optional[_Union[_rule_group_pb2.RuleGroup, _Mapping]] = ...) -> None: ...

class ListRuleGroupsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRuleGroupsResponse(_message.Message):
    __slots__ = ("rule_groups", "next_page_token")
    RULE_GROUPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rule_groups: _containers.RepeatedCompositeFieldContainer[_rule_group_pb2.RuleGroup]
    next_page_token: str
    def __init__(self, rule_groups: _Optional[_Iterable[_Union[_rule_group_pb2.RuleGroup, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteRuleGroupRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteRuleGroupResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SetSloRequest(_message.Message):
    __slots__ = ("slo",)
    SLO_FIELD_NUMBER: _ClassVar[int]
    slo: _slo_pb2.Slo
    def __init__(self, slo: _Optional[_Union[_slo_pb2.Slo, _Mapping]] = ...) -> None: ...

class SetSloResponse(_message.Message):
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

class DeleteSloRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteSloResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

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
