import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.assistantd.v1 import retrieval_pb2 as _retrieval_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnswerState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_STATE_UNSPECIFIED: _ClassVar[AnswerState]
    ANSWER_STATE_RUNNING: _ClassVar[AnswerState]
    ANSWER_STATE_WAITING: _ClassVar[AnswerState]
    ANSWER_STATE_COMPLETE: _ClassVar[AnswerState]
    ANSWER_STATE_CANCELLED: _ClassVar[AnswerState]
    ANSWER_STATE_FAILED: _ClassVar[AnswerState]

class NoAnswerReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_ANSWER_REASON_UNSPECIFIED: _ClassVar[NoAnswerReason]
    NO_ANSWER_REASON_NOTHING_FOUND: _ClassVar[NoAnswerReason]
    NO_ANSWER_REASON_LOW_RELEVANCE: _ClassVar[NoAnswerReason]
    NO_ANSWER_REASON_NOT_SUPPORTED: _ClassVar[NoAnswerReason]

class ToolCallState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOOL_CALL_STATE_UNSPECIFIED: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_WAITING_FOR_APPROVAL: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_WAITING_FOR_OUTPUT: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_RUNNING: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_DONE: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_FAILED: _ClassVar[ToolCallState]
    TOOL_CALL_STATE_DENIED: _ClassVar[ToolCallState]
ANSWER_STATE_UNSPECIFIED: AnswerState
ANSWER_STATE_RUNNING: AnswerState
ANSWER_STATE_WAITING: AnswerState
ANSWER_STATE_COMPLETE: AnswerState
ANSWER_STATE_CANCELLED: AnswerState
ANSWER_STATE_FAILED: AnswerState
NO_ANSWER_REASON_UNSPECIFIED: NoAnswerReason
NO_ANSWER_REASON_NOTHING_FOUND: NoAnswerReason
NO_ANSWER_REASON_LOW_RELEVANCE: NoAnswerReason
NO_ANSWER_REASON_NOT_SUPPORTED: NoAnswerReason
TOOL_CALL_STATE_UNSPECIFIED: ToolCallState
TOOL_CALL_STATE_WAITING_FOR_APPROVAL: ToolCallState
TOOL_CALL_STATE_WAITING_FOR_OUTPUT: ToolCallState
TOOL_CALL_STATE_RUNNING: ToolCallState
TOOL_CALL_STATE_DONE: ToolCallState
TOOL_CALL_STATE_FAILED: ToolCallState
TOOL_CALL_STATE_DENIED: ToolCallState

