"""What is known about a job, and what it tells."""

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
    """What is asked for."""

    kind: str
    """Which work does it; each kind has its own places on a replica."""
    inputs: Sequence[bytes]
    """What the work gets. Kept until the job has ended."""
    topic: str = ""
    """What a listing can be cut down to, and whose rate the estimates go by: a model's name, say."""
    priority: int = 10
    """1 goes first."""
    weight: float = 1.0
    """How much work it is, in a unit of the topic's own."""
    item_count: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What is known from the start of that which JobRecord.facts keeps."""
    labels: Mapping[str, str] = field(default_factory=dict)
    retention: timedelta = timedelta(hours=24)
    """How long the job and its results are kept after its end."""
    deadline: datetime | None = None
    request_id: str = ""
    fingerprint: bytes = b""
    """Equal for equal requests; compared where the same `request_id` comes again."""
    background: bool = True
    """Goes on with nobody watching."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as stored, with what could be estimated when it was read."""

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
    """From 1; 0 when it does not wait."""
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
    """The result that it tells of; the payload is the result's."""
    position: int = 0
    """Of `queued`: the place in the queue."""
    wait: timedelta | None = None
    """Of `queued`: how long it will wait, as far as could be told."""
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
    """How a service's jobs are run."""

    service: str
    slots: Mapping[str, int]
    """How many jobs of each kind run on one replica at a time."""
    quota: int
    """Jobs of one tenant that have not ended."""
    lease_seconds: float = 10.0
    """How long a replica that gave no sign counts as alive."""
    sweep_seconds: float = 2.0
    """How often a replica gives its sign and looks for what was left lying."""
    patience_seconds: float = 600.0
    """How long what a job needs may be away."""
    stream_patience_seconds: float = 10.0
    """The same for a job that somebody waits for, on its stream."""
    most_crashes: int = 3
    """So often a job's replica may die before the job counts as the cause."""
    drain_seconds: float = 2.0
    """How long cancelled work may take to let go."""


@dataclass(frozen=True, slots=True)
class JobFaults:
    """The service's own faults for what can go wrong with a job, as its contract names them."""

    not_found: Callable[[str], Fault]
    """Of a job's id."""
    not_finished: Callable[[str], Fault]
    """Of a job's id."""
    quota_exceeded: Callable[[str, int], Fault]
    """Of the tenant and its limit; carries `quota`."""
    gave_up: Callable[[str], Fault]
    """Of the id of a job that took its replica down again and again."""
