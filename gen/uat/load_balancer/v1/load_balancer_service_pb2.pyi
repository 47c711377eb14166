import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.load_balancer.v1 import balancing_policy_pb2 as _balancing_policy_pb2
from uat.load_balancer.v1 import endpoint_pb2 as _endpoint_pb2
from uat.load_balancer.v1 import load_pb2 as _load_pb2
from uat.load_balancer.v1 import pick_pb2 as _pick_pb2
from uat.load_balancer.v1 import shift_pb2 as _shift_pb2
from uat.load_balancer.v1 import simulation_pb2 as _simulation_pb2
from uat.load_balancer.v1 import traffic_split_pb2 as _traffic_split_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListEndpointsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "service", "model", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    service: str
    model: str
    states: _containers.RepeatedScalarFieldContainer[_endpoint_pb2.EndpointState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., service: _Optional[str] = ..., model: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_endpoint_pb2.EndpointState, str]]] = ...) -> None: ...

class ListEndpointsResponse(_message.Message):
    __slots__ = ("endpoints", "next_page_token")
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    endpoints: _containers.RepeatedCompositeFieldContainer[_endpoint_pb2.Endpoint]
    next_page_token: str
    def __init__(self, endpoints: _Optional[_Iterable[_Union[_endpoint_pb2.Endpoint, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RegisterEndpointRequest(_message.Message):
    __slots__ = ("endpoint", "ttl")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    endpoint: _endpoint_pb2.Endpoint
    ttl: _duration_pb2.Duration
    def __init__(self, endpoint: _Optional[_Union[_endpoint_pb2.Endpoint, _Mapping]] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RegisterEndpointResponse(_message.Message):
    __slots__ = ("endpoint", "report_interval")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    REPORT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    endpoint: _endpoint_pb2.Endpoint
    report_interval: _duration_pb2.Duration
    def __init__(self, endpoint: _Optional[_Union[_endpoint_pb2.Endpoint, _Mapping]] = ..., report_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class UpdateEndpointRequest(_message.Message):
    __slots__ = ("endpoint", "update_mask", "reason")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    endpoint: _endpoint_pb2.Endpoint
    update_mask: _field_mask_pb2.FieldMask
    reason: str
    def __init__(self, endpoint: _Optional[_Union[_endpoint_pb2.Endpoint, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class UpdateEndpointResponse(_message.Message):
    __slots__ = ("endpoint",)
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    endpoint: _endpoint_pb2.Endpoint
    def __init__(self, endpoint: _Optional[_Union[_endpoint_pb2.Endpoint, _Mapping]] = ...) -> None: ...

class RemoveEndpointRequest(_message.Message):
    __slots__ = ("endpoint_id", "force")
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    force: bool
    def __init__(self, endpoint_id: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class RemoveEndpointResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReportLoadRequest(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _load_pb2.LoadReport
    def __init__(self, report: _Optional[_Union[_load_pb2.LoadReport, _Mapping]] = ...) -> None: ...

class ReportLoadResponse(_message.Message):
    __slots__ = ("accepted", "dropped")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    dropped: int
    def __init__(self, accepted: _Optional[int] = ..., dropped: _Optional[int] = ...) -> None: ...

class CreateTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split", "request_id", "validate_only")
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    request_id: str
    validate_only: bool
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ..., request_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CreateTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class GetTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split_id",)
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    traffic_split_id: str
    def __init__(self, traffic_split_id: _Optional[str] = ...) -> None: ...

class GetTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class ListTrafficSplitsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "service")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    service: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., service: _Optional[str] = ...) -> None: ...

class ListTrafficSplitsResponse(_message.Message):
    __slots__ = ("traffic_splits", "next_page_token")
    TRAFFIC_SPLITS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    traffic_splits: _containers.RepeatedCompositeFieldContainer[_traffic_split_pb2.TrafficSplit]
    next_page_token: str
    def __init__(self, traffic_splits: _Optional[_Iterable[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split", "update_mask", "reason")
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    update_mask: _field_mask_pb2.FieldMask
    reason: str
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class UpdateTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class DeleteTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split_id",)
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    traffic_split_id: str
    def __init__(self, traffic_split_id: _Optional[str] = ...) -> None: ...

class DeleteTrafficSplitResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PromoteTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split_id", "reason")
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    traffic_split_id: str
    reason: str
    def __init__(self, traffic_split_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PromoteTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class RollBackTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split_id", "reason")
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    traffic_split_id: str
    reason: str
    def __init__(self, traffic_split_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RollBackTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class WatchTrafficSplitRequest(_message.Message):
    __slots__ = ("traffic_split_id",)
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    traffic_split_id: str
    def __init__(self, traffic_split_id: _Optional[str] = ...) -> None: ...

class WatchTrafficSplitResponse(_message.Message):
    __slots__ = ("traffic_split",)
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    traffic_split: _traffic_split_pb2.TrafficSplit
    def __init__(self, traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ...) -> None: ...

class ListShiftsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "service", "traffic_split_id", "causes", "start_time", "end_time")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    service: str
    traffic_split_id: str
    causes: _containers.RepeatedScalarFieldContainer[_shift_pb2.ShiftCause]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., service: _Optional[str] = ..., traffic_split_id: _Optional[str] = ..., causes: _Optional[_Iterable[_Union[_shift_pb2.ShiftCause, str]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListShiftsResponse(_message.Message):
    __slots__ = ("shifts", "next_page_token")
    SHIFTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    shifts: _containers.RepeatedCompositeFieldContainer[_shift_pb2.Shift]
    next_page_token: str
    def __init__(self, shifts: _Optional[_Iterable[_Union[_shift_pb2.Shift, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListBalancingPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "service")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    service: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., service: _Optional[str] = ...) -> None: ...

class ListBalancingPoliciesResponse(_message.Message):
    __slots__ = ("policies", "next_page_token")
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policies: _containers.RepeatedCompositeFieldContainer[_balancing_policy_pb2.BalancingPolicy]
    next_page_token: str
    def __init__(self, policies: _Optional[_Iterable[_Union[_balancing_policy_pb2.BalancingPolicy, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SetBalancingPolicyRequest(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: _balancing_policy_pb2.BalancingPolicy
    def __init__(self, policy: _Optional[_Union[_balancing_policy_pb2.BalancingPolicy, _Mapping]] = ...) -> None: ...

class SetBalancingPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: _balancing_policy_pb2.BalancingPolicy
    def __init__(self, policy: _Optional[_Union[_balancing_policy_pb2.BalancingPolicy, _Mapping]] = ...) -> None: ...

class ExplainPickRequest(_message.Message):
    __slots__ = ("decision_id", "query")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    query: _pick_pb2.PickQuery
    def __init__(self, decision_id: _Optional[str] = ..., query: _Optional[_Union[_pick_pb2.PickQuery, _Mapping]] = ...) -> None: ...

class ExplainPickResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _pick_pb2.PickDecision
    def __init__(self, decision: _Optional[_Union[_pick_pb2.PickDecision, _Mapping]] = ...) -> None: ...

class SimulateTrafficRequest(_message.Message):
    __slots__ = ("service", "workload", "policy", "traffic_split", "endpoints")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_SPLIT_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    service: str
    workload: _simulation_pb2.Workload
    policy: _balancing_policy_pb2.BalancingPolicy
    traffic_split: _traffic_split_pb2.TrafficSplit
    endpoints: _containers.RepeatedCompositeFieldContainer[_endpoint_pb2.Endpoint]
    def __init__(self, service: _Optional[str] = ..., workload: _Optional[_Union[_simulation_pb2.Workload, _Mapping]] = ..., policy: _Optional[_Union[_balancing_policy_pb2.BalancingPolicy, _Mapping]] = ..., traffic_split: _Optional[_Union[_traffic_split_pb2.TrafficSplit, _Mapping]] = ..., endpoints: _Optional[_Iterable[_Union[_endpoint_pb2.Endpoint, _Mapping]]] = ...) -> None: ...

class SimulateTrafficResponse(_message.Message):
    __slots__ = ("current", "proposed", "caveats")
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    CAVEATS_FIELD_NUMBER: _ClassVar[int]
    current: _simulation_pb2.SimulationResult
    proposed: _simulation_pb2.SimulationResult
    caveats: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, current: _Optional[_Union[_simulation_pb2.SimulationResult, _Mapping]] = ..., proposed: _Optional[_Union[_simulation_pb2.SimulationResult, _Mapping]] = ..., caveats: _Optional[_Iterable[str]] = ...) -> None: ...
