"""Builds llm_router."""

from __future__ import annotations

from uat.llm_router.v1 import (
    budget_service_pb2,
    llm_router_service_pb2,
    model_route_service_pb2,
    provider_service_pb2,
    usage_service_pb2,
)

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.postgres.database import Database
from services.llm_router.clients import Vision
from services.llm_router.config import ProviderConfig, RouterConfig
from services.llm_router.embeddings import Embeddings
from services.llm_router.generations import Generations
from services.llm_router.pictures import Pictures
from services.llm_router.providers.fast_llm import FastLlm
from services.llm_router.providers.ml_inference import MlInference
from services.llm_router.providers.openai_http import OpenaiHttp
from services.llm_router.providers.provider import Provider
from services.llm_router.routes import DEFAULT, DEFAULT_EMBEDDING, Routes
from services.llm_router.service import LlmRouterServicer, UsageServicer
from services.llm_router.store import UsageStore
from services.llm_router.usage_listing import UsageListing
from services.llm_router.usage_log import UsageLog
from services.targets import PORTS


def build(settings: Settings, config: RouterConfig | None = None) -> App:
    """llm_router over the configured providers."""
    config = config or load(RouterConfig, "UAT_LLM_ROUTER_")
    clients, database = Clients(settings, PORTS), Database(settings.postgres_url, max_size=settings.postgres_pool_size)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    aliases = {DEFAULT: config.default_model, DEFAULT_EMBEDDING: config.default_embedding_model}
    routes = Routes([_provider(p, clients, config) for p in config.parsed()], aliases)
    store = UsageStore(database)
    usage_log = UsageLog(store, config.usage_days)
    generations = Generations(routes, Pictures(Vision(clients).analyze), usage_log.record, new_id, config.attempts)
    embeddings = Embeddings(routes, usage_log.record, new_id, config.attempts)
    return App(
        name="llm_router",
        port=PORTS["llm_router"] + settings.port_offset,
        served=[
            Served(
                llm_router_service_pb2.DESCRIPTOR.services_by_name["LlmRouterService"],
                LlmRouterServicer(generations, embeddings, routes),
            ),
            Served(usage_service_pb2.DESCRIPTOR.services_by_name["UsageService"], UsageServicer(UsageListing(store))),
            Served(provider_service_pb2.DESCRIPTOR.services_by_name["ProviderService"]),
            Served(model_route_service_pb2.DESCRIPTOR.services_by_name["ModelRouteService"]),
            Served(budget_service_pb2.DESCRIPTOR.services_by_name["BudgetService"]),
        ],
        trust=trust,
        resources=[clients, trust, database, usage_log, routes],
    )


def _provider(provider: ProviderConfig, clients: Clients, config: RouterConfig) -> Provider:
    if provider.kind == "fast_llm":
        return FastLlm(provider.name, clients, config.timeout_seconds)
    if provider.kind == "ml_inference":
        return MlInference(provider.name, clients)
    return OpenaiHttp(provider, config.timeout_seconds)
