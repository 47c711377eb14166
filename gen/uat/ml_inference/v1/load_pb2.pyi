import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.ml_inference.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ServerLoad(_message.Message):
    __slots__ = ("time", "accepting", "models", "memory", "queued_jobs", "running_jobs")
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACCEPTING_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    QUEUED_JOBS_FIELD_NUMBER: _ClassVar[int]
    RUNNING_JOBS_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    accepting: bool
    models: _containers.RepeatedCompositeFieldContainer[ModelLoad]
    memory: _containers.RepeatedCompositeFieldContainer[_model_pb2.MemoryBudget]
    queued_jobs: int
    running_jobs: int
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., accepting: _Optional[bool] = ..., models: _Optional[_Iterable[_Union[ModelLoad, _Mapping]]] = ..., memory: _Optional[_Iterable[_Union[_model_pb2.MemoryBudget, _Mapping]]] = ..., queued_jobs: _Optional[int] = ..., running_jobs: _Optional[int] = ...) -> None: ...

class ModelLoad(_message.Message):
    __slots__ = ("model_name", "version", "state", "queue_depth", "queue_limit", "running", "arrival_rate", "drain_rate", "estimated_wait", "oldest_wait", "latency_p50", "latency_p99", "mean_batch_size", "refused_overload", "refused_deadline", "cache_hits", "cache_misses")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_DEPTH_FIELD_NUMBER: _ClassVar[int]
    QUEUE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_RATE_FIELD_NUMBER: _ClassVar[int]
    DRAIN_RATE_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_WAIT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAIT_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P50_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P99_FIELD_NUMBER: _ClassVar[int]
    MEAN_BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_OVERLOAD_FIELD_NUMBER: _ClassVar[int]
    REFUSED_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    CACHE_HITS_FIELD_NUMBER: _ClassVar[int]
    CACHE_MISSES_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    state: _model_pb2.ModelState
    queue_depth: int
    queue_limit: int
    running: int
    arrival_rate: float
    drain_rate: float
    estimated_wait: _duration_pb2.Duration
    oldest_wait: _duration_pb2.Duration
    latency_p50: _duration_pb2.Duration
    latency_p99: _duration_pb2.Duration
    mean_batch_size: float
    refused_overload: int
    refused_deadline: int
    cache_hits: int
    cache_misses: int
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., state: _Optional[_Union[_model_pb2.ModelState, str]] = ..., queue_depth: _Optional[int] = ..., queue_limit: _Optional[int] = ..., running: _Optional[int] = ..., arrival_rate: _Optional[float] = ..., drain_rate: _Optional[float] = ..., estimated_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., oldest_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., latency_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., latency_p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., mean_batch_size: _Optional[float] = ..., refused_overload: _Optional[int] = ..., refused_deadline: _Optional[int] = ..., cache_hits: _Optional[int] = ..., cache_misses: _Optional[int] = ...) -> None: ...
