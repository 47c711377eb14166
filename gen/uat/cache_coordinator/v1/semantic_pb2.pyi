import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SemanticMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEMANTIC_MODE_UNSPECIFIED: _ClassVar[SemanticMode]
    SEMANTIC_MODE_SHADOW: _ClassVar[SemanticMode]
    SEMANTIC_MODE_SERVE: _ClassVar[SemanticMode]

class VerifierVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERIFIER_VERDICT_UNSPECIFIED: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_SAME: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_NEGATION: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_NUMBERS: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_ENTITIES: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_REVERSED: _ClassVar[VerifierVerdict]
    VERIFIER_VERDICT_DIFFERENT: _ClassVar[VerifierVerdict]
SEMANTIC_MODE_UNSPECIFIED: SemanticMode
SEMANTIC_MODE_SHADOW: SemanticMode
SEMANTIC_MODE_SERVE: SemanticMode
VERIFIER_VERDICT_UNSPECIFIED: VerifierVerdict
VERIFIER_VERDICT_SAME: VerifierVerdict
VERIFIER_VERDICT_NEGATION: VerifierVerdict
VERIFIER_VERDICT_NUMBERS: VerifierVerdict
VERIFIER_VERDICT_ENTITIES: VerifierVerdict
VERIFIER_VERDICT_REVERSED: VerifierVerdict
VERIFIER_VERDICT_DIFFERENT: VerifierVerdict

class SemanticScope(_message.Message):
    __slots__ = ("model", "parameters_hash", "context_hash", "user_only", "partition")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_HASH_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_HASH_FIELD_NUMBER: _ClassVar[int]
    USER_ONLY_FIELD_NUMBER: _ClassVar[int]
    PARTITION_FIELD_NUMBER: _ClassVar[int]
    model: str
    parameters_hash: str
    context_hash: str
    user_only: bool
    partition: str
    def __init__(self, model: _Optional[str] = ..., parameters_hash: _Optional[str] = ..., context_hash: _Optional[str] = ..., user_only: _Optional[bool] = ..., partition: _Optional[str] = ...) -> None: ...

class SemanticPolicy(_message.Message):
    __slots__ = ("mode", "min_similarity", "embedding_model", "dimensions", "max_false_hit_rate", "audit_rate")
    MODE_FIELD_NUMBER: _ClassVar[int]
    MIN_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_FALSE_HIT_RATE_FIELD_NUMBER: _ClassVar[int]
    AUDIT_RATE_FIELD_NUMBER: _ClassVar[int]
    mode: SemanticMode
    min_similarity: float
    embedding_model: str
    dimensions: int
    max_false_hit_rate: float
    audit_rate: float
    def __init__(self, mode: _Optional[_Union[SemanticMode, str]] = ..., min_similarity: _Optional[float] = ..., embedding_model: _Optional[str] = ..., dimensions: _Optional[int] = ..., max_false_hit_rate: _Optional[float] = ..., audit_rate: _Optional[float] = ...) -> None: ...

class SemanticDecision(_message.Message):
    __slots__ = ("decision_id", "hit", "shadow_hit", "audit", "candidates", "decide_time", "reason")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    HIT_FIELD_NUMBER: _ClassVar[int]
    SHADOW_HIT_FIELD_NUMBER: _ClassVar[int]
    AUDIT_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    hit: bool
    shadow_hit: bool
    audit: bool
    candidates: _containers.RepeatedCompositeFieldContainer[SemanticCandidate]
    decide_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, decision_id: _Optional[str] = ..., hit: _Optional[bool] = ..., shadow_hit: _Optional[bool] = ..., audit: _Optional[bool] = ..., candidates: _Optional[_Iterable[_Union[SemanticCandidate, _Mapping]]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class SemanticCandidate(_message.Message):
    __slots__ = ("semantic_entry_id", "question", "similarity", "verdict", "differences")
    SEMANTIC_ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    semantic_entry_id: str
    question: str
    similarity: float
    verdict: VerifierVerdict
    differences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, semantic_entry_id: _Optional[str] = ..., question: _Optional[str] = ..., similarity: _Optional[float] = ..., verdict: _Optional[_Union[VerifierVerdict, str]] = ..., differences: _Optional[_Iterable[str]] = ...) -> None: ...

class SemanticEntry(_message.Message):
    __slots__ = ("id", "question", "value", "content_type", "hits", "store_time", "expire_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    STORE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    question: str
    value: bytes
    content_type: str
    hits: int
    store_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., question: _Optional[str] = ..., value: _Optional[bytes] = ..., content_type: _Optional[str] = ..., hits: _Optional[int] = ..., store_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
