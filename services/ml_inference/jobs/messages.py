"""Converts the kit's jobs into messages of the contract."""

from __future__ import annotations

from uat.common.v1.event_position_pb2 import EventPosition
from uat.common.v1.job_pb2 import JobState
from uat.ml_inference.v1 import job_pb2 as pb

from services.kit.jobs.progress import progress_of
from services.kit.jobs.records import EVENT_ENDED, EVENT_PROGRESSED, EVENT_QUEUED, EVENT_STARTED, JobEvent, JobRecord
from services.kit.times import duration, timestamp

VERSION = "model_version"
"""The fact that holds the version on which a job runs."""


def job(record: JobRecord) -> pb.Job:
    """A job."""
    return pb.Job(
        id=record.id,
        model_name=record.topic,
        model_version=record.facts.get(VERSION, ""),
        progress=progress_of(record),
        priority=record.priority,
        labels=record.labels,
    )


def event(stored: JobEvent) -> pb.JobEvent:
    """An event of a job."""
    made = pb.JobEvent(job_id=stored.job_id, position=EventPosition(sequence=stored.sequence), time=timestamp(stored.time))
    if stored.kind == EVENT_QUEUED:
        made.queued.CopyFrom(pb.JobQueued(position=stored.position, estimated_wait=None if stored.wait is None else duration(stored.wait)))
    elif stored.kind == EVENT_STARTED:
        made.started.MergeFromString(stored.payload)
    elif stored.kind == EVENT_PROGRESSED:
        made.progressed.MergeFromString(stored.payload)
    elif stored.kind == EVENT_ENDED and stored.job is not None:
        made.ended.CopyFrom(pb.JobEnded(job=job(stored.job)))
    return made


def state_name(state: JobState) -> str:
    """A state as the kit stores it, for example `QUEUED`; empty for UNSPECIFIED."""
    return JobState.Name(state).removeprefix("JOB_STATE_") if state else ""
