"""A registry without a store: it holds the models of a running Triton, and what tests change of them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2, traffic_pb2

from services.kit.nats.connection import Nats
from services.kit.triton.client import Triton
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.registry.models import DRAINING, READY, UNLOADED, Version
from services.ml_inference.registry.registry import Registry, Stored
from services.ml_inference.registry.rows import ModelRow, VersionRow
from services.ml_inference.registry.store import Store
from services.ml_inference.routing.router import Router
from services.ml_inference.scheduling.queues import Queues, VersionCounts
from services.ml_inference.triton.faults import not_ready

CREATED = datetime(2030, 1, 1, tzinfo=UTC)
ROW = VersionRow(
    model_name="",
    version=0,
    folder="",
    sha256="",
    source_uri="",
    source_sha256="",
    platform="",
    precision="",
    size_bytes=0,
    memory_bytes=0,
    config=b"",
    scores={},
    labels={},
    wanted=True,
    measured=False,
    device="",
    error=None,
    create_time=CREATED,
    load_time=None,
    last_used_time=None,
)


class Catalog:
    """The real registry, router and queues, with the state that a test gives them."""

    def __init__(self) -> None:
        self.registry = Registry(cast(Store, None), Nats("nats://127.0.0.1:1"), "replica_test", 5, lambda _: None)
        self.router = Router(self.registry.model)
        self.queues = Queues(time.monotonic)
        self.cache = ResponseCache(time.monotonic)

    async def read(self, triton: Triton) -> None:
        """Registers the loaded versions of a Triton."""
        configs: dict[tuple[str, int], model_config_pb2.ModelConfig] = {}
        for entry in await triton.index():
            config = await triton.config(entry.name, entry.version)
            if config is not None:
                configs[entry.name, int(entry.version)] = config
        models = {name: ModelRow(name, "MODEL_TASK_OTHER", "", b"", {}, "etag", CREATED, CREATED) for name, _ in configs}
        versions = {
            (name, number): replace(ROW, model_name=name, version=number, folder=name, config=config.SerializeToString())
            for (name, number), config in configs.items()
        }
        self.registry.apply(Stored(models, versions, {}))
        for version in self.registry.versions():
            self.registry.move(version, READY)

    def set(self, model: str, **settings: Any) -> None:
        found = self.registry.model(model)
        found.settings = model_pb2.ModelSettings(**settings)
        found.generation += 1

    def set_queue(self, model: str, **queue: Any) -> None:
        self.set(model, queue=model_pb2.QueueSettings(**queue))

    def set_cache(self, model: str, **cache: Any) -> None:
        self.set(model, response_cache=model_pb2.ResponseCacheSettings(enabled=True, **cache))

    def route(self, model: str, version: str, shadow: str = "", tolerance: float = 0.001) -> None:
        """Sends all requests of a model to a version, and copies of all to another one."""
        rules = traffic_pb2.Traffic(splits=[traffic_pb2.TrafficSplit(version=version, weight=100)])
        if shadow:
            rules.shadow.CopyFrom(traffic_pb2.Shadow(version=shadow, weight=100, tolerance=tolerance))
        self.router.configure(model, rules, None)

    def move(self, model: str, version: str, *, ready: bool) -> None:
        self.registry.move(self.registry.version(model, version), READY if ready else UNLOADED)

    def drain(self, model: str, version: str) -> None:
        self.registry.move(self.registry.version(model, version), DRAINING)

    def in_flight(self, model: str, version: str = "1") -> int:
        """Requests that have a lease on a version."""
        return len(self.registry.version(model, version).leases)

    def counts(self, model: str, version: str = "1") -> VersionCounts:
        """What was counted of a version in the last minute."""
        queue = self.queues.existing(model, version)
        return VersionCounts() if queue is None else queue.statistics.minute()

    def executed(self) -> int:
        """Requests of all versions that were executed or failed."""
        return sum(self.counts(version.model, version.number).requests for version in self.registry.versions())

    def reset(self) -> None:
        """Back to no settings, to no counts, and to all requests for version 1."""
        self.cache.clear()
        for version in self.registry.versions():
            self.registry.move(version, READY)
            self.queues.reset(version.model, version.number)
        for model in self.registry.models():
            self.set(model.row.name)
            self.route(model.row.name, "1")


async def refuse_to_load(version: Version) -> None:
    """What the data path of the tests has for a version that isn't ready."""
    raise not_ready(version.model, version.number)
