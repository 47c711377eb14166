import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Workload(_message.Message):
    __slots__ = ("requests_per_second", "duration", "model", "mean_input_tokens", "mean_output_tokens", "shared_prefix", "sessions", "service_time", "seed")
    REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MEAN_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MEAN_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SHARED_PREFIX_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_TIME_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    requests_per_second: float
    duration: _duration_pb2.Duration
    model: str
    mean_input_tokens: int
    mean_output_tokens: int
    shared_prefix: float
    sessions: int
    service_time: _duration_pb2.Duration
    seed: int
    def __init__(self, requests_per_second: _Optional[float] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., model: _Optional[str] = ..., mean_input_tokens: _Optional[int] = ..., mean_output_tokens: _Optional[int] = ..., shared_prefix: _Optional[float] = ..., sessions: _Optional[int] = ..., service_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., seed: _Optional[int] = ...) -> None: ...

class SimulationResult(_message.Message):
    __slots__ = ("throughput", "error_rate", "latency_p50", "latency_p99", "first_token_p95", "endpoints")
    THROUGHPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_RATE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P50_FIELD_NUMBER: _ClassVar[int]
    LATENCY_P99_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_P95_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    throughput: float
    error_rate: float
    latency_p50: _duration_pb2.Duration
    latency_p99: _duration_pb2.Duration
    first_token_p95: _duration_pb2.Duration
    endpoints: _containers.RepeatedCompositeFieldContainer[SimulatedEndpoint]
    def __init__(self, throughput: _Optional[float] = ..., error_rate: _Optional[float] = ..., latency_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., latency_p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_token_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., endpoints: _Optional[_Iterable[_Union[SimulatedEndpoint, _Mapping]]] = ...) -> None: ...

class SimulatedEndpoint(_message.Message):
    __slots__ = ("endpoint_id", "share", "utilization", "max_waiting")
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    MAX_WAITING_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    share: float
    utilization: float
    max_waiting: int
    def __init__(self, endpoint_id: _Optional[str] = ..., share: _Optional[float] = ..., utilization: _Optional[float] = ..., max_waiting: _Optional[int] = ...) -> None: ...
