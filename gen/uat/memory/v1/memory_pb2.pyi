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

class MemoryKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEMORY_KIND_UNSPECIFIED: _ClassVar[MemoryKind]
    MEMORY_KIND_FACT: _ClassVar[MemoryKind]
    MEMORY_KIND_PREFERENCE: _ClassVar[MemoryKind]
    MEMORY_KIND_EVENT: _ClassVar[MemoryKind]
    MEMORY_KIND_PROCEDURE: _ClassVar[MemoryKind]
    MEMORY_KIND_SUMMARY: _ClassVar[MemoryKind]

class MemoryOwner(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEMORY_OWNER_UNSPECIFIED: _ClassVar[MemoryOwner]
    MEMORY_OWNER_USER: _ClassVar[MemoryOwner]
    MEMORY_OWNER_ORG: _ClassVar[MemoryOwner]

class MemoryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEMORY_STATE_UNSPECIFIED: _ClassVar[MemoryState]
    MEMORY_STATE_ACTIVE: _ClassVar[MemoryState]
    MEMORY_STATE_QUARANTINED: _ClassVar[MemoryState]
    MEMORY_STATE_INVALIDATED: _ClassVar[MemoryState]
    MEMORY_STATE_REJECTED: _ClassVar[MemoryState]

class ProvenanceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROVENANCE_KIND_UNSPECIFIED: _ClassVar[ProvenanceKind]
    PROVENANCE_KIND_STATED: _ClassVar[ProvenanceKind]
    PROVENANCE_KIND_USER_MESSAGE: _ClassVar[ProvenanceKind]
    PROVENANCE_KIND_MODEL_MESSAGE: _ClassVar[ProvenanceKind]
    PROVENANCE_KIND_CONSOLIDATED: _ClassVar[ProvenanceKind]

class MemoryChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEMORY_CHANGE_KIND_UNSPECIFIED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_ADDED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_UPDATED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_INVALIDATED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_QUARANTINED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_APPROVED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_REJECTED: _ClassVar[MemoryChangeKind]
    MEMORY_CHANGE_KIND_DELETED: _ClassVar[MemoryChangeKind]
MEMORY_KIND_UNSPECIFIED: MemoryKind
MEMORY_KIND_FACT: MemoryKind
MEMORY_KIND_PREFERENCE: MemoryKind
MEMORY_KIND_EVENT: MemoryKind
MEMORY_KIND_PROCEDURE: MemoryKind
MEMORY_KIND_SUMMARY: MemoryKind
MEMORY_OWNER_UNSPECIFIED: MemoryOwner
MEMORY_OWNER_USER: MemoryOwner
MEMORY_OWNER_ORG: MemoryOwner
MEMORY_STATE_UNSPECIFIED: MemoryState
MEMORY_STATE_ACTIVE: MemoryState
MEMORY_STATE_QUARANTINED: MemoryState
MEMORY_STATE_INVALIDATED: MemoryState
MEMORY_STATE_REJECTED: MemoryState
PROVENANCE_KIND_UNSPECIFIED: ProvenanceKind
PROVENANCE_KIND_STATED: ProvenanceKind
PROVENANCE_KIND_USER_MESSAGE: ProvenanceKind
PROVENANCE_KIND_MODEL_MESSAGE: ProvenanceKind
PROVENANCE_KIND_CONSOLIDATED: ProvenanceKind
MEMORY_CHANGE_KIND_UNSPECIFIED: MemoryChangeKind
MEMORY_CHANGE_KIND_ADDED: MemoryChangeKind
MEMORY_CHANGE_KIND_UPDATED: MemoryChangeKind
MEMORY_CHANGE_KIND_INVALIDATED: MemoryChangeKind
MEMORY_CHANGE_KIND_QUARANTINED: MemoryChangeKind
MEMORY_CHANGE_KIND_APPROVED: MemoryChangeKind
MEMORY_CHANGE_KIND_REJECTED: MemoryChangeKind
MEMORY_CHANGE_KIND_DELETED: MemoryChangeKind

class Memory(_message.Message):
    __slots__ = ("id", "text", "kind", "scope", "categories", "metadata", "validity", "confidence", "pinned", "expire_time", "state", "state_reason", "provenance", "entity_ids", "token_count", "version", "etag", "create_time", "update_time")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    VALIDITY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_REASON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_IDS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    kind: MemoryKind
    scope: MemoryScope
    categories: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    validity: Validity
    confidence: float
    pinned: bool
    expire_time: _timestamp_pb2.Timestamp
    state: MemoryState
    state_reason: str
    provenance: Provenance
    entity_ids: _containers.RepeatedScalarFieldContainer[str]
    token_count: int
    version: int
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., kind: _Optional[_Union[MemoryKind, str]] = ..., scope: _Optional[_Union[MemoryScope, _Mapping]] = ..., categories: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., validity: _Optional[_Union[Validity, _Mapping]] = ..., confidence: _Optional[float] = ..., pinned: _Optional[bool] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[MemoryState, str]] = ..., state_reason: _Optional[str] = ..., provenance: _Optional[_Union[Provenance, _Mapping]] = ..., entity_ids: _Optional[_Iterable[str]] = ..., token_count: _Optional[int] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MemoryScope(_message.Message):
    __slots__ = ("owner", "agent_id", "session_id")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    owner: MemoryOwner
    agent_id: str
    session_id: str
    def __init__(self, owner: _Optional[_Union[MemoryOwner, str]] = ..., agent_id: _Optional[str] = ..., session_id: _Optional[str] = ...) -> None: ...

