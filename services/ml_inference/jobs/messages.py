"""Converts the kit's jobs into messages of the contract."""

from __future__ import annotations

from uat.ml_inference.v1 import job_pb2 as pb

from services.kit.jobs.messages import event_of, progress_of
from services.kit.jobs.records import JobEvent, JobRecord

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
    return event_of(stored, pb.JobEvent, job)
