"""Making pictures: what is asked for is filled in once, then worked off, picture by picture, also after a break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from uat.vision.v1 import generation_pb2 as pb
from uat.vision.v1 import job_pb2

from services.kit.errors import Fault, InvalidRequest
from services.kit.tasks import end
from services.vision import encoding
from services.vision.errors import ModelNotFound, SizeUnsupported
from services.vision.gate import Gate
from services.vision.generation_models import GenerationModel, GenerationModels
from services.vision.painting import Frame, Order, Painter, Pixels

Event = job_pb2.JobProgressed | job_pb2.ImagePreview | pb.GeneratedImage
KINDS = {pb.IMAGE_FORMAT_PNG: "PNG", pb.IMAGE_FORMAT_JPEG: "JPEG", pb.IMAGE_FORMAT_WEBP: "WEBP"}
_QUALITY = 90
_PROGRESS_GAP = 0.1
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 2.0
SEEDS = 2**53
"""Seeds are below this, so that JSON's numbers can hold them."""


class Workers(Protocol):
    """Processes for what would hold the event loop up."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises."""


@dataclass(frozen=True, slots=True)
class Fields:
    """How a request calls what can be wrong with it."""

    model: str
    size: str
    steps: str


TYPED = Fields("spec.model", "spec.width", "spec.steps")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run treats trouble and previews."""

    patience: float = 0.0
    """Seconds for which a model that isn't there is waited for."""
    refusable: bool = True
    """Whether a full house refuses it."""
    full_previews: bool = False
    """Previews in the size and format of the picture, instead of small JPEGs."""


_PLAIN = Manner()


class Generation:
    """Makes pictures."""

    def __init__(
        self,
        models: GenerationModels,
        painter: Painter,
        workers: Workers,
        gate: Gate,
        seed: Callable[[int], int],
        clock: Callable[[], float],
        at_once: int,
    ) -> None:
        self._models = models
        self._painter = painter
        self._workers = workers
        self._gate = gate
        self._seed = seed
        self._clock = clock
        self._at_once = at_once

    async def complete(self, asked: pb.GenerationSpec, fields: Fields = TYPED) -> pb.GenerationSpec:
        """What was asked for with nothing left open, so that a run makes the same pictures however often it starts. `fields` is how the
        request calls them. Raises ModelNotFound, ModelNotReady, SizeUnsupported, InvalidRequest, DependencyUnavailable.
        """
        model = await self._models.named(asked.model, fields.model)
        width, height = _size(asked, model, fields.size)
        if asked.steps > model.max_steps:
            raise InvalidRequest.of(fields.steps, f"{model.id} takes at most {model.max_steps} steps")
        count = asked.count or 1
        spec = pb.GenerationSpec()
        spec.CopyFrom(asked)
        spec.model, spec.width, spec.height, spec.count = model.id, width, height, count
        spec.steps = asked.steps or model.default_steps
        spec.guidance = asked.guidance if asked.HasField("guidance") else model.default_guidance
        spec.seed = asked.seed if asked.HasField("seed") else self._seed(SEEDS - count)
        spec.format = asked.format or pb.IMAGE_FORMAT_PNG
        spec.quality = asked.quality or _QUALITY
        return spec

    async def run(self, spec: pb.GenerationSpec, done: Collection[int] = (), manner: Manner = _PLAIN) -> AsyncGenerator[Event, None]:
        """Makes the pictures of a complete spec that are not `done`, a few at a time, and yields progress, previews and pictures as they
        come. Closing the generator stops all of them at their next step. Raises what the first picture that fails raised.
        """
        events: asyncio.Queue[Event | Exception | None] = asyncio.Queue(16)
        progress = Progress(spec, done, self._clock)
        left = iter([index for index in range(spec.count) if index not in done])

        async def work() -> None:
            for index in left:
                async with aclosing(self._picture(spec, index, progress, manner)) as made:
                    async for event in made:
                        await events.put(event)

        async def all_work() -> None:
            outcome = None
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self._at_once, spec.count)):
                        group.create_task(work())
            except* Exception as errors:
                outcome = _first(errors)
            await events.put(outcome)

        working = asyncio.create_task(all_work())
        try:
            while (event := await events.get()) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            await end(working)

    async def _picture(self, spec: pb.GenerationSpec, index: int, progress: Progress, manner: Manner) -> AsyncGenerator[Event, None]:
        async with self._gate.turn(patient=not manner.refusable), aclosing(self._frames(spec, index, manner)) as frames:
            async for frame, version in frames:
                if frame.final and frame.pixels is not None:
                    yield await self._image(spec, index, frame.pixels, version)
                elif frame.pixels is not None and spec.previews:
                    yield await self._preview(spec, index, frame.step, frame.pixels, manner)
                if told := progress.step(index, spec.steps if frame.final else frame.step):
                    yield told

    async def _frames(self, spec: pb.GenerationSpec, index: int, manner: Manner) -> AsyncGenerator[tuple[Frame, str], None]:
        """The frames of one picture with the version that makes them; begun again while a model that went away may come back."""
        give_up, wait = self._clock() + manner.patience, _FIRST_WAIT
        while True:
            try:
                model = await self._models.named(spec.model, TYPED.model)
                order = _order(spec, index, model.version)
                async with aclosing(self._painter.paint(order)) as frames:
                    async for frame in frames:
                        yield frame, model.version
                return
            except Fault as fault:
                self._models.forget()
                # The model was there when the spec was completed: one that isn't now is being loaded again.
                if not (fault.transient or isinstance(fault, ModelNotFound)) or self._clock() + wait > give_up:
                    raise
                await asyncio.sleep(wait)
                wait = min(_LONGEST_WAIT, wait * 2)

    async def _image(self, spec: pb.GenerationSpec, index: int, pixels: Pixels, version: str) -> pb.GeneratedImage:
        kind = KINDS[spec.format]
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

    async def _preview(self, spec: pb.GenerationSpec, index: int, step: int, pixels: Pixels, manner: Manner) -> job_pb2.ImagePreview:
        if manner.full_previews:
            kind = KINDS[spec.format]
            content = await self._workers.run(encoding.encode, pixels, kind, spec.quality)
        else:
            kind, content = "JPEG", await self._workers.run(encoding.preview, pixels)
        return job_pb2.ImagePreview(index=index, step=step, content=content, media_type=encoding.MEDIA_TYPES[kind])


