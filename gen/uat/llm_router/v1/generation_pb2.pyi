from google.rpc import status_pb2 as _status_pb2
from uat.generation.v1 import event_pb2 as _event_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerationEvent(_message.Message):
    __slots__ = ("generation_id", "sequence", "started", "delta", "switched", "finished", "failed")
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    SWITCHED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    generation_id: str
    sequence: int
    started: GenerationStarted
    delta: _event_pb2.Delta
    switched: GenerationSwitched
    finished: _event_pb2.Finished
    failed: GenerationFailed
    def __init__(self, generation_id: _Optional[str] = ..., sequence: _Optional[int] = ..., started: _Optional[_Union[GenerationStarted, _Mapping]] = ..., delta: _Optional[_Union[_event_pb2.Delta, _Mapping]] = ..., switched: _Optional[_Union[GenerationSwitched, _Mapping]] = ..., finished: _Optional[_Union[_event_pb2.Finished, _Mapping]] = ..., failed: _Optional[_Union[GenerationFailed, _Mapping]] = ...) -> None: ...

class GenerationStarted(_message.Message):
    __slots__ = ("decision_id", "model", "provider_id", "upstream_model", "attempt", "cached")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    model: str
    provider_id: str
    upstream_model: str
    attempt: int
    cached: bool
    def __init__(self, decision_id: _Optional[str] = ..., model: _Optional[str] = ..., provider_id: _Optional[str] = ..., upstream_model: _Optional[str] = ..., attempt: _Optional[int] = ..., cached: _Optional[bool] = ...) -> None: ...

class GenerationSwitched(_message.Message):
    __slots__ = ("model", "provider_id", "attempt", "error", "stitched_at")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STITCHED_AT_FIELD_NUMBER: _ClassVar[int]
    model: str
    provider_id: str
    attempt: int
    error: _status_pb2.Status
    stitched_at: int
    def __init__(self, model: _Optional[str] = ..., provider_id: _Optional[str] = ..., attempt: _Optional[int] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., stitched_at: _Optional[int] = ...) -> None: ...

class GenerationFailed(_message.Message):
    __slots__ = ("error", "usage")
    ERROR_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    error: _status_pb2.Status
    usage: _event_pb2.Usage
    def __init__(self, error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., usage: _Optional[_Union[_event_pb2.Usage, _Mapping]] = ...) -> None: ...