class Validity(_message.Message):
    __slots__ = ("start_time", "end_time", "invalidate_time", "superseded_by_id")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    INVALIDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    invalidate_time: _timestamp_pb2.Timestamp
    superseded_by_id: str
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., invalidate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., superseded_by_id: _Optional[str] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("kind", "ingestion_id", "message_ids", "quote", "extractor", "model", "service")
    KIND_FIELD_NUMBER: _ClassVar[int]
    INGESTION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    kind: ProvenanceKind
    ingestion_id: str
    message_ids: _containers.RepeatedScalarFieldContainer[str]
    quote: str
    extractor: str
    model: str
    service: str
    def __init__(self, kind: _Optional[_Union[ProvenanceKind, str]] = ..., ingestion_id: _Optional[str] = ..., message_ids: _Optional[_Iterable[str]] = ..., quote: _Optional[str] = ..., extractor: _Optional[str] = ..., model: _Optional[str] = ..., service: _Optional[str] = ...) -> None: ...

class MemoryRevision(_message.Message):
    __slots__ = ("version", "kind", "memory", "reason", "actor", "create_time")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    version: int
    kind: MemoryChangeKind
    memory: Memory
    reason: str
    actor: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[int] = ..., kind: _Optional[_Union[MemoryChangeKind, str]] = ..., memory: _Optional[_Union[Memory, _Mapping]] = ..., reason: _Optional[str] = ..., actor: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MemoryFilter(_message.Message):
    __slots__ = ("scope", "kinds", "states", "categories", "metadata", "entity_ids", "created_after", "created_before", "min_confidence")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    ENTITY_IDS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AFTER_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    scope: MemoryScope
    kinds: _containers.RepeatedScalarFieldContainer[MemoryKind]
    states: _containers.RepeatedScalarFieldContainer[MemoryState]
    categories: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    entity_ids: _containers.RepeatedScalarFieldContainer[str]
    created_after: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    min_confidence: float
    def __init__(self, scope: _Optional[_Union[MemoryScope, _Mapping]] = ..., kinds: _Optional[_Iterable[_Union[MemoryKind, str]]] = ..., states: _Optional[_Iterable[_Union[MemoryState, str]]] = ..., categories: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., entity_ids: _Optional[_Iterable[str]] = ..., created_after: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., min_confidence: _Optional[float] = ...) -> None: ...

class MemorySettings(_message.Message):
    __slots__ = ("extraction", "instructions", "categories", "model", "daily_token_budget", "quarantine_below", "quarantine_model_messages", "default_ttl", "update_time")
    EXTRACTION_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DAILY_TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_BELOW_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_MODEL_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TTL_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    extraction: bool
    instructions: str
    categories: _containers.RepeatedScalarFieldContainer[str]
    model: str
    daily_token_budget: int
    quarantine_below: float
    quarantine_model_messages: bool
    default_ttl: _duration_pb2.Duration
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, extraction: _Optional[bool] = ..., instructions: _Optional[str] = ..., categories: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., daily_token_budget: _Optional[int] = ..., quarantine_below: _Optional[float] = ..., quarantine_model_messages: _Optional[bool] = ..., default_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