class Progress:
    """How far all pictures of a run have come. Never falls; told at most ten times a second, and at the end of each picture."""

    def __init__(self, spec: pb.GenerationSpec, done: Collection[int], clock: Callable[[], float]) -> None:
        self._spec = spec
        self._clock = clock
        self._steps = {index: spec.steps if index in done else 0 for index in range(spec.count)}
        self._begun_at, self._begun_with = clock(), self._share()
        self._told_at, self._told = float("-inf"), 0.0

    def step(self, index: int, step: int) -> job_pb2.JobProgressed | None:
        """Takes in that a picture has come to this step; what to tell of it, if anything."""
        self._steps[index] = max(self._steps[index], min(step, self._spec.steps))
        now, share = self._clock(), self._share()
        finished = step >= self._spec.steps
        if not finished and now - self._told_at < _PROGRESS_GAP:
            return None
        self._told_at, self._told = now, max(self._told, share)
        told = job_pb2.JobProgressed(progress=self._told, steps_done=self._steps[index], steps_total=self._spec.steps)
        if share > self._begun_with:
            left = (now - self._begun_at) * (1 - share) / (share - self._begun_with)
            told.estimated_remaining.FromMilliseconds(round(left * 1000))
        return told

    def _share(self) -> float:
        return sum(self._steps.values()) / (self._spec.steps * self._spec.count)


def _size(asked: pb.GenerationSpec, model: GenerationModel, field: str) -> tuple[int, int]:
    """Where only one edge is given, the first size with this edge. Raises SizeUnsupported."""
    if not asked.width and not asked.height:
        return model.sizes[0]
    for width, height in model.sizes:
        if asked.width in (0, width) and asked.height in (0, height):
            return width, height
    wanted = asked.width or asked.height, asked.height or asked.width
    raise SizeUnsupported.of(*wanted, model.sizes, model.id, field)


def _order(spec: pb.GenerationSpec, index: int, version: str) -> Order:
    return Order(
        model=spec.model,
        version=version,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        seed=spec.seed + index,
        steps=spec.steps,
        guidance=spec.guidance,
        width=spec.width,
        height=spec.height,
        previews=spec.previews,
    )


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
