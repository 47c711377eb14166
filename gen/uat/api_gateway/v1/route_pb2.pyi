import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Route(_message.Message):
    __slots__ = ("rpc", "service", "http_method", "path", "policy", "rate_limit_class", "client_streaming", "server_streaming", "retriable", "timeout", "summary", "unimplemented")
    RPC_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    HTTP_METHOD_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_CLASS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_STREAMING_FIELD_NUMBER: _ClassVar[int]
    SERVER_STREAMING_FIELD_NUMBER: _ClassVar[int]
    RETRIABLE_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    UNIMPLEMENTED_FIELD_NUMBER: _ClassVar[int]
    rpc: str
    service: str
    http_method: str
    path: str
    policy: _policy_pb2.Policy
    rate_limit_class: _policy_pb2.RateLimitClass
    client_streaming: bool
    server_streaming: bool
    retriable: bool
    timeout: _duration_pb2.Duration
    summary: str
    unimplemented: bool
    def __init__(self, rpc: _Optional[str] = ..., service: _Optional[str] = ..., http_method: _Optional[str] = ..., path: _Optional[str] = ..., policy: _Optional[_Union[_policy_pb2.Policy, _Mapping]] = ..., rate_limit_class: _Optional[_Union[_policy_pb2.RateLimitClass, str]] = ..., client_streaming: _Optional[bool] = ..., server_streaming: _Optional[bool] = ..., retriable: _Optional[bool] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., summary: _Optional[str] = ..., unimplemented: _Optional[bool] = ...) -> None: ...
