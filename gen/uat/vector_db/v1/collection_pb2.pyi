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

class CollectionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLLECTION_STATE_UNSPECIFIED: _ClassVar[CollectionState]
    COLLECTION_STATE_CREATING: _ClassVar[CollectionState]
    COLLECTION_STATE_READY: _ClassVar[CollectionState]
    COLLECTION_STATE_OPTIMIZING: _ClassVar[CollectionState]
    COLLECTION_STATE_RESTORING: _ClassVar[CollectionState]
    COLLECTION_STATE_DEGRADED: _ClassVar[CollectionState]
    COLLECTION_STATE_DELETING: _ClassVar[CollectionState]

class Distance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISTANCE_UNSPECIFIED: _ClassVar[Distance]
    DISTANCE_COSINE: _ClassVar[Distance]
    DISTANCE_DOT: _ClassVar[Distance]
    DISTANCE_EUCLID: _ClassVar[Distance]
    DISTANCE_MANHATTAN: _ClassVar[Distance]

class IndexKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDEX_KIND_UNSPECIFIED: _ClassVar[IndexKind]
    INDEX_KIND_HNSW: _ClassVar[IndexKind]
    INDEX_KIND_FLAT: _ClassVar[IndexKind]

class QuantizationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUANTIZATION_KIND_UNSPECIFIED: _ClassVar[QuantizationKind]
    QUANTIZATION_KIND_NONE: _ClassVar[QuantizationKind]
    QUANTIZATION_KIND_FLOAT16: _ClassVar[QuantizationKind]
    QUANTIZATION_KIND_INT8: _ClassVar[QuantizationKind]
    QUANTIZATION_KIND_BINARY: _ClassVar[QuantizationKind]

class PayloadIndexKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYLOAD_INDEX_KIND_UNSPECIFIED: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_KEYWORD: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_INTEGER: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_FLOAT: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_BOOL: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_TIMESTAMP: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_GEO: _ClassVar[PayloadIndexKind]
    PAYLOAD_INDEX_KIND_TEXT: _ClassVar[PayloadIndexKind]

class StrictModeAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRICT_MODE_ACTION_UNSPECIFIED: _ClassVar[StrictModeAction]
    STRICT_MODE_ACTION_REFUSE: _ClassVar[StrictModeAction]
    STRICT_MODE_ACTION_WARN: _ClassVar[StrictModeAction]
    STRICT_MODE_ACTION_ALLOW: _ClassVar[StrictModeAction]

class ConsistencyLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSISTENCY_LEVEL_UNSPECIFIED: _ClassVar[ConsistencyLevel]
    CONSISTENCY_LEVEL_STRONG: _ClassVar[ConsistencyLevel]
    CONSISTENCY_LEVEL_SESSION: _ClassVar[ConsistencyLevel]
    CONSISTENCY_LEVEL_BOUNDED: _ClassVar[ConsistencyLevel]
    CONSISTENCY_LEVEL_EVENTUAL: _ClassVar[ConsistencyLevel]
COLLECTION_STATE_UNSPECIFIED: CollectionState
COLLECTION_STATE_CREATING: CollectionState
COLLECTION_STATE_READY: CollectionState
COLLECTION_STATE_OPTIMIZING: CollectionState
COLLECTION_STATE_RESTORING: CollectionState
COLLECTION_STATE_DEGRADED: CollectionState
COLLECTION_STATE_DELETING: CollectionState
DISTANCE_UNSPECIFIED: Distance
DISTANCE_COSINE: Distance
DISTANCE_DOT: Distance
DISTANCE_EUCLID: Distance
DISTANCE_MANHATTAN: Distance
INDEX_KIND_UNSPECIFIED: IndexKind
INDEX_KIND_HNSW: IndexKind
INDEX_KIND_FLAT: IndexKind
QUANTIZATION_KIND_UNSPECIFIED: QuantizationKind
QUANTIZATION_KIND_NONE: QuantizationKind
QUANTIZATION_KIND_FLOAT16: QuantizationKind
QUANTIZATION_KIND_INT8: QuantizationKind
QUANTIZATION_KIND_BINARY: QuantizationKind
PAYLOAD_INDEX_KIND_UNSPECIFIED: PayloadIndexKind
PAYLOAD_INDEX_KIND_KEYWORD: PayloadIndexKind
PAYLOAD_INDEX_KIND_INTEGER: PayloadIndexKind
PAYLOAD_INDEX_KIND_FLOAT: PayloadIndexKind
PAYLOAD_INDEX_KIND_BOOL: PayloadIndexKind
PAYLOAD_INDEX_KIND_TIMESTAMP: PayloadIndexKind
PAYLOAD_INDEX_KIND_GEO: PayloadIndexKind
PAYLOAD_INDEX_KIND_TEXT: PayloadIndexKind
STRICT_MODE_ACTION_UNSPECIFIED: StrictModeAction
STRICT_MODE_ACTION_REFUSE: StrictModeAction
STRICT_MODE_ACTION_WARN: StrictModeAction
STRICT_MODE_ACTION_ALLOW: StrictModeAction
CONSISTENCY_LEVEL_UNSPECIFIED: ConsistencyLevel
CONSISTENCY_LEVEL_STRONG: ConsistencyLevel
CONSISTENCY_LEVEL_SESSION: ConsistencyLevel
CONSISTENCY_LEVEL_BOUNDED: ConsistencyLevel
CONSISTENCY_LEVEL_EVENTUAL: ConsistencyLevel

