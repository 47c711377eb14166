import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChannelAccess(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_ACCESS_UNSPECIFIED: _ClassVar[ChannelAccess]
    CHANNEL_ACCESS_NOBODY: _ClassVar[ChannelAccess]
    CHANNEL_ACCESS_TENANT: _ClassVar[ChannelAccess]
    CHANNEL_ACCESS_USER: _ClassVar[ChannelAccess]
    CHANNEL_ACCESS_TOKEN: _ClassVar[ChannelAccess]
    CHANNEL_ACCESS_ADMIN: _ClassVar[ChannelAccess]

class SlowClientPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLOW_CLIENT_POLICY_UNSPECIFIED: _ClassVar[SlowClientPolicy]
    SLOW_CLIENT_POLICY_DISCONNECT: _ClassVar[SlowClientPolicy]
    SLOW_CLIENT_POLICY_DROP_OLDEST: _ClassVar[SlowClientPolicy]
    SLOW_CLIENT_POLICY_LATEST_ONLY: _ClassVar[SlowClientPolicy]
CHANNEL_ACCESS_UNSPECIFIED: ChannelAccess
CHANNEL_ACCESS_NOBODY: ChannelAccess
CHANNEL_ACCESS_TENANT: ChannelAccess
CHANNEL_ACCESS_USER: ChannelAccess
CHANNEL_ACCESS_TOKEN: ChannelAccess
CHANNEL_ACCESS_ADMIN: ChannelAccess
SLOW_CLIENT_POLICY_UNSPECIFIED: SlowClientPolicy
SLOW_CLIENT_POLICY_DISCONNECT: SlowClientPolicy
SLOW_CLIENT_POLICY_DROP_OLDEST: SlowClientPolicy
SLOW_CLIENT_POLICY_LATEST_ONLY: SlowClientPolicy

class Namespace(_message.Message):
    __slots__ = ("name", "subscribe_access", "publish_access", "presence", "join_leave", "history_size", "history_ttl", "wildcards", "limits", "nats_subject", "create_time", "update_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_ACCESS_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_ACCESS_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    JOIN_LEAVE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_SIZE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_TTL_FIELD_NUMBER: _ClassVar[int]
    WILDCARDS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    NATS_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    subscribe_access: ChannelAccess
    publish_access: ChannelAccess
    presence: bool
    join_leave: bool
    history_size: int
    history_ttl: _duration_pb2.Duration
    wildcards: bool
    limits: ChannelLimits
    nats_subject: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., subscribe_access: _Optional[_Union[ChannelAccess, str]] = ..., publish_access: _Optional[_Union[ChannelAccess, str]] = ..., presence: _Optional[bool] = ..., join_leave: _Optional[bool] = ..., history_size: _Optional[int] = ..., history_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wildcards: _Optional[bool] = ..., limits: _Optional[_Union[ChannelLimits, _Mapping]] = ..., nats_subject: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ChannelLimits(_message.Message):
    __slots__ = ("max_message_bytes", "max_messages_per_second", "max_client_messages_per_second", "max_subscribers", "max_queue_bytes", "slow_client")
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MAX_CLIENT_MESSAGES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MAX_SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    MAX_QUEUE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SLOW_CLIENT_FIELD_NUMBER: _ClassVar[int]
    max_message_bytes: int
    max_messages_per_second: int
    max_client_messages_per_second: int
    max_subscribers: int
    max_queue_bytes: int
    slow_client: SlowClientPolicy
    def __init__(self, max_message_bytes: _Optional[int] = ..., max_messages_per_second: _Optional[int] = ..., max_client_messages_per_second: _Optional[int] = ..., max_subscribers: _Optional[int] = ..., max_queue_bytes: _Optional[int] = ..., slow_client: _Optional[_Union[SlowClientPolicy, str]] = ...) -> None: ...

class Channel(_message.Message):
    __slots__ = ("name", "subscriber_count", "user_count", "position", "oldest", "last_publish_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBER_COUNT_FIELD_NUMBER: _ClassVar[int]
    USER_COUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    OLDEST_FIELD_NUMBER: _ClassVar[int]
    LAST_PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    subscriber_count: int
    user_count: int
    position: _event_position_pb2.EventPosition
    oldest: _event_position_pb2.EventPosition
    last_publish_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., subscriber_count: _Optional[int] = ..., user_count: _Optional[int] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., oldest: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., last_publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
