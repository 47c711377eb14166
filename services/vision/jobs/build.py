"""Builds the jobs package."""

from __future__ import annotations

from collections.abc import Mapping

from services.kit.ids import new_id
from services.kit.jobs import Jobs, Work, Worker
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.vision.config import VisionConfig
from services.vision.generation.generation import Generation
from services.vision.jobs.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.jobs.messages import ANALYSIS, GENERATION, RECOGNITION
from services.vision.sources import Sources


def build(
    config: VisionConfig,
    database: Database,
    nats: Nats,
    sources: Sources,
    generation: Generation,
    work: Mapping[str, Work],
) -> tuple[Jobs, VisionJobs, Worker]:
    """The jobs, what callers start with them, and the worker that runs them, which is a resource of the app."""
    slots = {RECOGNITION: config.recognition_jobs, GENERATION: config.pictures_at_once, ANALYSIS: config.workers}
    jobs = Jobs(database, nats, jobs_config(slots=slots, quota=config.max_unfinished_jobs), FAULTS, new_id)
    return jobs, VisionJobs(jobs, sources, generation), Worker(jobs, work)
