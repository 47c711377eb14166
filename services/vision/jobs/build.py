"""Builds the jobs package."""

from __future__ import annotations

from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.vision.analysis.analyzer import Analyzer
from services.vision.config import VisionConfig
from services.vision.content.sources import Sources
from services.vision.generation.generation import Generation
from services.vision.jobs.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.jobs.messages import ANALYSIS, GENERATION, RECOGNITION
from services.vision.jobs.work import all_work
from services.vision.recognition.recognition import Recognition


def build(
    config: VisionConfig,
    database: Database,
    nats: Nats,
    sources: Sources,
    recognition: Recognition,
    generation: Generation,
    analyzer: Analyzer,
) -> tuple[VisionJobs, Worker]:
    """The callers' jobs, and the worker that runs them, which is a resource of the app."""
    slots = {RECOGNITION: config.recognition_jobs, GENERATION: config.pictures_at_once, ANALYSIS: config.workers}
    jobs = Jobs(database, nats, jobs_config(slots=slots, quota=config.max_unfinished_jobs), FAULTS, new_id)
    return VisionJobs(jobs, sources, generation), Worker(jobs, all_work(recognition, generation, analyzer))
