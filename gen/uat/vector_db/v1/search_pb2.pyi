import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from uat.vector_db.v1 import collection_pb2 as _collection_pb2
from uat.vector_db.v1 import filter_pb2 as _filter_pb2
from uat.vector_db.v1 import point_pb2 as _point_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FusionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FUSION_KIND_UNSPECIFIED: _ClassVar[FusionKind]
    FUSION_KIND_RRF: _ClassVar[FusionKind]
    FUSION_KIND_WEIGHTED: _ClassVar[FusionKind]

class RecommendStrategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECOMMEND_STRATEGY_UNSPECIFIED: _ClassVar[RecommendStrategy]
    RECOMMEND_STRATEGY_AVERAGE: _ClassVar[RecommendStrategy]
    RECOMMEND_STRATEGY_BEST_SCORE: _ClassVar[RecommendStrategy]
    RECOMMEND_STRATEGY_SUM_SCORES: _ClassVar[RecommendStrategy]

class IndexUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDEX_USE_UNSPECIFIED: _ClassVar[IndexUse]
    INDEX_USE_HNSW: _ClassVar[IndexUse]
    INDEX_USE_PAYLOAD_THEN_EXACT: _ClassVar[IndexUse]
    INDEX_USE_FULL_SCAN: _ClassVar[IndexUse]
    INDEX_USE_SPARSE: _ClassVar[IndexUse]
    INDEX_USE_TEXT: _ClassVar[IndexUse]
    INDEX_USE_SEVERAL: _ClassVar[IndexUse]
FUSION_KIND_UNSPECIFIED: FusionKind
FUSION_KIND_RRF: FusionKind
FUSION_KIND_WEIGHTED: FusionKind
RECOMMEND_STRATEGY_UNSPECIFIED: RecommendStrategy
RECOMMEND_STRATEGY_AVERAGE: RecommendStrategy
RECOMMEND_STRATEGY_BEST_SCORE: RecommendStrategy
RECOMMEND_STRATEGY_SUM_SCORES: RecommendStrategy
INDEX_USE_UNSPECIFIED: IndexUse
INDEX_USE_HNSW: IndexUse
INDEX_USE_PAYLOAD_THEN_EXACT: IndexUse
INDEX_USE_FULL_SCAN: IndexUse
INDEX_USE_SPARSE: IndexUse
INDEX_USE_TEXT: IndexUse
INDEX_USE_SEVERAL: IndexUse

class SearchQuery(_message.Message):
    __slots__ = ("vector", "options")
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    vector: VectorQuery
    options: SearchOptions
    def __init__(self, vector: _Optional[_Union[VectorQuery, _Mapping]] = ..., options: _Optional[_Union[SearchOptions, _Mapping]] = ...) -> None: ...

class HybridQuery(_message.Message):
    __slots__ = ("legs", "fusion", "rescore", "options")
    LEGS_FIELD_NUMBER: _ClassVar[int]
    FUSION_FIELD_NUMBER: _ClassVar[int]
    RESCORE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    legs: _containers.RepeatedCompositeFieldContainer[HybridLeg]
    fusion: Fusion
    rescore: VectorQuery
    options: SearchOptions
    def __init__(self, legs: _Optional[_Iterable[_Union[HybridLeg, _Mapping]]] = ..., fusion: _Optional[_Union[Fusion, _Mapping]] = ..., rescore: _Optional[_Union[VectorQuery, _Mapping]] = ..., options: _Optional[_Union[SearchOptions, _Mapping]] = ...) -> None: ...

class HybridLeg(_message.Message):
    __slots__ = ("vector", "keyword", "limit", "weight")
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    KEYWORD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    vector: VectorQuery
    keyword: KeywordQuery
    limit: int
    weight: float
    def __init__(self, vector: _Optional[_Union[VectorQuery, _Mapping]] = ..., keyword: _Optional[_Union[KeywordQuery, _Mapping]] = ..., limit: _Optional[int] = ..., weight: _Optional[float] = ...) -> None: ...

