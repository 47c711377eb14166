"""Puts ml_inference together."""

from __future__ import annotations

import time

from inference import grpc_service_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2, open_inference_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust import Trust
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker, stream
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.ml_inference.admission import Admission
from services.ml_inference.budget import Budget
from services.ml_inference.cache import ResponseCache
from services.ml_inference.catalog import Catalog, Known
from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.explain import Explain
from services.ml_inference.forgetting import Forgetting
from services.ml_inference.importing import Importing
from services.ml_inference.inference import Inference
from services.ml_inference.job_work import JobWork
from services.ml_inference.jobs import FAULTS, KIND, InferenceJobs, jobs_config
from services.ml_inference.lives import Lives
from services.ml_inference.load import Load
from services.ml_inference.loading import Loading
from services.ml_inference.memory import capacities
from services.ml_inference.model_admin import ModelAdmin
from services.ml_inference.neighbours import Neighbours
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.places import PlacedTriton, Places
from services.ml_inference.pulse import Pulse
from services.ml_inference.registry import Registry
from services.ml_inference.revival import Revival
from services.ml_inference.seeding import Seeding
from services.ml_inference.service_jobs import JobsServicer
from services.ml_inference.service_models import ModelsServicer
from services.ml_inference.service_open_inference import OpenInferenceGrpcServicer
from services.ml_inference.service_open_inference_rest import OpenInferenceRestServicer
from services.ml_inference.service_traffic import TrafficServicer
from services.ml_inference.shadow import Shadows
from services.ml_inference.sources import Sources
from services.ml_inference.store import Store
from services.ml_inference.tensors import check
from services.ml_inference.traffic import Traffic
from services.ml_inference.traffic_control import TrafficControl
from services.ml_inference.traffic_signals import TrafficSignals
from services.ml_inference.traffic_store import TrafficStore
from services.ml_inference.unloading import Unloading
from services.ml_inference.upkeep import Upkeep
from services.ml_inference.warm_up import WarmUp
from services.targets import PORTS


def build(settings: Settings, config: MlInferenceConfig | None = None) -> App:
    """ML Inference on PostgreSQL, NATS and Triton."""
    config = config or load(MlInferenceConfig, "UAT_ML_INFERENCE_")
    clients, trust, clock = Clients(settings, PORTS), Trust(), time.monotonic
    database, nats = Database(settings.postgres_url), Nats(settings.nats_url, streams=(stream("ml_inference"),))
    triton = PlacedTriton(config.triton_url)

    # what models there are, and where requests for them go
    store = Store(database)
    registry = Registry(store, nats, config.read_seconds, triton.place)
    seeding = Seeding(store, registry, config.repository, config.read_seconds, new_id)
    signals, rules, known = TrafficSignals(nats, new_id("replica")), TrafficStore(database, new_id), Known(registry)
    traffic = Traffic(known, rules, signals)
    registry.on_readiness = traffic.readiness_changed

    # their life
    admission, cache, warm_up = Admission(clock), ResponseCache(clock), WarmUp(triton)
    budget = Budget(registry, capacities(config.gpu_bytes), traffic.has_share, config.in_use_seconds)
    places, neighbours = Places(triton, config.repository), Neighbours(nats, new_id("replica"), clock)
    loading = Loading(registry, store, places, budget, warm_up, config.repository, clock)
    unloading = Unloading(registry, places, neighbours, admission.forget)
    revival = Revival(registry, Pulse(triton, clock), neighbours, loading, clock)
    lives = Lives(registry, places, budget, neighbours, loading, unloading, revival, config.watch_seconds, clock)
    registry.on_read = triton.noticed = lives.look
    registry.on_gone = cache.clear
    catalog = Catalog(registry, store, lives, budget, warm_up, traffic)
    importing = Importing(store, registry, Sources(config), budget, config.repository, traffic.forget, new_id)

    # requests and jobs
    shadows = Shadows(traffic.shadowed)
    inference = Inference(catalog, triton, admission, cache, shadows, clock)
    repository = Repository(catalog, catalog, triton)
    jobs = Jobs(database, nats, jobs_config(at_once=config.jobs_at_once, quota=config.jobs_quota), FAULTS, new_id)
    worker = Worker(jobs, {KIND: JobWork(inference, catalog, config.job_items_at_once)})
    load_now, forgetting = Load(catalog, admission, triton, budget, jobs.queue, clock), Forgetting(cache, signals)

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
            TrustWatch(trust, clients),
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
            Upkeep(registry, store, config.repository),
            worker,
        ],
        drains=[worker.drain, load_now.drain],
    )
