from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.vision.v1 import source_pb2 as _source_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecognitionDetail(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECOGNITION_DETAIL_UNSPECIFIED: _ClassVar[RecognitionDetail]
    RECOGNITION_DETAIL_TEXT: _ClassVar[RecognitionDetail]
    RECOGNITION_DETAIL_LINES: _ClassVar[RecognitionDetail]
    RECOGNITION_DETAIL_WORDS: _ClassVar[RecognitionDetail]

class TextLayerUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_LAYER_USE_UNSPECIFIED: _ClassVar[TextLayerUse]
    TEXT_LAYER_USE_AUTO: _ClassVar[TextLayerUse]
    TEXT_LAYER_USE_ALWAYS: _ClassVar[TextLayerUse]
    TEXT_LAYER_USE_NEVER: _ClassVar[TextLayerUse]

class TextOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_ORIGIN_UNSPECIFIED: _ClassVar[TextOrigin]
    TEXT_ORIGIN_RECOGNIZED: _ClassVar[TextOrigin]
    TEXT_ORIGIN_TEXT_LAYER: _ClassVar[TextOrigin]
    TEXT_ORIGIN_NONE: _ClassVar[TextOrigin]

class BlockKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLOCK_KIND_UNSPECIFIED: _ClassVar[BlockKind]
    BLOCK_KIND_PARAGRAPH: _ClassVar[BlockKind]
    BLOCK_KIND_HEADING: _ClassVar[BlockKind]
    BLOCK_KIND_LIST: _ClassVar[BlockKind]
    BLOCK_KIND_TABLE: _ClassVar[BlockKind]
    BLOCK_KIND_MARGIN: _ClassVar[BlockKind]
RECOGNITION_DETAIL_UNSPECIFIED: RecognitionDetail
RECOGNITION_DETAIL_TEXT: RecognitionDetail
RECOGNITION_DETAIL_LINES: RecognitionDetail
RECOGNITION_DETAIL_WORDS: RecognitionDetail
TEXT_LAYER_USE_UNSPECIFIED: TextLayerUse
TEXT_LAYER_USE_AUTO: TextLayerUse
TEXT_LAYER_USE_ALWAYS: TextLayerUse
TEXT_LAYER_USE_NEVER: TextLayerUse
TEXT_ORIGIN_UNSPECIFIED: TextOrigin
TEXT_ORIGIN_RECOGNIZED: TextOrigin
TEXT_ORIGIN_TEXT_LAYER: TextOrigin
TEXT_ORIGIN_NONE: TextOrigin
BLOCK_KIND_UNSPECIFIED: BlockKind
BLOCK_KIND_PARAGRAPH: BlockKind
BLOCK_KIND_HEADING: BlockKind
BLOCK_KIND_LIST: BlockKind
BLOCK_KIND_TABLE: BlockKind
BLOCK_KIND_MARGIN: BlockKind

class RecognitionOptions(_message.Message):
    __slots__ = ("model", "languages", "pages", "detail", "skip_orientation", "skip_tables", "text_layer", "dots_per_inch", "min_confidence", "skip_cache")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    SKIP_ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    SKIP_TABLES_FIELD_NUMBER: _ClassVar[int]
    TEXT_LAYER_FIELD_NUMBER: _ClassVar[int]
    DOTS_PER_INCH_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SKIP_CACHE_FIELD_NUMBER: _ClassVar[int]
    model: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    pages: str
    detail: RecognitionDetail
    skip_orientation: bool
    skip_tables: bool
    text_layer: TextLayerUse
    dots_per_inch: int
    min_confidence: float
    skip_cache: bool
    def __init__(self, model: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ..., pages: _Optional[str] = ..., detail: _Optional[_Union[RecognitionDetail, str]] = ..., skip_orientation: _Optional[bool] = ..., skip_tables: _Optional[bool] = ..., text_layer: _Optional[_Union[TextLayerUse, str]] = ..., dots_per_inch: _Optional[int] = ..., min_confidence: _Optional[float] = ..., skip_cache: _Optional[bool] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("pages", "page_count", "text", "markdown", "media_type", "sha256", "model")
    PAGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MARKDOWN_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    pages: _containers.RepeatedCompositeFieldContainer[Page]
    page_count: int
    text: str
    markdown: str
    media_type: str
    sha256: str
    model: str
    def __init__(self, pages: _Optional[_Iterable[_Union[Page, _Mapping]]] = ..., page_count: _Optional[int] = ..., text: _Optional[str] = ..., markdown: _Optional[str] = ..., media_type: _Optional[str] = ..., sha256: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class Page(_message.Message):
    __slots__ = ("number", "width", "height", "orientation", "skew", "text", "markdown", "blocks", "confidence", "language", "origin", "cached", "error")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    SKEW_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MARKDOWN_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    number: int
    width: int
    height: int
    orientation: int
    skew: float
    text: str
    markdown: str
    blocks: _containers.RepeatedCompositeFieldContainer[Block]
    confidence: float
    language: str
    origin: TextOrigin
    cached: bool
    error: _status_pb2.Status
    def __init__(self, number: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., orientation: _Optional[int] = ..., skew: _Optional[float] = ..., text: _Optional[str] = ..., markdown: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[Block, _Mapping]]] = ..., confidence: _Optional[float] = ..., language: _Optional[str] = ..., origin: _Optional[_Union[TextOrigin, str]] = ..., cached: _Optional[bool] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Block(_message.Message):
    __slots__ = ("kind", "region", "text", "lines", "table", "confidence")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    kind: BlockKind
    region: _source_pb2.Region
    text: str
    lines: _containers.RepeatedCompositeFieldContainer[Line]
    table: Table
    confidence: float
    def __init__(self, kind: _Optional[_Union[BlockKind, str]] = ..., region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ..., text: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[Line, _Mapping]]] = ..., table: _Optional[_Union[Table, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Line(_message.Message):
    __slots__ = ("text", "region", "confidence", "words")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    text: str
    region: _source_pb2.Region
    confidence: float
    words: _containers.RepeatedCompositeFieldContainer[Word]
    def __init__(self, text: _Optional[str] = ..., region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ..., confidence: _Optional[float] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ...) -> None: ...

class Word(_message.Message):
    __slots__ = ("text", "region", "confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    region: _source_pb2.Region
    confidence: float
    def __init__(self, text: _Optional[str] = ..., region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Table(_message.Message):
    __slots__ = ("rows", "columns", "cells")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    rows: int
    columns: int
    cells: _containers.RepeatedCompositeFieldContainer[TableCell]
    def __init__(self, rows: _Optional[int] = ..., columns: _Optional[int] = ..., cells: _Optional[_Iterable[_Union[TableCell, _Mapping]]] = ...) -> None: ...

class TableCell(_message.Message):
    __slots__ = ("row", "column", "row_span", "column_span", "header", "text", "region", "confidence")
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    ROW_SPAN_FIELD_NUMBER: _ClassVar[int]
    COLUMN_SPAN_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    row: int
    column: int
    row_span: int
    column_span: int
    header: bool
    text: str
    region: _source_pb2.Region
    confidence: float
    def __init__(self, row: _Optional[int] = ..., column: _Optional[int] = ..., row_span: _Optional[int] = ..., column_span: _Optional[int] = ..., header: _Optional[bool] = ..., text: _Optional[str] = ..., region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...