class VectorQuery(_message.Message):
    __slots__ = ("vector_name", "dense", "sparse", "multi", "point_id", "params")
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    DENSE_FIELD_NUMBER: _ClassVar[int]
    SPARSE_FIELD_NUMBER: _ClassVar[int]
    MULTI_FIELD_NUMBER: _ClassVar[int]
    POINT_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    vector_name: str
    dense: _point_pb2.DenseVector
    sparse: _point_pb2.SparseVector
    multi: _point_pb2.MultiVector
    point_id: str
    params: SearchParams
    def __init__(self, vector_name: _Optional[str] = ..., dense: _Optional[_Union[_point_pb2.DenseVector, _Mapping]] = ..., sparse: _Optional[_Union[_point_pb2.SparseVector, _Mapping]] = ..., multi: _Optional[_Union[_point_pb2.MultiVector, _Mapping]] = ..., point_id: _Optional[str] = ..., params: _Optional[_Union[SearchParams, _Mapping]] = ...) -> None: ...

class KeywordQuery(_message.Message):
    __slots__ = ("text", "keys", "match")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    MATCH_FIELD_NUMBER: _ClassVar[int]
    text: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    match: _filter_pb2.TextMatch
    def __init__(self, text: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ..., match: _Optional[_Union[_filter_pb2.TextMatch, str]] = ...) -> None: ...

class SearchParams(_message.Message):
    __slots__ = ("ef", "exact", "rescore", "oversampling", "recall_target")
    EF_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    RESCORE_FIELD_NUMBER: _ClassVar[int]
    OVERSAMPLING_FIELD_NUMBER: _ClassVar[int]
    RECALL_TARGET_FIELD_NUMBER: _ClassVar[int]
    ef: int
    exact: bool
    rescore: bool
    oversampling: float
    recall_target: float
    def __init__(self, ef: _Optional[int] = ..., exact: _Optional[bool] = ..., rescore: _Optional[bool] = ..., oversampling: _Optional[float] = ..., recall_target: _Optional[float] = ...) -> None: ...

class SearchOptions(_message.Message):
    __slots__ = ("filter", "limit", "offset", "score_threshold", "view", "group_by", "consistency")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    SCORE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    filter: _filter_pb2.Filter
    limit: int
    offset: int
    score_threshold: float
    view: _point_pb2.PointView
    group_by: GroupBy
    consistency: _collection_pb2.Consistency
    def __init__(self, filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., limit: _Optional[int] = ..., offset: _Optional[int] = ..., score_threshold: _Optional[float] = ..., view: _Optional[_Union[_point_pb2.PointView, _Mapping]] = ..., group_by: _Optional[_Union[GroupBy, _Mapping]] = ..., consistency: _Optional[_Union[_collection_pb2.Consistency, _Mapping]] = ...) -> None: ...

class GroupBy(_message.Message):
    __slots__ = ("key", "group_size")
    KEY_FIELD_NUMBER: _ClassVar[int]
    GROUP_SIZE_FIELD_NUMBER: _ClassVar[int]
    key: str
    group_size: int
    def __init__(self, key: _Optional[str] = ..., group_size: _Optional[int] = ...) -> None: ...

class Fusion(_message.Message):
    __slots__ = ("kind", "rrf_k")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RRF_K_FIELD_NUMBER: _ClassVar[int]
    kind: FusionKind
    rrf_k: int
    def __init__(self, kind: _Optional[_Union[FusionKind, str]] = ..., rrf_k: _Optional[int] = ...) -> None: ...

class Example(_message.Message):
    __slots__ = ("point_id", "dense")
    POINT_ID_FIELD_NUMBER: _ClassVar[int]
    DENSE_FIELD_NUMBER: _ClassVar[int]
    point_id: str
    dense: _point_pb2.DenseVector
    def __init__(self, point_id: _Optional[str] = ..., dense: _Optional[_Union[_point_pb2.DenseVector, _Mapping]] = ...) -> None: ...

