import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.cache_coordinator.v1 import entry_pb2 as _entry_pb2
from uat.cache_coordinator.v1 import invalidation_pb2 as _invalidation_pb2
from uat.cache_coordinator.v1 import namespace_pb2 as _namespace_pb2
from uat.cache_coordinator.v1 import semantic_pb2 as _semantic_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetEntryRequest(_message.Message):
    __slots__ = ("namespace", "key")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    key: str
    def __init__(self, namespace: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class GetEntryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _entry_pb2.Entry
    def __init__(self, entry: _Optional[_Union[_entry_pb2.Entry, _Mapping]] = ...) -> None: ...

class BatchGetEntriesRequest(_message.Message):
    __slots__ = ("namespace", "keys")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, namespace: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetEntriesResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_entry_pb2.EntryResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_entry_pb2.EntryResult, _Mapping]]] = ...) -> None: ...

class SetEntryRequest(_message.Message):
    __slots__ = ("namespace", "key", "value", "etag", "lease_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    key: str
    value: _entry_pb2.EntryValue
    etag: str
    lease_token: str
    def __init__(self, namespace: _Optional[str] = ..., key: _Optional[str] = ..., value: _Optional[_Union[_entry_pb2.EntryValue, _Mapping]] = ..., etag: _Optional[str] = ..., lease_token: _Optional[str] = ...) -> None: ...

class SetEntryResponse(_message.Message):
    __slots__ = ("version", "expire_time")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    version: int
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[int] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DeleteEntryRequest(_message.Message):
    __slots__ = ("namespace", "key")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    key: str
    def __init__(self, namespace: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class DeleteEntryResponse(_message.Message):
    __slots__ = ("existed",)
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    existed: bool
    def __init__(self, existed: _Optional[bool] = ...) -> None: ...

class GetOrLeaseEntryRequest(_message.Message):
    __slots__ = ("namespace", "key", "lease_duration", "wait")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    LEASE_DURATION_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    key: str
    lease_duration: _duration_pb2.Duration
    wait: _duration_pb2.Duration
    def __init__(self, namespace: _Optional[str] = ..., key: _Optional[str] = ..., lease_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetOrLeaseEntryResponse(_message.Message):
    __slots__ = ("outcome", "entry", "lease", "retry_after")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    LEASE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    outcome: _entry_pb2.LeaseOutcome
    entry: _entry_pb2.Entry
    lease: _entry_pb2.Lease
    retry_after: _duration_pb2.Duration
    def __init__(self, outcome: _Optional[_Union[_entry_pb2.LeaseOutcome, str]] = ..., entry: _Optional[_Union[_entry_pb2.Entry, _Mapping]] = ..., lease: _Optional[_Union[_entry_pb2.Lease, _Mapping]] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ReleaseLeaseRequest(_message.Message):
    __slots__ = ("namespace", "key", "lease_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    key: str
    lease_token: str
    def __init__(self, namespace: _Optional[str] = ..., key: _Optional[str] = ..., lease_token: _Optional[str] = ...) -> None: ...

class ReleaseLeaseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class InvalidateRequest(_message.Message):
    __slots__ = ("namespace", "tags", "prefixes")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PREFIXES_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    prefixes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, namespace: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., prefixes: _Optional[_Iterable[str]] = ...) -> None: ...

class InvalidateResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchInvalidationsRequest(_message.Message):
    __slots__ = ("namespaces", "prefixes", "after")
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    PREFIXES_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    namespaces: _containers.RepeatedScalarFieldContainer[str]
    prefixes: _containers.RepeatedScalarFieldContainer[str]
    after: _event_position_pb2.EventPosition
    def __init__(self, namespaces: _Optional[_Iterable[str]] = ..., prefixes: _Optional[_Iterable[str]] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchInvalidationsResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _invalidation_pb2.InvalidationEvent
    def __init__(self, event: _Optional[_Union[_invalidation_pb2.InvalidationEvent, _Mapping]] = ...) -> None: ...

class ListNamespacesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNamespacesResponse(_message.Message):
    __slots__ = ("namespaces", "next_page_token")
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespaces: _containers.RepeatedCompositeFieldContainer[_namespace_pb2.Namespace]
    next_page_token: str
    def __init__(self, namespaces: _Optional[_Iterable[_Union[_namespace_pb2.Namespace, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SetNamespaceRequest(_message.Message):
    __slots__ = ("namespace",)
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    namespace: _namespace_pb2.Namespace
    def __init__(self, namespace: _Optional[_Union[_namespace_pb2.Namespace, _Mapping]] = ...) -> None: ...

class SetNamespaceResponse(_message.Message):
    __slots__ = ("namespace",)
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    namespace: _namespace_pb2.Namespace
    def __init__(self, namespace: _Optional[_Union[_namespace_pb2.Namespace, _Mapping]] = ...) -> None: ...

class DeleteNamespaceRequest(_message.Message):
    __slots__ = ("namespace", "force")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    force: bool
    def __init__(self, namespace: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class DeleteNamespaceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LookupSemanticRequest(_message.Message):
    __slots__ = ("namespace", "scope", "question", "embedding")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    scope: _semantic_pb2.SemanticScope
    question: str
    embedding: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, namespace: _Optional[str] = ..., scope: _Optional[_Union[_semantic_pb2.SemanticScope, _Mapping]] = ..., question: _Optional[str] = ..., embedding: _Optional[_Iterable[float]] = ...) -> None: ...

class LookupSemanticResponse(_message.Message):
    __slots__ = ("entry", "decision")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    entry: _semantic_pb2.SemanticEntry
    decision: _semantic_pb2.SemanticDecision
    def __init__(self, entry: _Optional[_Union[_semantic_pb2.SemanticEntry, _Mapping]] = ..., decision: _Optional[_Union[_semantic_pb2.SemanticDecision, _Mapping]] = ...) -> None: ...

class StoreSemanticRequest(_message.Message):
    __slots__ = ("namespace", "scope", "question", "embedding", "value", "request_id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    scope: _semantic_pb2.SemanticScope
    question: str
    embedding: _containers.RepeatedScalarFieldContainer[float]
    value: _entry_pb2.EntryValue
    request_id: str
    def __init__(self, namespace: _Optional[str] = ..., scope: _Optional[_Union[_semantic_pb2.SemanticScope, _Mapping]] = ..., question: _Optional[str] = ..., embedding: _Optional[_Iterable[float]] = ..., value: _Optional[_Union[_entry_pb2.EntryValue, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class StoreSemanticResponse(_message.Message):
    __slots__ = ("semantic_entry_id", "expire_time")
    SEMANTIC_ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    semantic_entry_id: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, semantic_entry_id: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DeleteSemanticRequest(_message.Message):
    __slots__ = ("namespace", "semantic_entry_id", "scope", "tag")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SEMANTIC_ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    semantic_entry_id: str
    scope: _semantic_pb2.SemanticScope
    tag: str
    def __init__(self, namespace: _Optional[str] = ..., semantic_entry_id: _Optional[str] = ..., scope: _Optional[_Union[_semantic_pb2.SemanticScope, _Mapping]] = ..., tag: _Optional[str] = ...) -> None: ...

class DeleteSemanticResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    def __init__(self, deleted: _Optional[int] = ...) -> None: ...

class JudgeSemanticHitRequest(_message.Message):
    __slots__ = ("decision_id", "correct", "delete_if_wrong")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECT_FIELD_NUMBER: _ClassVar[int]
    DELETE_IF_WRONG_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    correct: bool
    delete_if_wrong: bool
    def __init__(self, decision_id: _Optional[str] = ..., correct: _Optional[bool] = ..., delete_if_wrong: _Optional[bool] = ...) -> None: ...

class JudgeSemanticHitResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExplainSemanticHitRequest(_message.Message):
    __slots__ = ("decision_id",)
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    def __init__(self, decision_id: _Optional[str] = ...) -> None: ...

class ExplainSemanticHitResponse(_message.Message):
    __slots__ = ("decision", "policy")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    decision: _semantic_pb2.SemanticDecision
    policy: _semantic_pb2.SemanticPolicy
    def __init__(self, decision: _Optional[_Union[_semantic_pb2.SemanticDecision, _Mapping]] = ..., policy: _Optional[_Union[_semantic_pb2.SemanticPolicy, _Mapping]] = ...) -> None: ...
