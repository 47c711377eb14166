from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from uat.llm_router.v1 import model_route_pb2 as _model_route_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateModelRouteRequest(_message.Message):
    __slots__ = ("model_route", "request_id")
    MODEL_ROUTE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    model_route: _model_route_pb2.ModelRoute
    request_id: str
    def __init__(self, model_route: _Optional[_Union[_model_route_pb2.ModelRoute, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateModelRouteResponse(_message.Message):
    __slots__ = ("model_route",)
    MODEL_ROUTE_FIELD_NUMBER: _ClassVar[int]
    model_route: _model_route_pb2.ModelRoute
    def __init__(self, model_route: _Optional[_Union[_model_route_pb2.ModelRoute, _Mapping]] = ...) -> None: ...

class GetModelRouteRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetModelRouteResponse(_message.Message):
    __slots__ = ("model_route",)
    MODEL_ROUTE_FIELD_NUMBER: _ClassVar[int]
    model_route: _model_route_pb2.ModelRoute
    def __init__(self, model_route: _Optional[_Union[_model_route_pb2.ModelRoute, _Mapping]] = ...) -> None: ...

class ListModelRoutesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "provider_id")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    provider_id: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., provider_id: _Optional[str] = ...) -> None: ...

class ListModelRoutesResponse(_message.Message):
    __slots__ = ("model_routes", "next_page_token")
    MODEL_ROUTES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    model_routes: _containers.RepeatedCompositeFieldContainer[_model_route_pb2.ModelRoute]
    next_page_token: str
    def __init__(self, model_routes: _Optional[_Iterable[_Union[_model_route_pb2.ModelRoute, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateModelRouteRequest(_message.Message):
    __slots__ = ("model_route", "update_mask")
    MODEL_ROUTE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    model_route: _model_route_pb2.ModelRoute
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, model_route: _Optional[_Union[_model_route_pb2.ModelRoute, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateModelRouteResponse(_message.Message):
    __slots__ = ("model_route",)
    MODEL_ROUTE_FIELD_NUMBER: _ClassVar[int]
    model_route: _model_route_pb2.ModelRoute
    def __init__(self, model_route: _Optional[_Union[_model_route_pb2.ModelRoute, _Mapping]] = ...) -> None: ...

class DeleteModelRouteRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteModelRouteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateAliasRequest(_message.Message):
    __slots__ = ("alias", "request_id")
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    alias: _model_route_pb2.Alias
    request_id: str
    def __init__(self, alias: _Optional[_Union[_model_route_pb2.Alias, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateAliasResponse(_message.Message):
    __slots__ = ("alias",)
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    alias: _model_route_pb2.Alias
    def __init__(self, alias: _Optional[_Union[_model_route_pb2.Alias, _Mapping]] = ...) -> None: ...

class GetAliasRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetAliasResponse(_message.Message):
    __slots__ = ("alias",)
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    alias: _model_route_pb2.Alias
    def __init__(self, alias: _Optional[_Union[_model_route_pb2.Alias, _Mapping]] = ...) -> None: ...

class ListAliasesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAliasesResponse(_message.Message):
    __slots__ = ("aliases", "next_page_token")
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    aliases: _containers.RepeatedCompositeFieldContainer[_model_route_pb2.Alias]
    next_page_token: str
    def __init__(self, aliases: _Optional[_Iterable[_Union[_model_route_pb2.Alias, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateAliasRequest(_message.Message):
    __slots__ = ("alias", "update_mask")
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    alias: _model_route_pb2.Alias
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, alias: _Optional[_Union[_model_route_pb2.Alias, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateAliasResponse(_message.Message):
    __slots__ = ("alias",)
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    alias: _model_route_pb2.Alias
    def __init__(self, alias: _Optional[_Union[_model_route_pb2.Alias, _Mapping]] = ...) -> None: ...

class DeleteAliasRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteAliasResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
