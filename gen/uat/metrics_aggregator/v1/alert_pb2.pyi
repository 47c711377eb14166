import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AlertSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_SEVERITY_UNSPECIFIED: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_INFO: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_WARNING: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_CRITICAL: _ClassVar[AlertSeverity]

class AlertCauseKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_CAUSE_KIND_UNSPECIFIED: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_SHIFT: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_DEPLOYMENT: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_CONFIGURATION: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_DEPENDENCY: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_TRAFFIC: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_ALERT: _ClassVar[AlertCauseKind]
    ALERT_CAUSE_KIND_TRACE: _ClassVar[AlertCauseKind]
ALERT_SEVERITY_UNSPECIFIED: AlertSeverity
ALERT_SEVERITY_INFO: AlertSeverity
ALERT_SEVERITY_WARNING: AlertSeverity
ALERT_SEVERITY_CRITICAL: AlertSeverity
ALERT_CAUSE_KIND_UNSPECIFIED: AlertCauseKind
ALERT_CAUSE_KIND_SHIFT: AlertCauseKind
ALERT_CAUSE_KIND_DEPLOYMENT: AlertCauseKind
ALERT_CAUSE_KIND_CONFIGURATION: AlertCauseKind
ALERT_CAUSE_KIND_DEPENDENCY: AlertCauseKind
ALERT_CAUSE_KIND_TRAFFIC: AlertCauseKind
ALERT_CAUSE_KIND_ALERT: AlertCauseKind
ALERT_CAUSE_KIND_TRACE: AlertCauseKind

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
