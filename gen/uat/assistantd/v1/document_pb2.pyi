import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.common.v1 import job_pb2 as _job_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChunkingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHUNKING_KIND_UNSPECIFIED: _ClassVar[ChunkingKind]
    CHUNKING_KIND_STRUCTURE: _ClassVar[ChunkingKind]
    CHUNKING_KIND_SENTENCE: _ClassVar[ChunkingKind]
    CHUNKING_KIND_PAGE: _ClassVar[ChunkingKind]

class DocumentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_STATE_UNSPECIFIED: _ClassVar[DocumentState]
    DOCUMENT_STATE_QUEUED: _ClassVar[DocumentState]
    DOCUMENT_STATE_PARSING: _ClassVar[DocumentState]
    DOCUMENT_STATE_EMBEDDING: _ClassVar[DocumentState]
    DOCUMENT_STATE_READY: _ClassVar[DocumentState]
    DOCUMENT_STATE_FAILED: _ClassVar[DocumentState]
CHUNKING_KIND_UNSPECIFIED: ChunkingKind
CHUNKING_KIND_STRUCTURE: ChunkingKind
CHUNKING_KIND_SENTENCE: ChunkingKind
CHUNKING_KIND_PAGE: ChunkingKind
DOCUMENT_STATE_UNSPECIFIED: DocumentState
DOCUMENT_STATE_QUEUED: DocumentState
DOCUMENT_STATE_PARSING: DocumentState
DOCUMENT_STATE_EMBEDDING: DocumentState
DOCUMENT_STATE_READY: DocumentState
DOCUMENT_STATE_FAILED: DocumentState

class Library(_message.Message):
    __slots__ = ("id", "name", "description", "chunking", "embedding_model", "default_readers", "metadata", "document_count", "passage_count", "create_time", "update_time")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHUNKING_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_READERS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    PASSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    chunking: Chunking
    embedding_model: str
    default_readers: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    document_count: int
    passage_count: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., chunking: _Optional[_Union[Chunking, _Mapping]] = ..., embedding_model: _Optional[str] = ..., default_readers: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., document_count: _Optional[int] = ..., passage_count: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Chunking(_message.Message):
    __slots__ = ("kind", "max_tokens", "overlap_tokens")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_TOKENS_FIELD_NUMBER: _ClassVar[int]
    kind: ChunkingKind
    max_tokens: int
    overlap_tokens: int
    def __init__(self, kind: _Optional[_Union[ChunkingKind, str]] = ..., max_tokens: _Optional[int] = ..., overlap_tokens: _Optional[int] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("id", "library_id", "title", "media_type", "source_uri", "readers", "metadata", "expire_time", "owner_id", "size_bytes", "sha256", "ingestion", "create_time", "update_time")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_URI_FIELD_NUMBER: _ClassVar[int]
    READERS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    INGESTION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    library_id: str
    title: str
    media_type: str
    source_uri: str
    readers: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    expire_time: _timestamp_pb2.Timestamp
    owner_id: str
    size_bytes: int
    sha256: str
    ingestion: DocumentIngestion
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., library_id: _Optional[str] = ..., title: _Optional[str] = ..., media_type: _Optional[str] = ..., source_uri: _Optional[str] = ..., readers: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., owner_id: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., ingestion: _Optional[_Union[DocumentIngestion, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DocumentIngestion(_message.Message):
    __slots__ = ("progress", "page_count", "recognized_page_count", "passage_count", "warnings", "position")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    RECOGNIZED_PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PASSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    progress: _job_pb2.Progress
    page_count: int
    recognized_page_count: int
    passage_count: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    position: _event_position_pb2.EventPosition
    def __init__(self, progress: _Optional[_Union[_job_pb2.Progress, _Mapping]] = ..., page_count: _Optional[int] = ..., recognized_page_count: _Optional[int] = ..., passage_count: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class Passage(_message.Message):
    __slots__ = ("id", "document_id", "text", "start_offset", "end_offset", "page", "headings", "token_count")
    ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    HEADINGS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    id: str
    document_id: str
    text: str
    start_offset: int
    end_offset: int
    page: int
    headings: _containers.RepeatedScalarFieldContainer[str]
    token_count: int
    def __init__(self, id: _Optional[str] = ..., document_id: _Optional[str] = ..., text: _Optional[str] = ..., start_offset: _Optional[int] = ..., end_offset: _Optional[int] = ..., page: _Optional[int] = ..., headings: _Optional[_Iterable[str]] = ..., token_count: _Optional[int] = ...) -> None: ...
