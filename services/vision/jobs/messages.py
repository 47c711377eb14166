"""Converts kit's jobs, events and results to the contract's messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from uat.vision.v1 import analysis_pb2, document_pb2, generation_pb2
from uat.vision.v1 import job_pb2 as pb
from uat.vision.v1 import vision_service_pb2 as service_pb

from services.kit.jobs.messages import event_of, progress_of
from services.kit.jobs.records import JobEvent, JobRecord, JobResult

RECOGNITION, GENERATION, ANALYSIS = "recognition", "generation", "analysis"
PREVIEW, PAGE, IMAGE, FINDINGS = "preview", "page", "image", "analysis"
"""Kinds of events besides kit's own."""
MODEL = "model"
"""The fact that names a job's model."""
FULL_PREVIEWS = "full_previews"
"""The fact that a generation's previews have the size and format of the picture."""
PAGE_COUNT, MEDIA_TYPE, SHA256 = "page_count", "media_type", "sha256"
"""Facts about a document."""


def job(record: JobRecord) -> pb.Job:
    """A job."""
    return pb.Job(
        id=record.id,
        kind=kind_value(record.kind),
        progress=progress_of(record),
        model=record.facts.get(MODEL, ""),
        labels=record.labels,
    )


def event(stored: JobEvent) -> pb.JobEvent:
    """An event of a job."""
    made = event_of(stored, pb.JobEvent, job)
    if stored.kind in (PREVIEW, PAGE, IMAGE, FINDINGS):
        getattr(made, stored.kind).MergeFromString(stored.payload)
    return made


def result(record: JobRecord, results: Sequence[JobResult], next_page_token: str) -> service_pb.GetJobResultResponse:
    """A page of a job's results."""
    made = service_pb.GetJobResultResponse(job=job(record), next_page_token=next_page_token)
    if record.kind == RECOGNITION:
        made.document.CopyFrom(document(record, [document_pb2.Page.FromString(r.payload) for r in results]))
    elif record.kind == GENERATION:
        made.images.extend(generation_pb2.GeneratedImage.FromString(r.payload) for r in results)
    else:
        for found in results:
            made.analysis.CopyFrom(analysis_pb2.Analysis.FromString(found.payload))
    return made


def document(record: JobRecord, pages: Sequence[document_pb2.Page]) -> document_pb2.Document:
    """A job's document with these pages, and with their text and Markdown."""
    return document_pb2.Document(
        pages=pages,
        page_count=record.facts.get(PAGE_COUNT, 0),
        text="\f".join(page.text for page in pages),
        markdown="\n\n".join(page.markdown for page in pages if page.markdown),
        media_type=record.facts.get(MEDIA_TYPE, ""),
        sha256=record.facts.get(SHA256, ""),
        model=record.facts.get(MODEL, ""),
    )


def kind_value(kind: str) -> pb.JobKind:
    """The contract's kind for a stored one."""
    return cast(pb.JobKind, pb.JobKind.Value("JOB_KIND_" + kind.upper()))


def kind_name(kind: pb.JobKind) -> str:
    """The stored kind, for example `recognition`; empty for UNSPECIFIED."""
    return pb.JobKind.Name(kind).removeprefix("JOB_KIND_").lower() if kind else ""
