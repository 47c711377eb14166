"""The servicer of picture analysis, and of image generation in OpenAI's shape."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from google.api import httpbody_pb2
from uat.vision.v1 import generation_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.admission.queue import AdmissionQueue, Demand
from services.kit.context import caller
from services.kit.errors import Fault
from services.vision.analysis.analyzer import Analyzer
from services.vision.generation import openai
from services.vision.generation.generation import Fields, Generation
from services.vision.generation.models import GenerationModels
from services.vision.jobs.jobs import VisionJobs
from services.vision.sources import Sources

JSON, EVENTS = "application/json", "text/event-stream"
_FIELDS = Fields("model", "size", "steps")


class PicturesServicer:
    """RPCs of `uat.vision.v1.VisionService`: AnalyzeImage and CreateImage.

    `queue` bounds the analyses that run and wait; pictures are made by jobs, which have a queue of their own.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        sources: Sources,
        queue: AdmissionQueue,
        models: GenerationModels,
        generation: Generation,
        jobs: VisionJobs,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._analyzer = analyzer
        self._sources = sources
        self._queue = queue
        self._models = models
        self._generation = generation
        self._jobs = jobs
        self._clock = clock

    async def AnalyzeImage(self, request: pb.AnalyzeImageRequest, _: Any) -> pb.AnalyzeImageResponse:
        async with self._queue.join(Demand(caller().tenant_id)):
            content = await self._sources.fetch(caller(), request.source)
            return pb.AnalyzeImageResponse(analysis=await self._analyzer.analyze(content, request.options, caller()))

    async def CreateImage(self, request: pb.CreateImageRequest, _: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        requested = openai.spec_of(request, await self._models.named(request.model, _FIELDS.model))
        spec = await self._generation.complete(requested, _FIELDS)
        pictures = openai.Pictures(request, spec, int(self._clock()))
        answer = self._events(spec, pictures) if request.stream else self._body(spec, pictures)
        async with aclosing(answer) as parts:
            async for part in parts:
                yield part

    async def _body(self, spec: generation_pb2.GenerationSpec, pictures: openai.Pictures) -> AsyncGenerator[httpbody_pb2.HttpBody, None]:
        async with aclosing(self._jobs.paint(caller(), spec)) as made:
            async for picture in made:
                pictures.add(picture)
        for piece in pictures.body():
            yield httpbody_pb2.HttpBody(content_type=JSON, data=piece)

    async def _events(self, spec: generation_pb2.GenerationSpec, pictures: openai.Pictures) -> AsyncGenerator[httpbody_pb2.HttpBody, None]:
        begun = False
        try:
            async with aclosing(self._jobs.paint(caller(), spec)) as made:
                async for picture in made:
                    for piece in pictures.event(picture):
                        begun = True
                        yield httpbody_pb2.HttpBody(content_type=EVENTS, data=piece)
        except Fault as fault:
            if not begun:
                raise
            yield httpbody_pb2.HttpBody(content_type=EVENTS, data=openai.failed(fault.status()))
