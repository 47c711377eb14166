import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.common.v1 import job_pb2 as _job_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SpeakerRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPEAKER_ROLE_UNSPECIFIED: _ClassVar[SpeakerRole]
    SPEAKER_ROLE_SYSTEM: _ClassVar[SpeakerRole]
    SPEAKER_ROLE_USER: _ClassVar[SpeakerRole]
    SPEAKER_ROLE_ASSISTANT: _ClassVar[SpeakerRole]
    SPEAKER_ROLE_TOOL: _ClassVar[SpeakerRole]

class IngestionOutcomeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INGESTION_OUTCOME_KIND_UNSPECIFIED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_ADDED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_UPDATED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_SUPERSEDED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_DUPLICATE: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_QUARANTINED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_IGNORED: _ClassVar[IngestionOutcomeKind]
SPEAKER_ROLE_UNSPECIFIED: SpeakerRole
SPEAKER_ROLE_SYSTEM: SpeakerRole
SPEAKER_ROLE_USER: SpeakerRole
SPEAKER_ROLE_ASSISTANT: SpeakerRole
SPEAKER_ROLE_TOOL: SpeakerRole
INGESTION_OUTCOME_KIND_UNSPECIFIED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_ADDED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_UPDATED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_SUPERSEDED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_DUPLICATE: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_QUARANTINED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_IGNORED: IngestionOutcomeKind

class SourceMessage(_message.Message):
    __slots__ = ("id", "role", "text", "event_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    role: SpeakerRole
    text: str
    event_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., role: _Optional[_Union[SpeakerRole, str]] = ..., text: _Optional[str] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Ingestion(_message.Message):
    __slots__ = ("id", "progress", "outcomes", "token_count", "waits_for_budget", "position")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    TOKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_BUDGET_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    id: str
    progress: _job_pb2.Progress
    outcomes: _containers.RepeatedCompositeFieldContainer[IngestionOutcome]
    token_count: int
    waits_for_budget: bool
    position: _event_position_pb2.EventPosition
    def __init__(self, id: _Optional[str] = ..., progress: _Optional[_Union[_job_pb2.Progress, _Mapping]] = ..., outcomes: _Optional[_Iterable[_Union[IngestionOutcome, _Mapping]]] = ..., token_count: _Optional[int] = ..., waits_for_budget: _Optional[bool] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class IngestionOutcome(_message.Message):
    __slots__ = ("kind", "memory_id", "text", "reason")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    kind: IngestionOutcomeKind
    memory_id: str
    text: str
    reason: str
    def __init__(self, kind: _Optional[_Union[IngestionOutcomeKind, str]] = ..., memory_id: _Optional[str] = ..., text: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Erasure(_message.Message):
    __slots__ = ("id", "user_id", "progress", "stores", "receipt")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STORES_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    progress: _job_pb2.Progress
    stores: _containers.RepeatedCompositeFieldContainer[ErasedStore]
    receipt: str
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., progress: _Optional[_Union[_job_pb2.Progress, _Mapping]] = ..., stores: _Optional[_Iterable[_Union[ErasedStore, _Mapping]]] = ..., receipt: _Optional[str] = ...) -> None: ...

class ErasedStore(_message.Message):
    __slots__ = ("store", "removed_count", "end_time")
    STORE_FIELD_NUMBER: _ClassVar[int]
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    store: str
    removed_count: int
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, store: _Optional[str] = ..., removed_count: _Optional[int] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
