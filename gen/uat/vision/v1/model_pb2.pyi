from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ModelUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_USE_UNSPECIFIED: _ClassVar[ModelUse]
    MODEL_USE_RECOGNITION: _ClassVar[ModelUse]
    MODEL_USE_GENERATION: _ClassVar[ModelUse]
    MODEL_USE_FACES: _ClassVar[ModelUse]
    MODEL_USE_CAPTION: _ClassVar[ModelUse]
MODEL_USE_UNSPECIFIED: ModelUse
MODEL_USE_RECOGNITION: ModelUse
MODEL_USE_GENERATION: ModelUse
MODEL_USE_FACES: ModelUse
MODEL_USE_CAPTION: ModelUse

class Model(_message.Message):
    __slots__ = ("id", "description", "uses", "ready", "is_default", "version", "device", "languages", "sizes", "default_steps", "max_steps", "default_guidance")
    ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    SIZES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_STEPS_FIELD_NUMBER: _ClassVar[int]
    MAX_STEPS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_GUIDANCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    description: str
    uses: _containers.RepeatedScalarFieldContainer[ModelUse]
    ready: bool
    is_default: bool
    version: str
    device: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    sizes: _containers.RepeatedCompositeFieldContainer[ImageSize]
    default_steps: int
    max_steps: int
    default_guidance: float
    def __init__(self, id: _Optional[str] = ..., description: _Optional[str] = ..., uses: _Optional[_Iterable[_Union[ModelUse, str]]] = ..., ready: _Optional[bool] = ..., is_default: _Optional[bool] = ..., version: _Optional[str] = ..., device: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ..., sizes: _Optional[_Iterable[_Union[ImageSize, _Mapping]]] = ..., default_steps: _Optional[int] = ..., max_steps: _Optional[int] = ..., default_guidance: _Optional[float] = ...) -> None: ...

class ImageSize(_message.Message):
    __slots__ = ("width", "height")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    width: int
    height: int
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...
