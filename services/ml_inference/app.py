"""Puts ml_inference together."""

from __future__ import annotations

import time

from inference import grpc_service_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2, open_inference_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker, stream
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.inference.cache_invalidation import CacheInvalidation
from services.ml_inference.inference.catalog import Catalog, Known
from services.ml_inference.inference.inference import Inference
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.jobs.jobs import FAULTS, KIND, InferenceJobs, jobs_config
from services.ml_inference.jobs.work import JobWork
from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.lifecycle import Lifecycle
from services.ml_inference.lifecycle.liveness import Liveness
from services.ml_inference.lifecycle.loading import Loading
from services.ml_inference.lifecycle.memory import capacities
from services.ml_inference.lifecycle.memory_budget import Budget
from services.ml_inference.lifecycle.recovery import Recovery
from services.ml_inference.lifecycle.triton_models import NamedTriton, TritonModels
from services.ml_inference.lifecycle.unloading import Unloading
from services.ml_inference.lifecycle.usage_flush import UsageFlush
from services.ml_inference.lifecycle.warm_up import WarmUp
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.registry.admin import ModelAdmin
from services.ml_inference.registry.builtin_models import BuiltinModels
from services.ml_inference.registry.registration import Registration
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.sources import Sources
from services.ml_inference.registry.store import Store
from services.ml_inference.routing.control import TrafficControl
from services.ml_inference.routing.shadow import Shadows
from services.ml_inference.routing.signals import TrafficSignals
from services.ml_inference.routing.store import TrafficStore
from services.ml_inference.routing.traffic import Traffic
from services.ml_inference.scheduling.admission import Admission
from services.ml_inference.scheduling.explain import Explain
from services.ml_inference.scheduling.load import Load
from services.ml_inference.service_jobs import JobsServicer
from services.ml_inference.service_models import ModelsServicer
from services.ml_inference.service_open_inference import OpenInferenceGrpcServicer
from services.ml_inference.service_open_inference_rest import OpenInferenceRestServicer
from services.ml_inference.service_traffic import TrafficServicer
from services.ml_inference.triton.tensors import check
from services.targets import PORTS


def build(settings: Settings, config: MlInferenceConfig | None = None) -> App:
    """ML Inference on PostgreSQL, NATS and Triton."""
    config = config or load(MlInferenceConfig, "UAT_ML_INFERENCE_")
    clients, clock = Clients(settings, PORTS), time.monotonic
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats = Database(settings.postgres_url), Nats(settings.nats_url, streams=(stream("ml_inference"),))
    triton = NamedTriton(config.triton_url)

    # what models there are, and where requests for them go
    store = Store(database)
    registry = Registry(store, nats, config.read_seconds, triton.place)
    seeding = BuiltinModels(store, registry, config.repository, config.read_seconds, new_id)
    signals, rules, known = TrafficSignals(nats, new_id("replica")), TrafficStore(database, new_id), Known(registry)
    traffic = Traffic(known, rules, signals)
    registry.on_readiness = traffic.readiness_changed

    # their life
    admission, cache, warm_up = Admission(clock), ResponseCache(clock), WarmUp(triton)
    budget = Budget(registry, capacities(config.gpu_bytes), traffic.has_share, config.in_use_seconds)
    places, neighbours = TritonModels(triton, config.repository), DrainProtocol(nats, new_id("replica"), clock)
    loading = Loading(registry, store, places, budget, warm_up, config.repository, clock)
    unloading = Unloading(registry, places, neighbours, admission.forget)
    revival = Recovery(registry, Liveness(triton, clock), neighbours, loading, clock)
    lives = Lifecycle(registry, places, budget, neighbours, loading, unloading, revival, config.watch_seconds, clock)
    registry.on_read = triton.noticed = lives.look
    registry.on_gone = cache.clear
    catalog = Catalog(registry, store, lives, budget, warm_up, traffic)
    importing = Registration(store, registry, Sources(config), budget, config.repository, traffic.forget, new_id)

    # requests and jobs
    shadows = Shadows(traffic.shadowed)
    inference = Inference(catalog, triton, admission, cache, shadows, clock)
    repository = Repository(catalog, catalog, triton)
    jobs = Jobs(database, nats, jobs_config(at_once=config.jobs_at_once, quota=config.jobs_quota), FAULTS, new_id)
    worker = Worker(jobs, {KIND: JobWork(inference, catalog, config.job_items_at_once)})
    load_now, forgetting = Load(catalog, admission, triton, budget, jobs.queue, clock), CacheInvalidation(cache, signals)

    models = (
        ModelsServicer(ModelAdmin(registry, store, new_id), importing, catalog),
        JobsServicer(InferenceJobs(jobs, catalog, check, config.job_bytes)),
        TrafficServicer(TrafficControl(traffic, known, rules), Explain(catalog, admission, clock), load_now, forgetting),
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
            seeding,
            traffic,
            forgetting,
            shadows,
            importing,
            neighbours,
            lives,
            UsageFlush(registry, store, config.repository),
            worker,
        ],
        drains=[worker.drain, load_now.drain],
    )
