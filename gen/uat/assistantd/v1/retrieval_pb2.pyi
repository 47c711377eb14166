import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.assistantd.v1 import document_pb2 as _document_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RetrievalMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RETRIEVAL_MODE_UNSPECIFIED: _ClassVar[RetrievalMode]
    RETRIEVAL_MODE_HYBRID: _ClassVar[RetrievalMode]
    RETRIEVAL_MODE_SEMANTIC: _ClassVar[RetrievalMode]
    RETRIEVAL_MODE_KEYWORD: _ClassVar[RetrievalMode]
    RETRIEVAL_MODE_NONE: _ClassVar[RetrievalMode]

class ContextPartKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTEXT_PART_KIND_UNSPECIFIED: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_INSTRUCTIONS: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_TOOLS: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_MEMORIES: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_PASSAGES: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_HISTORY: _ClassVar[ContextPartKind]
    CONTEXT_PART_KIND_INPUT: _ClassVar[ContextPartKind]
RETRIEVAL_MODE_UNSPECIFIED: RetrievalMode
RETRIEVAL_MODE_HYBRID: RetrievalMode
RETRIEVAL_MODE_SEMANTIC: RetrievalMode
RETRIEVAL_MODE_KEYWORD: RetrievalMode
RETRIEVAL_MODE_NONE: RetrievalMode
CONTEXT_PART_KIND_UNSPECIFIED: ContextPartKind
CONTEXT_PART_KIND_INSTRUCTIONS: ContextPartKind
CONTEXT_PART_KIND_TOOLS: ContextPartKind
CONTEXT_PART_KIND_MEMORIES: ContextPartKind
CONTEXT_PART_KIND_PASSAGES: ContextPartKind
CONTEXT_PART_KIND_HISTORY: ContextPartKind
CONTEXT_PART_KIND_INPUT: ContextPartKind

class RetrievalOptions(_message.Message):
    __slots__ = ("limit", "token_budget", "mode", "rerank", "rewrite", "min_score", "max_per_document", "document_ids", "metadata", "timeout")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    RERANK_FIELD_NUMBER: _ClassVar[int]
    REWRITE_FIELD_NUMBER: _ClassVar[int]
    MIN_SCORE_FIELD_NUMBER: _ClassVar[int]
    MAX_PER_DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    limit: int
    token_budget: int
    mode: RetrievalMode
    rerank: bool
    rewrite: bool
    min_score: float
    max_per_document: int
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    timeout: _duration_pb2.Duration
    def __init__(self, limit: _Optional[int] = ..., token_budget: _Optional[int] = ..., mode: _Optional[_Union[RetrievalMode, str]] = ..., rerank: _Optional[bool] = ..., rewrite: _Optional[bool] = ..., min_score: _Optional[float] = ..., max_per_document: _Optional[int] = ..., document_ids: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetrievalTrace(_message.Message):
    __slots__ = ("queries", "steps", "passages", "recall_id", "context", "estimated_recall")
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    RECALL_ID_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_RECALL_FIELD_NUMBER: _ClassVar[int]
    queries: _containers.RepeatedScalarFieldContainer[str]
    steps: _containers.RepeatedCompositeFieldContainer[RetrievalStep]
    passages: _containers.RepeatedCompositeFieldContainer[RetrievedPassage]
    recall_id: str
    context: ContextBudget
    estimated_recall: float
    def __init__(self, queries: _Optional[_Iterable[str]] = ..., steps: _Optional[_Iterable[_Union[RetrievalStep, _Mapping]]] = ..., passages: _Optional[_Iterable[_Union[RetrievedPassage, _Mapping]]] = ..., recall_id: _Optional[str] = ..., context: _Optional[_Union[ContextBudget, _Mapping]] = ..., estimated_recall: _Optional[float] = ...) -> None: ...

class RetrievalStep(_message.Message):
    __slots__ = ("name", "offset", "took", "result_count", "error")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    TOOK_FIELD_NUMBER: _ClassVar[int]
    RESULT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    name: str
    offset: _duration_pb2.Duration
    took: _duration_pb2.Duration
    result_count: int
    error: _status_pb2.Status
    def __init__(self, name: _Optional[str] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., took: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., result_count: _Optional[int] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class RetrievedPassage(_message.Message):
    __slots__ = ("passage", "document_title", "score", "semantic_rank", "keyword_rank", "rerank_score", "used", "reason")
    PASSAGE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TITLE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SEMANTIC_RANK_FIELD_NUMBER: _ClassVar[int]
    KEYWORD_RANK_FIELD_NUMBER: _ClassVar[int]
    RERANK_SCORE_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    passage: _document_pb2.Passage
    document_title: str
    score: float
    semantic_rank: int
    keyword_rank: int
    rerank_score: float
    used: bool
    reason: str
    def __init__(self, passage: _Optional[_Union[_document_pb2.Passage, _Mapping]] = ..., document_title: _Optional[str] = ..., score: _Optional[float] = ..., semantic_rank: _Optional[int] = ..., keyword_rank: _Optional[int] = ..., rerank_score: _Optional[float] = ..., used: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ContextBudget(_message.Message):
    __slots__ = ("limit_tokens", "used_tokens", "parts")
    LIMIT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    limit_tokens: int
    used_tokens: int
    parts: _containers.RepeatedCompositeFieldContainer[ContextPart]
    def __init__(self, limit_tokens: _Optional[int] = ..., used_tokens: _Optional[int] = ..., parts: _Optional[_Iterable[_Union[ContextPart, _Mapping]]] = ...) -> None: ...

class ContextPart(_message.Message):
    __slots__ = ("kind", "used_tokens", "item_count", "dropped_count", "dropped_tokens", "reason")
    KIND_FIELD_NUMBER: _ClassVar[int]
    USED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    DROPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DROPPED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    kind: ContextPartKind
    used_tokens: int
    item_count: int
    dropped_count: int
    dropped_tokens: int
    reason: str
    def __init__(self, kind: _Optional[_Union[ContextPartKind, str]] = ..., used_tokens: _Optional[int] = ..., item_count: _Optional[int] = ..., dropped_count: _Optional[int] = ..., dropped_tokens: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...
