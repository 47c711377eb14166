import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from uat.websocket_hub.v1 import channel_pb2 as _channel_pb2
from uat.websocket_hub.v1 import frame_pb2 as _frame_pb2
from uat.websocket_hub.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PublishRequest(_message.Message):
    __slots__ = ("channel", "data", "message_id", "tags", "skip_history")
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
    SKIP_HISTORY_FIELD_NUMBER: _ClassVar[int]
    channel: str
    data: _message_pb2.MessageData
    message_id: str
    tags: _containers.ScalarMap[str, str]
    skip_history: bool
    def __init__(self, channel: _Optional[str] = ..., data: _Optional[_Union[_message_pb2.MessageData, _Mapping]] = ..., message_id: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ..., skip_history: _Optional[bool] = ...) -> None: ...

class PublishResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _message_pb2.PublishResult
    def __init__(self, result: _Optional[_Union[_message_pb2.PublishResult, _Mapping]] = ...) -> None: ...

class BatchPublishRequest(_message.Message):
    __slots__ = ("messages",)
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[PublishRequest]
    def __init__(self, messages: _Optional[_Iterable[_Union[PublishRequest, _Mapping]]] = ...) -> None: ...

class BatchPublishResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[PublishOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[PublishOutcome, _Mapping]]] = ...) -> None: ...