class Collection(_message.Message):
    __slots__ = ("id", "name", "vectors", "sparse_vectors", "payload_indexes", "strict_mode", "default_ttl", "default_consistency", "partition_key", "point_permissions", "shard_count", "replica_count", "metadata", "state", "progress", "point_count", "aliases", "owner_service", "engine", "create_time", "update_time", "etag")
    class VectorsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: VectorParams
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[VectorParams, _Mapping]] = ...) -> None: ...
    class SparseVectorsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: SparseVectorParams
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[SparseVectorParams, _Mapping]] = ...) -> None: ...
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    SPARSE_VECTORS_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_INDEXES_FIELD_NUMBER: _ClassVar[int]
    STRICT_MODE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TTL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PARTITION_KEY_FIELD_NUMBER: _ClassVar[int]
    POINT_PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    SHARD_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPLICA_COUNT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    POINT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    OWNER_SERVICE_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    vectors: _containers.MessageMap[str, VectorParams]
    sparse_vectors: _containers.MessageMap[str, SparseVectorParams]
    payload_indexes: _containers.RepeatedCompositeFieldContainer[PayloadIndex]
    strict_mode: StrictMode
    default_ttl: _duration_pb2.Duration
    default_consistency: ConsistencyLevel
    partition_key: str
    point_permissions: bool
    shard_count: int
    replica_count: int
    metadata: _containers.ScalarMap[str, str]
    state: CollectionState
    progress: float
    point_count: int
    aliases: _containers.RepeatedScalarFieldContainer[str]
    owner_service: str
    engine: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., vectors: _Optional[_Mapping[str, VectorParams]] = ..., sparse_vectors: _Optional[_Mapping[str, SparseVectorParams]] = ..., payload_indexes: _Optional[_Iterable[_Union[PayloadIndex, _Mapping]]] = ..., strict_mode: _Optional[_Union[StrictMode, _Mapping]] = ..., default_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., default_consistency: _Optional[_Union[ConsistencyLevel, str]] = ..., partition_key: _Optional[str] = ..., point_permissions: _Optional[bool] = ..., shard_count: _Optional[int] = ..., replica_count: _Optional[int] = ..., metadata: _Optional[_Mapping[str, str]] = ..., state: _Optional[_Union[CollectionState, str]] = ..., progress: _Optional[float] = ..., point_count: _Optional[int] = ..., aliases: _Optional[_Iterable[str]] = ..., owner_service: _Optional[str] = ..., engine: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class VectorParams(_message.Message):
    __slots__ = ("dimension", "distance", "index", "hnsw", "quantization", "multi_vector", "on_disk")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    HNSW_FIELD_NUMBER: _ClassVar[int]
    QUANTIZATION_FIELD_NUMBER: _ClassVar[int]
    MULTI_VECTOR_FIELD_NUMBER: _ClassVar[int]
    ON_DISK_FIELD_NUMBER: _ClassVar[int]
    dimension: int
    distance: Distance
    index: IndexKind
    hnsw: HnswParams
    quantization: Quantization
    multi_vector: bool
    on_disk: bool
    def __init__(self, dimension: _Optional[int] = ..., distance: _Optional[_Union[Distance, str]] = ..., index: _Optional[_Union[IndexKind, str]] = ..., hnsw: _Optional[_Union[HnswParams, _Mapping]] = ..., quantization: _Optional[_Union[Quantization, _Mapping]] = ..., multi_vector: _Optional[bool] = ..., on_disk: _Optional[bool] = ...) -> None: ...

