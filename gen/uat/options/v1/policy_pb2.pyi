from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_USER: _ClassVar[Role]
    ROLE_OPERATOR: _ClassVar[Role]
    ROLE_TENANT_ADMIN: _ClassVar[Role]

class RateLimitClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RATE_LIMIT_CLASS_UNSPECIFIED: _ClassVar[RateLimitClass]
    RATE_LIMIT_CLASS_READ: _ClassVar[RateLimitClass]
    RATE_LIMIT_CLASS_WRITE: _ClassVar[RateLimitClass]
    RATE_LIMIT_CLASS_GENERATE: _ClassVar[RateLimitClass]
    RATE_LIMIT_CLASS_LOGIN: _ClassVar[RateLimitClass]

class ErrorShape(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_SHAPE_UNSPECIFIED: _ClassVar[ErrorShape]
    ERROR_SHAPE_OPENAI: _ClassVar[ErrorShape]
    ERROR_SHAPE_OPEN_INFERENCE: _ClassVar[ErrorShape]
ROLE_UNSPECIFIED: Role
ROLE_USER: Role
ROLE_OPERATOR: Role
ROLE_TENANT_ADMIN: Role
RATE_LIMIT_CLASS_UNSPECIFIED: RateLimitClass
RATE_LIMIT_CLASS_READ: RateLimitClass
RATE_LIMIT_CLASS_WRITE: RateLimitClass
RATE_LIMIT_CLASS_GENERATE: RateLimitClass
RATE_LIMIT_CLASS_LOGIN: RateLimitClass
ERROR_SHAPE_UNSPECIFIED: ErrorShape
ERROR_SHAPE_OPENAI: ErrorShape
ERROR_SHAPE_OPEN_INFERENCE: ErrorShape
POLICY_FIELD_NUMBER: _ClassVar[int]
policy: _descriptor.FieldDescriptor

class Policy(_message.Message):
    __slots__ = ("public", "roles", "scopes", "callers", "rate_limit_class", "error_shape")
    PUBLIC_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    CALLERS_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_CLASS_FIELD_NUMBER: _ClassVar[int]
    ERROR_SHAPE_FIELD_NUMBER: _ClassVar[int]
    public: bool
    roles: _containers.RepeatedScalarFieldContainer[Role]
    scopes: _containers.RepeatedScalarFieldContainer[str]
    callers: _containers.RepeatedScalarFieldContainer[str]
    rate_limit_class: RateLimitClass
    error_shape: ErrorShape
    def __init__(self, public: _Optional[bool] = ..., roles: _Optional[_Iterable[_Union[Role, str]]] = ..., scopes: _Optional[_Iterable[str]] = ..., callers: _Optional[_Iterable[str]] = ..., rate_limit_class: _Optional[_Union[RateLimitClass, str]] = ..., error_shape: _Optional[_Union[ErrorShape, str]] = ...) -> None: ...
