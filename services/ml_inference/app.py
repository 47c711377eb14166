"""Builds ml_inference out of its packages."""

from __future__ import annotations

import time

from inference import grpc_service_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2, open_inference_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.worker import Worker
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.triton.client import Triton
from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.inference.build import build as build_inference
from services.ml_inference.inference.cache_invalidation import CacheInvalidation
from services.ml_inference.inference.operations import Operations
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.jobs.jobs import FAULTS, KIND, InferenceJobs, jobs_config
from services.ml_inference.jobs.work import JobWork
from services.ml_inference.lifecycle.build import build as build_lifecycle
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.registry.admin import ModelAdmin
from services.ml_inference.registry.build import build as build_registry
from services.ml_inference.registry.registration import Registration
from services.ml_inference.registry.sources import Sources
from services.ml_inference.routing.build import build as build_routing
from services.ml_inference.scheduling.explain import Explain
from services.ml_inference.scheduling.load import Load
from services.ml_inference.scheduling.queues import Queues
from services.ml_inference.service_jobs import JobsServicer
from services.ml_inference.service_models import ModelsServicer
from services.ml_inference.service_open_inference import OpenInferenceGrpcServicer
from services.ml_inference.service_open_inference_rest import OpenInferenceRestServicer
from services.ml_inference.service_traffic import TrafficServicer
from services.targets import PORTS


def build(settings: Settings, config: MlInferenceConfig | None = None) -> App:
    """ML Inference on PostgreSQL, NATS and Triton."""
    config = config or load(MlInferenceConfig, "UAT_ML_INFERENCE_")
    clients, clock, replica = Clients(settings, PORTS), time.monotonic, new_id("replica")
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats = Database(settings.postgres_url, max_size=settings.postgres_pool_size), Nats(settings.nats_url)
    triton, queues, cache = Triton(config.triton_url), Queues(clock), ResponseCache(clock)

    registry_parts = build_registry(config, database, nats, replica, cache.clear, new_id)
    registry, store = registry_parts.registry, registry_parts.store
    routing = build_routing(registry, queues, database, nats, replica, new_id, clock)
    router, traffic = routing.router, routing.traffic
    lifecycle = build_lifecycle(config, registry, store, nats, triton, replica, traffic.has_share, queues.reset, clock)
    data_path = build_inference(router, queues, cache, triton, lifecycle.lifecycle.ensure_ready, registry.notify, clock)
    inference, invalidation = data_path.inference, CacheInvalidation(cache, nats, replica)
    operations = Operations(registry, store, lifecycle.lifecycle, lifecycle.budgets, lifecycle.warm_up, data_path.leases)
    registration = Registration(store, registry, Sources(config), config.repository, traffic.has_share, routing.control.delete, new_id)
    jobs = Jobs(database, nats, jobs_config(at_once=config.jobs_at_once, quota=config.jobs_quota), FAULTS, new_id)
    worker = Worker(jobs, {KIND: JobWork(inference.infer, router, config.job_items_at_once)})
    load_reports = Load(registry, queues, triton, lifecycle.budgets.budgets, jobs.queue.counts, clock)
    repository = Repository(registry, router, lifecycle.lifecycle, triton)

    models = (
        ModelsServicer(registry, ModelAdmin(registry, store, new_id), registration, operations),
        JobsServicer(InferenceJobs(jobs, router, config.job_bytes)),
        TrafficServicer(routing.control, Explain(router, queues, clock), load_reports, invalidation),
    )
    rest = OpenInferenceRestServicer(inference, repository, settings.max_message_bytes)
    return App(
        name="ml_inference",
        port=PORTS["ml_inference"] + settings.port_offset,
        served=[
            Served(
                grpc_service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"],
                OpenInferenceGrpcServicer(inference, repository, triton),
            ),
            Served(ml_inference_service_pb2.DESCRIPTOR.services_by_name["MlInferenceService"], models),
            Served(open_inference_service_pb2.DESCRIPTOR.services_by_name["OpenInferenceService"], rest),
        ],
        trust=trust,
        resources=[
            clients,
            trust,
            database,
            nats,
            triton,
            registry,
            registry_parts.builtin_models,
            traffic,
            routing.automation,
            invalidation,
            data_path.shadows,
            registration,
            lifecycle.protocol,
            lifecycle.lifecycle,
            lifecycle.usage_flush,
            worker,
        ],
        drains=[worker.drain, load_reports.drain],
    )
