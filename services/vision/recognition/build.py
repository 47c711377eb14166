"""Builds the recognition package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.kit.postgres.database import Database
from services.kit.triton.client import Triton
from services.vision.config import VisionConfig
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.recognition.engine import Engine
from services.vision.recognition.page_cache import PageCache
from services.vision.recognition.page_reader import ModelAccess
from services.vision.recognition.recognition import Recognition
from services.vision.recognition.validation import Validation
from services.vision.workers.pool import WorkerPool


@dataclass(frozen=True, slots=True)
class RecognitionParts:
    """What the rest of the service uses. `cache` is a resource of the app."""

    engine: Engine
    validation: Validation
    cache: PageCache
    recognition: Recognition


def build(
    config: VisionConfig, database: Database, triton: Triton, workers: WorkerPool, scratch: Scratch, limits: PixelLimits
) -> RecognitionParts:
    """Recognition with its engine, its page cache and its validation."""
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
    return RecognitionParts(engine, validation, cache, recognition)
