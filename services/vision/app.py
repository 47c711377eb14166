"""Builds vision."""

from __future__ import annotations

import random
import time
from datetime import timedelta

from uat.vision.v1 import source_pb2, vision_service_pb2

from services.kit.admission.queue import AdmissionQueue, Limits
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker, stream
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.triton.client import Triton
from services.targets import PORTS
from services.vision.analysis.analyzer import Analyzer
from services.vision.config import VisionConfig
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.content.sources import Sources
from services.vision.generation.generation import Generation
from services.vision.generation.models import GenerationModels, aliases
from services.vision.generation.painter import Painter
from services.vision.jobs.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.jobs.messages import ANALYSIS, GENERATION, RECOGNITION
from services.vision.jobs.work import all_work
from services.vision.model_listing import ModelListing
from services.vision.recognition.engine import Engine
from services.vision.recognition.page_cache import PageCache
from services.vision.recognition.page_reader import ModelAccess
from services.vision.recognition.recognition import Recognition
from services.vision.recognition.validation import Validation
from services.vision.service_documents import DocumentsServicer
from services.vision.service_jobs import JobsServicer
from services.vision.service_pictures import PicturesServicer
from services.vision.uploads.store import UploadStore
from services.vision.uploads.uploads import Uploads
from services.vision.workers.pool import WorkerPool


def build(settings: Settings, config: VisionConfig | None = None) -> App:
    """vision over PostgreSQL, NATS and Triton, which may be away when it starts."""
    config = config or load(VisionConfig, "UAT_VISION_")
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats, triton = Database(settings.postgres_url), Nats(settings.nats_url, (stream("vision"),)), Triton(config.triton_url)
    workers, scratch = _workers(config), Scratch()
    limits = PixelLimits(config.max_pixels, config.max_edge, config.max_decompression_ratio)

    engine = Engine(triton, config.recognition_model)
    validation = Validation(engine, config.max_pages)
    cache = PageCache(database, max_bytes=config.max_cached_bytes, max_age=timedelta(hours=config.cache_hours))
    recognition = Recognition(
        engine,
        workers,
        cache,
        scratch,
        limits,
        validation,
        access=ModelAccess(config.triton_url, config.batches_in_flight),
        at_once=config.pages_at_once,
        max_waiting=config.pages_waiting,
    )

    uploads = Uploads(
        UploadStore(database),
        scratch,
        workers,
        limits,
        new_id,
        max_bytes=config.max_upload_bytes,
        max_user_bytes=config.max_uploaded_bytes,
    )
    sources = Sources(uploads, workers, scratch, limits, validation, config.max_inline_bytes)

    models = GenerationModels(triton, config.generation_model, aliases(config.generation_aliases), time.monotonic)
    painter = Painter(triton, config.generation_seconds)
    generation = Generation(models, painter, workers, random.SystemRandom().randrange, time.monotonic, config.pictures_at_once)
    analyzer = Analyzer(workers, recognition, limits)

    slots = {RECOGNITION: config.recognition_jobs, GENERATION: config.pictures_at_once, ANALYSIS: config.workers}
    jobs = Jobs(database, nats, jobs_config(slots=slots, quota=config.max_unfinished_jobs), FAULTS, new_id)
    worker = Worker(jobs, all_work(recognition, generation, analyzer))
    vision_jobs = VisionJobs(jobs, sources, generation)
    analyses = AdmissionQueue("picture analysis", Limits(config.workers, config.pages_waiting))
    servicers = (
        DocumentsServicer(recognition, sources, uploads, ModelListing(engine, models), _limits(config)),
        JobsServicer(vision_jobs),
        PicturesServicer(analyzer, sources, analyses, models, generation, vision_jobs),
    )
    return App(
        name="vision",
        port=PORTS["vision"] + settings.port_offset,
        served=[Served(vision_service_pb2.DESCRIPTOR.services_by_name["VisionService"], servicers)],
        trust=trust,
        resources=[clients, trust, database, nats, triton, workers, scratch, cache, uploads, worker],
        drains=[worker.drain],
    )


def _workers(config: VisionConfig) -> WorkerPool:
    return WorkerPool(
        config.workers + config.pages_at_once,
        cpu_seconds=config.worker_seconds,
        max_resident_bytes=config.worker_resident_bytes,
        address_space_bytes=config.worker_address_bytes,
    )


def _limits(config: VisionConfig) -> source_pb2.Limits:
    return source_pb2.Limits(
        max_inline_bytes=config.max_inline_bytes,
        max_upload_bytes=config.max_upload_bytes,
        max_pixels=config.max_pixels,
        max_edge=config.max_edge,
        max_pages=config.max_pages,
        max_decompression_ratio=config.max_decompression_ratio,
    )
