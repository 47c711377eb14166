"""Puts vision together."""

from __future__ import annotations

import random
import time
from datetime import timedelta

from uat.vision.v1 import source_pb2, vision_service_pb2

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
from services.vision.catalogue import Catalogue
from services.vision.config import VisionConfig
from services.vision.engine import Engine
from services.vision.gate import Gate
from services.vision.generation import Generation
from services.vision.generation_models import GenerationModels, aliases
from services.vision.headers.read import PixelLimits
from services.vision.job_messages import ANALYSIS, GENERATION, RECOGNITION
from services.vision.job_work import all_work
from services.vision.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.page_cache import PageCache
from services.vision.painting import Painter
from services.vision.recognition import Recognition
from services.vision.service_documents import DocumentsServicer
from services.vision.service_jobs import JobsServicer
from services.vision.service_pictures import PicturesServicer
from services.vision.sources import Sources
from services.vision.spool import Spool
from services.vision.store import UploadStore
from services.vision.terms import Terms
from services.vision.uploads import Uploads
from services.vision.workers import Workers


def build(settings: Settings, config: VisionConfig | None = None) -> App:
    """vision over PostgreSQL, NATS and Triton, which may be away when it starts."""
    config = config or load(VisionConfig, "UAT_VISION_")
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats, triton = Database(settings.postgres_url), Nats(settings.nats_url, (stream("vision"),)), Triton(config.triton_url)
    workers, spool = _workers(config), Spool()
    limits = PixelLimits(config.max_pixels, config.max_edge, config.max_decompression_ratio)

    engine = Engine(triton, config.recognition_model, config.inferences_at_once)
    terms = Terms(engine, config.max_pages)
    pages = PageCache(database, most_bytes=config.max_cached_bytes, age=timedelta(hours=config.cache_hours))
    reading = Gate(config.pages_at_once, config.pages_waiting, time.monotonic)
    recognition = Recognition(engine, workers, pages, spool, reading, limits, terms, config.pages_at_once)

    store = UploadStore(database)
    uploads = Uploads(store, spool, workers, limits, new_id, max_bytes=config.max_upload_bytes, max_held=config.max_uploaded_bytes)
    sources = Sources(uploads, workers, spool, limits, terms, config.max_inline_bytes)

    painters = GenerationModels(triton, config.generation_model, aliases(config.generation_aliases), time.monotonic)
    painting = Gate(config.pictures_at_once, config.pictures_waiting, time.monotonic)
    generation = Generation(
        painters,
        Painter(triton, config.generation_seconds),
        workers,
        painting,
        random.SystemRandom().randrange,
        time.monotonic,
        config.pictures_at_once,
    )
    analyzer, looking = Analyzer(workers, recognition, limits), Gate(config.workers, config.pages_waiting, time.monotonic)

    slots = {RECOGNITION: config.recognition_jobs, GENERATION: config.pictures_at_once, ANALYSIS: config.workers}
    jobs = Jobs(database, nats, jobs_config(slots=slots, quota=config.max_unfinished_jobs), FAULTS, new_id)
    worker = Worker(jobs, all_work(recognition, generation, analyzer))
    vision_jobs = VisionJobs(jobs, sources, generation)
    servicers = (
        DocumentsServicer(recognition, sources, uploads, Catalogue(engine, painters), _limits(config)),
        JobsServicer(vision_jobs),
        PicturesServicer(analyzer, sources, looking, painters, generation, vision_jobs),
    )
    return App(
        name="vision",
        port=PORTS["vision"] + settings.port_offset,
        served=[Served(vision_service_pb2.DESCRIPTOR.services_by_name["VisionService"], servicers)],
        trust=trust,
        resources=[clients, trust, database, nats, triton, workers, spool, pages, uploads, worker],
        drains=[worker.drain],
    )


def _workers(config: VisionConfig) -> Workers:
    return Workers(
        config.workers,
        seconds=config.worker_seconds,
        most_resident=config.worker_resident_bytes,
        most_address_space=config.worker_address_bytes,
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
