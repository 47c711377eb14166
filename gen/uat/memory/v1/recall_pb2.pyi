import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.memory.v1 import memory_pb2 as _memory_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecallSignal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECALL_SIGNAL_UNSPECIFIED: _ClassVar[RecallSignal]
    RECALL_SIGNAL_SEMANTIC: _ClassVar[RecallSignal]
    RECALL_SIGNAL_KEYWORD: _ClassVar[RecallSignal]
    RECALL_SIGNAL_ENTITY: _ClassVar[RecallSignal]
    RECALL_SIGNAL_GRAPH: _ClassVar[RecallSignal]
    RECALL_SIGNAL_RECENCY: _ClassVar[RecallSignal]
    RECALL_SIGNAL_PINNED: _ClassVar[RecallSignal]

class RecallVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECALL_VERDICT_UNSPECIFIED: _ClassVar[RecallVerdict]
    RECALL_VERDICT_RETURNED: _ClassVar[RecallVerdict]
    RECALL_VERDICT_NOT_NEAR: _ClassVar[RecallVerdict]
    RECALL_VERDICT_LOW_SCORE: _ClassVar[RecallVerdict]
    RECALL_VERDICT_OVER_LIMIT: _ClassVar[RecallVerdict]
    RECALL_VERDICT_OVER_BUDGET: _ClassVar[RecallVerdict]
    RECALL_VERDICT_DUPLICATE: _ClassVar[RecallVerdict]
    RECALL_VERDICT_OTHER_TIME: _ClassVar[RecallVerdict]
    RECALL_VERDICT_QUARANTINED: _ClassVar[RecallVerdict]
    RECALL_VERDICT_FILTERED: _ClassVar[RecallVerdict]
RECALL_SIGNAL_UNSPECIFIED: RecallSignal
RECALL_SIGNAL_SEMANTIC: RecallSignal
RECALL_SIGNAL_KEYWORD: RecallSignal
RECALL_SIGNAL_ENTITY: RecallSignal
RECALL_SIGNAL_GRAPH: RecallSignal
RECALL_SIGNAL_RECENCY: RecallSignal
RECALL_SIGNAL_PINNED: RecallSignal
RECALL_VERDICT_UNSPECIFIED: RecallVerdict
RECALL_VERDICT_RETURNED: RecallVerdict
RECALL_VERDICT_NOT_NEAR: RecallVerdict
RECALL_VERDICT_LOW_SCORE: RecallVerdict
RECALL_VERDICT_OVER_LIMIT: RecallVerdict
RECALL_VERDICT_OVER_BUDGET: RecallVerdict
RECALL_VERDICT_DUPLICATE: RecallVerdict
RECALL_VERDICT_OTHER_TIME: RecallVerdict
RECALL_VERDICT_QUARANTINED: RecallVerdict
RECALL_VERDICT_FILTERED: RecallVerdict

class RecallQuery(_message.Message):
    __slots__ = ("text", "filter", "limit", "token_budget", "min_score", "as_of", "known_at", "signals", "graph_depth", "rerank", "after_ingestion_id", "allow_partial")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    MIN_SCORE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    GRAPH_DEPTH_FIELD_NUMBER: _ClassVar[int]
    RERANK_FIELD_NUMBER: _ClassVar[int]
    AFTER_INGESTION_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOW_PARTIAL_FIELD_NUMBER: _ClassVar[int]
    text: str
    filter: _memory_pb2.MemoryFilter
    limit: int
    token_budget: int
    min_score: float
    as_of: _timestamp_pb2.Timestamp
    known_at: _timestamp_pb2.Timestamp
    signals: _containers.RepeatedScalarFieldContainer[RecallSignal]
    graph_depth: int
    rerank: bool
    after_ingestion_id: str
    allow_partial: bool
    def __init__(self, text: _Optional[str] = ..., filter: _Optional[_Union[_memory_pb2.MemoryFilter, _Mapping]] = ..., limit: _Optional[int] = ..., token_budget: _Optional[int] = ..., min_score: _Optional[float] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signals: _Optional[_Iterable[_Union[RecallSignal, str]]] = ..., graph_depth: _Optional[int] = ..., rerank: _Optional[bool] = ..., after_ingestion_id: _Optional[str] = ..., allow_partial: _Optional[bool] = ...) -> None: ...

class RecalledMemory(_message.Message):
    __slots__ = ("memory", "score", "why")
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    memory: _memory_pb2.Memory
    score: float
    why: WhyRecalled
    def __init__(self, memory: _Optional[_Union[_memory_pb2.Memory, _Mapping]] = ..., score: _Optional[float] = ..., why: _Optional[_Union[WhyRecalled, _Mapping]] = ...) -> None: ...

class WhyRecalled(_message.Message):
    __slots__ = ("signals", "summary", "matched_words", "entity_path")
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    MATCHED_WORDS_FIELD_NUMBER: _ClassVar[int]
    ENTITY_PATH_FIELD_NUMBER: _ClassVar[int]
    signals: _containers.RepeatedCompositeFieldContainer[SignalScore]
    summary: str
    matched_words: _containers.RepeatedScalarFieldContainer[str]
    entity_path: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, signals: _Optional[_Iterable[_Union[SignalScore, _Mapping]]] = ..., summary: _Optional[str] = ..., matched_words: _Optional[_Iterable[str]] = ..., entity_path: _Optional[_Iterable[str]] = ...) -> None: ...

class SignalScore(_message.Message):
    __slots__ = ("signal", "score", "rank", "contribution")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    signal: RecallSignal
    score: float
    rank: int
    contribution: float
    def __init__(self, signal: _Optional[_Union[RecallSignal, str]] = ..., score: _Optional[float] = ..., rank: _Optional[int] = ..., contribution: _Optional[float] = ...) -> None: ...

class RecallTrace(_message.Message):
    __slots__ = ("recall_id", "query", "candidates", "steps", "used_tokens", "create_time")
    RECALL_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    USED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    recall_id: str
    query: RecallQuery
    candidates: _containers.RepeatedCompositeFieldContainer[RecallCandidate]
    steps: _containers.RepeatedCompositeFieldContainer[RecallStep]
    used_tokens: int
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, recall_id: _Optional[str] = ..., query: _Optional[_Union[RecallQuery, _Mapping]] = ..., candidates: _Optional[_Iterable[_Union[RecallCandidate, _Mapping]]] = ..., steps: _Optional[_Iterable[_Union[RecallStep, _Mapping]]] = ..., used_tokens: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecallCandidate(_message.Message):
    __slots__ = ("memory_id", "score", "verdict", "why", "reason")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    score: float
    verdict: RecallVerdict
    why: WhyRecalled
    reason: str
    def __init__(self, memory_id: _Optional[str] = ..., score: _Optional[float] = ..., verdict: _Optional[_Union[RecallVerdict, str]] = ..., why: _Optional[_Union[WhyRecalled, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class RecallStep(_message.Message):
    __slots__ = ("name", "took", "candidate_count", "error")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOOK_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    name: str
    took: _duration_pb2.Duration
    candidate_count: int
    error: _status_pb2.Status
    def __init__(self, name: _Optional[str] = ..., took: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., candidate_count: _Optional[int] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
