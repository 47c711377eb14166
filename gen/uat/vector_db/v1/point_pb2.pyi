import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.vector_db.v1 import filter_pb2 as _filter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WriteAck(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WRITE_ACK_UNSPECIFIED: _ClassVar[WriteAck]
    WRITE_ACK_DURABLE: _ClassVar[WriteAck]
    WRITE_ACK_SEARCHABLE: _ClassVar[WriteAck]

class UpsertMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UPSERT_MODE_UNSPECIFIED: _ClassVar[UpsertMode]
    UPSERT_MODE_REPLACE: _ClassVar[UpsertMode]
    UPSERT_MODE_MERGE: _ClassVar[UpsertMode]
    UPSERT_MODE_INSERT_ONLY: _ClassVar[UpsertMode]

class PayloadUpdate(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYLOAD_UPDATE_UNSPECIFIED: _ClassVar[PayloadUpdate]
    PAYLOAD_UPDATE_MERGE: _ClassVar[PayloadUpdate]
    PAYLOAD_UPDATE_REPLACE: _ClassVar[PayloadUpdate]
WRITE_ACK_UNSPECIFIED: WriteAck
WRITE_ACK_DURABLE: WriteAck
WRITE_ACK_SEARCHABLE: WriteAck
UPSERT_MODE_UNSPECIFIED: UpsertMode
UPSERT_MODE_REPLACE: UpsertMode
UPSERT_MODE_MERGE: UpsertMode
UPSERT_MODE_INSERT_ONLY: UpsertMode
PAYLOAD_UPDATE_UNSPECIFIED: PayloadUpdate
PAYLOAD_UPDATE_MERGE: PayloadUpdate
PAYLOAD_UPDATE_REPLACE: PayloadUpdate

class Point(_message.Message):
    __slots__ = ("id", "vectors", "payload", "readers", "expire_time", "version", "update_time")
    class VectorsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Vector
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Vector, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    READERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    vectors: _containers.MessageMap[str, Vector]
    payload: _struct_pb2.Struct
    readers: _containers.RepeatedScalarFieldContainer[str]
    expire_time: _timestamp_pb2.Timestamp
    version: int
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., vectors: _Optional[_Mapping[str, Vector]] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., readers: _Optional[_Iterable[str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Vector(_message.Message):
    __slots__ = ("dense", "sparse", "multi")
    DENSE_FIELD_NUMBER: _ClassVar[int]
    SPARSE_FIELD_NUMBER: _ClassVar[int]
    MULTI_FIELD_NUMBER: _ClassVar[int]
    dense: DenseVector
    sparse: SparseVector
    multi: MultiVector
    def __init__(self, dense: _Optional[_Union[DenseVector, _Mapping]] = ..., sparse: _Optional[_Union[SparseVector, _Mapping]] = ..., multi: _Optional[_Union[MultiVector, _Mapping]] = ...) -> None: ...

class DenseVector(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class SparseVector(_message.Message):
    __slots__ = ("indices", "values")
    INDICES_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    indices: _containers.RepeatedScalarFieldContainer[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, indices: _Optional[_Iterable[int]] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...

class MultiVector(_message.Message):
    __slots__ = ("vectors",)
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    vectors: _containers.RepeatedCompositeFieldContainer[DenseVector]
    def __init__(self, vectors: _Optional[_Iterable[_Union[DenseVector, _Mapping]]] = ...) -> None: ...

class PointSelector(_message.Message):
    __slots__ = ("ids", "filter")
    IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ids: _filter_pb2.PointIds
    filter: _filter_pb2.Filter
    def __init__(self, ids: _Optional[_Union[_filter_pb2.PointIds, _Mapping]] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ...) -> None: ...

class PointView(_message.Message):
    __slots__ = ("without_payload", "payload_keys", "vector_names")
    WITHOUT_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_KEYS_FIELD_NUMBER: _ClassVar[int]
    VECTOR_NAMES_FIELD_NUMBER: _ClassVar[int]
    without_payload: bool
    payload_keys: _containers.RepeatedScalarFieldContainer[str]
    vector_names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, without_payload: _Optional[bool] = ..., payload_keys: _Optional[_Iterable[str]] = ..., vector_names: _Optional[_Iterable[str]] = ...) -> None: ...

class WriteReceipt(_message.Message):
    __slots__ = ("sequence", "consistency_token", "affected_count", "searchable")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AFFECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEARCHABLE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    consistency_token: str
    affected_count: int
    searchable: bool
    def __init__(self, sequence: _Optional[int] = ..., consistency_token: _Optional[str] = ..., affected_count: _Optional[int] = ..., searchable: _Optional[bool] = ...) -> None: ...
