import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from inference import model_config_pb2 as _model_config_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ModelTask(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_TASK_UNSPECIFIED: _ClassVar[ModelTask]
    MODEL_TASK_TEXT_EMBEDDING: _ClassVar[ModelTask]
    MODEL_TASK_RERANKING: _ClassVar[ModelTask]
    MODEL_TASK_TEXT_GENERATION: _ClassVar[ModelTask]
    MODEL_TASK_TEXT_DETECTION: _ClassVar[ModelTask]
    MODEL_TASK_TEXT_RECOGNITION: _ClassVar[ModelTask]
    MODEL_TASK_CLASSIFICATION: _ClassVar[ModelTask]
    MODEL_TASK_IMAGE_GENERATION: _ClassVar[ModelTask]
    MODEL_TASK_OTHER: _ClassVar[ModelTask]

class ModelState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_STATE_UNSPECIFIED: _ClassVar[ModelState]
    MODEL_STATE_UNLOADED: _ClassVar[ModelState]
    MODEL_STATE_LOADING: _ClassVar[ModelState]
    MODEL_STATE_WARMING_UP: _ClassVar[ModelState]
    MODEL_STATE_READY: _ClassVar[ModelState]
    MODEL_STATE_DRAINING: _ClassVar[ModelState]
    MODEL_STATE_FAILED: _ClassVar[ModelState]
MODEL_TASK_UNSPECIFIED: ModelTask
MODEL_TASK_TEXT_EMBEDDING: ModelTask
MODEL_TASK_RERANKING: ModelTask
MODEL_TASK_TEXT_GENERATION: ModelTask
MODEL_TASK_TEXT_DETECTION: ModelTask
MODEL_TASK_TEXT_RECOGNITION: ModelTask
MODEL_TASK_CLASSIFICATION: ModelTask
MODEL_TASK_IMAGE_GENERATION: ModelTask
MODEL_TASK_OTHER: ModelTask
MODEL_STATE_UNSPECIFIED: ModelState
MODEL_STATE_UNLOADED: ModelState
MODEL_STATE_LOADING: ModelState
MODEL_STATE_WARMING_UP: ModelState
MODEL_STATE_READY: ModelState
MODEL_STATE_DRAINING: ModelState
MODEL_STATE_FAILED: ModelState

class Model(_message.Message):
    __slots__ = ("name", "task", "description", "settings", "labels", "ready_versions", "version_count", "etag", "create_time", "update_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    READY_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    VERSION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    task: ModelTask
    description: str
    settings: ModelSettings
    labels: _containers.ScalarMap[str, str]
    ready_versions: _containers.RepeatedScalarFieldContainer[str]
    version_count: int
    etag: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., task: _Optional[_Union[ModelTask, str]] = ..., description: _Optional[str] = ..., settings: _Optional[_Union[ModelSettings, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., ready_versions: _Optional[_Iterable[str]] = ..., version_count: _Optional[int] = ..., etag: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModelSettings(_message.Message):
    __slots__ = ("pinned", "load_on_demand", "queue", "response_cache")
    PINNED_FIELD_NUMBER: _ClassVar[int]
    LOAD_ON_DEMAND_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_CACHE_FIELD_NUMBER: _ClassVar[int]
    pinned: bool
    load_on_demand: bool
    queue: QueueSettings
    response_cache: ResponseCacheSettings
    def __init__(self, pinned: _Optional[bool] = ..., load_on_demand: _Optional[bool] = ..., queue: _Optional[_Union[QueueSettings, _Mapping]] = ..., response_cache: _Optional[_Union[ResponseCacheSettings, _Mapping]] = ...) -> None: ...

class QueueSettings(_message.Message):
    __slots__ = ("max_size", "max_size_per_tenant", "max_running", "priority_levels", "default_priority", "default_timeout")
    MAX_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_SIZE_PER_TENANT_FIELD_NUMBER: _ClassVar[int]
    MAX_RUNNING_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_LEVELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PRIORITY_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    max_size: int
    max_size_per_tenant: int
    max_running: int
    priority_levels: int
    default_priority: int
    default_timeout: _duration_pb2.Duration
    def __init__(self, max_size: _Optional[int] = ..., max_size_per_tenant: _Optional[int] = ..., max_running: _Optional[int] = ..., priority_levels: _Optional[int] = ..., default_priority: _Optional[int] = ..., default_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ResponseCacheSettings(_message.Message):
    __slots__ = ("enabled", "ttl", "max_bytes")
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    enabled: bool
    ttl: _duration_pb2.Duration
    max_bytes: int
    def __init__(self, enabled: _Optional[bool] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_bytes: _Optional[int] = ...) -> None: ...

class ModelVersion(_message.Message):
    __slots__ = ("model_name", "version", "state", "error", "platform", "precision", "sha256", "source_uri", "size_bytes", "memory_bytes", "device", "config", "scores", "labels", "in_flight", "create_time", "load_time", "last_used_time")
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SOURCE_URI_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    LOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_TIME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    state: ModelState
    error: _status_pb2.Status
    platform: str
    precision: str
    sha256: str
    source_uri: str
    size_bytes: int
    memory_bytes: int
    device: str
    config: _model_config_pb2.ModelConfig
    scores: _containers.ScalarMap[str, float]
    labels: _containers.ScalarMap[str, str]
    in_flight: int
    create_time: _timestamp_pb2.Timestamp
    load_time: _timestamp_pb2.Timestamp
    last_used_time: _timestamp_pb2.Timestamp
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., state: _Optional[_Union[ModelState, str]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., platform: _Optional[str] = ..., precision: _Optional[str] = ..., sha256: _Optional[str] = ..., source_uri: _Optional[str] = ..., size_bytes: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., device: _Optional[str] = ..., config: _Optional[_Union[_model_config_pb2.ModelConfig, _Mapping]] = ..., scores: _Optional[_Mapping[str, float]] = ..., labels: _Optional[_Mapping[str, str]] = ..., in_flight: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., load_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MemoryBudget(_message.Message):
    __slots__ = ("device", "limit_bytes", "used_bytes", "held_bytes", "capacity_bytes")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    USED_BYTES_FIELD_NUMBER: _ClassVar[int]
    HELD_BYTES_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_BYTES_FIELD_NUMBER: _ClassVar[int]
    device: str
    limit_bytes: int
    used_bytes: int
    held_bytes: int
    capacity_bytes: int
    def __init__(self, device: _Optional[str] = ..., limit_bytes: _Optional[int] = ..., used_bytes: _Optional[int] = ..., held_bytes: _Optional[int] = ..., capacity_bytes: _Optional[int] = ...) -> None: ...