class Answer(_message.Message):
    __slots__ = ("id", "assistant_id", "assistant_version", "conversation_id", "input", "state", "text", "citations", "no_answer", "tool_calls", "model", "usage", "finish_reason", "trace", "error", "last_position", "create_time", "end_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    ASSISTANT_ID_FIELD_NUMBER: _ClassVar[int]
    ASSISTANT_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    NO_ANSWER_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    FINISH_REASON_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    LAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    assistant_id: str
    assistant_version: int
    conversation_id: str
    input: str
    state: AnswerState
    text: str
    citations: _containers.RepeatedCompositeFieldContainer[Citation]
    no_answer: NoAnswer
    tool_calls: _containers.RepeatedCompositeFieldContainer[ToolCall]
    model: str
    usage: AnswerUsage
    finish_reason: str
    trace: _retrieval_pb2.RetrievalTrace
    error: _status_pb2.Status
    last_position: _event_position_pb2.EventPosition
    create_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., assistant_id: _Optional[str] = ..., assistant_version: _Optional[int] = ..., conversation_id: _Optional[str] = ..., input: _Optional[str] = ..., state: _Optional[_Union[AnswerState, str]] = ..., text: _Optional[str] = ..., citations: _Optional[_Iterable[_Union[Citation, _Mapping]]] = ..., no_answer: _Optional[_Union[NoAnswer, _Mapping]] = ..., tool_calls: _Optional[_Iterable[_Union[ToolCall, _Mapping]]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[AnswerUsage, _Mapping]] = ..., finish_reason: _Optional[str] = ..., trace: _Optional[_Union[_retrieval_pb2.RetrievalTrace, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., last_position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AnswerUsage(_message.Message):
    __slots__ = ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens", "retrieval_tokens", "tool_calls")
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REASONING_TOKENS_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    reasoning_tokens: int
    retrieval_tokens: int
    tool_calls: int
    def __init__(self, input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., cached_input_tokens: _Optional[int] = ..., reasoning_tokens: _Optional[int] = ..., retrieval_tokens: _Optional[int] = ..., tool_calls: _Optional[int] = ...) -> None: ...

class Citation(_message.Message):
    __slots__ = ("number", "answer_start", "answer_end", "document", "memory_id", "tool_call_id", "quote", "confidence")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_START_FIELD_NUMBER: _ClassVar[int]
    ANSWER_END_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALL_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    number: int
    answer_start: int
    answer_end: int
    document: DocumentSource
    memory_id: str
    tool_call_id: str
    quote: str
    confidence: float
    def __init__(self, number: _Optional[int] = ..., answer_start: _Optional[int] = ..., answer_end: _Optional[int] = ..., document: _Optional[_Union[DocumentSource, _Mapping]] = ..., memory_id: _Optional[str] = ..., tool_call_id: _Optional[str] = ..., quote: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class DocumentSource(_message.Message):
    __slots__ = ("document_id", "title", "source_uri", "passage_id", "start_offset", "end_offset", "page")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_URI_FIELD_NUMBER: _ClassVar[int]
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    title: str
    source_uri: str
    passage_id: str
    start_offset: int
    end_offset: int
    page: int
    def __init__(self, document_id: _Optional[str] = ..., title: _Optional[str] = ..., source_uri: _Optional[str] = ..., passage_id: _Optional[str] = ..., start_offset: _Optional[int] = ..., end_offset: _Optional[int] = ..., page: _Optional[int] = ...) -> None: ...

class NoAnswer(_message.Message):
    __slots__ = ("reason", "message", "nearest")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NEAREST_FIELD_NUMBER: _ClassVar[int]
    reason: NoAnswerReason
    message: str
    nearest: _containers.RepeatedCompositeFieldContainer[_retrieval_pb2.RetrievedPassage]
    def __init__(self, reason: _Optional[_Union[NoAnswerReason, str]] = ..., message: _Optional[str] = ..., nearest: _Optional[_Iterable[_Union[_retrieval_pb2.RetrievedPassage, _Mapping]]] = ...) -> None: ...

class ToolCall(_message.Message):
    __slots__ = ("id", "name", "arguments", "state", "output", "error", "took")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    TOOK_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    arguments: str
    state: ToolCallState
    output: str
    error: _status_pb2.Status
    took: _duration_pb2.Duration
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., arguments: _Optional[str] = ..., state: _Optional[_Union[ToolCallState, str]] = ..., output: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., took: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ToolDecision(_message.Message):
    __slots__ = ("tool_call_id", "approve", "deny", "output", "failure")
    TOOL_CALL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    DENY_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    tool_call_id: str
    approve: ToolApproved
    deny: ToolDenied
    output: str
    failure: str
    def __init__(self, tool_call_id: _Optional[str] = ..., approve: _Optional[_Union[ToolApproved, _Mapping]] = ..., deny: _Optional[_Union[ToolDenied, _Mapping]] = ..., output: _Optional[str] = ..., failure: _Optional[str] = ...) -> None: ...

class ToolApproved(_message.Message):
    __slots__ = ("arguments",)
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    arguments: str
    def __init__(self, arguments: _Optional[str] = ...) -> None: ...

class ToolDenied(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class AnswerEvent(_message.Message):
    __slots__ = ("answer_id", "sequence", "create_time", "started", "retrieval_started", "sources_found", "context_built", "reasoning_delta", "text_delta", "citation_found", "tool_call_changed", "action_required", "model_switched", "no_answer", "finished", "failed")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_STARTED_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FOUND_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_BUILT_FIELD_NUMBER: _ClassVar[int]
    REASONING_DELTA_FIELD_NUMBER: _ClassVar[int]
    TEXT_DELTA_FIELD_NUMBER: _ClassVar[int]
    CITATION_FOUND_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALL_CHANGED_FIELD_NUMBER: _ClassVar[int]
    ACTION_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    MODEL_SWITCHED_FIELD_NUMBER: _ClassVar[int]
    NO_ANSWER_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    sequence: int
    create_time: _timestamp_pb2.Timestamp
    started: AnswerStarted
    retrieval_started: RetrievalStarted
    sources_found: SourcesFound
    context_built: ContextBuilt
    reasoning_delta: ReasoningDelta
    text_delta: TextDelta
    citation_found: CitationFound
    tool_call_changed: ToolCallChanged
    action_required: ActionRequired
    model_switched: ModelSwitched
    no_answer: NoAnswer
    finished: AnswerFinished
    failed: AnswerFailed
    def __init__(self, answer_id: _Optional[str] = ..., sequence: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started: _Optional[_Union[AnswerStarted, _Mapping]] = ..., retrieval_started: _Optional[_Union[RetrievalStarted, _Mapping]] = ..., sources_found: _Optional[_Union[SourcesFound, _Mapping]] = ..., context_built: _Optional[_Union[ContextBuilt, _Mapping]] = ..., reasoning_delta: _Optional[_Union[ReasoningDelta, _Mapping]] = ..., text_delta: _Optional[_Union[TextDelta, _Mapping]] = ..., citation_found: _Optional[_Union[CitationFound, _Mapping]] = ..., tool_call_changed: _Optional[_Union[ToolCallChanged, _Mapping]] = ..., action_required: _Optional[_Union[ActionRequired, _Mapping]] = ..., model_switched: _Optional[_Union[ModelSwitched, _Mapping]] = ..., no_answer: _Optional[_Union[NoAnswer, _Mapping]] = ..., finished: _Optional[_Union[AnswerFinished, _Mapping]] = ..., failed: _Optional[_Union[AnswerFailed, _Mapping]] = ...) -> None: ...

class AnswerStarted(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: Answer
    def __init__(self, answer: _Optional[_Union[Answer, _Mapping]] = ...) -> None: ...

class RetrievalStarted(_message.Message):
    __slots__ = ("queries",)
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    queries: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, queries: _Optional[_Iterable[str]] = ...) -> None: ...

class SourcesFound(_message.Message):
    __slots__ = ("passages", "memories", "missing")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[_retrieval_pb2.RetrievedPassage]
    memories: _containers.RepeatedCompositeFieldContainer[RecalledMemory]
    missing: _containers.RepeatedCompositeFieldContainer[_retrieval_pb2.RetrievalStep]
    def __init__(self, passages: _Optional[_Iterable[_Union[_retrieval_pb2.RetrievedPassage, _Mapping]]] = ..., memories: _Optional[_Iterable[_Union[RecalledMemory, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[_retrieval_pb2.RetrievalStep, _Mapping]]] = ...) -> None: ...

class RecalledMemory(_message.Message):
    __slots__ = ("memory_id", "text", "score")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    memory_id: str
    text: str
    score: float
    def __init__(self, memory_id: _Optional[str] = ..., text: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class ContextBuilt(_message.Message):
    __slots__ = ("context",)
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    context: _retrieval_pb2.ContextBudget
    def __init__(self, context: _Optional[_Union[_retrieval_pb2.ContextBudget, _Mapping]] = ...) -> None: ...

class ReasoningDelta(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class TextDelta(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class CitationFound(_message.Message):
    __slots__ = ("citation",)
    CITATION_FIELD_NUMBER: _ClassVar[int]
    citation: Citation
    def __init__(self, citation: _Optional[_Union[Citation, _Mapping]] = ...) -> None: ...

class ToolCallChanged(_message.Message):
    __slots__ = ("tool_call",)
    TOOL_CALL_FIELD_NUMBER: _ClassVar[int]
    tool_call: ToolCall
    def __init__(self, tool_call: _Optional[_Union[ToolCall, _Mapping]] = ...) -> None: ...

class ActionRequired(_message.Message):
    __slots__ = ("tool_calls", "expire_time")
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    tool_calls: _containers.RepeatedCompositeFieldContainer[ToolCall]
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, tool_calls: _Optional[_Iterable[_Union[ToolCall, _Mapping]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModelSwitched(_message.Message):
    __slots__ = ("from_model", "to_model", "offset")
    FROM_MODEL_FIELD_NUMBER: _ClassVar[int]
    TO_MODEL_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    from_model: str
    to_model: str
    offset: int
    def __init__(self, from_model: _Optional[str] = ..., to_model: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class AnswerFinished(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: Answer
    def __init__(self, answer: _Optional[_Union[Answer, _Mapping]] = ...) -> None: ...

class AnswerFailed(_message.Message):
    __slots__ = ("answer", "error")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    answer: Answer
    error: _status_pb2.Status
    def __init__(self, answer: _Optional[_Union[Answer, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
