import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.assistantd.v1 import retrieval_pb2 as _retrieval_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GroundingMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GROUNDING_MODE_UNSPECIFIED: _ClassVar[GroundingMode]
    GROUNDING_MODE_SAY_SO: _ClassVar[GroundingMode]
    GROUNDING_MODE_MARK: _ClassVar[GroundingMode]
    GROUNDING_MODE_FREE: _ClassVar[GroundingMode]

class ToolApproval(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOOL_APPROVAL_UNSPECIFIED: _ClassVar[ToolApproval]
    TOOL_APPROVAL_NEVER: _ClassVar[ToolApproval]
    TOOL_APPROVAL_ALWAYS: _ClassVar[ToolApproval]
GROUNDING_MODE_UNSPECIFIED: GroundingMode
GROUNDING_MODE_SAY_SO: GroundingMode
GROUNDING_MODE_MARK: GroundingMode
GROUNDING_MODE_FREE: GroundingMode
TOOL_APPROVAL_UNSPECIFIED: ToolApproval
TOOL_APPROVAL_NEVER: ToolApproval
TOOL_APPROVAL_ALWAYS: ToolApproval

class Assistant(_message.Message):
    __slots__ = ("id", "name", "description", "instructions", "model", "library_ids", "tools", "memory", "retrieval", "generation", "grounding", "shared", "metadata", "version", "etag", "create_time", "update_time")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_IDS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    GROUNDING_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    instructions: str
    model: str
    library_ids: _containers.RepeatedScalarFieldContainer[str]
    tools: _containers.RepeatedCompositeFieldContainer[Tool]
    memory: MemoryUse
    retrieval: _retrieval_pb2.RetrievalOptions
    generation: GenerationOptions
    grounding: GroundingMode
    shared: bool
    metadata: _containers.ScalarMap[str, str]
    version: int
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., instructions: _Optional[str] = ..., model: _Optional[str] = ..., library_ids: _Optional[_Iterable[str]] = ..., tools: _Optional[_Iterable[_Union[Tool, _Mapping]]] = ..., memory: _Optional[_Union[MemoryUse, _Mapping]] = ..., retrieval: _Optional[_Union[_retrieval_pb2.RetrievalOptions, _Mapping]] = ..., generation: _Optional[_Union[GenerationOptions, _Mapping]] = ..., grounding: _Optional[_Union[GroundingMode, str]] = ..., shared: _Optional[bool] = ..., metadata: _Optional[_Mapping[str, str]] = ..., version: _Optional[int] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MemoryUse(_message.Message):
    __slots__ = ("read", "write", "token_budget")
    READ_FIELD_NUMBER: _ClassVar[int]
    WRITE_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    read: bool
    write: bool
    token_budget: int
    def __init__(self, read: _Optional[bool] = ..., write: _Optional[bool] = ..., token_budget: _Optional[int] = ...) -> None: ...

class GenerationOptions(_message.Message):
    __slots__ = ("temperature", "top_p", "max_output_tokens", "max_tool_calls", "json_schema")
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    JSON_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    temperature: float
    top_p: float
    max_output_tokens: int
    max_tool_calls: int
    json_schema: str
    def __init__(self, temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., max_output_tokens: _Optional[int] = ..., max_tool_calls: _Optional[int] = ..., json_schema: _Optional[str] = ...) -> None: ...

class Tool(_message.Message):
    __slots__ = ("function", "file_search", "memory", "mcp", "approval", "timeout")
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    FILE_SEARCH_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    MCP_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    function: FunctionTool
    file_search: FileSearchTool
    memory: MemoryTool
    mcp: McpTool
    approval: ToolApproval
    timeout: _duration_pb2.Duration
    def __init__(self, function: _Optional[_Union[FunctionTool, _Mapping]] = ..., file_search: _Optional[_Union[FileSearchTool, _Mapping]] = ..., memory: _Optional[_Union[MemoryTool, _Mapping]] = ..., mcp: _Optional[_Union[McpTool, _Mapping]] = ..., approval: _Optional[_Union[ToolApproval, str]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class FunctionTool(_message.Message):
    __slots__ = ("name", "description", "parameters", "strict")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    STRICT_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    parameters: str
    strict: bool
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., parameters: _Optional[str] = ..., strict: _Optional[bool] = ...) -> None: ...

class FileSearchTool(_message.Message):
    __slots__ = ("library_ids", "retrieval")
    LIBRARY_IDS_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_FIELD_NUMBER: _ClassVar[int]
    library_ids: _containers.RepeatedScalarFieldContainer[str]
    retrieval: _retrieval_pb2.RetrievalOptions
    def __init__(self, library_ids: _Optional[_Iterable[str]] = ..., retrieval: _Optional[_Union[_retrieval_pb2.RetrievalOptions, _Mapping]] = ...) -> None: ...

class MemoryTool(_message.Message):
    __slots__ = ("write",)
    WRITE_FIELD_NUMBER: _ClassVar[int]
    write: bool
    def __init__(self, write: _Optional[bool] = ...) -> None: ...

class McpTool(_message.Message):
    __slots__ = ("label", "url", "allowed_tools", "headers")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LABEL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    label: str
    url: str
    allowed_tools: _containers.RepeatedScalarFieldContainer[str]
    headers: _containers.ScalarMap[str, str]
    def __init__(self, label: _Optional[str] = ..., url: _Optional[str] = ..., allowed_tools: _Optional[_Iterable[str]] = ..., headers: _Optional[_Mapping[str, str]] = ...) -> None: ...
