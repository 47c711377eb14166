"""Rows of the tables as what the package speaks of."""

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
    """The job is not this worker's any more: it was cancelled, deleted or taken by another replica. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker runs, and what it proves that by."""

    job_id: str
    tenant_id: str
    kind: str
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a run tells or has made, in line to be written."""

    kind: str | None
    """The event's kind; None for a result that no event tells of."""
    payload: bytes
    index: int | None = None
    """The result's, where it is one."""
    failed: bool = False
    preview_of: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What is written at once."""

    told: Sequence[Told] = ()
    progress: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends."""

    state: str
    error: status_pb2.Status | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a waiting job stands."""

    job_id: str
    tenant_id: str
    position: int
    wait: timedelta | None
    seconds: float | None
    """How long it will take once it runs, as far as can be told."""


def record(row: dict[str, Any]) -> JobRecord:
    """The job of a row with the columns RECORD."""
    values = {column: row[column] for column in _COLUMNS}
    values["caller"] = delegation.from_json(row["caller"])
    values["error"] = status_pb2.Status.FromString(bytes(row["error"])) if row["error"] is not None else None
    return JobRecord(**values)


def event(row: dict[str, Any]) -> JobEvent:
    """The event of a row of `job_events`."""
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
    """The rank of a row of RANKS."""
    wait = None if row["wait"] is None else timedelta(seconds=row["wait"])
    return Rank(row["job_id"], row["tenant_id"], row["position"], wait, row["seconds"])