class SearchResult(_message.Message):
    __slots__ = ("hits", "groups", "quality", "took")
    HITS_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    TOOK_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[Hit]
    groups: _containers.RepeatedCompositeFieldContainer[HitGroup]
    quality: SearchQuality
    took: _duration_pb2.Duration
    def __init__(self, hits: _Optional[_Iterable[_Union[Hit, _Mapping]]] = ..., groups: _Optional[_Iterable[_Union[HitGroup, _Mapping]]] = ..., quality: _Optional[_Union[SearchQuality, _Mapping]] = ..., took: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Hit(_message.Message):
    __slots__ = ("point", "score", "leg_scores")
    POINT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LEG_SCORES_FIELD_NUMBER: _ClassVar[int]
    point: _point_pb2.Point
    score: float
    leg_scores: _containers.RepeatedCompositeFieldContainer[LegScore]
    def __init__(self, point: _Optional[_Union[_point_pb2.Point, _Mapping]] = ..., score: _Optional[float] = ..., leg_scores: _Optional[_Iterable[_Union[LegScore, _Mapping]]] = ...) -> None: ...

class LegScore(_message.Message):
    __slots__ = ("rank", "score")
    RANK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    rank: int
    score: float
    def __init__(self, rank: _Optional[int] = ..., score: _Optional[float] = ...) -> None: ...

class HitGroup(_message.Message):
    __slots__ = ("value", "hits")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    value: _struct_pb2.Value
    hits: _containers.RepeatedCompositeFieldContainer[Hit]
    def __init__(self, value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., hits: _Optional[_Iterable[_Union[Hit, _Mapping]]] = ...) -> None: ...

class SearchQuality(_message.Message):
    __slots__ = ("estimated_recall", "index_used", "filter_selectivity", "stale", "unindexed_points", "advice")
    ESTIMATED_RECALL_FIELD_NUMBER: _ClassVar[int]
    INDEX_USED_FIELD_NUMBER: _ClassVar[int]
    FILTER_SELECTIVITY_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    UNINDEXED_POINTS_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    estimated_recall: float
    index_used: IndexUse
    filter_selectivity: float
    stale: _duration_pb2.Duration
    unindexed_points: int
    advice: _containers.RepeatedCompositeFieldContainer[IndexAdvice]
    def __init__(self, estimated_recall: _Optional[float] = ..., index_used: _Optional[_Union[IndexUse, str]] = ..., filter_selectivity: _Optional[float] = ..., stale: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., unindexed_points: _Optional[int] = ..., advice: _Optional[_Iterable[_Union[IndexAdvice, _Mapping]]] = ...) -> None: ...

class IndexAdvice(_message.Message):
    __slots__ = ("index", "reason", "query_count", "estimated_speedup")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    QUERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_SPEEDUP_FIELD_NUMBER: _ClassVar[int]
    index: _collection_pb2.PayloadIndex
    reason: str
    query_count: int
    estimated_speedup: float
    def __init__(self, index: _Optional[_Union[_collection_pb2.PayloadIndex, _Mapping]] = ..., reason: _Optional[str] = ..., query_count: _Optional[int] = ..., estimated_speedup: _Optional[float] = ...) -> None: ...

class SearchPlan(_message.Message):
    __slots__ = ("steps", "quality", "advice", "refusal", "estimated_time")
    STEPS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_TIME_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[PlanStep]
    quality: SearchQuality
    advice: _containers.RepeatedCompositeFieldContainer[IndexAdvice]
    refusal: str
    estimated_time: _duration_pb2.Duration
    def __init__(self, steps: _Optional[_Iterable[_Union[PlanStep, _Mapping]]] = ..., quality: _Optional[_Union[SearchQuality, _Mapping]] = ..., advice: _Optional[_Iterable[_Union[IndexAdvice, _Mapping]]] = ..., refusal: _Optional[str] = ..., estimated_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PlanStep(_message.Message):
    __slots__ = ("name", "description", "estimated_points", "actual_points", "took")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_POINTS_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_POINTS_FIELD_NUMBER: _ClassVar[int]
    TOOK_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    estimated_points: int
    actual_points: int
    took: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., estimated_points: _Optional[int] = ..., actual_points: _Optional[int] = ..., took: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
