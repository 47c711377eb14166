import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from uat.common.v1 import event_position_pb2 as _event_position_pb2
from uat.common.v1 import job_pb2 as _job_pb2
from uat.vision.v1 import analysis_pb2 as _analysis_pb2
from uat.vision.v1 import document_pb2 as _document_pb2
from uat.vision.v1 import generation_pb2 as _generation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_KIND_UNSPECIFIED: _ClassVar[JobKind]
    JOB_KIND_RECOGNITION: _ClassVar[JobKind]
    JOB_KIND_GENERATION: _ClassVar[JobKind]
    JOB_KIND_ANALYSIS: _ClassVar[JobKind]
JOB_KIND_UNSPECIFIED: JobKind
JOB_KIND_RECOGNITION: JobKind
JOB_KIND_GENERATION: JobKind
JOB_KIND_ANALYSIS: JobKind

class Job(_message.Message):
    __slots__ = ("id", "kind", "progress", "model", "labels")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: JobKind
    progress: _job_pb2.Progress
    model: str
    labels: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[JobKind, str]] = ..., progress: _Optional[_Union[_job_pb2.Progress, _Mapping]] = ..., model: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class JobEvent(_message.Message):
    __slots__ = ("job_id", "position", "time", "queued", "started", "progressed", "preview", "page", "image", "analysis", "ended")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    PROGRESSED_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ANALYSIS_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    position: _event_position_pb2.EventPosition
    time: _timestamp_pb2.Timestamp
    queued: JobQueued
    started: JobStarted
    progressed: JobProgressed
    preview: ImagePreview
    page: _document_pb2.Page
    image: _generation_pb2.GeneratedImage
    analysis: _analysis_pb2.Analysis
    ended: JobEnded
    def __init__(self, job_id: _Optional[str] = ..., position: _Optional[_Union[_event_position_pb2.EventPosition, _Mapping]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., queued: _Optional[_Union[JobQueued, _Mapping]] = ..., started: _Optional[_Union[JobStarted, _Mapping]] = ..., progressed: _Optional[_Union[JobProgressed, _Mapping]] = ..., preview: _Optional[_Union[ImagePreview, _Mapping]] = ..., page: _Optional[_Union[_document_pb2.Page, _Mapping]] = ..., image: _Optional[_Union[_generation_pb2.GeneratedImage, _Mapping]] = ..., analysis: _Optional[_Union[_analysis_pb2.Analysis, _Mapping]] = ..., ended: _Optional[_Union[JobEnded, _Mapping]] = ...) -> None: ...

class JobQueued(_message.Message):
    __slots__ = ("position", "estimated_wait")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_WAIT_FIELD_NUMBER: _ClassVar[int]
    position: int
    estimated_wait: _duration_pb2.Duration
    def __init__(self, position: _Optional[int] = ..., estimated_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class JobStarted(_message.Message):
    __slots__ = ("model", "attempt", "page_count", "image_count")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    model: str
    attempt: int
    page_count: int
    image_count: int
    def __init__(self, model: _Optional[str] = ..., attempt: _Optional[int] = ..., page_count: _Optional[int] = ..., image_count: _Optional[int] = ...) -> None: ...

class JobProgressed(_message.Message):
    __slots__ = ("fraction", "steps_done", "steps_total", "estimated_remaining")
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    STEPS_DONE_FIELD_NUMBER: _ClassVar[int]
    STEPS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_REMAINING_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    steps_done: int
    steps_total: int
    estimated_remaining: _duration_pb2.Duration
    def __init__(self, fraction: _Optional[float] = ..., steps_done: _Optional[int] = ..., steps_total: _Optional[int] = ..., estimated_remaining: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ImagePreview(_message.Message):
    __slots__ = ("index", "step", "content", "media_type")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    index: int
    step: int
    content: bytes
    media_type: str
    def __init__(self, index: _Optional[int] = ..., step: _Optional[int] = ..., content: _Optional[bytes] = ..., media_type: _Optional[str] = ...) -> None: ...

class JobEnded(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...
