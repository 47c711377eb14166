"""Builds the generation package."""

from __future__ import annotations

import random
import time

from services.kit.triton.client import Triton
from services.vision.config import VisionConfig
from services.vision.generation.generation import Generation
from services.vision.generation.models import GenerationModels, aliases
from services.vision.generation.painter import Painter
from services.vision.workers.pool import WorkerPool


def build(config: VisionConfig, triton: Triton, workers: WorkerPool) -> tuple[GenerationModels, Generation]:
    """The image generation models, and what runs specs on them."""
    models = GenerationModels(triton, config.generation_model, aliases(config.generation_aliases), time.monotonic)
    painter = Painter(triton, config.generation_seconds)
    return models, Generation(models, painter, workers, random.SystemRandom().randrange, time.monotonic, config.pictures_at_once)
