"""Runs image generation specs: completes a spec once, then makes its pictures, also after an interruption."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass

from uat.vision.v1 import generation_pb2 as pb
from uat.vision.v1 import job_pb2
from uat.vision.v1.model_pb2 import Model

from services.kit.errors import Fault, InvalidRequest
from services.vision.errors import ModelNotFound, ModelNotReady, SizeUnsupported
from services.vision.generation import encoding
from services.vision.generation.models import GenerationModels
from services.vision.generation.painter import Frame, Painter, Pixels
from services.vision.parallel import merged
from services.vision.workers.pool import WorkerPool

Event = job_pb2.JobProgressed | job_pb2.ImagePreview | pb.GeneratedImage
FORMATS = {pb.IMAGE_FORMAT_PNG: "PNG", pb.IMAGE_FORMAT_JPEG: "JPEG", pb.IMAGE_FORMAT_WEBP: "WEBP"}
SEEDS = 2**53
"""Seeds are below this, so that JSON's numbers can hold them."""
_QUALITY = 90
_PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Fields:
    """The request's names of the fields that a fault can be about."""

    model: str
    size: str
    steps: str


SPEC_FIELDS = Fields("spec.model", "spec.width", "spec.steps")


class Generation:
    """Makes pictures, `at_once` of all callers at a time."""

    def __init__(
        self,
        models: GenerationModels,
        painter: Painter,
        workers: WorkerPool,
        seed: Callable[[int], int],
        clock: Callable[[], float],
        at_once: int,
    ) -> None:
        self._models = models
        self._painter = painter
        self._workers = workers
        self._slots = asyncio.Semaphore(at_once)
        self._seed = seed
        self._clock = clock
        self._at_once = at_once

    async def complete(self, requested: pb.GenerationSpec, fields: Fields = SPEC_FIELDS) -> pb.GenerationSpec:
        """The spec with every default in place, so that each run of it makes the same pictures. `fields` are the request's names for
        faults. Raises ModelNotFound, ModelNotReady, SizeUnsupported, InvalidRequest, DependencyUnavailable.
        """
        model = await self._models.named(requested.model, fields.model)
        width, height = _size(requested, model, fields.size)
        if requested.steps > model.max_steps:
            raise InvalidRequest.of(fields.steps, f"{model.id} takes at most {model.max_steps} steps")
        count = requested.count or 1
        spec = pb.GenerationSpec()
        spec.CopyFrom(requested)
        spec.model, spec.width, spec.height, spec.count = model.id, width, height, count
        spec.steps = requested.steps or model.default_steps
        spec.guidance = requested.guidance if requested.HasField("guidance") else model.default_guidance
        spec.seed = requested.seed if requested.HasField("seed") else self._seed(SEEDS - count)
        spec.format = requested.format or pb.IMAGE_FORMAT_PNG
        spec.quality = requested.quality or _QUALITY
        return spec

    async def run(self, spec: pb.GenerationSpec, done: Collection[int] = (), *, full_previews: bool = False) -> AsyncGenerator[Event, None]:
        """Makes the pictures of a complete spec that are not in `done`, and yields progress, previews and pictures as they come.

        `full_previews` have the picture's size and format; others are small JPEGs. Closing the generator stops the models at their next
        step. Raises what the first failing picture raised.
        """
        progress = Progress(spec, done, self._clock)
        left = [index for index in range(spec.count) if index not in done]

        def picture(index: int) -> AsyncGenerator[Event, None]:
            return self._picture(spec, index, progress, full_previews)

        async with aclosing(merged(left, picture, min(self._at_once, len(left)))) as events:
            async for event in events:
                yield event

    async def _picture(self, spec: pb.GenerationSpec, index: int, progress: Progress, full_previews: bool) -> AsyncGenerator[Event, None]:
        async with self._slots, aclosing(self._frames(spec, index)) as frames:
            async for frame, version in frames:
                if frame.final and frame.pixels is not None:
                    yield await self._image(spec, index, frame.pixels, version)
                elif frame.pixels is not None and spec.previews:
                    yield await self._preview(spec, index, frame.step, frame.pixels, full_previews)
                if progressed := progress.step(index, spec.steps if frame.final else frame.step):
                    yield progressed

    async def _frames(self, spec: pb.GenerationSpec, index: int) -> AsyncGenerator[tuple[Frame, str], None]:
        """The frames of one picture, each with the model version that paints it."""
        try:
            model = await self._models.named(spec.model, SPEC_FIELDS.model)
            async with aclosing(self._painter.paint(spec, index, model.version)) as frames:
                async for frame in frames:
                    yield frame, model.version
        except Fault as fault:
            self._models.refresh()
            if isinstance(fault, ModelNotFound):  # it existed when the spec was completed: it is being reloaded
                raise ModelNotReady.named(spec.model) from fault
            raise

    async def _image(self, spec: pb.GenerationSpec, index: int, pixels: Pixels, version: str) -> pb.GeneratedImage:
        kind = FORMATS[spec.format]
        return pb.GeneratedImage(
            index=index,
            content=await self._workers.run(encoding.encode, pixels, kind, spec.quality),
            media_type=encoding.MEDIA_TYPES[kind],
            width=pixels.shape[1],
            height=pixels.shape[0],
            seed=spec.seed + index,
            model=spec.model,
            model_version=version,
            steps=spec.steps,
        )

    async def _preview(self, spec: pb.GenerationSpec, index: int, step: int, pixels: Pixels, full: bool) -> job_pb2.ImagePreview:
        if full:
            kind = FORMATS[spec.format]
            content = await self._workers.run(encoding.encode, pixels, kind, spec.quality)
        else:
            kind, content = "JPEG", await self._workers.run(encoding.preview, pixels)
        return job_pb2.ImagePreview(index=index, step=step, content=content, media_type=encoding.MEDIA_TYPES[kind])


