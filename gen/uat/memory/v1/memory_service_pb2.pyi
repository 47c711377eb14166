import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.memory.v1 import graph_pb2 as _graph_pb2
from uat.memory.v1 import ingestion_pb2 as _ingestion_pb2
from uat.memory.v1 import memory_pb2 as _memory_pb2
from uat.memory.v1 import recall_pb2 as _recall_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviewDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_DECISION_UNSPECIFIED: _ClassVar[ReviewDecision]
    REVIEW_DECISION_APPROVE: _ClassVar[ReviewDecision]
    REVIEW_DECISION_REJECT: _ClassVar[ReviewDecision]
REVIEW_DECISION_UNSPECIFIED: ReviewDecision
REVIEW_DECISION_APPROVE: ReviewDecision
REVIEW_DECISION_REJECT: ReviewDecision

class AddMemoriesRequest(_message.Message):
    __slots__ = ("scope", "memories", "messages", "recall_ids", "request_id")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    RECALL_IDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    scope: _memory_pb2.MemoryScope
    memories: _containers.RepeatedCompositeFieldContainer[_memory_pb2.Memory]
    messages: _containers.RepeatedCompositeFieldContainer[_ingestion_pb2.SourceMessage]
    recall_ids: _containers.RepeatedScalarFieldContainer[str]
    request_id: str
    def __init__(self, scope: _Optional[_Union[_memory_pb2.MemoryScope, _Mapping]] = ..., memories: _Optional[_Iterable[_Union[_memory_pb2.Memory, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[_ingestion_pb2.SourceMessage, _Mapping]]] = ..., recall_ids: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class AddMemoriesResponse(_message.Message):
    __slots__ = ("ingestion", "memories")
    INGESTION_FIELD_NUMBER: _ClassVar[int]
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    ingestion: _ingestion_pb2.Ingestion
    memories: _containers.RepeatedCompositeFieldContainer[_memory_pb2.Memory]
    def __init__(self, ingestion: _Optional[_Union[_ingestion_pb2.Ingestion, _Mapping]] = ..., memories: _Optional[_Iterable[_Union[_memory_pb2.Memory, _Mapping]]] = ...) -> None: ...

class GetIngestionRequest(_message.Message):
    __slots__ = ("ingestion_id",)
    INGESTION_ID_FIELD_NUMBER: _ClassVar[int]
    ingestion_id: str
    def __init__(self, ingestion_id: _Optional[str] = ...) -> None: ...

class GetIngestionResponse(_message.Message):
    __slots__ = ("ingestion",)
    INGESTION_FIELD_NUMBER: _ClassVar[int]
    ingestion: _ingestion_pb2.Ingestion
    def __init__(self, ingestion: _Optional[_Union[_ingestion_pb2.Ingestion, _Mapping]] = ...) -> None: ...

class WatchIngestionRequest(_message.Message):
    __slots__ = ("ingestion_id", "after")
    INGESTION_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ingestion_id: str
    after: _event_position_pb2.EventPosition
    def __init__(self, ingestion_id: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchIngestionResponse(_message.Message):
    __slots__ = ("ingestion",)
    INGESTION_FIELD_NUMBER: _ClassVar[int]
    ingestion: _ingestion_pb2.Ingestion
    def __init__(self, ingestion: _Optional[_Union[_ingestion_pb2.Ingestion, _Mapping]] = ...) -> None: ...

class CancelIngestionRequest(_message.Message):
    __slots__ = ("ingestion_id",)
    INGESTION_ID_FIELD_NUMBER: _ClassVar[int]
    ingestion_id: str
    def __init__(self, ingestion_id: _Optional[str] = ...) -> None: ...

class CancelIngestionResponse(_message.Message):
    __slots__ = ("ingestion",)
    INGESTION_FIELD_NUMBER: _ClassVar[int]
    ingestion: _ingestion_pb2.Ingestion
    def __init__(self, ingestion: _Optional[_Union[_ingestion_pb2.Ingestion, _Mapping]] = ...) -> None: ...

class SearchMemoriesRequest(_message.Message):
    __slots__ = ("query",)
    QUERY_FIELD_NUMBER: _ClassVar[int]
    query: _recall_pb2.RecallQuery
    def __init__(self, query: _Optional[_Union[_recall_pb2.RecallQuery, _Mapping]] = ...) -> None: ...

class SearchMemoriesResponse(_message.Message):
    __slots__ = ("recall_id", "memories", "used_tokens", "dropped_count", "missing_signals", "stale")
    RECALL_ID_FIELD_NUMBER: _ClassVar[int]
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    USED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    DROPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    MISSING_SIGNALS_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    recall_id: str
    memories: _containers.RepeatedCompositeFieldContainer[_recall_pb2.RecalledMemory]
    used_tokens: int
    dropped_count: int
    missing_signals: _containers.RepeatedScalarFieldContainer[_recall_pb2.RecallSignal]
    stale: _duration_pb2.Duration
    def __init__(self, recall_id: _Optional[str] = ..., memories: _Optional[_Iterable[_Union[_recall_pb2.RecalledMemory, _Mapping]]] = ..., used_tokens: _Optional[int] = ..., dropped_count: _Optional[int] = ..., missing_signals: _Optional[_Iterable[_Union[_recall_pb2.RecallSignal, str]]] = ..., stale: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ExplainRecallRequest(_message.Message):
    __slots__ = ("recall_id", "memory_id")
    RECALL_ID_FIELD_NUMBER: _ClassVar[int]
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    recall_id: str
    memory_id: str
    def __init__(self, recall_id: _Optional[str] = ..., memory_id: _Optional[str] = ...) -> None: ...

class ExplainRecallResponse(_message.Message):
    __slots__ = ("trace",)
    TRACE_FIELD_NUMBER: _ClassVar[int]
    trace: _recall_pb2.RecallTrace
    def __init__(self, trace: _Optional[_Union[_recall_pb2.RecallTrace, _Mapping]] = ...) -> None: ...

class GetMemoryRequest(_message.Message):
    __slots__ = ("memory_id", "known_at")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    known_at: _timestamp_pb2.Timestamp
    def __init__(self, memory_id: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetMemoryResponse(_message.Message):
    __slots__ = ("memory",)
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    memory: _memory_pb2.Memory
    def __init__(self, memory: _Optional[_Union[_memory_pb2.Memory, _Mapping]] = ...) -> None: ...

class ListMemoriesRequest(_message.Message):
    __slots__ = ("filter", "page_size", "page_token")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    filter: _memory_pb2.MemoryFilter
    page_size: int
    page_token: str
    def __init__(self, filter: _Optional[_Union[_memory_pb2.MemoryFilter, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMemoriesResponse(_message.Message):
    __slots__ = ("memories", "next_page_token")
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    memories: _containers.RepeatedCompositeFieldContainer[_memory_pb2.Memory]
    next_page_token: str
    def __init__(self, memories: _Optional[_Iterable[_Union[_memory_pb2.Memory, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateMemoryRequest(_message.Message):
    __slots__ = ("memory", "update_mask")
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    memory: _memory_pb2.Memory
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, memory: _Optional[_Union[_memory_pb2.Memory, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateMemoryResponse(_message.Message):
    __slots__ = ("memory",)
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    memory: _memory_pb2.Memory
    def __init__(self, memory: _Optional[_Union[_memory_pb2.Memory, _Mapping]] = ...) -> None: ...

class DeleteMemoryRequest(_message.Message):
    __slots__ = ("memory_id",)
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    def __init__(self, memory_id: _Optional[str] = ...) -> None: ...

class DeleteMemoryResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeleteMemoriesRequest(_message.Message):
    __slots__ = ("filter", "all")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    filter: _memory_pb2.MemoryFilter
    all: bool
    def __init__(self, filter: _Optional[_Union[_memory_pb2.MemoryFilter, _Mapping]] = ..., all: _Optional[bool] = ...) -> None: ...

class DeleteMemoriesResponse(_message.Message):
    __slots__ = ("deleted_count",)
    DELETED_COUNT_FIELD_NUMBER: _ClassVar[int]
    deleted_count: int
    def __init__(self, deleted_count: _Optional[int] = ...) -> None: ...

class GetMemoryHistoryRequest(_message.Message):
    __slots__ = ("memory_id", "page_size", "page_token")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    page_size: int
    page_token: str
    def __init__(self, memory_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetMemoryHistoryResponse(_message.Message):
    __slots__ = ("revisions", "next_page_token")
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[_memory_pb2.MemoryRevision]
    next_page_token: str
    def __init__(self, revisions: _Optional[_Iterable[_Union[_memory_pb2.MemoryRevision, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReviewMemoryRequest(_message.Message):
    __slots__ = ("memory_id", "decision", "reason", "text")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    decision: ReviewDecision
    reason: str
    text: str
    def __init__(self, memory_id: _Optional[str] = ..., decision: _Optional[_Union[ReviewDecision, str]] = ..., reason: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ReviewMemoryResponse(_message.Message):
    __slots__ = ("memory",)
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    memory: _memory_pb2.Memory
    def __init__(self, memory: _Optional[_Union[_memory_pb2.Memory, _Mapping]] = ...) -> None: ...

class StreamMemoriesRequest(_message.Message):
    __slots__ = ("sequence", "add", "search", "update", "delete")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ADD_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    add: AddMemoriesRequest
    search: SearchMemoriesRequest
    update: UpdateMemoryRequest
    delete: DeleteMemoryRequest
    def __init__(self, sequence: _Optional[int] = ..., add: _Optional[_Union[AddMemoriesRequest, _Mapping]] = ..., search: _Optional[_Union[SearchMemoriesRequest, _Mapping]] = ..., update: _Optional[_Union[UpdateMemoryRequest, _Mapping]] = ..., delete: _Optional[_Union[DeleteMemoryRequest, _Mapping]] = ...) -> None: ...

class StreamMemoriesResponse(_message.Message):
    __slots__ = ("sequence", "add", "search", "update", "delete", "error", "window")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ADD_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    add: AddMemoriesResponse
    search: SearchMemoriesResponse
    update: UpdateMemoryResponse
    delete: DeleteMemoryResponse
    error: _status_pb2.Status
    window: int
    def __init__(self, sequence: _Optional[int] = ..., add: _Optional[_Union[AddMemoriesResponse, _Mapping]] = ..., search: _Optional[_Union[SearchMemoriesResponse, _Mapping]] = ..., update: _Optional[_Union[UpdateMemoryResponse, _Mapping]] = ..., delete: _Optional[_Union[DeleteMemoryResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., window: _Optional[int] = ...) -> None: ...

class ExportMemoriesRequest(_message.Message):
    __slots__ = ("filter", "with_history", "cursor")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    WITH_HISTORY_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    filter: _memory_pb2.MemoryFilter
    with_history: bool
    cursor: str
    def __init__(self, filter: _Optional[_Union[_memory_pb2.MemoryFilter, _Mapping]] = ..., with_history: _Optional[bool] = ..., cursor: _Optional[str] = ...) -> None: ...

class ExportMemoriesResponse(_message.Message):
    __slots__ = ("memories", "revisions", "cursor", "sequence")
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    memories: _containers.RepeatedCompositeFieldContainer[_memory_pb2.Memory]
    revisions: _containers.RepeatedCompositeFieldContainer[_memory_pb2.MemoryRevision]
    cursor: str
    sequence: int
    def __init__(self, memories: _Optional[_Iterable[_Union[_memory_pb2.Memory, _Mapping]]] = ..., revisions: _Optional[_Iterable[_Union[_memory_pb2.MemoryRevision, _Mapping]]] = ..., cursor: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class EraseUserRequest(_message.Message):
    __slots__ = ("user_id",)
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class EraseUserResponse(_message.Message):
    __slots__ = ("erasure",)
    ERASURE_FIELD_NUMBER: _ClassVar[int]
    erasure: _ingestion_pb2.Erasure
    def __init__(self, erasure: _Optional[_Union[_ingestion_pb2.Erasure, _Mapping]] = ...) -> None: ...

class GetErasureRequest(_message.Message):
    __slots__ = ("erasure_id",)
    ERASURE_ID_FIELD_NUMBER: _ClassVar[int]
    erasure_id: str
    def __init__(self, erasure_id: _Optional[str] = ...) -> None: ...

class GetErasureResponse(_message.Message):
    __slots__ = ("erasure",)
    ERASURE_FIELD_NUMBER: _ClassVar[int]
    erasure: _ingestion_pb2.Erasure
    def __init__(self, erasure: _Optional[_Union[_ingestion_pb2.Erasure, _Mapping]] = ...) -> None: ...

class ListEntitiesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "query", "kind")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    query: str
    kind: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., query: _Optional[str] = ..., kind: _Optional[str] = ...) -> None: ...

class ListEntitiesResponse(_message.Message):
    __slots__ = ("entities", "next_page_token")
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entities: _containers.RepeatedCompositeFieldContainer[_graph_pb2.Entity]
    next_page_token: str
    def __init__(self, entities: _Optional[_Iterable[_Union[_graph_pb2.Entity, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class MergeEntitiesRequest(_message.Message):
    __slots__ = ("entity_id", "merged_entity_ids")
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_ENTITY_IDS_FIELD_NUMBER: _ClassVar[int]
    entity_id: str
    merged_entity_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, entity_id: _Optional[str] = ..., merged_entity_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class MergeEntitiesResponse(_message.Message):
    __slots__ = ("entity",)
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    entity: _graph_pb2.Entity
    def __init__(self, entity: _Optional[_Union[_graph_pb2.Entity, _Mapping]] = ...) -> None: ...

class ListRelationsRequest(_message.Message):
    __slots__ = ("entity_id", "depth", "predicates", "as_of", "page_size", "page_token")
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    PREDICATES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entity_id: str
    depth: int
    predicates: _containers.RepeatedScalarFieldContainer[str]
    as_of: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, entity_id: _Optional[str] = ..., depth: _Optional[int] = ..., predicates: _Optional[_Iterable[str]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRelationsResponse(_message.Message):
    __slots__ = ("relations", "entities", "next_page_token")
    RELATIONS_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    relations: _containers.RepeatedCompositeFieldContainer[_graph_pb2.Relation]
    entities: _containers.RepeatedCompositeFieldContainer[_graph_pb2.Entity]
    next_page_token: str
    def __init__(self, relations: _Optional[_Iterable[_Union[_graph_pb2.Relation, _Mapping]]] = ..., entities: _Optional[_Iterable[_Union[_graph_pb2.Entity, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetMemorySettingsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetMemorySettingsResponse(_message.Message):
    __slots__ = ("settings", "tokens_used_today")
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_USED_TODAY_FIELD_NUMBER: _ClassVar[int]
    settings: _memory_pb2.MemorySettings
    tokens_used_today: int
    def __init__(self, settings: _Optional[_Union[_memory_pb2.MemorySettings, _Mapping]] = ..., tokens_used_today: _Optional[int] = ...) -> None: ...

class UpdateMemorySettingsRequest(_message.Message):
    __slots__ = ("settings", "update_mask")
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    settings: _memory_pb2.MemorySettings
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, settings: _Optional[_Union[_memory_pb2.MemorySettings, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateMemorySettingsResponse(_message.Message):
    __slots__ = ("settings",)
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    settings: _memory_pb2.MemorySettings
    def __init__(self, settings: _Optional[_Union[_memory_pb2.MemorySettings, _Mapping]] = ...) -> None: ...

class GetMemoryStatsRequest(_message.Message):
    __slots__ = ("scope",)
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    scope: _memory_pb2.MemoryScope
    def __init__(self, scope: _Optional[_Union[_memory_pb2.MemoryScope, _Mapping]] = ...) -> None: ...

class GetMemoryStatsResponse(_message.Message):
    __slots__ = ("active_count", "quarantined_count", "invalidated_count", "rejected_count", "outcomes", "pending_ingestion_count")
    ACTIVE_COUNT_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_COUNT_FIELD_NUMBER: _ClassVar[int]
    INVALIDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    PENDING_INGESTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    active_count: int
    quarantined_count: int
    invalidated_count: int
    rejected_count: int
    outcomes: _containers.RepeatedCompositeFieldContainer[OutcomeCount]
    pending_ingestion_count: int
    def __init__(self, active_count: _Optional[int] = ..., quarantined_count: _Optional[int] = ..., invalidated_count: _Optional[int] = ..., rejected_count: _Optional[int] = ..., outcomes: _Optional[_Iterable[_Union[OutcomeCount, _Mapping]]] = ..., pending_ingestion_count: _Optional[int] = ...) -> None: ...

class OutcomeCount(_message.Message):
    __slots__ = ("kind", "count")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: _ingestion_pb2.IngestionOutcomeKind
    count: int
    def __init__(self, kind: _Optional[_Union[_ingestion_pb2.IngestionOutcomeKind, str]] = ..., count: _Optional[int] = ...) -> None: ...
