"""Builds vision."""

from __future__ import annotations

from uat.vision.v1 import source_pb2, vision_service_pb2

from services.kit.admission.queue import AdmissionQueue, Limits
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.triton.client import Triton
from services.targets import PORTS
from services.vision.analysis.analyzer import Analyzer
from services.vision.config import VisionConfig
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.generation import build as generation
from services.vision.jobs import build as jobs
from services.vision.jobs.work import all_work
from services.vision.model_listing import ModelListing
from services.vision.recognition import build as recognition
from services.vision.service_documents import DocumentsServicer
from services.vision.service_jobs import JobsServicer
from services.vision.service_pictures import PicturesServicer
from services.vision.sources import Sources
from services.vision.uploads.store import UploadStore
from services.vision.uploads.uploads import Uploads
from services.vision.workers.pool import WorkerPool


def build(settings: Settings, config: VisionConfig | None = None) -> App:
    """vision over PostgreSQL, NATS and Triton, which may be away when it starts."""
    config = config or load(VisionConfig, "UAT_VISION_")
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats, triton = (
        Database(settings.postgres_url, max_size=settings.postgres_pool_size),
        Nats(settings.nats_url),
        Triton(config.triton_url),
    )
    workers, scratch = _workers(config), Scratch()
    limits = PixelLimits(config.max_pixels, config.max_edge, config.max_decompression_ratio)

    parts = recognition.build(config, database, triton, workers, scratch, limits)
    models, pictures = generation.build(config, triton, workers)
    analyzer = Analyzer(workers, parts.recognition.recognize, limits)
    uploads = Uploads(
        UploadStore(database),
        scratch,
        workers,
        limits,
        new_id,
        max_bytes=config.max_upload_bytes,
        max_user_bytes=config.max_uploaded_bytes,
    )
    sources = Sources(uploads, workers, scratch, limits, parts.validation, config.max_inline_bytes)
    all_jobs, vision_jobs, worker = jobs.build(config, database, nats, sources, pictures, all_work(parts.recognition, pictures, analyzer))

    analyses = AdmissionQueue("picture analysis", Limits(config.workers, config.pages_waiting))
    servicers = (
        DocumentsServicer(parts.recognition, sources, uploads, ModelListing(parts.engine, models), _limits(config)),
        JobsServicer(vision_jobs, all_jobs),
        PicturesServicer(analyzer, sources, analyses, models, pictures, vision_jobs),
    )
    return App(
        name="vision",
        port=PORTS["vision"] + settings.port_offset,
        served=[Served(vision_service_pb2.DESCRIPTOR.services_by_name["VisionService"], servicers)],
        trust=trust,
        resources=[clients, trust, database, nats, triton, workers, scratch, parts.cache, uploads, worker],
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