class PublishOutcome(_message.Message):
    __slots__ = ("result", "error")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    result: _message_pb2.PublishResult
    error: _status_pb2.Status
    def __init__(self, result: _Optional[_Union[_message_pb2.PublishResult, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class BroadcastRequest(_message.Message):
    __slots__ = ("channels", "data", "message_id", "tags", "skip_history")
    class TagsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    SKIP_HISTORY_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedScalarFieldContainer[str]
    data: _message_pb2.MessageData
    message_id: str
    tags: _containers.ScalarMap[str, str]
    skip_history: bool
    def __init__(self, channels: _Optional[_Iterable[str]] = ..., data: _Optional[_Union[_message_pb2.MessageData, _Mapping]] = ..., message_id: _Optional[str] = ..., tags: _Optional[_Mapping[str, str]] = ..., skip_history: _Optional[bool] = ...) -> None: ...

class BroadcastResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[PublishOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[PublishOutcome, _Mapping]]] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("id", "subscribe", "unsubscribe", "publish", "ack", "refresh", "authenticate", "presence", "history", "ping", "pong")
    ID_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATE_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    id: int
    subscribe: _frame_pb2.SubscribeFrame
    unsubscribe: _frame_pb2.UnsubscribeFrame
    publish: _frame_pb2.PublishFrame
    ack: _frame_pb2.AckFrame
    refresh: _frame_pb2.RefreshFrame
    authenticate: _frame_pb2.AuthenticateFrame
    presence: _frame_pb2.PresenceFrame
    history: _frame_pb2.HistoryFrame
    ping: _frame_pb2.PingFrame
    pong: _frame_pb2.PongFrame
    def __init__(self, id: _Optional[int] = ..., subscribe: _Optional[_Union[_frame_pb2.SubscribeFrame, _Mapping]] = ..., unsubscribe: _Optional[_Union[_frame_pb2.UnsubscribeFrame, _Mapping]] = ..., publish: _Optional[_Union[_frame_pb2.PublishFrame, _Mapping]] = ..., ack: _Optional[_Union[_frame_pb2.AckFrame, _Mapping]] = ..., refresh: _Optional[_Union[_frame_pb2.RefreshFrame, _Mapping]] = ..., authenticate: _Optional[_Union[_frame_pb2.AuthenticateFrame, _Mapping]] = ..., presence: _Optional[_Union[_frame_pb2.PresenceFrame, _Mapping]] = ..., history: _Optional[_Union[_frame_pb2.HistoryFrame, _Mapping]] = ..., ping: _Optional[_Union[_frame_pb2.PingFrame, _Mapping]] = ..., pong: _Optional[_Union[_frame_pb2.PongFrame, _Mapping]] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("id", "welcome", "subscribed", "unsubscribed", "published", "acked", "refreshed", "presence", "history", "push", "presence_change", "ping", "pong", "error", "disconnect")
    ID_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    ACKED_FIELD_NUMBER: _ClassVar[int]
    REFRESHED_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PUSH_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DISCONNECT_FIELD_NUMBER: _ClassVar[int]
    id: int
    welcome: _frame_pb2.WelcomeFrame
    subscribed: _frame_pb2.SubscribedFrame
    unsubscribed: _frame_pb2.UnsubscribedFrame
    published: _message_pb2.PublishResult
    acked: _frame_pb2.AckedFrame
    refreshed: _frame_pb2.RefreshedFrame
    presence: _frame_pb2.PresenceResultFrame
    history: _frame_pb2.HistoryResultFrame
    push: _frame_pb2.PushFrame
    presence_change: _frame_pb2.PresenceChangeFrame
    ping: _frame_pb2.PingFrame
    pong: _frame_pb2.PongFrame
    error: _status_pb2.Status
    disconnect: _frame_pb2.DisconnectFrame
    def __init__(self, id: _Optional[int] = ..., welcome: _Optional[_Union[_frame_pb2.WelcomeFrame, _Mapping]] = ..., subscribed: _Optional[_Union[_frame_pb2.SubscribedFrame, _Mapping]] = ..., unsubscribed: _Optional[_Union[_frame_pb2.UnsubscribedFrame, _Mapping]] = ..., published: _Optional[_Union[_message_pb2.PublishResult, _Mapping]] = ..., acked: _Optional[_Union[_frame_pb2.AckedFrame, _Mapping]] = ..., refreshed: _Optional[_Union[_frame_pb2.RefreshedFrame, _Mapping]] = ..., presence: _Optional[_Union[_frame_pb2.PresenceResultFrame, _Mapping]] = ..., history: _Optional[_Union[_frame_pb2.HistoryResultFrame, _Mapping]] = ..., push: _Optional[_Union[_frame_pb2.PushFrame, _Mapping]] = ..., presence_change: _Optional[_Union[_frame_pb2.PresenceChangeFrame, _Mapping]] = ..., ping: _Optional[_Union[_frame_pb2.PingFrame, _Mapping]] = ..., pong: _Optional[_Union[_frame_pb2.PongFrame, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., disconnect: _Optional[_Union[_frame_pb2.DisconnectFrame, _Mapping]] = ...) -> None: ...

class FollowChannelsRequest(_message.Message):
    __slots__ = ("channels", "tokens", "since")
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedScalarFieldContainer[str]
    tokens: _containers.RepeatedScalarFieldContainer[str]
    since: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, channels: _Optional[_Iterable[str]] = ..., tokens: _Optional[_Iterable[str]] = ..., since: _Optional[_Iterable[str]] = ...) -> None: ...

class FollowChannelsResponse(_message.Message):
    __slots__ = ("welcome", "subscribed", "push", "presence_change", "unsubscribed", "ping", "disconnect")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    PUSH_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    DISCONNECT_FIELD_NUMBER: _ClassVar[int]
    welcome: _frame_pb2.WelcomeFrame
    subscribed: _frame_pb2.SubscribedFrame
    push: _frame_pb2.PushFrame
    presence_change: _frame_pb2.PresenceChangeFrame
    unsubscribed: _frame_pb2.UnsubscribedFrame
    ping: _frame_pb2.PingFrame
    disconnect: _frame_pb2.DisconnectFrame
    def __init__(self, welcome: _Optional[_Union[_frame_pb2.WelcomeFrame, _Mapping]] = ..., subscribed: _Optional[_Union[_frame_pb2.SubscribedFrame, _Mapping]] = ..., push: _Optional[_Union[_frame_pb2.PushFrame, _Mapping]] = ..., presence_change: _Optional[_Union[_frame_pb2.PresenceChangeFrame, _Mapping]] = ..., unsubscribed: _Optional[_Union[_frame_pb2.UnsubscribedFrame, _Mapping]] = ..., ping: _Optional[_Union[_frame_pb2.PingFrame, _Mapping]] = ..., disconnect: _Optional[_Union[_frame_pb2.DisconnectFrame, _Mapping]] = ...) -> None: ...

class GetPresenceRequest(_message.Message):
    __slots__ = ("channel", "page_size", "page_token")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    channel: str
    page_size: int
    page_token: str
    def __init__(self, channel: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetPresenceResponse(_message.Message):
    __slots__ = ("clients", "next_page_token")
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedCompositeFieldContainer[_message_pb2.ClientInfo]
    next_page_token: str
    def __init__(self, clients: _Optional[_Iterable[_Union[_message_pb2.ClientInfo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetPresenceStatsRequest(_message.Message):
    __slots__ = ("channel",)
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    def __init__(self, channel: _Optional[str] = ...) -> None: ...

class GetPresenceStatsResponse(_message.Message):
    __slots__ = ("client_count", "user_count")
    CLIENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    USER_COUNT_FIELD_NUMBER: _ClassVar[int]
    client_count: int
    user_count: int
    def __init__(self, client_count: _Optional[int] = ..., user_count: _Optional[int] = ...) -> None: ...

class ListHistoryRequest(_message.Message):
    __slots__ = ("channel", "since", "reverse", "page_size", "page_token")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    REVERSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    channel: str
    since: _channel_pb2.StreamPosition
    reverse: bool
    page_size: int
    page_token: str
    def __init__(self, channel: _Optional[str] = ..., since: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ..., reverse: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListHistoryResponse(_message.Message):
    __slots__ = ("publications", "position", "next_page_token")
    PUBLICATIONS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    publications: _containers.RepeatedCompositeFieldContainer[_message_pb2.Publication]
    position: _channel_pb2.StreamPosition
    next_page_token: str
    def __init__(self, publications: _Optional[_Iterable[_Union[_message_pb2.Publication, _Mapping]]] = ..., position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteHistoryRequest(_message.Message):
    __slots__ = ("channel",)
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    def __init__(self, channel: _Optional[str] = ...) -> None: ...

class DeleteHistoryResponse(_message.Message):
    __slots__ = ("position",)
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: _channel_pb2.StreamPosition
    def __init__(self, position: _Optional[_Union[_channel_pb2.StreamPosition, _Mapping]] = ...) -> None: ...

class GetChannelRequest(_message.Message):
    __slots__ = ("channel",)
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    def __init__(self, channel: _Optional[str] = ...) -> None: ...

class GetChannelResponse(_message.Message):
    __slots__ = ("channel", "limits")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    channel: _channel_pb2.Channel
    limits: _channel_pb2.ChannelLimits
    def __init__(self, channel: _Optional[_Union[_channel_pb2.Channel, _Mapping]] = ..., limits: _Optional[_Union[_channel_pb2.ChannelLimits, _Mapping]] = ...) -> None: ...

class ListChannelsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "pattern")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    pattern: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., pattern: _Optional[str] = ...) -> None: ...

class ListChannelsResponse(_message.Message):
    __slots__ = ("channels", "next_page_token")
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedCompositeFieldContainer[_channel_pb2.Channel]
    next_page_token: str
    def __init__(self, channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListConnectionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "user_id")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    user_id: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., user_id: _Optional[str] = ...) -> None: ...

class ListConnectionsResponse(_message.Message):
    __slots__ = ("connections", "next_page_token")
    CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    connections: _containers.RepeatedCompositeFieldContainer[_message_pb2.Connection]
    next_page_token: str
    def __init__(self, connections: _Optional[_Iterable[_Union[_message_pb2.Connection, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DisconnectUserRequest(_message.Message):
    __slots__ = ("user_id", "connection_id", "reason", "reconnect")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    connection_id: str
    reason: str
    reconnect: bool
    def __init__(self, user_id: _Optional[str] = ..., connection_id: _Optional[str] = ..., reason: _Optional[str] = ..., reconnect: _Optional[bool] = ...) -> None: ...

class DisconnectUserResponse(_message.Message):
    __slots__ = ("disconnected_count",)
    DISCONNECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    disconnected_count: int
    def __init__(self, disconnected_count: _Optional[int] = ...) -> None: ...

class UnsubscribeUserRequest(_message.Message):
    __slots__ = ("user_id", "channel", "connection_id")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    channel: str
    connection_id: str
    def __init__(self, user_id: _Optional[str] = ..., channel: _Optional[str] = ..., connection_id: _Optional[str] = ...) -> None: ...

class UnsubscribeUserResponse(_message.Message):
    __slots__ = ("unsubscribed_count",)
    UNSUBSCRIBED_COUNT_FIELD_NUMBER: _ClassVar[int]
    unsubscribed_count: int
    def __init__(self, unsubscribed_count: _Optional[int] = ...) -> None: ...

class RefreshSubscriptionRequest(_message.Message):
    __slots__ = ("user_id", "channel", "connection_id", "expire_time")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    channel: str
    connection_id: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, user_id: _Optional[str] = ..., channel: _Optional[str] = ..., connection_id: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RefreshSubscriptionResponse(_message.Message):
    __slots__ = ("refreshed_count",)
    REFRESHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    refreshed_count: int
    def __init__(self, refreshed_count: _Optional[int] = ...) -> None: ...

class CreateChannelTokenRequest(_message.Message):
    __slots__ = ("channel", "user_id", "publish", "ttl")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    user_id: str
    publish: bool
    ttl: _duration_pb2.Duration
    def __init__(self, channel: _Optional[str] = ..., user_id: _Optional[str] = ..., publish: _Optional[bool] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CreateChannelTokenResponse(_message.Message):
    __slots__ = ("token", "expire_time")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    token: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListNamespacesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNamespacesResponse(_message.Message):
    __slots__ = ("namespaces", "next_page_token")
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespaces: _containers.RepeatedCompositeFieldContainer[_channel_pb2.Namespace]
    next_page_token: str
    def __init__(self, namespaces: _Optional[_Iterable[_Union[_channel_pb2.Namespace, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateNamespaceRequest(_message.Message):
    __slots__ = ("namespace", "update_mask", "allow_missing")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ALLOW_MISSING_FIELD_NUMBER: _ClassVar[int]
    namespace: _channel_pb2.Namespace
    update_mask: _field_mask_pb2.FieldMask
    allow_missing: bool
    def __init__(self, namespace: _Optional[_Union[_channel_pb2.Namespace, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., allow_missing: _Optional[bool] = ...) -> None: ...

class UpdateNamespaceResponse(_message.Message):
    __slots__ = ("namespace",)
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    namespace: _channel_pb2.Namespace
    def __init__(self, namespace: _Optional[_Union[_channel_pb2.Namespace, _Mapping]] = ...) -> None: ...

class DeleteNamespaceRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteNamespaceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
