"""The values that the package's modules pass to each other, and their rows in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from google.rpc import status_pb2

from services.kit.identity import delegation
from services.kit.jobs.queries import RECORD
from services.kit.jobs.records import JobEvent, JobRecord

_COLUMNS = tuple(RECORD.split(", "))


class Lost(Exception):
    """The job isn't this worker's any more: it was cancelled, deleted or taken over by another replica. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's claim on a job: `owner` and `attempt` fence its writes."""

    job_id: str
    tenant_id: str
    kind: str
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An event or a result of a run that is to be stored."""

    kind: str | None
    """The event's kind; None for a result without an event."""
    payload: bytes
    index: int | None = None
    """The result's index, if it is a result."""
    failed: bool = False
    preview_of: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What a run stores in one transaction."""

    entries: Sequence[Entry] = ()
    progress: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends."""

    state: str
    error: status_pb2.Status | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """The position of a queued job."""

    job_id: str
    tenant_id: str
    position: int
    wait: timedelta | None
    seconds: float | None
    """The estimated time that it runs."""


def record(row: dict[str, Any]) -> JobRecord:
    """The job from a row with the columns RECORD."""
    values = {column: row[column] for column in _COLUMNS}
    values["caller"] = delegation.from_json(row["caller"])
    values["error"] = status_pb2.Status.FromString(bytes(row["error"])) if row["error"] is not None else None
    return JobRecord(**values)


def event(row: dict[str, Any]) -> JobEvent:
    """The event from a row of `job_events`."""
    return JobEvent(
        row["job_id"],
        row["sequence"],
        row["time"],
        row["kind"],
        bytes(row["payload"]),
        row["item"],
        row["position"],
        None if row["wait"] is None else timedelta(seconds=row["wait"]),
    )


def rank(row: dict[str, Any]) -> Rank:
    """The rank from a row of RANKS."""
    wait = None if row["wait"] is None else timedelta(seconds=row["wait"])
    return Rank(row["job_id"], row["tenant_id"], row["position"], wait, row["seconds"])
