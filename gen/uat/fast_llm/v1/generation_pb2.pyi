import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from uat.generation.v1 import event_pb2 as _event_pb2
from uat.generation.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerationPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GENERATION_PHASE_UNSPECIFIED: _ClassVar[GenerationPhase]
    GENERATION_PHASE_WHOLE: _ClassVar[GenerationPhase]
    GENERATION_PHASE_PREFILL: _ClassVar[GenerationPhase]
    GENERATION_PHASE_DECODE: _ClassVar[GenerationPhase]
GENERATION_PHASE_UNSPECIFIED: GenerationPhase
GENERATION_PHASE_WHOLE: GenerationPhase
GENERATION_PHASE_PREFILL: GenerationPhase
GENERATION_PHASE_DECODE: GenerationPhase

class TokenIds(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, ids: _Optional[_Iterable[int]] = ...) -> None: ...

class Chat(_message.Message):
    __slots__ = ("messages", "tools", "tool_choice", "tool_name", "continue_last", "parallel_tool_calls")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_LAST_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[_message_pb2.Message]
    tools: _containers.RepeatedCompositeFieldContainer[_message_pb2.Tool]
    tool_choice: _message_pb2.ToolChoice
    tool_name: str
    continue_last: bool
    parallel_tool_calls: bool
    def __init__(self, messages: _Optional[_Iterable[_Union[_message_pb2.Message, _Mapping]]] = ..., tools: _Optional[_Iterable[_Union[_message_pb2.Tool, _Mapping]]] = ..., tool_choice: _Optional[_Union[_message_pb2.ToolChoice, str]] = ..., tool_name: _Optional[str] = ..., continue_last: _Optional[bool] = ..., parallel_tool_calls: _Optional[bool] = ...) -> None: ...

class KvSession(_message.Message):
    __slots__ = ("session_id", "endpoint", "connector", "handle")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    endpoint: str
    connector: str
    handle: bytes
    def __init__(self, session_id: _Optional[str] = ..., endpoint: _Optional[str] = ..., connector: _Optional[str] = ..., handle: _Optional[bytes] = ...) -> None: ...

class GenerationStarted(_message.Message):
    __slots__ = ("model", "queue_wait")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    QUEUE_WAIT_FIELD_NUMBER: _ClassVar[int]
    model: str
    queue_wait: _duration_pb2.Duration
    def __init__(self, model: _Optional[str] = ..., queue_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PrefillReady(_message.Message):
    __slots__ = ("kv_session", "usage")
    KV_SESSION_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    kv_session: KvSession
    usage: _event_pb2.Usage
    def __init__(self, kv_session: _Optional[_Union[KvSession, _Mapping]] = ..., usage: _Optional[_Union[_event_pb2.Usage, _Mapping]] = ...) -> None: ...
