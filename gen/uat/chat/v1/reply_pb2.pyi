from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.chat.v1 import conversation_pb2 as _conversation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReplyOptions(_message.Message):
    __slots__ = ("temperature", "top_p", "max_output_tokens", "stop", "seed")
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    temperature: float
    top_p: float
    max_output_tokens: int
    stop: _containers.RepeatedScalarFieldContainer[str]
    seed: int
    def __init__(self, temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., max_output_tokens: _Optional[int] = ..., stop: _Optional[_Iterable[str]] = ..., seed: _Optional[int] = ...) -> None: ...

class ReplyEvent(_message.Message):
    __slots__ = ("reply_id", "sequence", "started", "delta", "finished", "failed")
    REPLY_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    reply_id: str
    sequence: int
    started: ReplyStarted
    delta: ReplyDelta
    finished: ReplyFinished
    failed: ReplyFailed
    def __init__(self, reply_id: _Optional[str] = ..., sequence: _Optional[int] = ..., started: _Optional[_Union[ReplyStarted, _Mapping]] = ..., delta: _Optional[_Union[ReplyDelta, _Mapping]] = ..., finished: _Optional[_Union[ReplyFinished, _Mapping]] = ..., failed: _Optional[_Union[ReplyFailed, _Mapping]] = ...) -> None: ...

class ReplyStarted(_message.Message):
    __slots__ = ("user_message", "reply")
    USER_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    user_message: _conversation_pb2.Message
    reply: _conversation_pb2.Message
    def __init__(self, user_message: _Optional[_Union[_conversation_pb2.Message, _Mapping]] = ..., reply: _Optional[_Union[_conversation_pb2.Message, _Mapping]] = ...) -> None: ...

class ReplyDelta(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class ReplyFinished(_message.Message):
    __slots__ = ("reply",)
    REPLY_FIELD_NUMBER: _ClassVar[int]
    reply: _conversation_pb2.Message
    def __init__(self, reply: _Optional[_Union[_conversation_pb2.Message, _Mapping]] = ...) -> None: ...

class ReplyFailed(_message.Message):
    __slots__ = ("reply", "error")
    REPLY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    reply: _conversation_pb2.Message
    error: _status_pb2.Status
    def __init__(self, reply: _Optional[_Union[_conversation_pb2.Message, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