class SparseVectorParams(_message.Message):
    __slots__ = ("inverse_document_frequency", "on_disk")
    INVERSE_DOCUMENT_FREQUENCY_FIELD_NUMBER: _ClassVar[int]
    ON_DISK_FIELD_NUMBER: _ClassVar[int]
    inverse_document_frequency: bool
    on_disk: bool
    def __init__(self, inverse_document_frequency: _Optional[bool] = ..., on_disk: _Optional[bool] = ...) -> None: ...

class HnswParams(_message.Message):
    __slots__ = ("m", "ef_construct", "ef_search", "full_scan_threshold")
    M_FIELD_NUMBER: _ClassVar[int]
    EF_CONSTRUCT_FIELD_NUMBER: _ClassVar[int]
    EF_SEARCH_FIELD_NUMBER: _ClassVar[int]
    FULL_SCAN_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    m: int
    ef_construct: int
    ef_search: int
    full_scan_threshold: int
    def __init__(self, m: _Optional[int] = ..., ef_construct: _Optional[int] = ..., ef_search: _Optional[int] = ..., full_scan_threshold: _Optional[int] = ...) -> None: ...

class Quantization(_message.Message):
    __slots__ = ("kind", "rescore", "oversampling")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RESCORE_FIELD_NUMBER: _ClassVar[int]
    OVERSAMPLING_FIELD_NUMBER: _ClassVar[int]
    kind: QuantizationKind
    rescore: bool
    oversampling: float
    def __init__(self, kind: _Optional[_Union[QuantizationKind, str]] = ..., rescore: _Optional[bool] = ..., oversampling: _Optional[float] = ...) -> None: ...

class PayloadIndex(_message.Message):
    __slots__ = ("key", "kind", "text", "on_disk", "progress")
    KEY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ON_DISK_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    key: str
    kind: PayloadIndexKind
    text: TextIndexParams
    on_disk: bool
    progress: float
    def __init__(self, key: _Optional[str] = ..., kind: _Optional[_Union[PayloadIndexKind, str]] = ..., text: _Optional[_Union[TextIndexParams, _Mapping]] = ..., on_disk: _Optional[bool] = ..., progress: _Optional[float] = ...) -> None: ...

class TextIndexParams(_message.Message):
    __slots__ = ("language", "stem", "drop_stop_words", "min_word_length", "phrases")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    STEM_FIELD_NUMBER: _ClassVar[int]
    DROP_STOP_WORDS_FIELD_NUMBER: _ClassVar[int]
    MIN_WORD_LENGTH_FIELD_NUMBER: _ClassVar[int]
    PHRASES_FIELD_NUMBER: _ClassVar[int]
    language: str
    stem: bool
    drop_stop_words: bool
    min_word_length: int
    phrases: bool
    def __init__(self, language: _Optional[str] = ..., stem: _Optional[bool] = ..., drop_stop_words: _Optional[bool] = ..., min_word_length: _Optional[int] = ..., phrases: _Optional[bool] = ...) -> None: ...

class StrictMode(_message.Message):
    __slots__ = ("unindexed", "max_limit", "max_filter_conditions", "max_exact_points")
    UNINDEXED_FIELD_NUMBER: _ClassVar[int]
    MAX_LIMIT_FIELD_NUMBER: _ClassVar[int]
    MAX_FILTER_CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_EXACT_POINTS_FIELD_NUMBER: _ClassVar[int]
    unindexed: StrictModeAction
    max_limit: int
    max_filter_conditions: int
    max_exact_points: int
    def __init__(self, unindexed: _Optional[_Union[StrictModeAction, str]] = ..., max_limit: _Optional[int] = ..., max_filter_conditions: _Optional[int] = ..., max_exact_points: _Optional[int] = ...) -> None: ...

class Alias(_message.Message):
    __slots__ = ("name", "collection", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    collection: str
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., collection: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class Consistency(_message.Message):
    __slots__ = ("level", "max_staleness", "consistency_token")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    MAX_STALENESS_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_TOKEN_FIELD_NUMBER: _ClassVar[int]
    level: ConsistencyLevel
    max_staleness: _duration_pb2.Duration
    consistency_token: str
    def __init__(self, level: _Optional[_Union[ConsistencyLevel, str]] = ..., max_staleness: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., consistency_token: _Optional[str] = ...) -> None: ...
