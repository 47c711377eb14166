"""Scripted models behind vision's jobs: a painter that can be held and can go away, a reader of numbered pages, an analyst."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from google.rpc import status_pb2
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.vision.v1 import analysis_pb2, document_pb2, source_pb2

from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable
from services.vision.errors import NotAnImage, UploadNotFound
from services.vision.generation.generation import Generation
from services.vision.generation.models import GenerationModels
from services.vision.generation.painter import Painter

MODEL = "shapes"


@dataclass
class Parts:
    """What a replica's jobs work with. Everything waits while it is held."""

    held: asyncio.Event = field(default_factory=asyncio.Event)
    away: bool = False
    painted: list[int] = field(default_factory=list)
    """Seeds of the pictures that were begun."""
    stopped: list[int] = field(default_factory=list)
    """Seeds of the pictures that were broken off."""
    read_pages: list[int] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    analyzed: int = 0

    def hold(self) -> Parts:
        """Stops everything before its last step, or its last page."""
        self.held.clear()
        return self

    def __post_init__(self) -> None:
        self.held.set()

    def generation(self) -> Generation:
        models = GenerationModels(_Repository(), MODEL, {}, time.monotonic)
        return Generation(models, Painter(self, 60.0), _Inline(), random.randrange, time.monotonic, 2)

    # a painter

    async def infer_stream(
        self, model: str, inputs: Mapping[str, Any], outputs: Sequence[str] = (), version: str = "", timeout: float | None = None
    ) -> AsyncGenerator[Mapping[str, Any], None]:
        seed, steps = int(inputs["seed"][0]), int(inputs["steps"][0])
        self.painted.append(seed)
        step = 0
        try:
            for step in range(1, steps + 1):
                if self.away:
                    raise DependencyUnavailable("Triton is not there")
                if step == steps:
                    await self.held.wait()
                await asyncio.sleep(0)
                pixels = np.full((64, 64, 3), seed % 251, np.uint8)
                yield {"image": pixels, "step": np.array([step], np.int32), "final": np.array([step == steps])}
        except (GeneratorExit, asyncio.CancelledError):
            if not (step == steps and self.held.is_set()):  # who has the finished picture leaves too
                self.stopped.append(seed)
            raise

    # a reader

    async def read(
        self, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[document_pb2.Document | document_pb2.Page, None]:
        """A content such as `4 pages`; page 2 can't be read; pages come from the last to the first."""
        count = int(content.split()[0])
        pages = [document_pb2.Page(number=number) for number in range(1, count + 1)]
        yield document_pb2.Document(pages=pages, page_count=count + 1, media_type="application/pdf", sha256="ab", model="ppocr")
        for page in reversed(pages):
            if page.number in done:
                continue
            if page.number == 1:
                await self.held.wait()
            await asyncio.sleep(0.005)
            self.read_pages.append(page.number)
            if page.number == 2:
                page.error.CopyFrom(status_pb2.Status(code=3, message="can't be read"))
            else:
                page.text = f"page {page.number} of {tenant_id}"
                page.markdown = f"# {page.number}"
            yield page

    # an analyst

    async def analyze(self, content: bytes, options: analysis_pb2.AnalysisOptions, caller: Caller) -> analysis_pb2.Analysis:
        self.analyzed += 1
        return analysis_pb2.Analysis(media_type=f"image/{caller.user_id}", size_bytes=len(content))

    # sources

    async def picture(self, caller: Caller, source: source_pb2.Source) -> bytes:
        if source.HasField("content"):
            if source.content == b"text":
                raise NotAnImage("the content is no picture")
            return source.content
        if source.upload_id not in self.uploads:
            raise UploadNotFound.of(source.upload_id)
        return self.uploads[source.upload_id]

    async def document(self, caller: Caller, source: source_pb2.Source, options: document_pb2.RecognitionOptions) -> bytes:
        return await self.picture(caller, source)


class _Repository:
    async def index(self) -> Sequence[oip.RepositoryIndexResponse.ModelIndex]:
        return [oip.RepositoryIndexResponse.ModelIndex(name=MODEL, version="1", state="READY")]

    async def config(self, model: str, version: str) -> model_config_pb2.ModelConfig | None:
        config = model_config_pb2.ModelConfig(name=MODEL)
        said = {"task": "image-generation", "sizes": "64x64", "default_steps": "4", "max_steps": "50", "default_guidance": "3"}
        for name, value in said.items():
            config.parameters[name].string_value = value
        return config


class _Inline:
    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(*arguments)
