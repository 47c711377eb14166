"""Converts the kit's jobs into messages of the contract."""

from __future__ import annotations

from uat.ml_inference.v1 import job_pb2 as pb

from services.kit.jobs.records import EVENT_ENDED, EVENT_PROGRESSED, EVENT_QUEUED, EVENT_STARTED, JobEvent, JobRecord
from services.kit.times import duration, timestamp

VERSION = "model_version"
"""The fact that holds the version on which a job runs."""


def job(record: JobRecord) -> pb.Job:
    """A job."""
    made = pb.Job(
        id=record.id,
        model_name=record.topic,
        model_version=record.facts.get(VERSION, ""),
        state="JOB_STATE_" + record.state,
        priority=record.priority,
        queue_position=record.position,
        item_count=record.item_count,
        items_succeeded=record.items_succeeded,
        items_failed=record.items_failed,
        error=record.error,
        labels=record.labels,
        create_time=timestamp(record.create_time),
    )
    times = {
        "estimated_end_time": record.estimated_end_time,
        "start_time": record.start_time,
        "end_time": record.end_time,
        "expire_time": record.expire_time,
    }
    for name, moment in times.items():
        if moment is not None:
            getattr(made, name).CopyFrom(timestamp(moment))
    return made


def event(event: JobEvent) -> pb.JobEvent:
    """An event of a job."""
    made = pb.JobEvent(job_id=event.job_id, sequence=event.sequence, time=timestamp(event.time))
    if event.kind == EVENT_QUEUED:
        made.queued.CopyFrom(pb.JobQueued(position=event.position, estimated_wait=None if event.wait is None else duration(event.wait)))
    elif event.kind == EVENT_STARTED:
        made.started.CopyFrom(pb.JobStarted.FromString(event.payload))
    elif event.kind == EVENT_PROGRESSED:
        made.progressed.CopyFrom(pb.JobProgressed.FromString(event.payload))
    elif event.kind == EVENT_ENDED and event.job is not None:
        made.ended.CopyFrom(pb.JobEnded(job=job(event.job)))
    return made


def state_name(state: pb.JobState) -> str:
    """A state as the kit stores it, for example `QUEUED`; empty for UNSPECIFIED."""
    return pb.JobState.Name(state).removeprefix("JOB_STATE_") if state else ""
