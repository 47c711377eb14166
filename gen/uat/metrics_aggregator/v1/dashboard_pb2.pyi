from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PanelKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PANEL_KIND_UNSPECIFIED: _ClassVar[PanelKind]
    PANEL_KIND_TIME_SERIES: _ClassVar[PanelKind]
    PANEL_KIND_STAT: _ClassVar[PanelKind]
    PANEL_KIND_TABLE: _ClassVar[PanelKind]
    PANEL_KIND_HEATMAP: _ClassVar[PanelKind]
PANEL_KIND_UNSPECIFIED: PanelKind
PANEL_KIND_TIME_SERIES: PanelKind
PANEL_KIND_STAT: PanelKind
PANEL_KIND_TABLE: PanelKind
PANEL_KIND_HEATMAP: PanelKind

class Dashboard(_message.Message):
    __slots__ = ("id", "title", "description", "variables", "panels")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    PANELS_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    description: str
    variables: _containers.RepeatedCompositeFieldContainer[DashboardVariable]
    panels: _containers.RepeatedCompositeFieldContainer[Panel]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., variables: _Optional[_Iterable[_Union[DashboardVariable, _Mapping]]] = ..., panels: _Optional[_Iterable[_Union[Panel, _Mapping]]] = ...) -> None: ...

class DashboardVariable(_message.Message):
    __slots__ = ("name", "query", "label", "default_value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    query: str
    label: str
    default_value: str
    def __init__(self, name: _Optional[str] = ..., query: _Optional[str] = ..., label: _Optional[str] = ..., default_value: _Optional[str] = ...) -> None: ...

class Panel(_message.Message):
    __slots__ = ("title", "kind", "queries", "unit", "width")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    title: str
    kind: PanelKind
    queries: _containers.RepeatedCompositeFieldContainer[PanelQuery]
    unit: str
    width: int
    def __init__(self, title: _Optional[str] = ..., kind: _Optional[_Union[PanelKind, str]] = ..., queries: _Optional[_Iterable[_Union[PanelQuery, _Mapping]]] = ..., unit: _Optional[str] = ..., width: _Optional[int] = ...) -> None: ...

class PanelQuery(_message.Message):
    __slots__ = ("expression", "legend")
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    LEGEND_FIELD_NUMBER: _ClassVar[int]
    expression: str
    legend: str
    def __init__(self, expression: _Optional[str] = ..., legend: _Optional[str] = ...) -> None: ...
