import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.websocket_hub.v1 import channel_pb2 as _channel_pb2
from uat.websocket_hub.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubscribeFrame(_message.Message):
    __slots__ = ("channel", "token", "since", "durable_name", "max_unacked")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_UNACKED_FIELD_NUMBER: _ClassVar[int]
    channel: str
    token: str
    since: _channel_pb2.StreamPosition
    durable_name: str
    max_unacked: int
    def __init__(self, channel: _Optional[str] = ..., token: _Optional[str] = ..., since: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ..., durable_name: _Optional[str] = ..., max_unacked: _Optional[int] = ...) -> None: ...

class UnsubscribeFrame(_message.Message):
    __slots__ = ("channel",)
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    def __init__(self, channel: _Optional[str] = ...) -> None: ...

class PublishFrame(_message.Message):
    __slots__ = ("channel", "data", "message_id", "tags")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    channel: str
    data: _message_pb2.MessageData
    message_id: str
    tags: _containers.ScalarMap[str, str]
    def __init__(self, channel: _Optional[str] = ..., data: _Optional[_Union[_message_pb2.MessageData, _Mapping]] = ..., message_id: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ...) -> None: ...

class AckFrame(_message.Message):
    __slots__ = ("channel", "position")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    channel: str
    position: _channel_pb2.StreamPosition
    def __init__(self, channel: _Optional[str] = ..., position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ...) -> None: ...

class RefreshFrame(_message.Message):
    __slots__ = ("channel", "token")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    channel: str
    token: str
    def __init__(self, channel: _Optional[str] = ..., token: _Optional[str] = ...) -> None: ...

class AuthenticateFrame(_message.Message):
    __slots__ = ("access_token",)
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    access_token: str
    def __init__(self, access_token: _Optional[str] = ...) -> None: ...

class PresenceFrame(_message.Message):
    __slots__ = ("channel",)
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    def __init__(self, channel: _Optional[str] = ...) -> None: ...

class HistoryFrame(_message.Message):
    __slots__ = ("channel", "since", "limit", "reverse")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    REVERSE_FIELD_NUMBER: _ClassVar[int]
    channel: str
    since: _channel_pb2.StreamPosition
    limit: int
    reverse: bool
    def __init__(self, channel: _Optional[str] = ..., since: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ..., limit: _Optional[int] = ..., reverse: _Optional[bool] = ...) -> None: ...

class PingFrame(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PongFrame(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WelcomeFrame(_message.Message):
    __slots__ = ("info", "ping_interval", "expire_time", "max_subscriptions", "max_frame_bytes")
    INFO_FIELD_NUMBER: _ClassVar[int]
    PING_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    MAX_SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_FRAME_BYTES_FIELD_NUMBER: _ClassVar[int]
    info: _message_pb2.ClientInfo
    ping_interval: _duration_pb2.Duration
    expire_time: _timestamp_pb2.Timestamp
    max_subscriptions: int
    max_frame_bytes: int
    def __init__(self, info: _Optional[_Union[_message_pb2.ClientInfo, _Mapping]] = ..., ping_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., max_subscriptions: _Optional[int] = ..., max_frame_bytes: _Optional[int] = ...) -> None: ...

class SubscribedFrame(_message.Message):
    __slots__ = ("channel", "position", "recovered", "missed_count", "expire_time")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    MISSED_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    channel: str
    position: _channel_pb2.StreamPosition
    recovered: bool
    missed_count: int
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[str] = ..., position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ..., recovered: _Optional[bool] = ..., missed_count: _Optional[int] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UnsubscribedFrame(_message.Message):
    __slots__ = ("channel", "error")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    channel: str
    error: _status_pb2.Status
    def __init__(self, channel: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class PushFrame(_message.Message):
    __slots__ = ("channel", "publication", "lost_count")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PUBLICATION_FIELD_NUMBER: _ClassVar[int]
    LOST_COUNT_FIELD_NUMBER: _ClassVar[int]
    channel: str
    publication: _message_pb2.Publication
    lost_count: int
    def __init__(self, channel: _Optional[str] = ..., publication: _Optional[_Union[_message_pb2.Publication, _Mapping]] = ..., lost_count: _Optional[int] = ...) -> None: ...

class PresenceChangeFrame(_message.Message):
    __slots__ = ("channel", "info", "joined")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    JOINED_FIELD_NUMBER: _ClassVar[int]
    channel: str
    info: _message_pb2.ClientInfo
    joined: bool
    def __init__(self, channel: _Optional[str] = ..., info: _Optional[_Union[_message_pb2.ClientInfo, _Mapping]] = ..., joined: _Optional[bool] = ...) -> None: ...

class PresenceResultFrame(_message.Message):
    __slots__ = ("clients", "client_count", "user_count")
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    USER_COUNT_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedCompositeFieldContainer[_message_pb2.ClientInfo]
    client_count: int
    user_count: int
    def __init__(self, clients: _Optional[_Iterable[_Union[_message_pb2.ClientInfo, _Mapping]]] = ..., client_count: _Optional[int] = ..., user_count: _Optional[int] = ...) -> None: ...

class HistoryResultFrame(_message.Message):
    __slots__ = ("publications", "position")
    PUBLICATIONS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    publications: _containers.RepeatedCompositeFieldContainer[_message_pb2.Publication]
    position: _channel_pb2.StreamPosition
    def __init__(self, publications: _Optional[_Iterable[_Union[_message_pb2.Publication, _Mapping]]] = ..., position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ...) -> None: ...

class RefreshedFrame(_message.Message):
    __slots__ = ("channel", "expire_time")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    channel: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AckedFrame(_message.Message):
    __slots__ = ("channel", "position")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    channel: str
    position: _channel_pb2.StreamPosition
    def __init__(self, channel: _Optional[str] = ..., position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ...) -> None: ...

class DisconnectFrame(_message.Message):
    __slots__ = ("error", "reconnect", "retry_after")
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    error: _status_pb2.Status
    reconnect: bool
    retry_after: _duration_pb2.Duration
    def __init__(self, error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., reconnect: _Optional[bool] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
