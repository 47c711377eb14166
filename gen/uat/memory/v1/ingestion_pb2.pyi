import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
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

class IngestionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INGESTION_STATE_UNSPECIFIED: _ClassVar[IngestionState]
    INGESTION_STATE_QUEUED: _ClassVar[IngestionState]
    INGESTION_STATE_WAITING_FOR_BUDGET: _ClassVar[IngestionState]
    INGESTION_STATE_EXTRACTING: _ClassVar[IngestionState]
    INGESTION_STATE_COMMITTED: _ClassVar[IngestionState]
    INGESTION_STATE_FAILED: _ClassVar[IngestionState]
    INGESTION_STATE_CANCELLED: _ClassVar[IngestionState]

class IngestionOutcomeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INGESTION_OUTCOME_KIND_UNSPECIFIED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_ADDED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_UPDATED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_SUPERSEDED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_DUPLICATE: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_QUARANTINED: _ClassVar[IngestionOutcomeKind]
    INGESTION_OUTCOME_KIND_IGNORED: _ClassVar[IngestionOutcomeKind]

class ErasureState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERASURE_STATE_UNSPECIFIED: _ClassVar[ErasureState]
    ERASURE_STATE_RUNNING: _ClassVar[ErasureState]
    ERASURE_STATE_DONE: _ClassVar[ErasureState]
SPEAKER_ROLE_UNSPECIFIED: SpeakerRole
SPEAKER_ROLE_SYSTEM: SpeakerRole
SPEAKER_ROLE_USER: SpeakerRole
SPEAKER_ROLE_ASSISTANT: SpeakerRole
SPEAKER_ROLE_TOOL: SpeakerRole
INGESTION_STATE_UNSPECIFIED: IngestionState
INGESTION_STATE_QUEUED: IngestionState
INGESTION_STATE_WAITING_FOR_BUDGET: IngestionState
INGESTION_STATE_EXTRACTING: IngestionState
INGESTION_STATE_COMMITTED: IngestionState
INGESTION_STATE_FAILED: IngestionState
INGESTION_STATE_CANCELLED: IngestionState
INGESTION_OUTCOME_KIND_UNSPECIFIED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_ADDED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_UPDATED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_SUPERSEDED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_DUPLICATE: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_QUARANTINED: IngestionOutcomeKind
INGESTION_OUTCOME_KIND_IGNORED: IngestionOutcomeKind
ERASURE_STATE_UNSPECIFIED: ErasureState
ERASURE_STATE_RUNNING: ErasureState
ERASURE_STATE_DONE: ErasureState

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
    __slots__ = ("id", "state", "queue_position", "eta", "progress", "outcomes", "token_count", "error", "sequence", "create_time", "complete_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_POSITION_FIELD_NUMBER: _ClassVar[int]
    ETA_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    TOKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    state: IngestionState
    queue_position: int
    eta: _duration_pb2.Duration
    progress: float
    outcomes: _containers.RepeatedCompositeFieldContainer[IngestionOutcome]
    token_count: int
    error: _status_pb2.Status
    sequence: int
    create_time: _timestamp_pb2.Timestamp
    complete_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., state: _Optional[_Union[IngestionState, str]] = ..., queue_position: _Optional[int] = ..., eta: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., progress: _Optional[float] = ..., outcomes: _Optional[_Iterable[_Union[IngestionOutcome, _Mapping]]] = ..., token_count: _Optional[int] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., sequence: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("id", "user_id", "state", "stores", "receipt", "create_time", "complete_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STORES_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    state: ErasureState
    stores: _containers.RepeatedCompositeFieldContainer[ErasedStore]
    receipt: str
    create_time: _timestamp_pb2.Timestamp
    complete_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., state: _Optional[_Union[ErasureState, str]] = ..., stores: _Optional[_Iterable[_Union[ErasedStore, _Mapping]]] = ..., receipt: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ErasedStore(_message.Message):
    __slots__ = ("store", "removed_count", "complete_time")
    STORE_FIELD_NUMBER: _ClassVar[int]
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    store: str
    removed_count: int
    complete_time: _timestamp_pb2.Timestamp
    def __init__(self, store: _Optional[str] = ..., removed_count: _Optional[int] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
