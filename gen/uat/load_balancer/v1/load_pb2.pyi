import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LoadReport(_message.Message):
    __slots__ = ("endpoint_id", "sequence", "measure_time", "cpu_utilization", "memory_utilization", "accelerator_utilization", "running", "waiting", "capacity", "oldest_wait", "models", "draining")
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MEASURE_TIME_FIELD_NUMBER: _ClassVar[int]
    CPU_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    MEMORY_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    ACCELERATOR_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAIT_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    sequence: int
    measure_time: _timestamp_pb2.Timestamp
    cpu_utilization: float
    memory_utilization: float
    accelerator_utilization: float
    running: int
    waiting: int
    capacity: int
    oldest_wait: _duration_pb2.Duration
    models: _containers.RepeatedCompositeFieldContainer[ModelLoad]
    draining: bool
    def __init__(self, endpoint_id: _Optional[str] = ..., sequence: _Optional[int] = ..., measure_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cpu_utilization: _Optional[float] = ..., memory_utilization: _Optional[float] = ..., accelerator_utilization: _Optional[float] = ..., running: _Optional[int] = ..., waiting: _Optional[int] = ..., capacity: _Optional[int] = ..., oldest_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., models: _Optional[_Iterable[_Union[ModelLoad, _Mapping]]] = ..., draining: _Optional[bool] = ...) -> None: ...

class ModelLoad(_message.Message):
    __slots__ = ("model", "adapters", "running", "waiting", "free_slots", "kv_cache_utilization", "tokens_per_second", "predicted_first_token", "prefix_hashes")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ADAPTERS_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    FREE_SLOTS_FIELD_NUMBER: _ClassVar[int]
    KV_CACHE_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIRST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PREFIX_HASHES_FIELD_NUMBER: _ClassVar[int]
    model: str
    adapters: _containers.RepeatedScalarFieldContainer[str]
    running: int
    waiting: int
    free_slots: int
    kv_cache_utilization: float
    tokens_per_second: float
    predicted_first_token: _duration_pb2.Duration
    prefix_hashes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, model: _Optional[str] = ..., adapters: _Optional[_Iterable[str]] = ..., running: _Optional[int] = ..., waiting: _Optional[int] = ..., free_slots: _Optional[int] = ..., kv_cache_utilization: _Optional[float] = ..., tokens_per_second: _Optional[float] = ..., predicted_first_token: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., prefix_hashes: _Optional[_Iterable[int]] = ...) -> None: ...
