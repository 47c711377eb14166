import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from uat.vector_db.v1 import collection_pb2 as _collection_pb2
from uat.vector_db.v1 import filter_pb2 as _filter_pb2
from uat.vector_db.v1 import point_pb2 as _point_pb2
from uat.vector_db.v1 import search_pb2 as _search_pb2
from uat.vector_db.v1 import snapshot_pb2 as _snapshot_pb2
from uat.vector_db.v1 import stats_pb2 as _stats_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateCollectionRequest(_message.Message):
    __slots__ = ("collection", "request_id")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    request_id: str
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class GetCollectionRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class GetCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class ListCollectionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "name_prefix")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NAME_PREFIX_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    name_prefix: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., name_prefix: _Optional[str] = ...) -> None: ...

class ListCollectionsResponse(_message.Message):
    __slots__ = ("collections", "next_page_token")
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    collections: _containers.RepeatedCompositeFieldContainer[_collection_pb2.Collection]
    next_page_token: str
    def __init__(self, collections: _Optional[_Iterable[_Union[_collection_pb2.Collection, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateCollectionRequest(_message.Message):
    __slots__ = ("collection", "update_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class DeleteCollectionRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class DeleteCollectionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreatePayloadIndexRequest(_message.Message):
    __slots__ = ("collection", "index")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    collection: str
    index: _collection_pb2.PayloadIndex
    def __init__(self, collection: _Optional[str] = ..., index: _Optional[_Union[_collection_pb2.PayloadIndex, _Mapping]] = ...) -> None: ...

class CreatePayloadIndexResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class DeletePayloadIndexRequest(_message.Message):
    __slots__ = ("collection", "key")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    collection: str
    key: str
    def __init__(self, collection: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class DeletePayloadIndexResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SetAliasRequest(_message.Message):
    __slots__ = ("alias", "collection", "etag")
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    alias: str
    collection: str
    etag: str
    def __init__(self, alias: _Optional[str] = ..., collection: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class SetAliasResponse(_message.Message):
    __slots__ = ("alias", "previous_collection")
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_COLLECTION_FIELD_NUMBER: _ClassVar[int]
    alias: _collection_pb2.Alias
    previous_collection: str
    def __init__(self, alias: _Optional[_Union[_collection_pb2.Alias, _Mapping]] = ..., previous_collection: _Optional[str] = ...) -> None: ...

class ListAliasesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "collection")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    collection: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., collection: _Optional[str] = ...) -> None: ...

class ListAliasesResponse(_message.Message):
    __slots__ = ("aliases", "next_page_token")
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    aliases: _containers.RepeatedCompositeFieldContainer[_collection_pb2.Alias]
    next_page_token: str
    def __init__(self, aliases: _Optional[_Iterable[_Union[_collection_pb2.Alias, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteAliasRequest(_message.Message):
    __slots__ = ("alias",)
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    alias: str
    def __init__(self, alias: _Optional[str] = ...) -> None: ...

class DeleteAliasResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UpsertPointsRequest(_message.Message):
    __slots__ = ("collection", "points", "mode", "ack", "if_version")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    IF_VERSION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    points: _containers.RepeatedCompositeFieldContainer[_point_pb2.Point]
    mode: _point_pb2.UpsertMode
    ack: _point_pb2.WriteAck
    if_version: bool
    def __init__(self, collection: _Optional[str] = ..., points: _Optional[_Iterable[_Union[_point_pb2.Point, _Mapping]]] = ..., mode: _Optional[_Union[_point_pb2.UpsertMode, str]] = ..., ack: _Optional[_Union[_point_pb2.WriteAck, str]] = ..., if_version: _Optional[bool] = ...) -> None: ...

class UpsertPointsResponse(_message.Message):
    __slots__ = ("receipt",)
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    receipt: _point_pb2.WriteReceipt
    def __init__(self, receipt: _Optional[_Union[_point_pb2.WriteReceipt, _Mapping]] = ...) -> None: ...

class DeletePointsRequest(_message.Message):
    __slots__ = ("collection", "selector", "ack")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    selector: _point_pb2.PointSelector
    ack: _point_pb2.WriteAck
    def __init__(self, collection: _Optional[str] = ..., selector: _Optional[_Union[_point_pb2.PointSelector, _Mapping]] = ..., ack: _Optional[_Union[_point_pb2.WriteAck, str]] = ...) -> None: ...

class DeletePointsResponse(_message.Message):
    __slots__ = ("receipt",)
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    receipt: _point_pb2.WriteReceipt
    def __init__(self, receipt: _Optional[_Union[_point_pb2.WriteReceipt, _Mapping]] = ...) -> None: ...

class GetPointsRequest(_message.Message):
    __slots__ = ("collection", "ids", "view", "consistency")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    collection: str
    ids: _containers.RepeatedScalarFieldContainer[str]
    view: _point_pb2.PointView
    consistency: _collection_pb2.Consistency
    def __init__(self, collection: _Optional[str] = ..., ids: _Optional[_Iterable[str]] = ..., view: _Optional[_Union[_point_pb2.PointView, _Mapping]] = ..., consistency: _Optional[_Union[_collection_pb2.Consistency, _Mapping]] = ...) -> None: ...

class GetPointsResponse(_message.Message):
    __slots__ = ("points", "missing_ids")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    MISSING_IDS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[_point_pb2.Point]
    missing_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, points: _Optional[_Iterable[_Union[_point_pb2.Point, _Mapping]]] = ..., missing_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ScrollPointsRequest(_message.Message):
    __slots__ = ("collection", "filter", "order_by", "descending", "view", "consistency", "page_size", "page_token")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DESCENDING_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    order_by: str
    descending: bool
    view: _point_pb2.PointView
    consistency: _collection_pb2.Consistency
    page_size: int
    page_token: str
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., order_by: _Optional[str] = ..., descending: _Optional[bool] = ..., view: _Optional[_Union[_point_pb2.PointView, _Mapping]] = ..., consistency: _Optional[_Union[_collection_pb2.Consistency, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ScrollPointsResponse(_message.Message):
    __slots__ = ("points", "next_page_token")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[_point_pb2.Point]
    next_page_token: str
    def __init__(self, points: _Optional[_Iterable[_Union[_point_pb2.Point, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CountPointsRequest(_message.Message):
    __slots__ = ("collection", "filter", "exact", "by_key", "max_values", "consistency")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    BY_KEY_FIELD_NUMBER: _ClassVar[int]
    MAX_VALUES_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    exact: bool
    by_key: str
    max_values: int
    consistency: _collection_pb2.Consistency
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., exact: _Optional[bool] = ..., by_key: _Optional[str] = ..., max_values: _Optional[int] = ..., consistency: _Optional[_Union[_collection_pb2.Consistency, _Mapping]] = ...) -> None: ...

class CountPointsResponse(_message.Message):
    __slots__ = ("count", "values", "exact")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    count: int
    values: _containers.RepeatedCompositeFieldContainer[ValueCount]
    exact: bool
    def __init__(self, count: _Optional[int] = ..., values: _Optional[_Iterable[_Union[ValueCount, _Mapping]]] = ..., exact: _Optional[bool] = ...) -> None: ...

class ValueCount(_message.Message):
    __slots__ = ("value", "count")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    value: _struct_pb2.Value
    count: int
    def __init__(self, value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., count: _Optional[int] = ...) -> None: ...

class UpdatePayloadRequest(_message.Message):
    __slots__ = ("collection", "selector", "payload", "mode", "delete_keys", "readers", "expire_time", "ack")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    DELETE_KEYS_FIELD_NUMBER: _ClassVar[int]
    READERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    selector: _point_pb2.PointSelector
    payload: _struct_pb2.Struct
    mode: _point_pb2.PayloadUpdate
    delete_keys: _containers.RepeatedScalarFieldContainer[str]
    readers: PayloadReaders
    expire_time: _timestamp_pb2.Timestamp
    ack: _point_pb2.WriteAck
    def __init__(self, collection: _Optional[str] = ..., selector: _Optional[_Union[_point_pb2.PointSelector, _Mapping]] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., mode: _Optional[_Union[_point_pb2.PayloadUpdate, str]] = ..., delete_keys: _Optional[_Iterable[str]] = ..., readers: _Optional[_Union[PayloadReaders, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ack: _Optional[_Union[_point_pb2.WriteAck, str]] = ...) -> None: ...

class PayloadReaders(_message.Message):
    __slots__ = ("readers",)
    READERS_FIELD_NUMBER: _ClassVar[int]
    readers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, readers: _Optional[_Iterable[str]] = ...) -> None: ...

class UpdatePayloadResponse(_message.Message):
    __slots__ = ("receipt",)
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    receipt: _point_pb2.WriteReceipt
    def __init__(self, receipt: _Optional[_Union[_point_pb2.WriteReceipt, _Mapping]] = ...) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("collection", "query")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    collection: str
    query: _search_pb2.SearchQuery
    def __init__(self, collection: _Optional[str] = ..., query: _Optional[_Union[_search_pb2.SearchQuery, _Mapping]] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _search_pb2.SearchResult
    def __init__(self, result: _Optional[_Union[_search_pb2.SearchResult, _Mapping]] = ...) -> None: ...

class BatchSearchRequest(_message.Message):
    __slots__ = ("collection", "queries")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    collection: str
    queries: _containers.RepeatedCompositeFieldContainer[_search_pb2.SearchQuery]
    def __init__(self, collection: _Optional[str] = ..., queries: _Optional[_Iterable[_Union[_search_pb2.SearchQuery, _Mapping]]] = ...) -> None: ...

class BatchSearchResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[SearchOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[SearchOutcome, _Mapping]]] = ...) -> None: ...

class SearchOutcome(_message.Message):
    __slots__ = ("result", "error")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    result: _search_pb2.SearchResult
    error: _status_pb2.Status
    def __init__(self, result: _Optional[_Union[_search_pb2.SearchResult, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class HybridSearchRequest(_message.Message):
    __slots__ = ("collection", "query")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    collection: str
    query: _search_pb2.HybridQuery
    def __init__(self, collection: _Optional[str] = ..., query: _Optional[_Union[_search_pb2.HybridQuery, _Mapping]] = ...) -> None: ...

class HybridSearchResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _search_pb2.SearchResult
    def __init__(self, result: _Optional[_Union[_search_pb2.SearchResult, _Mapping]] = ...) -> None: ...

class RecommendRequest(_message.Message):
    __slots__ = ("collection", "vector_name", "positive", "negative", "strategy", "params", "options")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    POSITIVE_FIELD_NUMBER: _ClassVar[int]
    NEGATIVE_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    collection: str
    vector_name: str
    positive: _containers.RepeatedCompositeFieldContainer[_search_pb2.Example]
    negative: _containers.RepeatedCompositeFieldContainer[_search_pb2.Example]
    strategy: _search_pb2.RecommendStrategy
    params: _search_pb2.SearchParams
    options: _search_pb2.SearchOptions
    def __init__(self, collection: _Optional[str] = ..., vector_name: _Optional[str] = ..., positive: _Optional[_Iterable[_Union[_search_pb2.Example, _Mapping]]] = ..., negative: _Optional[_Iterable[_Union[_search_pb2.Example, _Mapping]]] = ..., strategy: _Optional[_Union[_search_pb2.RecommendStrategy, str]] = ..., params: _Optional[_Union[_search_pb2.SearchParams, _Mapping]] = ..., options: _Optional[_Union[_search_pb2.SearchOptions, _Mapping]] = ...) -> None: ...

class RecommendResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _search_pb2.SearchResult
    def __init__(self, result: _Optional[_Union[_search_pb2.SearchResult, _Mapping]] = ...) -> None: ...

class ExplainSearchRequest(_message.Message):
    __slots__ = ("collection", "search", "hybrid", "run")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    HYBRID_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    collection: str
    search: _search_pb2.SearchQuery
    hybrid: _search_pb2.HybridQuery
    run: bool
    def __init__(self, collection: _Optional[str] = ..., search: _Optional[_Union[_search_pb2.SearchQuery, _Mapping]] = ..., hybrid: _Optional[_Union[_search_pb2.HybridQuery, _Mapping]] = ..., run: _Optional[bool] = ...) -> None: ...

class ExplainSearchResponse(_message.Message):
    __slots__ = ("plan", "result")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    plan: _search_pb2.SearchPlan
    result: _search_pb2.SearchResult
    def __init__(self, plan: _Optional[_Union[_search_pb2.SearchPlan, _Mapping]] = ..., result: _Optional[_Union[_search_pb2.SearchResult, _Mapping]] = ...) -> None: ...

class UpsertStreamRequest(_message.Message):
    __slots__ = ("header", "batch")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    header: UpsertHeader
    batch: UpsertBatch
    def __init__(self, header: _Optional[_Union[UpsertHeader, _Mapping]] = ..., batch: _Optional[_Union[UpsertBatch, _Mapping]] = ...) -> None: ...

class UpsertHeader(_message.Message):
    __slots__ = ("collection", "stream_id", "mode", "ack")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    stream_id: str
    mode: _point_pb2.UpsertMode
    ack: _point_pb2.WriteAck
    def __init__(self, collection: _Optional[str] = ..., stream_id: _Optional[str] = ..., mode: _Optional[_Union[_point_pb2.UpsertMode, str]] = ..., ack: _Optional[_Union[_point_pb2.WriteAck, str]] = ...) -> None: ...

class UpsertBatch(_message.Message):
    __slots__ = ("sequence", "points")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    points: _containers.RepeatedCompositeFieldContainer[_point_pb2.Point]
    def __init__(self, sequence: _Optional[int] = ..., points: _Optional[_Iterable[_Union[_point_pb2.Point, _Mapping]]] = ...) -> None: ...

class UpsertStreamResponse(_message.Message):
    __slots__ = ("ready", "ack")
    READY_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    ready: UpsertReady
    ack: UpsertAck
    def __init__(self, ready: _Optional[_Union[UpsertReady, _Mapping]] = ..., ack: _Optional[_Union[UpsertAck, _Mapping]] = ...) -> None: ...

class UpsertReady(_message.Message):
    __slots__ = ("stream_id", "last_sequence", "window")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    stream_id: str
    last_sequence: int
    window: int
    def __init__(self, stream_id: _Optional[str] = ..., last_sequence: _Optional[int] = ..., window: _Optional[int] = ...) -> None: ...

class UpsertAck(_message.Message):
    __slots__ = ("sequence", "receipt", "failures", "window")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    receipt: _point_pb2.WriteReceipt
    failures: _containers.RepeatedCompositeFieldContainer[PointFailure]
    window: int
    def __init__(self, sequence: _Optional[int] = ..., receipt: _Optional[_Union[_point_pb2.WriteReceipt, _Mapping]] = ..., failures: _Optional[_Iterable[_Union[PointFailure, _Mapping]]] = ..., window: _Optional[int] = ...) -> None: ...

class PointFailure(_message.Message):
    __slots__ = ("point_id", "error")
    POINT_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    point_id: str
    error: _status_pb2.Status
    def __init__(self, point_id: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class ExportPointsRequest(_message.Message):
    __slots__ = ("collection", "filter", "view", "cursor", "batch_size")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    view: _point_pb2.PointView
    cursor: str
    batch_size: int
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., view: _Optional[_Union[_point_pb2.PointView, _Mapping]] = ..., cursor: _Optional[str] = ..., batch_size: _Optional[int] = ...) -> None: ...

class ExportPointsResponse(_message.Message):
    __slots__ = ("points", "cursor", "sequence")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[_point_pb2.Point]
    cursor: str
    sequence: int
    def __init__(self, points: _Optional[_Iterable[_Union[_point_pb2.Point, _Mapping]]] = ..., cursor: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class CreateSnapshotRequest(_message.Message):
    __slots__ = ("collection", "description", "ttl", "request_id")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    collection: str
    description: str
    ttl: _duration_pb2.Duration
    request_id: str
    def __init__(self, collection: _Optional[str] = ..., description: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateSnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class GetSnapshotRequest(_message.Message):
    __slots__ = ("snapshot_id",)
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    def __init__(self, snapshot_id: _Optional[str] = ...) -> None: ...

class GetSnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class ListSnapshotsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "collection")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    collection: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., collection: _Optional[str] = ...) -> None: ...

class ListSnapshotsResponse(_message.Message):
    __slots__ = ("snapshots", "next_page_token")
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[_snapshot_pb2.Snapshot]
    next_page_token: str
    def __init__(self, snapshots: _Optional[_Iterable[_Union[_snapshot_pb2.Snapshot, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RestoreSnapshotRequest(_message.Message):
    __slots__ = ("snapshot_id", "collection", "request_id")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    collection: str
    request_id: str
    def __init__(self, snapshot_id: _Optional[str] = ..., collection: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RestoreSnapshotResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class DeleteSnapshotRequest(_message.Message):
    __slots__ = ("snapshot_id",)
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    def __init__(self, snapshot_id: _Optional[str] = ...) -> None: ...

class DeleteSnapshotResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCollectionStatsRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class GetCollectionStatsResponse(_message.Message):
    __slots__ = ("stats",)
    STATS_FIELD_NUMBER: _ClassVar[int]
    stats: _stats_pb2.CollectionStats
    def __init__(self, stats: _Optional[_Union[_stats_pb2.CollectionStats, _Mapping]] = ...) -> None: ...

class MeasureRecallRequest(_message.Message):
    __slots__ = ("collection", "vector_name", "k", "sample_count", "params", "use_stored_vectors")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    USE_STORED_VECTORS_FIELD_NUMBER: _ClassVar[int]
    collection: str
    vector_name: str
    k: int
    sample_count: int
    params: _containers.RepeatedCompositeFieldContainer[_search_pb2.SearchParams]
    use_stored_vectors: bool
    def __init__(self, collection: _Optional[str] = ..., vector_name: _Optional[str] = ..., k: _Optional[int] = ..., sample_count: _Optional[int] = ..., params: _Optional[_Iterable[_Union[_search_pb2.SearchParams, _Mapping]]] = ..., use_stored_vectors: _Optional[bool] = ...) -> None: ...

class MeasureRecallResponse(_message.Message):
    __slots__ = ("measurements",)
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    measurements: _containers.RepeatedCompositeFieldContainer[_stats_pb2.RecallMeasurement]
    def __init__(self, measurements: _Optional[_Iterable[_Union[_stats_pb2.RecallMeasurement, _Mapping]]] = ...) -> None: ...
