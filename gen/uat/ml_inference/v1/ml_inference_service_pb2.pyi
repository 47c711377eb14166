import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inference import grpc_service_pb2 as _grpc_service_pb2
from inference import model_config_pb2 as _model_config_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.common.v1 import job_pb2 as _job_pb2
from uat.ml_inference.v1 import job_pb2 as _job_pb2_1
from uat.ml_inference.v1 import load_pb2 as _load_pb2
from uat.ml_inference.v1 import model_pb2 as _model_pb2
from uat.ml_inference.v1 import traffic_pb2 as _traffic_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RouteRule(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_RULE_UNSPECIFIED: _ClassVar[RouteRule]
    ROUTE_RULE_REQUESTED: _ClassVar[RouteRule]
    ROUTE_RULE_TENANT_OVERRIDE: _ClassVar[RouteRule]
    ROUTE_RULE_CANARY: _ClassVar[RouteRule]
    ROUTE_RULE_SPLIT: _ClassVar[RouteRule]
    ROUTE_RULE_HIGHEST: _ClassVar[RouteRule]
    ROUTE_RULE_STAND_IN: _ClassVar[RouteRule]
ROUTE_RULE_UNSPECIFIED: RouteRule
ROUTE_RULE_REQUESTED: RouteRule
ROUTE_RULE_TENANT_OVERRIDE: RouteRule
ROUTE_RULE_CANARY: RouteRule
ROUTE_RULE_SPLIT: RouteRule
ROUTE_RULE_HIGHEST: RouteRule
ROUTE_RULE_STAND_IN: RouteRule

class RegisterModelVersionRequest(_message.Message):
    __slots__ = ("model_name", "version", "source_uri", "sha256", "config", "task", "precision", "scores", "labels", "request_id")
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
    SOURCE_URI_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    source_uri: str
    sha256: str
    config: _model_config_pb2.ModelConfig
    task: _model_pb2.ModelTask
    precision: str
    scores: _containers.ScalarMap[str, float]
    labels: _containers.ScalarMap[str, str]
    request_id: str
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., source_uri: _Optional[str] = ..., sha256: _Optional[str] = ..., config: _Optional[_Union[_model_config_pb2.ModelConfig, _Mapping]] = ..., task: _Optional[_Union[_model_pb2.ModelTask, str]] = ..., precision: _Optional[str] = ..., scores: _Optional[_Mapping[str, float]] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class RegisterModelVersionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: _model_pb2.ModelVersion
    def __init__(self, version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ...) -> None: ...

class DeleteModelVersionRequest(_message.Message):
    __slots__ = ("model_name", "version")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class DeleteModelVersionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "task", "ready_only")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    READY_ONLY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    task: _model_pb2.ModelTask
    ready_only: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., task: _Optional[_Union[_model_pb2.ModelTask, str]] = ..., ready_only: _Optional[bool] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "next_page_token")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[_model_pb2.Model]
    next_page_token: str
    def __init__(self, models: _Optional[_Iterable[_Union[_model_pb2.Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("model_name",)
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    def __init__(self, model_name: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: _model_pb2.Model
    def __init__(self, model: _Optional[_Union[_model_pb2.Model, _Mapping]] = ...) -> None: ...

class UpdateModelRequest(_message.Message):
    __slots__ = ("model", "update_mask")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    model: _model_pb2.Model
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, model: _Optional[_Union[_model_pb2.Model, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: _model_pb2.Model
    def __init__(self, model: _Optional[_Union[_model_pb2.Model, _Mapping]] = ...) -> None: ...

class ListModelVersionsRequest(_message.Message):
    __slots__ = ("model_name", "page_size", "page_token")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    page_size: int
    page_token: str
    def __init__(self, model_name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelVersionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[_model_pb2.ModelVersion]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[_model_pb2.ModelVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetModelVersionRequest(_message.Message):
    __slots__ = ("model_name", "version")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class GetModelVersionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: _model_pb2.ModelVersion
    def __init__(self, version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ...) -> None: ...

class LoadModelRequest(_message.Message):
    __slots__ = ("model_name", "version", "device", "no_wait")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    NO_WAIT_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    device: str
    no_wait: bool
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., device: _Optional[str] = ..., no_wait: _Optional[bool] = ...) -> None: ...

class LoadModelResponse(_message.Message):
    __slots__ = ("version", "unloaded")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UNLOADED_FIELD_NUMBER: _ClassVar[int]
    version: _model_pb2.ModelVersion
    unloaded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ..., unloaded: _Optional[_Iterable[str]] = ...) -> None: ...

class UnloadModelRequest(_message.Message):
    __slots__ = ("model_name", "version", "drain_timeout", "force")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DRAIN_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    drain_timeout: _duration_pb2.Duration
    force: bool
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., drain_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., force: _Optional[bool] = ...) -> None: ...

class UnloadModelResponse(_message.Message):
    __slots__ = ("version", "failed_requests")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FAILED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    version: _model_pb2.ModelVersion
    failed_requests: int
    def __init__(self, version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ..., failed_requests: _Optional[int] = ...) -> None: ...

class WarmUpModelRequest(_message.Message):
    __slots__ = ("model_name", "version", "sample", "count")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    sample: _grpc_service_pb2.ModelInferRequest
    count: int
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., sample: _Optional[_Union[_grpc_service_pb2.ModelInferRequest, _Mapping]] = ..., count: _Optional[int] = ...) -> None: ...

class WarmUpModelResponse(_message.Message):
    __slots__ = ("first_latency", "last_latency", "executions")
    FIRST_LATENCY_FIELD_NUMBER: _ClassVar[int]
    LAST_LATENCY_FIELD_NUMBER: _ClassVar[int]
    EXECUTIONS_FIELD_NUMBER: _ClassVar[int]
    first_latency: _duration_pb2.Duration
    last_latency: _duration_pb2.Duration
    executions: int
    def __init__(self, first_latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., last_latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., executions: _Optional[int] = ...) -> None: ...

class WatchModelsRequest(_message.Message):
    __slots__ = ("model_name",)
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    def __init__(self, model_name: _Optional[str] = ...) -> None: ...

class WatchModelsResponse(_message.Message):
    __slots__ = ("version", "deleted", "live")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    version: _model_pb2.ModelVersion
    deleted: bool
    live: bool
    def __init__(self, version: _Optional[_Union[_model_pb2.ModelVersion, _Mapping]] = ..., deleted: _Optional[bool] = ..., live: _Optional[bool] = ...) -> None: ...

class SetTrafficRequest(_message.Message):
    __slots__ = ("traffic", "validate_only")
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    traffic: _traffic_pb2.Traffic
    validate_only: bool
    def __init__(self, traffic: _Optional[_Union[_traffic_pb2.Traffic, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class SetTrafficResponse(_message.Message):
    __slots__ = ("traffic",)
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    traffic: _traffic_pb2.Traffic
    def __init__(self, traffic: _Optional[_Union[_traffic_pb2.Traffic, _Mapping]] = ...) -> None: ...

class GetTrafficRequest(_message.Message):
    __slots__ = ("model_name",)
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    def __init__(self, model_name: _Optional[str] = ...) -> None: ...

class GetTrafficResponse(_message.Message):
    __slots__ = ("traffic", "figures")
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    traffic: _traffic_pb2.Traffic
    figures: _containers.RepeatedCompositeFieldContainer[_traffic_pb2.VersionFigures]
    def __init__(self, traffic: _Optional[_Union[_traffic_pb2.Traffic, _Mapping]] = ..., figures: _Optional[_Iterable[_Union[_traffic_pb2.VersionFigures, _Mapping]]] = ...) -> None: ...

class WatchTrafficRequest(_message.Message):
    __slots__ = ("model_name", "after")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    after: _event_position_pb2.EventPosition
    def __init__(self, model_name: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchTrafficResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _traffic_pb2.TrafficEvent
    def __init__(self, event: _Optional[_Union[_traffic_pb2.TrafficEvent, _Mapping]] = ...) -> None: ...

class PromoteCanaryRequest(_message.Message):
    __slots__ = ("model_name", "version")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class PromoteCanaryResponse(_message.Message):
    __slots__ = ("traffic",)
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    traffic: _traffic_pb2.Traffic
    def __init__(self, traffic: _Optional[_Union[_traffic_pb2.Traffic, _Mapping]] = ...) -> None: ...

class RollBackCanaryRequest(_message.Message):
    __slots__ = ("model_name", "version", "comment")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    version: str
    comment: str
    def __init__(self, model_name: _Optional[str] = ..., version: _Optional[str] = ..., comment: _Optional[str] = ...) -> None: ...

class RollBackCanaryResponse(_message.Message):
    __slots__ = ("traffic",)
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    traffic: _traffic_pb2.Traffic
    def __init__(self, traffic: _Optional[_Union[_traffic_pb2.Traffic, _Mapping]] = ...) -> None: ...

class ExplainInferenceRequest(_message.Message):
    __slots__ = ("model_name", "model_version", "sequence_id", "priority", "timeout")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    model_version: str
    sequence_id: str
    priority: int
    timeout: _duration_pb2.Duration
    def __init__(self, model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., sequence_id: _Optional[str] = ..., priority: _Optional[int] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ExplainInferenceResponse(_message.Message):
    __slots__ = ("version", "rule", "weight", "admitted", "refusal_reason", "queue_ahead", "estimated_wait", "estimated_compute", "retry_delay")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ADMITTED_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    QUEUE_AHEAD_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_WAIT_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COMPUTE_FIELD_NUMBER: _ClassVar[int]
    RETRY_DELAY_FIELD_NUMBER: _ClassVar[int]
    version: str
    rule: RouteRule
    weight: int
    admitted: bool
    refusal_reason: str
    queue_ahead: int
    estimated_wait: _duration_pb2.Duration
    estimated_compute: _duration_pb2.Duration
    retry_delay: _duration_pb2.Duration
    def __init__(self, version: _Optional[str] = ..., rule: _Optional[_Union[RouteRule, str]] = ..., weight: _Optional[int] = ..., admitted: _Optional[bool] = ..., refusal_reason: _Optional[str] = ..., queue_ahead: _Optional[int] = ..., estimated_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., estimated_compute: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry_delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetMemoryBudgetRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetMemoryBudgetResponse(_message.Message):
    __slots__ = ("budgets",)
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    budgets: _containers.RepeatedCompositeFieldContainer[_model_pb2.MemoryBudget]
    def __init__(self, budgets: _Optional[_Iterable[_Union[_model_pb2.MemoryBudget, _Mapping]]] = ...) -> None: ...

class SetMemoryBudgetRequest(_message.Message):
    __slots__ = ("device", "limit_bytes", "validate_only")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    device: str
    limit_bytes: int
    validate_only: bool
    def __init__(self, device: _Optional[str] = ..., limit_bytes: _Optional[int] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class SetMemoryBudgetResponse(_message.Message):
    __slots__ = ("budget", "unloaded")
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    UNLOADED_FIELD_NUMBER: _ClassVar[int]
    budget: _model_pb2.MemoryBudget
    unloaded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, budget: _Optional[_Union[_model_pb2.MemoryBudget, _Mapping]] = ..., unloaded: _Optional[_Iterable[str]] = ...) -> None: ...

class ClearResponseCacheRequest(_message.Message):
    __slots__ = ("model_name",)
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    def __init__(self, model_name: _Optional[str] = ...) -> None: ...

class ClearResponseCacheResponse(_message.Message):
    __slots__ = ("freed_bytes",)
    FREED_BYTES_FIELD_NUMBER: _ClassVar[int]
    freed_bytes: int
    def __init__(self, freed_bytes: _Optional[int] = ...) -> None: ...

class GetLoadRequest(_message.Message):
    __slots__ = ("model_name",)
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    def __init__(self, model_name: _Optional[str] = ...) -> None: ...

class GetLoadResponse(_message.Message):
    __slots__ = ("load",)
    LOAD_FIELD_NUMBER: _ClassVar[int]
    load: _load_pb2.ServerLoad
    def __init__(self, load: _Optional[_Union[_load_pb2.ServerLoad, _Mapping]] = ...) -> None: ...

class WatchLoadRequest(_message.Message):
    __slots__ = ("model_name", "interval")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    interval: _duration_pb2.Duration
    def __init__(self, model_name: _Optional[str] = ..., interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class WatchLoadResponse(_message.Message):
    __slots__ = ("load",)
    LOAD_FIELD_NUMBER: _ClassVar[int]
    load: _load_pb2.ServerLoad
    def __init__(self, load: _Optional[_Union[_load_pb2.ServerLoad, _Mapping]] = ...) -> None: ...

class SubmitJobRequest(_message.Message):
    __slots__ = ("model_name", "model_version", "items", "priority", "deadline", "retention", "labels", "request_id")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    model_version: str
    items: _containers.RepeatedCompositeFieldContainer[_grpc_service_pb2.ModelInferRequest]
    priority: int
    deadline: _timestamp_pb2.Timestamp
    retention: _duration_pb2.Duration
    labels: _containers.ScalarMap[str, str]
    request_id: str
    def __init__(self, model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., items: _Optional[_Iterable[_Union[_grpc_service_pb2.ModelInferRequest, _Mapping]]] = ..., priority: _Optional[int] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., retention: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class SubmitJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2_1.Job
    def __init__(self, job: _Optional[_Union[_job_pb2_1.Job, _Mapping]] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class GetJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2_1.Job
    def __init__(self, job: _Optional[_Union[_job_pb2_1.Job, _Mapping]] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state", "model_name")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: _job_pb2.JobState
    model_name: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ..., model_name: _Optional[str] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_job_pb2_1.Job]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[_job_pb2_1.Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchJobRequest(_message.Message):
    __slots__ = ("job_id", "after")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    after: _event_position_pb2.EventPosition
    def __init__(self, job_id: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchJobResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _job_pb2_1.JobEvent
    def __init__(self, event: _Optional[_Union[_job_pb2_1.JobEvent, _Mapping]] = ...) -> None: ...

class GetJobResultRequest(_message.Message):
    __slots__ = ("job_id", "page_size", "page_token")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    page_size: int
    page_token: str
    def __init__(self, job_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetJobResultResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_job_pb2_1.JobItem]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[_job_pb2_1.JobItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class CancelJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2_1.Job
    def __init__(self, job: _Optional[_Union[_job_pb2_1.Job, _Mapping]] = ...) -> None: ...

class DeleteJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class DeleteJobResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
