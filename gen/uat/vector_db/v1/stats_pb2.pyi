import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.vector_db.v1 import search_pb2 as _search_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CollectionStats(_message.Message):
    __slots__ = ("collection", "point_count", "deleted_point_count", "disk_bytes", "memory_bytes", "vectors", "refused_query_count", "advice", "index_lag")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    POINT_COUNT_FIELD_NUMBER: _ClassVar[int]
    DELETED_POINT_COUNT_FIELD_NUMBER: _ClassVar[int]
    DISK_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_QUERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    INDEX_LAG_FIELD_NUMBER: _ClassVar[int]
    collection: str
    point_count: int
    deleted_point_count: int
    disk_bytes: int
    memory_bytes: int
    vectors: _containers.RepeatedCompositeFieldContainer[VectorStats]
    refused_query_count: int
    advice: _containers.RepeatedCompositeFieldContainer[_search_pb2.IndexAdvice]
    index_lag: _duration_pb2.Duration
    def __init__(self, collection: _Optional[str] = ..., point_count: _Optional[int] = ..., deleted_point_count: _Optional[int] = ..., disk_bytes: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., vectors: _Optional[_Iterable[_Union[VectorStats, _Mapping]]] = ..., refused_query_count: _Optional[int] = ..., advice: _Optional[_Iterable[_Union[_search_pb2.IndexAdvice, _Mapping]]] = ..., index_lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class VectorStats(_message.Message):
    __slots__ = ("vector_name", "vector_count", "indexed_count", "index_bytes", "recall")
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    VECTOR_COUNT_FIELD_NUMBER: _ClassVar[int]
    INDEXED_COUNT_FIELD_NUMBER: _ClassVar[int]
    INDEX_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECALL_FIELD_NUMBER: _ClassVar[int]
    vector_name: str
    vector_count: int
    indexed_count: int
    index_bytes: int
    recall: RecallMeasurement
    def __init__(self, vector_name: _Optional[str] = ..., vector_count: _Optional[int] = ..., indexed_count: _Optional[int] = ..., index_bytes: _Optional[int] = ..., recall: _Optional[_Union[RecallMeasurement, _Mapping]] = ...) -> None: ...

class RecallMeasurement(_message.Message):
    __slots__ = ("vector_name", "k", "recall", "recall_low", "recall_high", "sample_count", "params", "p50", "p99", "measure_time")
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    RECALL_FIELD_NUMBER: _ClassVar[int]
    RECALL_LOW_FIELD_NUMBER: _ClassVar[int]
    RECALL_HIGH_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    P50_FIELD_NUMBER: _ClassVar[int]
    P99_FIELD_NUMBER: _ClassVar[int]
    MEASURE_TIME_FIELD_NUMBER: _ClassVar[int]
    vector_name: str
    k: int
    recall: float
    recall_low: float
    recall_high: float
    sample_count: int
    params: _search_pb2.SearchParams
    p50: _duration_pb2.Duration
    p99: _duration_pb2.Duration
    measure_time: _timestamp_pb2.Timestamp
    def __init__(self, vector_name: _Optional[str] = ..., k: _Optional[int] = ..., recall: _Optional[float] = ..., recall_low: _Optional[float] = ..., recall_high: _Optional[float] = ..., sample_count: _Optional[int] = ..., params: _Optional[_Union[_search_pb2.SearchParams, _Mapping]] = ..., p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., measure_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
