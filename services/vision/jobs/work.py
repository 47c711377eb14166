"""The work of each kind of job. Results are stored as they come, and those that are stored already are not made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import aclosing

from uat.vision.v1 import analysis_pb2, document_pb2, generation_pb2, job_pb2

from services.kit.jobs import Run, Work
from services.kit.times import duration
from services.vision.analysis.analyzer import Analyzer
from services.vision.generation.generation import Event, Generation
from services.vision.jobs import messages
from services.vision.recognition.recognition import Recognition


def all_work(
    recognition: Recognition, generation: Generation, analyzer: Analyzer, clock: Callable[[], float] = time.monotonic
) -> dict[str, Work]:
    """The work by kind of job."""

    async def recognize(run: Run) -> None:
        options, content = document_pb2.RecognitionOptions.FromString(run.inputs[0]), run.inputs[1]
        total, start_time, done_before = 0, clock(), len(run.done)
        async with aclosing(recognition.read(content, options, run.job.tenant_id, run.done)) as parts:
            async for part in parts:
                if isinstance(part, document_pb2.Document):
                    total = len(part.pages)
                    await _started_reading(run, part)
                else:
                    await run.result(part.number, part.SerializeToString(), kind=messages.PAGE, failed=part.HasField("error"))
                    _report_pages(run, total, done_before, clock() - start_time)

    async def generate(run: Run) -> None:
        spec = generation_pb2.GenerationSpec.FromString(run.inputs[0])
        started = job_pb2.JobStarted(model=spec.model, attempt=run.job.attempt, image_count=spec.count)
        await run.started(started.SerializeToString(), {messages.MODEL: spec.model})
        async with aclosing(generation.run(spec, run.done, full_previews=bool(run.facts.get(messages.FULL_PREVIEWS)))) as events:
            async for event in events:
                await _store(run, event)

    async def analyze(run: Run) -> None:
        options, content = analysis_pb2.AnalysisOptions.FromString(run.inputs[0]), run.inputs[1]
        await run.started(job_pb2.JobStarted(attempt=run.job.attempt).SerializeToString())
        if 0 not in run.done:
            analysis = await analyzer.analyze(content, options, run.job.caller)
            await run.result(0, analysis.SerializeToString(), kind=messages.FINDINGS)

    return {messages.RECOGNITION: recognize, messages.GENERATION: generate, messages.ANALYSIS: analyze}


async def _started_reading(run: Run, document: document_pb2.Document) -> None:
    started = job_pb2.JobStarted(model=document.model, attempt=run.job.attempt, page_count=len(document.pages))
    facts = {messages.MODEL: document.model, messages.PAGE_COUNT: document.page_count}
    await run.started(started.SerializeToString(), facts | {messages.MEDIA_TYPE: document.media_type, messages.SHA256: document.sha256})


def _report_pages(run: Run, total: int, done_before: int, seconds: float) -> None:
    done = len(run.done)
    if 0 < done <= total:
        left = seconds / max(done - done_before, 1) * (total - done)
        progressed = job_pb2.JobProgressed(fraction=done / total, steps_done=done, steps_total=total, estimated_remaining=duration(left))
        run.progress(done / total, progressed.SerializeToString())


async def _store(run: Run, event: Event) -> None:
    if isinstance(event, job_pb2.JobProgressed):
        run.progress(event.fraction, event.SerializeToString())
    elif isinstance(event, job_pb2.ImagePreview):
        await run.emit(messages.PREVIEW, event.SerializeToString(), preview_of=event.index)
    else:
        await run.result(event.index, event.SerializeToString(), kind=messages.IMAGE)
