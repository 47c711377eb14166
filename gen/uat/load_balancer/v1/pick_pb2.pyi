import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.load_balancer.v1 import balancing_policy_pb2 as _balancing_policy_pb2
from uat.load_balancer.v1 import endpoint_pb2 as _endpoint_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Criticality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CRITICALITY_UNSPECIFIED: _ClassVar[Criticality]
    CRITICALITY_SHEDDABLE: _ClassVar[Criticality]
    CRITICALITY_NORMAL: _ClassVar[Criticality]
    CRITICALITY_CRITICAL: _ClassVar[Criticality]
CRITICALITY_UNSPECIFIED: Criticality
CRITICALITY_SHEDDABLE: Criticality
CRITICALITY_NORMAL: Criticality
CRITICALITY_CRITICAL: Criticality

class PickQuery(_message.Message):
    __slots__ = ("service", "model", "adapter", "prefix_hashes", "session_key", "headers", "cookies", "locality", "criticality")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class CookiesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ADAPTER_FIELD_NUMBER: _ClassVar[int]
    PREFIX_HASHES_FIELD_NUMBER: _ClassVar[int]
    SESSION_KEY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    COOKIES_FIELD_NUMBER: _ClassVar[int]
    LOCALITY_FIELD_NUMBER: _ClassVar[int]
    CRITICALITY_FIELD_NUMBER: _ClassVar[int]
    service: str
    model: str
    adapter: str
    prefix_hashes: _containers.RepeatedScalarFieldContainer[int]
    session_key: str
    headers: _containers.ScalarMap[str, str]
    cookies: _containers.ScalarMap[str, str]
    locality: _endpoint_pb2.Locality
    criticality: Criticality
    def __init__(self, service: _Optional[str] = ..., model: _Optional[str] = ..., adapter: _Optional[str] = ..., prefix_hashes: _Optional[_Iterable[int]] = ..., session_key: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., cookies: _Optional[_Mapping[str, str]] = ..., locality: _Optional[_Union[_endpoint_pb2.Locality, _Mapping]] = ..., criticality: _Optional[_Union[Criticality, str]] = ...) -> None: ...

class PickDecision(_message.Message):
    __slots__ = ("decision_id", "endpoint_id", "traffic_split_id", "branch", "rule_number", "algorithm", "imbalance_gate", "candidates", "reason", "decide_time")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_SPLIT_ID_FIELD_NUMBER: _ClassVar[int]
    BRANCH_FIELD_NUMBER: _ClassVar[int]
    RULE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    IMBALANCE_GATE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    endpoint_id: str
    traffic_split_id: str
    branch: str
    rule_number: int
    algorithm: _balancing_policy_pb2.BalancingAlgorithm
    imbalance_gate: bool
    candidates: _containers.RepeatedCompositeFieldContainer[PickCandidate]
    reason: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, decision_id: _Optional[str] = ..., endpoint_id: _Optional[str] = ..., traffic_split_id: _Optional[str] = ..., branch: _Optional[str] = ..., rule_number: _Optional[int] = ..., algorithm: _Optional[_Union[_balancing_policy_pb2.BalancingAlgorithm, str]] = ..., imbalance_gate: _Optional[bool] = ..., candidates: _Optional[_Iterable[_Union[PickCandidate, _Mapping]]] = ..., reason: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PickCandidate(_message.Message):
    __slots__ = ("endpoint_id", "score", "scores", "left_out_reason", "probability")
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_REASON_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    score: float
    scores: _containers.ScalarMap[str, float]
    left_out_reason: str
    probability: float
    def __init__(self, endpoint_id: _Optional[str] = ..., score: _Optional[float] = ..., scores: _Optional[_Mapping[str, float]] = ..., left_out_reason: _Optional[str] = ..., probability: _Optional[float] = ...) -> None: ...