class Progress:
    """The progress of a run over all of its pictures. It never falls; it is reported at most ten times a second, and with each picture."""

    def __init__(self, spec: pb.GenerationSpec, done: Collection[int], clock: Callable[[], float]) -> None:
        self._spec = spec
        self._clock = clock
        self._steps = {index: spec.steps if index in done else 0 for index in range(spec.count)}
        self._start_time, self._start_share = clock(), self._share()
        self._reported_at, self._reported = float("-inf"), 0.0

    def step(self, index: int, step: int) -> job_pb2.JobProgressed | None:
        """Records that a picture reached a step. Returns the event to report, if one is due."""
        self._steps[index] = max(self._steps[index], min(step, self._spec.steps))
        now, share = self._clock(), self._share()
        if step < self._spec.steps and now - self._reported_at < _PROGRESS_SECONDS:
            return None
        self._reported_at, self._reported = now, max(self._reported, share)
        event = job_pb2.JobProgressed(fraction=self._reported, steps_done=self._steps[index], steps_total=self._spec.steps)
        if share > self._start_share:
            left = (now - self._start_time) * (1 - share) / (share - self._start_share)
            event.estimated_remaining.FromMilliseconds(round(left * 1000))
        return event

    def _share(self) -> float:
        return sum(self._steps.values()) / (self._spec.steps * self._spec.count)


def _size(requested: pb.GenerationSpec, model: Model, field: str) -> tuple[int, int]:
    """The size to make; with one edge given, the first size that has it. Raises SizeUnsupported."""
    if not requested.width and not requested.height:
        return model.sizes[0].width, model.sizes[0].height
    for size in model.sizes:
        if requested.width in (0, size.width) and requested.height in (0, size.height):
            return size.width, size.height
    wanted = requested.width or requested.height, requested.height or requested.width
    raise SizeUnsupported.of(*wanted, [(size.width, size.height) for size in model.sizes], model.id, field)
