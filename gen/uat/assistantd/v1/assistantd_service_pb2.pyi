from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from uat.assistantd.v1 import answer_pb2 as _answer_pb2
from uat.assistantd.v1 import assistant_pb2 as _assistant_pb2
from uat.assistantd.v1 import document_pb2 as _document_pb2
from uat.assistantd.v1 import retrieval_pb2 as _retrieval_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateAssistantRequest(_message.Message):
    __slots__ = ("assistant", "request_id")
    ASSISTANT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    assistant: _assistant_pb2.Assistant
    request_id: str
    def __init__(self, assistant: _Optional[_Union[_assistant_pb2.Assistant, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateAssistantResponse(_message.Message):
    __slots__ = ("assistant",)
    ASSISTANT_FIELD_NUMBER: _ClassVar[int]
    assistant: _assistant_pb2.Assistant
    def __init__(self, assistant: _Optional[_Union[_assistant_pb2.Assistant, _Mapping]] = ...) -> None: ...

class GetAssistantRequest(_message.Message):
    __slots__ = ("assistant_id",)
    ASSISTANT_ID_FIELD_NUMBER: _ClassVar[int]
    assistant_id: str
    def __init__(self, assistant_id: _Optional[str] = ...) -> None: ...

class GetAssistantResponse(_message.Message):
    __slots__ = ("assistant",)
    ASSISTANT_FIELD_NUMBER: _ClassVar[int]
    assistant: _assistant_pb2.Assistant
    def __init__(self, assistant: _Optional[_Union[_assistant_pb2.Assistant, _Mapping]] = ...) -> None: ...

class ListAssistantsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAssistantsResponse(_message.Message):
    __slots__ = ("assistants", "next_page_token")
    ASSISTANTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    assistants: _containers.RepeatedCompositeFieldContainer[_assistant_pb2.Assistant]
    next_page_token: str
    def __init__(self, assistants: _Optional[_Iterable[_Union[_assistant_pb2.Assistant, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateAssistantRequest(_message.Message):
    __slots__ = ("assistant", "update_mask")
    ASSISTANT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    assistant: _assistant_pb2.Assistant
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, assistant: _Optional[_Union[_assistant_pb2.Assistant, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateAssistantResponse(_message.Message):
    __slots__ = ("assistant",)
    ASSISTANT_FIELD_NUMBER: _ClassVar[int]
    assistant: _assistant_pb2.Assistant
    def __init__(self, assistant: _Optional[_Union[_assistant_pb2.Assistant, _Mapping]] = ...) -> None: ...

class DeleteAssistantRequest(_message.Message):
    __slots__ = ("assistant_id",)
    ASSISTANT_ID_FIELD_NUMBER: _ClassVar[int]
    assistant_id: str
    def __init__(self, assistant_id: _Optional[str] = ...) -> None: ...

class DeleteAssistantResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateLibraryRequest(_message.Message):
    __slots__ = ("library", "request_id")
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    library: _document_pb2.Library
    request_id: str
    def __init__(self, library: _Optional[_Union[_document_pb2.Library, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateLibraryResponse(_message.Message):
    __slots__ = ("library",)
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    library: _document_pb2.Library
    def __init__(self, library: _Optional[_Union[_document_pb2.Library, _Mapping]] = ...) -> None: ...

class GetLibraryRequest(_message.Message):
    __slots__ = ("library_id",)
    LIBRARY_ID_FIELD_NUMBER: _ClassVar[int]
    library_id: str
    def __init__(self, library_id: _Optional[str] = ...) -> None: ...

class GetLibraryResponse(_message.Message):
    __slots__ = ("library",)
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    library: _document_pb2.Library
    def __init__(self, library: _Optional[_Union[_document_pb2.Library, _Mapping]] = ...) -> None: ...

class ListLibrariesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListLibrariesResponse(_message.Message):
    __slots__ = ("libraries", "next_page_token")
    LIBRARIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    libraries: _containers.RepeatedCompositeFieldContainer[_document_pb2.Library]
    next_page_token: str
    def __init__(self, libraries: _Optional[_Iterable[_Union[_document_pb2.Library, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateLibraryRequest(_message.Message):
    __slots__ = ("library", "update_mask")
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    library: _document_pb2.Library
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, library: _Optional[_Union[_document_pb2.Library, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateLibraryResponse(_message.Message):
    __slots__ = ("library",)
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    library: _document_pb2.Library
    def __init__(self, library: _Optional[_Union[_document_pb2.Library, _Mapping]] = ...) -> None: ...

class DeleteLibraryRequest(_message.Message):
    __slots__ = ("library_id", "force")
    LIBRARY_ID_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    library_id: str
    force: bool
    def __init__(self, library_id: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class DeleteLibraryResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UploadDocumentRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: UploadHeader
    chunk: UploadChunk
    def __init__(self, header: _Optional[_Union[UploadHeader, _Mapping]] = ..., chunk: _Optional[_Union[UploadChunk, _Mapping]] = ...) -> None: ...

class UploadHeader(_message.Message):
    __slots__ = ("document", "size_bytes", "sha256", "request_id")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    size_bytes: int
    sha256: str
    request_id: str
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class UploadChunk(_message.Message):
    __slots__ = ("offset", "data")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    offset: int
    data: bytes
    def __init__(self, offset: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class UploadDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class GetDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class GetDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class ListDocumentsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "library_id", "state", "query")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    library_id: str
    state: _document_pb2.DocumentState
    query: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., library_id: _Optional[str] = ..., state: _Optional[_Union[_document_pb2.DocumentState, str]] = ..., query: _Optional[str] = ...) -> None: ...

class ListDocumentsResponse(_message.Message):
    __slots__ = ("documents", "next_page_token")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[_document_pb2.Document]
    next_page_token: str
    def __init__(self, documents: _Optional[_Iterable[_Union[_document_pb2.Document, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateDocumentRequest(_message.Message):
    __slots__ = ("document", "update_mask")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class DeleteDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class DeleteDocumentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchDocumentRequest(_message.Message):
    __slots__ = ("document_id", "after")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    after: _event_position_pb2.EventPosition
    def __init__(self, document_id: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class ListPassagesRequest(_message.Message):
    __slots__ = ("document_id", "page_size", "page_token")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    page_size: int
    page_token: str
    def __init__(self, document_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPassagesResponse(_message.Message):
    __slots__ = ("passages", "next_page_token")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[_document_pb2.Passage]
    next_page_token: str
    def __init__(self, passages: _Optional[_Iterable[_Union[_document_pb2.Passage, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RetrievePassagesRequest(_message.Message):
    __slots__ = ("query", "library_ids", "options")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_IDS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    query: str
    library_ids: _containers.RepeatedScalarFieldContainer[str]
    options: _retrieval_pb2.RetrievalOptions
    def __init__(self, query: _Optional[str] = ..., library_ids: _Optional[_Iterable[str]] = ..., options: _Optional[_Union[_retrieval_pb2.RetrievalOptions, _Mapping]] = ...) -> None: ...

class RetrievePassagesResponse(_message.Message):
    __slots__ = ("passages", "trace")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[_retrieval_pb2.RetrievedPassage]
    trace: _retrieval_pb2.RetrievalTrace
    def __init__(self, passages: _Optional[_Iterable[_Union[_retrieval_pb2.RetrievedPassage, _Mapping]]] = ..., trace: _Optional[_Union[_retrieval_pb2.RetrievalTrace, _Mapping]] = ...) -> None: ...

class ExplainRetrievalRequest(_message.Message):
    __slots__ = ("answer_id",)
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    def __init__(self, answer_id: _Optional[str] = ...) -> None: ...

class ExplainRetrievalResponse(_message.Message):
    __slots__ = ("trace",)
    TRACE_FIELD_NUMBER: _ClassVar[int]
    trace: _retrieval_pb2.RetrievalTrace
    def __init__(self, trace: _Optional[_Union[_retrieval_pb2.RetrievalTrace, _Mapping]] = ...) -> None: ...

class StreamAnswerRequest(_message.Message):
    __slots__ = ("assistant_id", "input", "conversation_id", "model", "retrieval", "generation", "with_trace", "background", "request_id")
    ASSISTANT_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    WITH_TRACE_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    assistant_id: str
    input: str
    conversation_id: str
    model: str
    retrieval: _retrieval_pb2.RetrievalOptions
    generation: _assistant_pb2.GenerationOptions
    with_trace: bool
    background: bool
    request_id: str
    def __init__(self, assistant_id: _Optional[str] = ..., input: _Optional[str] = ..., conversation_id: _Optional[str] = ..., model: _Optional[str] = ..., retrieval: _Optional[_Union[_retrieval_pb2.RetrievalOptions, _Mapping]] = ..., generation: _Optional[_Union[_assistant_pb2.GenerationOptions, _Mapping]] = ..., with_trace: _Optional[bool] = ..., background: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class StreamAnswerResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _answer_pb2.AnswerEvent
    def __init__(self, event: _Optional[_Union[_answer_pb2.AnswerEvent, _Mapping]] = ...) -> None: ...

class ResumeAnswerRequest(_message.Message):
    __slots__ = ("answer_id", "after")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    after: _event_position_pb2.EventPosition
    def __init__(self, answer_id: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class ResumeAnswerResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _answer_pb2.AnswerEvent
    def __init__(self, event: _Optional[_Union[_answer_pb2.AnswerEvent, _Mapping]] = ...) -> None: ...

class ResolveToolCallsRequest(_message.Message):
    __slots__ = ("answer_id", "decisions")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    decisions: _containers.RepeatedCompositeFieldContainer[_answer_pb2.ToolDecision]
    def __init__(self, answer_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[_answer_pb2.ToolDecision, _Mapping]]] = ...) -> None: ...

class ResolveToolCallsResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ...) -> None: ...

class CancelAnswerRequest(_message.Message):
    __slots__ = ("answer_id",)
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    def __init__(self, answer_id: _Optional[str] = ...) -> None: ...

class CancelAnswerResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ...) -> None: ...

class GetAnswerRequest(_message.Message):
    __slots__ = ("answer_id", "with_trace")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    WITH_TRACE_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    with_trace: bool
    def __init__(self, answer_id: _Optional[str] = ..., with_trace: _Optional[bool] = ...) -> None: ...

class GetAnswerResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ...) -> None: ...

class ListAnswersRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "assistant_id", "state")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ASSISTANT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    assistant_id: str
    state: _answer_pb2.AnswerState
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., assistant_id: _Optional[str] = ..., state: _Optional[_Union[_answer_pb2.AnswerState, str]] = ...) -> None: ...

class ListAnswersResponse(_message.Message):
    __slots__ = ("answers", "next_page_token")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    next_page_token: str
    def __init__(self, answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteAnswerRequest(_message.Message):
    __slots__ = ("answer_id",)
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    def __init__(self, answer_id: _Optional[str] = ...) -> None: ...

class DeleteAnswerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
