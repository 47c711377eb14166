import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Publication(_message.Message):
    __slots__ = ("channel", "position", "data", "message_id", "tags", "publisher", "create_time")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    channel: str
    position: _event_position_pb2.EventPosition
    data: MessageData
    message_id: str
    tags: _containers.ScalarMap[str, str]
    publisher: ClientInfo
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[str] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., data: _Optional[_Union[MessageData, _Mapping]] = ..., message_id: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ..., publisher: _Optional[_Union[ClientInfo, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MessageData(_message.Message):
    __slots__ = ("json", "binary")
    JSON_FIELD_NUMBER: _ClassVar[int]
    BINARY_FIELD_NUMBER: _ClassVar[int]
    json: _struct_pb2.Value
    binary: bytes
    def __init__(self, json: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., binary: _Optional[bytes] = ...) -> None: ...

class ClientInfo(_message.Message):
    __slots__ = ("connection_id", "user_id", "client")
    CONNECTION_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    connection_id: str
    user_id: str
    client: str
    def __init__(self, connection_id: _Optional[str] = ..., user_id: _Optional[str] = ..., client: _Optional[str] = ...) -> None: ...

class Connection(_message.Message):
    __slots__ = ("info", "transport", "channels", "queued_bytes", "create_time")
    INFO_FIELD_NUMBER: _ClassVar[int]
    TRANSPORT_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    QUEUED_BYTES_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    info: ClientInfo
    transport: str
    channels: _containers.RepeatedScalarFieldContainer[str]
    queued_bytes: int
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, info: _Optional[_Union[ClientInfo, _Mapping]] = ..., transport: _Optional[str] = ..., channels: _Optional[_Iterable[str]] = ..., queued_bytes: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PublishResult(_message.Message):
    __slots__ = ("position", "duplicate")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    position: _event_position_pb2.EventPosition
    duplicate: bool
    def __init__(self, position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., duplicate: _Optional[bool] = ...) -> None: ...
