import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.load_balancer.v1 import traffic_split_pb2 as _traffic_split_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ShiftCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHIFT_CAUSE_UNSPECIFIED: _ClassVar[ShiftCause]
    SHIFT_CAUSE_MANUAL: _ClassVar[ShiftCause]
    SHIFT_CAUSE_CANARY_STEP: _ClassVar[ShiftCause]
    SHIFT_CAUSE_CANARY_PROMOTION: _ClassVar[ShiftCause]
    SHIFT_CAUSE_CANARY_ROLLBACK: _ClassVar[ShiftCause]
    SHIFT_CAUSE_LOAD: _ClassVar[ShiftCause]
    SHIFT_CAUSE_OUTLIER: _ClassVar[ShiftCause]
    SHIFT_CAUSE_HEALTH: _ClassVar[ShiftCause]
    SHIFT_CAUSE_DRAIN: _ClassVar[ShiftCause]
    SHIFT_CAUSE_MEMBERSHIP: _ClassVar[ShiftCause]
SHIFT_CAUSE_UNSPECIFIED: ShiftCause
SHIFT_CAUSE_MANUAL: ShiftCause
SHIFT_CAUSE_CANARY_STEP: ShiftCause
SHIFT_CAUSE_CANARY_PROMOTION: ShiftCause
SHIFT_CAUSE_CANARY_ROLLBACK: ShiftCause
SHIFT_CAUSE_LOAD: ShiftCause
SHIFT_CAUSE_OUTLIER: ShiftCause
SHIFT_CAUSE_HEALTH: ShiftCause
SHIFT_CAUSE_DRAIN: ShiftCause
SHIFT_CAUSE_MEMBERSHIP: ShiftCause

class Shift(_message.Message):
    __slots__ = ("id", "service", "traffic_split_id", "cause", "actor", "reason", "changes", "guard_results", "create_time", "apply_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    GUARD_RESULTS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    APPLY_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    service: str
    traffic_split_id: str
    cause: ShiftCause
    actor: str
    reason: str
    changes: _containers.RepeatedCompositeFieldContainer[WeightChange]
    guard_results: _containers.RepeatedCompositeFieldContainer[_traffic_split_pb2.GuardResult]
    create_time: _timestamp_pb2.Timestamp
    apply_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., service: _Optional[str] = ..., traffic_split_id: _Optional[str] = ..., cause: _Optional[_Union[ShiftCause, str]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[WeightChange, _Mapping]]] = ..., guard_results: _Optional[_Iterable[_Union[_traffic_split_pb2.GuardResult, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., apply_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WeightChange(_message.Message):
    __slots__ = ("endpoint_id", "branch", "old_weight", "new_weight")
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    BRANCH_FIELD_NUMBER: _ClassVar[int]
    OLD_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    NEW_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    branch: str
    old_weight: int
    new_weight: int
    def __init__(self, endpoint_id: _Optional[str] = ..., branch: _Optional[str] = ..., old_weight: _Optional[int] = ..., new_weight: _Optional[int] = ...) -> None: ...
