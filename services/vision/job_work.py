"""What jobs of each kind do: pages, pictures and findings are stored as they come, and those that are there are not made again."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from typing import Protocol

from uat.vision.v1 import analysis_pb2, document_pb2, generation_pb2, job_pb2

from services.kit.context import Caller
from services.kit.jobs import Run, Work
from services.kit.times import duration
from services.vision import job_messages as names
from services.vision.generation import Event, Generation, Manner

FULL_PREVIEWS = "full_previews"
"""The fact that a generation's previews have the size and format of the picture."""


class Reader(Protocol):
    """Reads documents."""

    def read(
        self, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[document_pb2.Document | document_pb2.Page, None]:
        """First the document as far as it is known: page_count, media_type, sha256, model, and in `pages` the numbers, and nothing else, of
        all pages that are asked for. Then each page that is not `done` when it is finished; one that can't be read has its `error`. Closing
        the generator stops it. Raises a Fault when nothing of it can be read.
        """


class Analyst(Protocol):
    """Finds out what pictures show."""

    async def analyze(self, content: bytes, options: analysis_pb2.AnalysisOptions, caller: Caller) -> analysis_pb2.Analysis:
        """The findings; one that fails does not fail the others."""


def all_work(reader: Reader, generation: Generation, analyst: Analyst, clock: Callable[[], float] = time.monotonic) -> dict[str, Work]:
    """The work of each kind of job."""

    async def recognize(run: Run) -> None:
        options, content = document_pb2.RecognitionOptions.FromString(run.inputs[0]), run.inputs[1]
        total, begun, before = 0, clock(), len(run.done)
        async with aclosing(reader.read(content, options, run.job.tenant_id, run.done)) as read:
            async for part in read:
                if isinstance(part, document_pb2.Document):
                    total = len(part.pages)
                    await _started_reading(run, part)
                else:
                    failed = part.HasField("error")
                    await run.result(part.number, part.SerializeToString(), kind=names.PAGE, failed=failed)
                    _pages_done(run, total, before, clock() - begun)

    async def generate(run: Run) -> None:
        spec = generation_pb2.GenerationSpec.FromString(run.inputs[0])
        started = job_pb2.JobStarted(model=spec.model, attempt=run.job.attempt, image_count=spec.count)
        await run.started(started.SerializeToString(), {names.MODEL: spec.model})
        # The job waited for its place already, and it is the job that is tried again where a model is away.
        manner = Manner(refusable=False, full_previews=bool(run.facts.get(FULL_PREVIEWS)))
        async with aclosing(generation.run(spec, run.done, manner)) as events:
            async for event in events:
                await _tell(run, event)

    async def analyze(run: Run) -> None:
        options, content = analysis_pb2.AnalysisOptions.FromString(run.inputs[0]), run.inputs[1]
        await run.started(job_pb2.JobStarted(attempt=run.job.attempt).SerializeToString())
        if 0 not in run.done:
            analysis = await analyst.analyze(content, options, run.job.caller)
            await run.result(0, analysis.SerializeToString(), kind=names.FINDINGS)

    return {names.RECOGNITION: recognize, names.GENERATION: generate, names.ANALYSIS: analyze}


async def _started_reading(run: Run, known: document_pb2.Document) -> None:
    started = job_pb2.JobStarted(model=known.model, attempt=run.job.attempt, page_count=len(known.pages))
    facts = {names.MODEL: known.model, names.PAGE_COUNT: known.page_count}
    await run.started(started.SerializeToString(), facts | {names.MEDIA_TYPE: known.media_type, names.SHA256: known.sha256})


def _pages_done(run: Run, total: int, before: int, seconds: float) -> None:
    done = len(run.done)
    if 0 < done <= total:
        left = seconds / max(done - before, 1) * (total - done)
        progressed = job_pb2.JobProgressed(progress=done / total, steps_done=done, steps_total=total, estimated_remaining=duration(left))
        run.progress(done / total, progressed.SerializeToString())


async def _tell(run: Run, event: Event) -> None:
    if isinstance(event, job_pb2.JobProgressed):
        run.progress(event.progress, event.SerializeToString())
    elif isinstance(event, job_pb2.ImagePreview):
        await run.tell(names.PREVIEW, event.SerializeToString(), preview_of=event.index)
    else:
        await run.result(event.index, event.SerializeToString(), kind=names.IMAGE)
