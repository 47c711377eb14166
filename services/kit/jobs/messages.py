"""Converts records, events and states of jobs to the messages that the contracts of all services with jobs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.message import Message
from uat.common.v1 import job_pb2 as pb
from uat.common.v1.event_position_pb2 import EventPosition

from services.kit.jobs.records import EVENT_ENDED, EVENT_PROGRESSED, EVENT_QUEUED, EVENT_STARTED, JobEvent, JobRecord
from services.kit.times import duration, timestamp

E = TypeVar("E", bound=Message)


def progress_of(record: JobRecord) -> pb.Progress:
    """State, items, times and error of a job."""
    moments = {
        "estimated_end_time": record.estimated_end_time,
        "create_time": record.create_time,
        "start_time": record.start_time,
        "end_time": record.end_time,
        "expire_time": record.expire_time,
    }
    return pb.Progress(
        state=f"JOB_STATE_{record.state}",
        fraction=record.progress,
        items_total=record.item_count,
        items_succeeded=record.items_succeeded,
        items_failed=record.items_failed,
        attempt=record.attempt,
        queue_position=record.position,
        error=record.error,
        **{name: timestamp(moment) for name, moment in moments.items() if moment is not None},
    )


def event_of(stored: JobEvent, kind: type[E], job: Callable[[JobRecord], Message]) -> E:
    """An event as the service's `JobEvent`, which has the fields job_id, position, time and the oneof members queued, started, progressed
    and ended. Events of the service's own kinds are left for it to fill in.
    """
    made: Any = kind(job_id=stored.job_id, position=EventPosition(sequence=stored.sequence), time=timestamp(stored.time))
    if stored.kind == EVENT_QUEUED:
        made.queued.position = stored.position
        if stored.wait is not None:
            made.queued.estimated_wait.CopyFrom(duration(stored.wait))
    elif stored.kind == EVENT_STARTED:
        made.started.MergeFromString(stored.payload)
    elif stored.kind == EVENT_PROGRESSED:
        made.progressed.MergeFromString(stored.payload)
    elif stored.kind == EVENT_ENDED and stored.job is not None:
        made.ended.job.CopyFrom(job(stored.job))
    return made  # type: ignore[no-any-return]


def state_name(state: pb.JobState) -> str:
    """A state as it is stored, for example `QUEUED`; empty for UNSPECIFIED."""
    return pb.JobState.Name(state).removeprefix("JOB_STATE_") if state else ""
