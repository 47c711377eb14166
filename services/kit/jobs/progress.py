"""A job's record as the contracts' `Progress`."""

from __future__ import annotations

from uat.common.v1 import job_pb2 as pb

from services.kit.jobs.records import JobRecord
from services.kit.times import timestamp


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
