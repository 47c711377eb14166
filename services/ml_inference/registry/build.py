"""Builds the registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.ids import NewId
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.registry.builtin_models import BuiltinModels
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store


@dataclass(frozen=True, slots=True)
class RegistryParts:
    """What the other packages use."""

    store: Store
    registry: Registry
    builtin_models: BuiltinModels


def build(
    config: MlInferenceConfig, database: Database, nats: Nats, replica: str, removed: Callable[[str], object], new_id: NewId
) -> RegistryParts:
    """The registry on PostgreSQL and NATS. `removed` is called with a model of which a version was deleted or replaced."""
    store = Store(database)
    registry = Registry(store, nats, replica, config.read_seconds, removed)
    return RegistryParts(store, registry, BuiltinModels(store, registry, config.repository, config.read_seconds, new_id))
