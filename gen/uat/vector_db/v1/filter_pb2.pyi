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

class TextMatch(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_MATCH_UNSPECIFIED: _ClassVar[TextMatch]
    TEXT_MATCH_ANY_WORD: _ClassVar[TextMatch]
    TEXT_MATCH_ALL_WORDS: _ClassVar[TextMatch]
    TEXT_MATCH_PHRASE: _ClassVar[TextMatch]
TEXT_MATCH_UNSPECIFIED: TextMatch
TEXT_MATCH_ANY_WORD: TextMatch
TEXT_MATCH_ALL_WORDS: TextMatch
TEXT_MATCH_PHRASE: TextMatch

class Filter(_message.Message):
    __slots__ = ("must", "should", "must_not", "min_should")
    MUST_FIELD_NUMBER: _ClassVar[int]
    SHOULD_FIELD_NUMBER: _ClassVar[int]
    MUST_NOT_FIELD_NUMBER: _ClassVar[int]
    MIN_SHOULD_FIELD_NUMBER: _ClassVar[int]
    must: _containers.RepeatedCompositeFieldContainer[Condition]
    should: _containers.RepeatedCompositeFieldContainer[Condition]
    must_not: _containers.RepeatedCompositeFieldContainer[Condition]
    min_should: int
    def __init__(self, must: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., should: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., must_not: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., min_should: _Optional[int] = ...) -> None: ...

class Condition(_message.Message):
    __slots__ = ("match", "range", "time_range", "geo", "nested", "is_null", "values_count", "full_text", "has_id", "has_vector", "filter")
    MATCH_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    TIME_RANGE_FIELD_NUMBER: _ClassVar[int]
    GEO_FIELD_NUMBER: _ClassVar[int]
    NESTED_FIELD_NUMBER: _ClassVar[int]
    IS_NULL_FIELD_NUMBER: _ClassVar[int]
    VALUES_COUNT_FIELD_NUMBER: _ClassVar[int]
    FULL_TEXT_FIELD_NUMBER: _ClassVar[int]
    HAS_ID_FIELD_NUMBER: _ClassVar[int]
    HAS_VECTOR_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    match: MatchCondition
    range: RangeCondition
    time_range: TimeRangeCondition
    geo: GeoCondition
    nested: NestedCondition
    is_null: NullCondition
    values_count: ValuesCountCondition
    full_text: FullTextCondition
    has_id: PointIds
    has_vector: HasVectorCondition
    filter: Filter
    def __init__(self, match: _Optional[_Union[MatchCondition, _Mapping]] = ..., range: _Optional[_Union[RangeCondition, _Mapping]] = ..., time_range: _Optional[_Union[TimeRangeCondition, _Mapping]] = ..., geo: _Optional[_Union[GeoCondition, _Mapping]] = ..., nested: _Optional[_Union[NestedCondition, _Mapping]] = ..., is_null: _Optional[_Union[NullCondition, _Mapping]] = ..., values_count: _Optional[_Union[ValuesCountCondition, _Mapping]] = ..., full_text: _Optional[_Union[FullTextCondition, _Mapping]] = ..., has_id: _Optional[_Union[PointIds, _Mapping]] = ..., has_vector: _Optional[_Union[HasVectorCondition, _Mapping]] = ..., filter: _Optional[_Union[Filter, _Mapping]] = ...) -> None: ...

class MatchCondition(_message.Message):
    __slots__ = ("key", "strings", "integers", "boolean", "none_of")
    KEY_FIELD_NUMBER: _ClassVar[int]
    STRINGS_FIELD_NUMBER: _ClassVar[int]
    INTEGERS_FIELD_NUMBER: _ClassVar[int]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    NONE_OF_FIELD_NUMBER: _ClassVar[int]
    key: str
    strings: StringValues
    integers: IntegerValues
    boolean: bool
    none_of: bool
    def __init__(self, key: _Optional[str] = ..., strings: _Optional[_Union[StringValues, _Mapping]] = ..., integers: _Optional[_Union[IntegerValues, _Mapping]] = ..., boolean: _Optional[bool] = ..., none_of: _Optional[bool] = ...) -> None: ...

class StringValues(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...

class IntegerValues(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, values: _Optional[_Iterable[int]] = ...) -> None: ...

class RangeCondition(_message.Message):
    __slots__ = ("key", "gt", "gte", "lt", "lte")
    KEY_FIELD_NUMBER: _ClassVar[int]
    GT_FIELD_NUMBER: _ClassVar[int]
    GTE_FIELD_NUMBER: _ClassVar[int]
    LT_FIELD_NUMBER: _ClassVar[int]
    LTE_FIELD_NUMBER: _ClassVar[int]
    key: str
    gt: float
    gte: float
    lt: float
    lte: float
    def __init__(self, key: _Optional[str] = ..., gt: _Optional[float] = ..., gte: _Optional[float] = ..., lt: _Optional[float] = ..., lte: _Optional[float] = ...) -> None: ...

class TimeRangeCondition(_message.Message):
    __slots__ = ("key", "start_time", "end_time")
    KEY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    key: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, key: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GeoCondition(_message.Message):
    __slots__ = ("key", "circle", "box", "polygon")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CIRCLE_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    POLYGON_FIELD_NUMBER: _ClassVar[int]
    key: str
    circle: GeoCircle
    box: GeoBox
    polygon: GeoPolygon
    def __init__(self, key: _Optional[str] = ..., circle: _Optional[_Union[GeoCircle, _Mapping]] = ..., box: _Optional[_Union[GeoBox, _Mapping]] = ..., polygon: _Optional[_Union[GeoPolygon, _Mapping]] = ...) -> None: ...

class GeoPoint(_message.Message):
    __slots__ = ("lat", "lon")
    LAT_FIELD_NUMBER: _ClassVar[int]
    LON_FIELD_NUMBER: _ClassVar[int]
    lat: float
    lon: float
    def __init__(self, lat: _Optional[float] = ..., lon: _Optional[float] = ...) -> None: ...

class GeoCircle(_message.Message):
    __slots__ = ("center", "radius_meters")
    CENTER_FIELD_NUMBER: _ClassVar[int]
    RADIUS_METERS_FIELD_NUMBER: _ClassVar[int]
    center: GeoPoint
    radius_meters: float
    def __init__(self, center: _Optional[_Union[GeoPoint, _Mapping]] = ..., radius_meters: _Optional[float] = ...) -> None: ...

class GeoBox(_message.Message):
    __slots__ = ("south_west", "north_east")
    SOUTH_WEST_FIELD_NUMBER: _ClassVar[int]
    NORTH_EAST_FIELD_NUMBER: _ClassVar[int]
    south_west: GeoPoint
    north_east: GeoPoint
    def __init__(self, south_west: _Optional[_Union[GeoPoint, _Mapping]] = ..., north_east: _Optional[_Union[GeoPoint, _Mapping]] = ...) -> None: ...

class GeoPolygon(_message.Message):
    __slots__ = ("corners",)
    CORNERS_FIELD_NUMBER: _ClassVar[int]
    corners: _containers.RepeatedCompositeFieldContainer[GeoPoint]
    def __init__(self, corners: _Optional[_Iterable[_Union[GeoPoint, _Mapping]]] = ...) -> None: ...

class NestedCondition(_message.Message):
    __slots__ = ("key", "filter")
    KEY_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    key: str
    filter: Filter
    def __init__(self, key: _Optional[str] = ..., filter: _Optional[_Union[Filter, _Mapping]] = ...) -> None: ...

class NullCondition(_message.Message):
    __slots__ = ("key", "or_empty")
    KEY_FIELD_NUMBER: _ClassVar[int]
    OR_EMPTY_FIELD_NUMBER: _ClassVar[int]
    key: str
    or_empty: bool
    def __init__(self, key: _Optional[str] = ..., or_empty: _Optional[bool] = ...) -> None: ...

class ValuesCountCondition(_message.Message):
    __slots__ = ("key", "min", "max")
    KEY_FIELD_NUMBER: _ClassVar[int]
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    key: str
    min: int
    max: int
    def __init__(self, key: _Optional[str] = ..., min: _Optional[int] = ..., max: _Optional[int] = ...) -> None: ...

class FullTextCondition(_message.Message):
    __slots__ = ("key", "text", "match")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MATCH_FIELD_NUMBER: _ClassVar[int]
    key: str
    text: str
    match: TextMatch
    def __init__(self, key: _Optional[str] = ..., text: _Optional[str] = ..., match: _Optional[_Union[TextMatch, str]] = ...) -> None: ...

class HasVectorCondition(_message.Message):
    __slots__ = ("vector_name",)
    VECTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    vector_name: str
    def __init__(self, vector_name: _Optional[str] = ...) -> None: ...

class PointIds(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...
