import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.options.v1 import policy_pb2 as _policy_pb2
from uat.parameter_analytics.v1 import dataset_pb2 as _dataset_pb2
from uat.parameter_analytics.v1 import experiment_pb2 as _experiment_pb2
from uat.parameter_analytics.v1 import insight_pb2 as _insight_pb2
from uat.parameter_analytics.v1 import outcome_pb2 as _outcome_pb2
from uat.parameter_analytics.v1 import parameter_pb2 as _parameter_pb2
from uat.parameter_analytics.v1 import prompt_pb2 as _prompt_pb2
from uat.parameter_analytics.v1 import recommendation_pb2 as _recommendation_pb2
from uat.parameter_analytics.v1 import study_pb2 as _study_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordOutcomesRequest(_message.Message):
    __slots__ = ("outcome",)
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    outcome: _outcome_pb2.Outcome
    def __init__(self, outcome: _Optional[_Union[_outcome_pb2.Outcome, _Mapping]] = ...) -> None: ...

class RecordOutcomesResponse(_message.Message):
    __slots__ = ("accepted", "duplicates", "rejections")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    duplicates: int
    rejections: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.OutcomeRejection]
    def __init__(self, accepted: _Optional[int] = ..., duplicates: _Optional[int] = ..., rejections: _Optional[_Iterable[_Union[_outcome_pb2.OutcomeRejection, _Mapping]]] = ...) -> None: ...

class StreamOutcomesRequest(_message.Message):
    __slots__ = ("sequence", "outcome")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    outcome: _outcome_pb2.Outcome
    def __init__(self, sequence: _Optional[int] = ..., outcome: _Optional[_Union[_outcome_pb2.Outcome, _Mapping]] = ...) -> None: ...

class StreamOutcomesResponse(_message.Message):
    __slots__ = ("acknowledged_sequence", "duplicates", "rejections")
    ACKNOWLEDGED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    acknowledged_sequence: int
    duplicates: int
    rejections: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.OutcomeRejection]
    def __init__(self, acknowledged_sequence: _Optional[int] = ..., duplicates: _Optional[int] = ..., rejections: _Optional[_Iterable[_Union[_outcome_pb2.OutcomeRejection, _Mapping]]] = ...) -> None: ...

class BatchRecordOutcomesRequest(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.Outcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.Outcome, _Mapping]]] = ...) -> None: ...

class BatchRecordOutcomesResponse(_message.Message):
    __slots__ = ("accepted", "duplicates", "rejections")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    duplicates: int
    rejections: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.OutcomeRejection]
    def __init__(self, accepted: _Optional[int] = ..., duplicates: _Optional[int] = ..., rejections: _Optional[_Iterable[_Union[_outcome_pb2.OutcomeRejection, _Mapping]]] = ...) -> None: ...

class QueryOutcomesRequest(_message.Message):
    __slots__ = ("segment", "start_time", "end_time", "step", "group_by", "aggregations", "experiment_id", "max_rows")
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    AGGREGATIONS_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    MAX_ROWS_FIELD_NUMBER: _ClassVar[int]
    segment: _parameter_pb2.Segment
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    step: _duration_pb2.Duration
    group_by: _containers.RepeatedScalarFieldContainer[str]
    aggregations: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.Aggregation]
    experiment_id: str
    max_rows: int
    def __init__(self, segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., group_by: _Optional[_Iterable[str]] = ..., aggregations: _Optional[_Iterable[_Union[_outcome_pb2.Aggregation, _Mapping]]] = ..., experiment_id: _Optional[str] = ..., max_rows: _Optional[int] = ...) -> None: ...

