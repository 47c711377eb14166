import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BudgetSubjectKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUDGET_SUBJECT_KIND_UNSPECIFIED: _ClassVar[BudgetSubjectKind]
    BUDGET_SUBJECT_KIND_TENANT: _ClassVar[BudgetSubjectKind]
    BUDGET_SUBJECT_KIND_KEY: _ClassVar[BudgetSubjectKind]
    BUDGET_SUBJECT_KIND_USER: _ClassVar[BudgetSubjectKind]
    BUDGET_SUBJECT_KIND_TEAM: _ClassVar[BudgetSubjectKind]
    BUDGET_SUBJECT_KIND_MODEL: _ClassVar[BudgetSubjectKind]

class BudgetWindow(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUDGET_WINDOW_UNSPECIFIED: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_MINUTE: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_HOUR: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_DAY: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_WEEK: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_MONTH: _ClassVar[BudgetWindow]
    BUDGET_WINDOW_TOTAL: _ClassVar[BudgetWindow]

class BudgetAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUDGET_ACTION_UNSPECIFIED: _ClassVar[BudgetAction]
    BUDGET_ACTION_REFUSE: _ClassVar[BudgetAction]
    BUDGET_ACTION_FALLBACK: _ClassVar[BudgetAction]
    BUDGET_ACTION_WARN: _ClassVar[BudgetAction]
BUDGET_SUBJECT_KIND_UNSPECIFIED: BudgetSubjectKind
BUDGET_SUBJECT_KIND_TENANT: BudgetSubjectKind
BUDGET_SUBJECT_KIND_KEY: BudgetSubjectKind
BUDGET_SUBJECT_KIND_USER: BudgetSubjectKind
BUDGET_SUBJECT_KIND_TEAM: BudgetSubjectKind
BUDGET_SUBJECT_KIND_MODEL: BudgetSubjectKind
BUDGET_WINDOW_UNSPECIFIED: BudgetWindow
BUDGET_WINDOW_MINUTE: BudgetWindow
BUDGET_WINDOW_HOUR: BudgetWindow
BUDGET_WINDOW_DAY: BudgetWindow
BUDGET_WINDOW_WEEK: BudgetWindow
BUDGET_WINDOW_MONTH: BudgetWindow
BUDGET_WINDOW_TOTAL: BudgetWindow
BUDGET_ACTION_UNSPECIFIED: BudgetAction
BUDGET_ACTION_REFUSE: BudgetAction
BUDGET_ACTION_FALLBACK: BudgetAction
BUDGET_ACTION_WARN: BudgetAction

class Budget(_message.Message):
    __slots__ = ("id", "name", "subject", "models", "limit", "window", "action", "fallback_models", "warn_percent", "state", "create_time", "update_time", "etag")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_MODELS_FIELD_NUMBER: _ClassVar[int]
    WARN_PERCENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    subject: BudgetSubject
    models: _containers.RepeatedScalarFieldContainer[str]
    limit: Amount
    window: BudgetWindow
    action: BudgetAction
    fallback_models: _containers.RepeatedScalarFieldContainer[str]
    warn_percent: int
    state: BudgetState
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., subject: _Optional[_Union[BudgetSubject, _Mapping]] = ..., models: _Optional[_Iterable[str]] = ..., limit: _Optional[_Union[Amount, _Mapping]] = ..., window: _Optional[_Union[BudgetWindow, str]] = ..., action: _Optional[_Union[BudgetAction, str]] = ..., fallback_models: _Optional[_Iterable[str]] = ..., warn_percent: _Optional[int] = ..., state: _Optional[_Union[BudgetState, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class BudgetSubject(_message.Message):
    __slots__ = ("kind", "id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    kind: BudgetSubjectKind
    id: str
    def __init__(self, kind: _Optional[_Union[BudgetSubjectKind, str]] = ..., id: _Optional[str] = ...) -> None: ...

class Amount(_message.Message):
    __slots__ = ("cost", "tokens", "input_tokens", "output_tokens", "requests")
    COST_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    cost: _money_pb2.Money
    tokens: int
    input_tokens: int
    output_tokens: int
    requests: int
    def __init__(self, cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tokens: _Optional[int] = ..., input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., requests: _Optional[int] = ...) -> None: ...

class BudgetState(_message.Message):
    __slots__ = ("used", "reserved", "window_start_time", "reset_time")
    USED_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    WINDOW_START_TIME_FIELD_NUMBER: _ClassVar[int]
    RESET_TIME_FIELD_NUMBER: _ClassVar[int]
    used: Amount
    reserved: Amount
    window_start_time: _timestamp_pb2.Timestamp
    reset_time: _timestamp_pb2.Timestamp
    def __init__(self, used: _Optional[_Union[Amount, _Mapping]] = ..., reserved: _Optional[_Union[Amount, _Mapping]] = ..., window_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reset_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
