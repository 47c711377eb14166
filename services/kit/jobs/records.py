"""Jobs, events and results as the package's users see them, and the package's configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from google.rpc import status_pb2

from services.kit.context import Caller
from services.kit.errors import Fault

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"
FINAL = frozenset((SUCCEEDED, FAILED, CANCELLED))
EVENT_QUEUED, EVENT_STARTED, EVENT_PROGRESSED, EVENT_ENDED = "queued", "started", "progressed", "ended"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to submit."""

    kind: str
    """Names the work; each kind has its own slots on a replica."""
    inputs: Sequence[bytes]
    """The work's inputs, stored until the job has ended."""
    topic: str = ""
    """A filter of listings, and the unit by which rates are measured for estimates: a model's name, for example."""
    priority: int = 10
    """1 is the highest."""
    weight: float = 1.0
    """The amount of work, in a unit of the topic."""
    item_count: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The first facts of JobRecord.facts."""
    labels: Mapping[str, str] = field(default_factory=dict)
    retention: timedelta = timedelta(hours=24)
    """The time for which the job and its results are stored after its end."""
    deadline: datetime | None = None
    request_id: str = ""
    fingerprint: bytes = b""
    """Equal for equal requests; compared when a `request_id` is repeated."""
    background: bool = True
    """Whether it runs without a watcher."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as stored, with the estimates of the moment when it was read."""

    id: str
    tenant_id: str
    user_id: str
    caller: Caller
    """The user who submitted the job, as the work's calls to other services name them: on any replica, also after a restart."""
    kind: str
    topic: str
    priority: int
    weight: float
    state: str
    background: bool
    attempt: int
    progress: float
    item_count: int
    items_succeeded: int
    items_failed: int
    facts: Mapping[str, Any]
    labels: Mapping[str, str]
    error: status_pb2.Status | None
    deadline: datetime | None
    create_time: datetime
    start_time: datetime | None
    end_time: datetime | None
    expire_time: datetime | None
    position: int = 0
    """The position in the queue, from 1; 0 when it isn't queued."""
    estimated_end_time: datetime | None = None

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One event of a job."""

    job_id: str
    sequence: int
    time: datetime
    kind: str
    payload: bytes = b""
    item: int | None = None
    """The index of the result that it reports; the payload is the result's."""
    position: int = 0
    """Of `queued`: the position in the queue."""
    wait: timedelta | None = None
    """Of `queued`: the estimated wait, where there is an estimate."""
    job: JobRecord | None = None
    """Of `ended`: the job."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """One result of a job."""

    index: int
    payload: bytes
    failed: bool


@dataclass(frozen=True, slots=True)
class JobsConfig:
    """The configuration of a service's jobs."""

    service: str
    slots: Mapping[str, int]
    """The number of jobs of each kind that one replica runs at a time."""
    quota: int
    """The most unfinished jobs of one tenant."""
    lease_seconds: float = 10.0
    """The time for which a replica counts as alive after a heartbeat."""
    sweep_seconds: float = 2.0
    """The interval of a replica's heartbeats and sweeps."""
    patience_seconds: float = 600.0
    """The time for which a job waits for a dependency that is down."""
    stream_patience_seconds: float = 10.0
    """The same for a job that runs only while it is watched."""
    most_crashes: int = 3
    """The number of crashed replicas after which a job counts as their cause."""
    drain_seconds: float = 2.0
    """The time that cancelled work may take to stop."""


@dataclass(frozen=True, slots=True)
class JobFaults:
    """The service's own faults for jobs, as its contract names them."""

    not_found: Callable[[str], Fault]
    """By job id."""
    not_finished: Callable[[str], Fault]
    """By job id."""
    quota_exceeded: Callable[[str, int], Fault]
    """By tenant and limit; carries `quota`."""
    gave_up: Callable[[str], Fault]
    """By the id of a job that repeatedly crashed its replica."""