class QueryOutcomesResponse(_message.Message):
    __slots__ = ("rows", "truncated", "end_time")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.OutcomeRow]
    truncated: bool
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, rows: _Optional[_Iterable[_Union[_outcome_pb2.OutcomeRow, _Mapping]]] = ..., truncated: _Optional[bool] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateExperimentRequest(_message.Message):
    __slots__ = ("experiment", "request_id")
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    experiment: _experiment_pb2.Experiment
    request_id: str
    def __init__(self, experiment: _Optional[_Union[_experiment_pb2.Experiment, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateExperimentResponse(_message.Message):
    __slots__ = ("experiment",)
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    experiment: _experiment_pb2.Experiment
    def __init__(self, experiment: _Optional[_Union[_experiment_pb2.Experiment, _Mapping]] = ...) -> None: ...

class GetExperimentRequest(_message.Message):
    __slots__ = ("experiment_id",)
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    def __init__(self, experiment_id: _Optional[str] = ...) -> None: ...

class GetExperimentResponse(_message.Message):
    __slots__ = ("experiment",)
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    experiment: _experiment_pb2.Experiment
    def __init__(self, experiment: _Optional[_Union[_experiment_pb2.Experiment, _Mapping]] = ...) -> None: ...

class ListExperimentsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states", "service")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_experiment_pb2.ExperimentState]
    service: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_experiment_pb2.ExperimentState, str]]] = ..., service: _Optional[str] = ...) -> None: ...

class ListExperimentsResponse(_message.Message):
    __slots__ = ("experiments", "next_page_token")
    EXPERIMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    experiments: _containers.RepeatedCompositeFieldContainer[_experiment_pb2.Experiment]
    next_page_token: str
    def __init__(self, experiments: _Optional[_Iterable[_Union[_experiment_pb2.Experiment, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateExperimentRequest(_message.Message):
    __slots__ = ("experiment", "update_mask")
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    experiment: _experiment_pb2.Experiment
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, experiment: _Optional[_Union[_experiment_pb2.Experiment, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateExperimentResponse(_message.Message):
    __slots__ = ("experiment",)
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    experiment: _experiment_pb2.Experiment
    def __init__(self, experiment: _Optional[_Union[_experiment_pb2.Experiment, _Mapping]] = ...) -> None: ...

class AssignVariantRequest(_message.Message):
    __slots__ = ("segment", "unit_key", "experiment_id")
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    UNIT_KEY_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    segment: _parameter_pb2.Segment
    unit_key: str
    experiment_id: str
    def __init__(self, segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., unit_key: _Optional[str] = ..., experiment_id: _Optional[str] = ...) -> None: ...

class AssignVariantResponse(_message.Message):
    __slots__ = ("assignments", "parameters")
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    assignments: _containers.RepeatedCompositeFieldContainer[_experiment_pb2.Assignment]
    parameters: _parameter_pb2.ParameterSet
    def __init__(self, assignments: _Optional[_Iterable[_Union[_experiment_pb2.Assignment, _Mapping]]] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ...) -> None: ...

class CreateStudyRequest(_message.Message):
    __slots__ = ("study", "request_id", "first_trials")
    STUDY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_TRIALS_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    request_id: str
    first_trials: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.ParameterSet]
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ..., request_id: _Optional[str] = ..., first_trials: _Optional[_Iterable[_Union[_parameter_pb2.ParameterSet, _Mapping]]] = ...) -> None: ...

class CreateStudyResponse(_message.Message):
    __slots__ = ("study",)
    STUDY_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ...) -> None: ...

class GetStudyRequest(_message.Message):
    __slots__ = ("study_id",)
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    study_id: str
    def __init__(self, study_id: _Optional[str] = ...) -> None: ...

class GetStudyResponse(_message.Message):
    __slots__ = ("study",)
    STUDY_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ...) -> None: ...

class ListStudiesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_study_pb2.StudyState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_study_pb2.StudyState, str]]] = ...) -> None: ...

