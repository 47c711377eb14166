import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.load_balancer.v1 import load_pb2 as _load_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EndpointState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENDPOINT_STATE_UNSPECIFIED: _ClassVar[EndpointState]
    ENDPOINT_STATE_STARTING: _ClassVar[EndpointState]
    ENDPOINT_STATE_READY: _ClassVar[EndpointState]
    ENDPOINT_STATE_UNHEALTHY: _ClassVar[EndpointState]
    ENDPOINT_STATE_EJECTED: _ClassVar[EndpointState]
    ENDPOINT_STATE_DRAINING: _ClassVar[EndpointState]
    ENDPOINT_STATE_DRAINED: _ClassVar[EndpointState]

class EndpointSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENDPOINT_SOURCE_UNSPECIFIED: _ClassVar[EndpointSource]
    ENDPOINT_SOURCE_CONFIG: _ClassVar[EndpointSource]
    ENDPOINT_SOURCE_REGISTERED: _ClassVar[EndpointSource]
    ENDPOINT_SOURCE_KUBERNETES: _ClassVar[EndpointSource]
ENDPOINT_STATE_UNSPECIFIED: EndpointState
ENDPOINT_STATE_STARTING: EndpointState
ENDPOINT_STATE_READY: EndpointState
ENDPOINT_STATE_UNHEALTHY: EndpointState
ENDPOINT_STATE_EJECTED: EndpointState
ENDPOINT_STATE_DRAINING: EndpointState
ENDPOINT_STATE_DRAINED: EndpointState
ENDPOINT_SOURCE_UNSPECIFIED: EndpointSource
ENDPOINT_SOURCE_CONFIG: EndpointSource
ENDPOINT_SOURCE_REGISTERED: EndpointSource
ENDPOINT_SOURCE_KUBERNETES: EndpointSource

class Endpoint(_message.Message):
    __slots__ = ("id", "service", "host", "port", "weight", "priority", "locality", "labels", "state", "state_reason", "source", "load", "effective_weight", "warm_time", "expire_time", "create_time", "update_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LOCALITY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    WARM_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    service: str
    host: str
    port: int
    weight: int
    priority: int
    locality: Locality
    labels: _containers.ScalarMap[str, str]
    state: EndpointState
    state_reason: str
    source: EndpointSource
    load: _load_pb2.LoadReport
    effective_weight: int
    warm_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., service: _Optional[str] = ..., host: _Optional[str] = ..., port: _Optional[int] = ..., weight: _Optional[int] = ..., priority: _Optional[int] = ..., locality: _Optional[_Union[Locality, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., state: _Optional[_Union[EndpointState, str]] = ..., state_reason: _Optional[str] = ..., source: _Optional[_Union[EndpointSource, str]] = ..., load: _Optional[_Union[_load_pb2.LoadReport, _Mapping]] = ..., effective_weight: _Optional[int] = ..., warm_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Locality(_message.Message):
    __slots__ = ("region", "zone", "node")
    REGION_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    region: str
    zone: str
    node: str
    def __init__(self, region: _Optional[str] = ..., zone: _Optional[str] = ..., node: _Optional[str] = ...) -> None: ...
