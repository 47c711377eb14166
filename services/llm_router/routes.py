"""Which provider offers which model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.tasks import end
from services.llm_router.errors import ModelNotFound
from services.llm_router.providers.provider import Provider

REFRESH = 10.0
LINGER = 120.0
"""Seconds that a model keeps its provider after that has stopped to offer it. One whose server starts anew is away and not unknown, and who
asks for it is told by the provider to come back.
"""
DEFAULT, DEFAULT_EMBEDDING = "default", "default-embedding"
"""The aliases of the models that answer where a caller names none."""
_log = structlog.get_logger("uat.llm_router")


class Routes:
    """The models that are offered now, asked for again every few seconds. A provider that does not answer keeps what it offered last."""

    def __init__(self, providers: Sequence[Provider], aliases: Mapping[str, str]) -> None:
        self._providers = providers
        self._aliases = aliases
        self._models: dict[str, dict[str, float]] = {}
        """By provider, its models and when each was last offered."""
        self._routes: dict[str, list[Provider]] = {}
        self._asked = float("-inf")
        self._asking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_asking())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)
        for provider in self._providers:
            await provider.close()

    def name(self, asked: str) -> str:
        """The model to use: the one that was asked for, or that an alias stands for. Empty: the alias `default`."""
        asked = asked or DEFAULT
        return self._aliases.get(asked, asked)

    async def find(self, model: str) -> Sequence[Provider]:
        """The providers of a model, the preferred one first. Raises ModelNotFound; DependencyUnavailable while no provider has ever
        answered.
        """
        found = self._routes.get(model)
        if not found:
            await self._ask(unless_within=1.0)
            found = self._routes.get(model)
        if found:
            return found
        if len(self._models) < len(self._providers):
            raise DependencyUnavailable("a provider has not said yet which models it offers; try again", retry_after=1)
        raise ModelNotFound.named(model)

    async def models(self) -> list[tuple[str, str]]:
        """Every model, and every alias of one that is there, with the name of its preferred provider, by name."""
        if not self._routes:
            await self._ask(unless_within=1.0)
        offered = {model: providers[0].name for model, providers in self._routes.items()}
        return sorted((offered | {alias: offered[model] for alias, model in self._aliases.items() if model in offered}).items())

    async def _keep_asking(self) -> None:
        while True:
            await self._ask()
            await asyncio.sleep(REFRESH if len(self._models) == len(self._providers) else 0.5)

    async def _ask(self, unless_within: float = 0.0) -> None:
        async with self._asking:  # who comes while somebody asks waits for that answer
            if time.monotonic() - self._asked < unless_within:
                return
            await asyncio.gather(*(self._ask_one(provider) for provider in self._providers))
            routes: dict[str, list[Provider]] = {}
            for provider in self._providers:
                for model in self._models.get(provider.name, ()):
                    routes.setdefault(model, []).append(provider)
            self._routes = routes
            self._asked = time.monotonic()

    async def _ask_one(self, provider: Provider) -> None:
        try:
            offered, now = await provider.models(), time.monotonic()
            known = self._models.get(provider.name, {})
            lingering = {model: last for model, last in known.items() if now - last < LINGER}
            self._models[provider.name] = lingering | dict.fromkeys(offered, now)
        except Fault as fault:
            if provider.name not in self._models:
                _log.warning("a provider does not say what it offers", provider=provider.name, error=str(fault))
        except Exception:
            _log.exception("a provider does not say what it offers", provider=provider.name)