class ListStudiesResponse(_message.Message):
    __slots__ = ("studies", "next_page_token")
    STUDIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    studies: _containers.RepeatedCompositeFieldContainer[_study_pb2.Study]
    next_page_token: str
    def __init__(self, studies: _Optional[_Iterable[_Union[_study_pb2.Study, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelStudyRequest(_message.Message):
    __slots__ = ("study_id",)
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    study_id: str
    def __init__(self, study_id: _Optional[str] = ...) -> None: ...

class CancelStudyResponse(_message.Message):
    __slots__ = ("study",)
    STUDY_FIELD_NUMBER: _ClassVar[int]
    study: _study_pb2.Study
    def __init__(self, study: _Optional[_Union[_study_pb2.Study, _Mapping]] = ...) -> None: ...

class AskTrialRequest(_message.Message):
    __slots__ = ("study_id", "count", "request_id")
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    study_id: str
    count: int
    request_id: str
    def __init__(self, study_id: _Optional[str] = ..., count: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class AskTrialResponse(_message.Message):
    __slots__ = ("trials",)
    TRIALS_FIELD_NUMBER: _ClassVar[int]
    trials: _containers.RepeatedCompositeFieldContainer[_study_pb2.Trial]
    def __init__(self, trials: _Optional[_Iterable[_Union[_study_pb2.Trial, _Mapping]]] = ...) -> None: ...

class TellTrialRequest(_message.Message):
    __slots__ = ("study_id", "trial_id", "metrics", "error", "step")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    TRIAL_ID_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    study_id: str
    trial_id: str
    metrics: _containers.ScalarMap[str, float]
    error: str
    step: int
    def __init__(self, study_id: _Optional[str] = ..., trial_id: _Optional[str] = ..., metrics: _Optional[_Mapping[str, float]] = ..., error: _Optional[str] = ..., step: _Optional[int] = ...) -> None: ...

class TellTrialResponse(_message.Message):
    __slots__ = ("trial", "best", "prune")
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    BEST_FIELD_NUMBER: _ClassVar[int]
    PRUNE_FIELD_NUMBER: _ClassVar[int]
    trial: _study_pb2.Trial
    best: bool
    prune: bool
    def __init__(self, trial: _Optional[_Union[_study_pb2.Trial, _Mapping]] = ..., best: _Optional[bool] = ..., prune: _Optional[bool] = ...) -> None: ...

class ListTrialsRequest(_message.Message):
    __slots__ = ("study_id", "page_size", "page_token", "states", "omit_reports")
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    OMIT_REPORTS_FIELD_NUMBER: _ClassVar[int]
    study_id: str
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_study_pb2.TrialState]
    omit_reports: bool
    def __init__(self, study_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_study_pb2.TrialState, str]]] = ..., omit_reports: _Optional[bool] = ...) -> None: ...

class ListTrialsResponse(_message.Message):
    __slots__ = ("trials", "next_page_token")
    TRIALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    trials: _containers.RepeatedCompositeFieldContainer[_study_pb2.Trial]
    next_page_token: str
    def __init__(self, trials: _Optional[_Iterable[_Union[_study_pb2.Trial, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RecommendRequest(_message.Message):
    __slots__ = ("segment", "objectives", "constraints", "parameters", "min_confidence")
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVES_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    segment: _parameter_pb2.Segment
    objectives: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.Objective]
    constraints: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.MetricBound]
    parameters: _containers.RepeatedScalarFieldContainer[str]
    min_confidence: float
    def __init__(self, segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., objectives: _Optional[_Iterable[_Union[_parameter_pb2.Objective, _Mapping]]] = ..., constraints: _Optional[_Iterable[_Union[_parameter_pb2.MetricBound, _Mapping]]] = ..., parameters: _Optional[_Iterable[str]] = ..., min_confidence: _Optional[float] = ...) -> None: ...

class RecommendResponse(_message.Message):
    __slots__ = ("recommendation", "alternatives")
    RECOMMENDATION_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    recommendation: _recommendation_pb2.Recommendation
    alternatives: _containers.RepeatedCompositeFieldContainer[_recommendation_pb2.Recommendation]
    def __init__(self, recommendation: _Optional[_Union[_recommendation_pb2.Recommendation, _Mapping]] = ..., alternatives: _Optional[_Iterable[_Union[_recommendation_pb2.Recommendation, _Mapping]]] = ...) -> None: ...

class SimulateParametersRequest(_message.Message):
    __slots__ = ("segment", "parameters", "metrics", "start_time", "end_time")
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    segment: _parameter_pb2.Segment
    parameters: _parameter_pb2.ParameterSet
    metrics: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., parameters: _Optional[_Union[_parameter_pb2.ParameterSet, _Mapping]] = ..., metrics: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SimulateParametersResponse(_message.Message):
    __slots__ = ("expected", "actual", "effective_samples", "caveats")
    class ExpectedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    class ActualEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _parameter_pb2.Estimate
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_parameter_pb2.Estimate, _Mapping]] = ...) -> None: ...
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    CAVEATS_FIELD_NUMBER: _ClassVar[int]
    expected: _containers.MessageMap[str, _parameter_pb2.Estimate]
    actual: _containers.MessageMap[str, _parameter_pb2.Estimate]
    effective_samples: float
    caveats: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, expected: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ..., actual: _Optional[_Mapping[str, _parameter_pb2.Estimate]] = ..., effective_samples: _Optional[float] = ..., caveats: _Optional[_Iterable[str]] = ...) -> None: ...

