"""A catalog that is a table: what the data path asks of the real one, with no store behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.triton.client import Triton
from services.ml_inference.errors import ModelNotFound, ModelNotReady, VersionNotFound


@dataclass(frozen=True)
class Route:
    version: str
    shadow_version: str | None = None
    shadow_tolerance: float = 0.001
    stable_version: str | None = None


@dataclass
class Catalog:
    """Models with their configurations and settings, and what was told of them."""

    configs: dict[str, dict[str, model_config_pb2.ModelConfig]] = field(default_factory=dict)
    all_settings: dict[str, model_pb2.ModelSettings] = field(default_factory=lambda: defaultdict(model_pb2.ModelSettings))
    routes: dict[str, Route] = field(default_factory=dict)
    draining: set[tuple[str, str]] = field(default_factory=set)
    in_use: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    told: list[tuple[str, str, float, bool]] = field(default_factory=list)
    copies: list[tuple[str, str, bool]] = field(default_factory=list)

    async def read(self, triton: Triton) -> None:
        """Takes in what a Triton has."""
        for entry in await triton.index():
            config = await triton.config(entry.name, entry.version)
            if config is not None:
                self.configs.setdefault(entry.name, {})[entry.version] = config

    def set_queue(self, model: str, **queue: Any) -> None:
        self.all_settings[model] = model_pb2.ModelSettings(queue=model_pb2.QueueSettings(**queue))

    def set_cache(self, model: str, **cache: Any) -> None:
        self.all_settings[model] = model_pb2.ModelSettings(response_cache=model_pb2.ResponseCacheSettings(enabled=True, **cache))

    def reset(self) -> None:
        """Back to no settings and no routes."""
        self.all_settings.clear()
        self.routes.clear()
        self.draining.clear()
        self.told.clear()
        self.copies.clear()

    def settings(self, model: str) -> model_pb2.ModelSettings:
        return self.all_settings[model]

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        if model not in self.configs:
            raise ModelNotFound(f"there is no model {model!r}")
        if version and version not in self.configs[model]:
            raise VersionNotFound(f"{model} has no version {version!r}")
        return Route(version) if version else self.routes.get(model, Route("1"))

    async def ready(self, model: str, version: str) -> None:
        if (model, version) in self.draining:
            raise ModelNotReady(f"{model} {version} drains")

    @contextmanager
    def using(self, model: str, version: str) -> Iterator[None]:
        self.in_use[model, version] += 1
        try:
            yield
        finally:
            self.in_use[model, version] -= 1

    def ended(self, model: str, version: str, seconds: float, failed: bool) -> None:
        self.told.append((model, version, seconds, failed))

    def shadowed(self, model: str, version: str, equal: bool) -> None:
        self.copies.append((model, version, equal))

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        return self.configs[model][version]

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        if model and model not in self.configs:
            raise ModelNotFound(f"there is no model {model!r}")
        return [
            model_pb2.ModelVersion(model_name=name, version=version, state=model_pb2.MODEL_STATE_READY)
            for name, versions in self.configs.items()
            for version in sorted(versions, reverse=True)
            if model in ("", name)
        ]

    def all_ready(self) -> bool:
        return True

    async def load_model(self, model: str, parameters: Mapping[str, Any]) -> None:
        self.versions(model)

    async def unload_model(self, model: str) -> None:
        self.versions(model)
