"""vision's pictures as a service of their own: real worker processes, Triton, jobs on PostgreSQL and NATS; only where content comes from,
and the reading of text, are scripted.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import grpc
from uat.vision.v1 import document_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.admission.queue import AdmissionQueue, Limits
from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.context import Caller
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker
from services.kit.nats.connection import Nats as NatsConnection
from services.kit.postgres.database import Database
from services.kit.postgres.migrations.upgrade import upgrade
from services.kit.testing import Issuer, running
from services.kit.triton.client import Triton
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from services.vision.analysis.analyzer import Analyzer
from services.vision.content.limits import PixelLimits
from services.vision.errors import UploadNotFound
from services.vision.generation.generation import Generation
from services.vision.generation.models import GenerationModels
from services.vision.generation.painter import Painter
from services.vision.jobs.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.jobs.work import all_work
from services.vision.service_jobs import JobsServicer
from services.vision.service_pictures import PicturesServicer
from services.vision.workers.pool import WorkerPool
from tests.conftest import PASSWORD, postgres_url, settings_for
from tests.edges import auth_app, envoy
from tests.kit.job_houses import fresh_service
from tests.ports import free_ports
from tests.vision.job_parts import Parts

MIGRATIONS = Path(__file__).parents[1] / "kit" / "jobs_migrations"
LIMITS = PixelLimits(max_pixels=64_000_000, max_edge=20_000, max_decompression_ratio=1000)
QUOTA = 8


@dataclass
class Script:
    """What is scripted: uploads, and a reader of text that gives what it is told to, or raises it."""

    uploads: dict[str, bytes] = field(default_factory=dict)
    says: str | Exception = "Hello"
    asked: list[document_pb2.RecognitionOptions] = field(default_factory=list)

    async def fetch(self, caller: Caller, source: source_pb2.Source) -> bytes:
        if source.HasField("content"):
            return source.content
        if source.upload_id not in self.uploads:
            raise UploadNotFound.of(source.upload_id)
        return self.uploads[source.upload_id]

    picture = fetch

    async def recognize(self, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str) -> document_pb2.Document:
        self.asked.append(options)
        if isinstance(self.says, Exception):
            raise self.says
        return document_pb2.Document(text=self.says, page_count=1, model="scripted")


@dataclass
class Studio:
    """What a replica runs on."""

    postgres: Postgres
    nats: Nats
    triton: str
    issuer: Issuer
    identity_folder: Path
    script: Script = field(default_factory=Script)
    service: str = field(default_factory=fresh_service)

    def app(self) -> App:
        """The service, put together."""
        upgrade(self.postgres.url, self.service, MIGRATIONS, PASSWORD)
        database = Database(postgres_url(self.postgres, self.service), max_size=4)
        nats, triton, workers = NatsConnection(self.nats.url), Triton(self.triton), WorkerPool(2)
        slots = {"recognition": 1, "generation": 2, "analysis": 1}
        jobs = Jobs(database, nats, jobs_config(slots=slots, quota=QUOTA, lease_seconds=2.0, sweep_seconds=0.3), FAULTS, new_id)
        models = GenerationModels(triton, "shapes", {"dall-e-3": "shapes"}, time.monotonic)
        generation = Generation(models, Painter(triton, 60.0), workers, random.randrange, time.monotonic, 2)
        analyzer = Analyzer(workers, self.script.recognize, LIMITS)
        worker = Worker(jobs, all_work(Parts(), generation, analyzer))
        work = VisionJobs(jobs, self.script, generation)
        pictures = PicturesServicer(analyzer, self.script, AdmissionQueue("analysis", Limits(1, 2)), models, generation, work)
        return App(
            name="vision",
            port=0,
            served=[Served(pb.DESCRIPTOR.services_by_name["VisionService"], (pictures, JobsServicer(work, jobs)))],
            trust=self.issuer.trust(),
            resources=[workers, triton, database, nats, worker],
            drains=[worker.drain],
        )

    def settings(self) -> Settings:
        return settings_for("vision", self.identity_folder, self.issuer)

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[grpc.aio.Channel]:
        """A channel to a replica."""
        async with running(self.app(), self.settings()) as channel:
            yield channel

    @asynccontextmanager
    async def edge(self, folder: Path) -> AsyncIterator[str]:
        """The address of an Envoy with the real configuration, with a replica behind it."""
        ports = free_ports()
        app = self.app()
        vision = replace(app, port=ports.service("vision"))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(serving(auth_app(ports, self.issuer), Settings(drain_seconds=0.2)))
            await stack.enter_async_context(serving(vision, self.settings()))
            await stack.enter_async_context(running_part(envoy(ports, folder)))
            yield f"http://127.0.0.1:{ports.edge}"