class ApplyRecommendationRequest(_message.Message):
    __slots__ = ("recommendation_id", "steps", "step_duration", "guards", "request_id")
    RECOMMENDATION_ID_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STEP_DURATION_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    recommendation_id: str
    steps: _containers.RepeatedScalarFieldContainer[float]
    step_duration: _duration_pb2.Duration
    guards: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.MetricBound]
    request_id: str
    def __init__(self, recommendation_id: _Optional[str] = ..., steps: _Optional[_Iterable[float]] = ..., step_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., guards: _Optional[_Iterable[_Union[_parameter_pb2.MetricBound, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ApplyRecommendationResponse(_message.Message):
    __slots__ = ("applied",)
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    applied: _recommendation_pb2.AppliedRecommendation
    def __init__(self, applied: _Optional[_Union[_recommendation_pb2.AppliedRecommendation, _Mapping]] = ...) -> None: ...

class RollBackAppliedRequest(_message.Message):
    __slots__ = ("applied_id", "reason")
    APPLIED_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    applied_id: str
    reason: str
    def __init__(self, applied_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RollBackAppliedResponse(_message.Message):
    __slots__ = ("applied",)
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    applied: _recommendation_pb2.AppliedRecommendation
    def __init__(self, applied: _Optional[_Union[_recommendation_pb2.AppliedRecommendation, _Mapping]] = ...) -> None: ...

class ListAppliedRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states", "service")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_recommendation_pb2.AppliedState]
    service: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_recommendation_pb2.AppliedState, str]]] = ..., service: _Optional[str] = ...) -> None: ...

class ListAppliedResponse(_message.Message):
    __slots__ = ("applied", "next_page_token")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    applied: _containers.RepeatedCompositeFieldContainer[_recommendation_pb2.AppliedRecommendation]
    next_page_token: str
    def __init__(self, applied: _Optional[_Iterable[_Union[_recommendation_pb2.AppliedRecommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchAppliedRequest(_message.Message):
    __slots__ = ("service", "after")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    service: str
    after: _event_position_pb2.EventPosition
    def __init__(self, service: _Optional[str] = ..., after: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class WatchAppliedResponse(_message.Message):
    __slots__ = ("applied", "tenant_id", "position")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    applied: _recommendation_pb2.AppliedRecommendation
    tenant_id: str
    position: _event_position_pb2.EventPosition
    def __init__(self, applied: _Optional[_Union[_recommendation_pb2.AppliedRecommendation, _Mapping]] = ..., tenant_id: _Optional[str] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ...) -> None: ...

class GetInsightsRequest(_message.Message):
    __slots__ = ("experiment_id", "study_id", "segment", "objectives", "start_time", "end_time")
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STUDY_ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVES_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    study_id: str
    segment: _parameter_pb2.Segment
    objectives: _containers.RepeatedCompositeFieldContainer[_parameter_pb2.Objective]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, experiment_id: _Optional[str] = ..., study_id: _Optional[str] = ..., segment: _Optional[_Union[_parameter_pb2.Segment, _Mapping]] = ..., objectives: _Optional[_Iterable[_Union[_parameter_pb2.Objective, _Mapping]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetInsightsResponse(_message.Message):
    __slots__ = ("importances", "pareto", "experiment_result", "samples", "caveats")
    IMPORTANCES_FIELD_NUMBER: _ClassVar[int]
    PARETO_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_RESULT_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    CAVEATS_FIELD_NUMBER: _ClassVar[int]
    importances: _containers.RepeatedCompositeFieldContainer[_insight_pb2.Importance]
    pareto: _containers.RepeatedCompositeFieldContainer[_insight_pb2.ParetoPoint]
    experiment_result: _insight_pb2.ExperimentResult
    samples: int
    caveats: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, importances: _Optional[_Iterable[_Union[_insight_pb2.Importance, _Mapping]]] = ..., pareto: _Optional[_Iterable[_Union[_insight_pb2.ParetoPoint, _Mapping]]] = ..., experiment_result: _Optional[_Union[_insight_pb2.ExperimentResult, _Mapping]] = ..., samples: _Optional[int] = ..., caveats: _Optional[_Iterable[str]] = ...) -> None: ...

class CreatePromptVersionRequest(_message.Message):
    __slots__ = ("prompt_version",)
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    prompt_version: _prompt_pb2.PromptVersion
    def __init__(self, prompt_version: _Optional[_Union[_prompt_pb2.PromptVersion, _Mapping]] = ...) -> None: ...

class CreatePromptVersionResponse(_message.Message):
    __slots__ = ("prompt_version",)
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    prompt_version: _prompt_pb2.PromptVersion
    def __init__(self, prompt_version: _Optional[_Union[_prompt_pb2.PromptVersion, _Mapping]] = ...) -> None: ...

class GetPromptVersionRequest(_message.Message):
    __slots__ = ("prompt_version_id", "prompt", "label")
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    prompt_version_id: str
    prompt: str
    label: str
    def __init__(self, prompt_version_id: _Optional[str] = ..., prompt: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class GetPromptVersionResponse(_message.Message):
    __slots__ = ("prompt_version",)
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    prompt_version: _prompt_pb2.PromptVersion
    def __init__(self, prompt_version: _Optional[_Union[_prompt_pb2.PromptVersion, _Mapping]] = ...) -> None: ...

class ListPromptVersionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "prompt", "label")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    prompt: str
    label: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., prompt: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class ListPromptVersionsResponse(_message.Message):
    __slots__ = ("prompt_versions", "next_page_token")
    PROMPT_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    prompt_versions: _containers.RepeatedCompositeFieldContainer[_prompt_pb2.PromptVersion]
    next_page_token: str
    def __init__(self, prompt_versions: _Optional[_Iterable[_Union[_prompt_pb2.PromptVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdatePromptVersionRequest(_message.Message):
    __slots__ = ("prompt_version", "update_mask")
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    prompt_version: _prompt_pb2.PromptVersion
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, prompt_version: _Optional[_Union[_prompt_pb2.PromptVersion, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdatePromptVersionResponse(_message.Message):
    __slots__ = ("prompt_version",)
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    prompt_version: _prompt_pb2.PromptVersion
    def __init__(self, prompt_version: _Optional[_Union[_prompt_pb2.PromptVersion, _Mapping]] = ...) -> None: ...

class CreateDatasetRequest(_message.Message):
    __slots__ = ("dataset", "request_id")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    dataset: _dataset_pb2.Dataset
    request_id: str
    def __init__(self, dataset: _Optional[_Union[_dataset_pb2.Dataset, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateDatasetResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: _dataset_pb2.Dataset
    def __init__(self, dataset: _Optional[_Union[_dataset_pb2.Dataset, _Mapping]] = ...) -> None: ...

class ListDatasetsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDatasetsResponse(_message.Message):
    __slots__ = ("datasets", "next_page_token")
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    datasets: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.Dataset]
    next_page_token: str
    def __init__(self, datasets: _Optional[_Iterable[_Union[_dataset_pb2.Dataset, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteDatasetRequest(_message.Message):
    __slots__ = ("dataset_id",)
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    def __init__(self, dataset_id: _Optional[str] = ...) -> None: ...

class DeleteDatasetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AddDatasetExamplesRequest(_message.Message):
    __slots__ = ("dataset_id", "examples")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    examples: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.DatasetExample]
    def __init__(self, dataset_id: _Optional[str] = ..., examples: _Optional[_Iterable[_Union[_dataset_pb2.DatasetExample, _Mapping]]] = ...) -> None: ...

class AddDatasetExamplesResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: _dataset_pb2.Dataset
    def __init__(self, dataset: _Optional[_Union[_dataset_pb2.Dataset, _Mapping]] = ...) -> None: ...

class ListDatasetExamplesRequest(_message.Message):
    __slots__ = ("dataset_id", "page_size", "page_token")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    page_size: int
    page_token: str
    def __init__(self, dataset_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDatasetExamplesResponse(_message.Message):
    __slots__ = ("examples", "next_page_token")
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    examples: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.DatasetExample]
    next_page_token: str
    def __init__(self, examples: _Optional[_Iterable[_Union[_dataset_pb2.DatasetExample, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateEvaluationRequest(_message.Message):
    __slots__ = ("evaluation", "request_id")
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    evaluation: _dataset_pb2.Evaluation
    request_id: str
    def __init__(self, evaluation: _Optional[_Union[_dataset_pb2.Evaluation, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateEvaluationResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _dataset_pb2.Evaluation
    def __init__(self, evaluation: _Optional[_Union[_dataset_pb2.Evaluation, _Mapping]] = ...) -> None: ...

class RecordEvaluationScoresRequest(_message.Message):
    __slots__ = ("evaluation_id", "scores")
    EVALUATION_ID_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    evaluation_id: str
    scores: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.ExampleScore]
    def __init__(self, evaluation_id: _Optional[str] = ..., scores: _Optional[_Iterable[_Union[_dataset_pb2.ExampleScore, _Mapping]]] = ...) -> None: ...

class RecordEvaluationScoresResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _dataset_pb2.Evaluation
    def __init__(self, evaluation: _Optional[_Union[_dataset_pb2.Evaluation, _Mapping]] = ...) -> None: ...

class GetEvaluationRequest(_message.Message):
    __slots__ = ("evaluation_id",)
    EVALUATION_ID_FIELD_NUMBER: _ClassVar[int]
    evaluation_id: str
    def __init__(self, evaluation_id: _Optional[str] = ...) -> None: ...

class GetEvaluationResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _dataset_pb2.Evaluation
    def __init__(self, evaluation: _Optional[_Union[_dataset_pb2.Evaluation, _Mapping]] = ...) -> None: ...

class ListEvaluationsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "dataset_id", "prompt_version_id")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    dataset_id: str
    prompt_version_id: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., dataset_id: _Optional[str] = ..., prompt_version_id: _Optional[str] = ...) -> None: ...

class ListEvaluationsResponse(_message.Message):
    __slots__ = ("evaluations", "next_page_token")
    EVALUATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    evaluations: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.Evaluation]
    next_page_token: str
    def __init__(self, evaluations: _Optional[_Iterable[_Union[_dataset_pb2.Evaluation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
