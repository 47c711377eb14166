"""The routing table: which providers offer which model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NoReturn, Self

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.tasks import end
from services.llm_router.errors import ModelNotFound
from services.llm_router.providers.provider import Provider

REFRESH = 10.0
"""Seconds between two refreshes of one provider's models."""
RETRY = 0.5
"""Seconds between two attempts with a provider that has offered no model yet, because it is absent or still starting."""
LIMIT = 5.0
"""Seconds that a provider may take to list its models."""
LINGER = 120.0
"""Seconds that a model keeps its provider after the provider stopped to offer it. A model server that restarts is away, not unknown: the
caller gets the provider's own UNAVAILABLE and tries again.
"""
DEFAULT, DEFAULT_EMBEDDING = "default", "default-embedding"
"""The aliases of the models that answer requests without a model."""
_log = structlog.get_logger("uat.llm_router")


class _Offer:
    """The models that one provider offers, refreshed independently of all other providers."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.models: Mapping[str, float] | None = None
        """When each model was last offered; None until the provider has answered once."""
        self.tried = False
        self._refreshed = float("-inf")
        self._lock = asyncio.Lock()

    async def refresh(self, unless_within: float = 0.0) -> None:
        """Asks the provider for its models. A provider that fails or stays silent keeps its last offer. Does nothing when the last refresh
        ended less than `unless_within` seconds ago.
        """
        async with self._lock:
            if time.monotonic() - self._refreshed < unless_within:
                return
            try:
                async with asyncio.timeout(LIMIT):
                    offered = await self.provider.models()
            except (Fault, TimeoutError) as error:
                _log.warning("a provider did not list its models", provider=self.provider.name, error=str(error) or f"silent for {LIMIT} s")
            except Exception:
                _log.exception("a provider did not list its models", provider=self.provider.name)
            else:
                now = time.monotonic()
                lingering = {model: last for model, last in (self.models or {}).items() if now - last < LINGER}
                self.models = lingering | dict.fromkeys(offered, now)
            self.tried, self._refreshed = True, time.monotonic()

    async def keep_fresh(self) -> NoReturn:
        """Refreshes for as long as the process runs."""
        while True:
            await self.refresh()
            await asyncio.sleep(REFRESH if self.models else RETRY)


class Routes:
    """Finds the providers of a model. Each provider is refreshed on its own, so a silent one affects only its own models."""

    def __init__(self, providers: Sequence[Provider], aliases: Mapping[str, str]) -> None:
        self._offers = [_Offer(provider) for provider in providers]
        self._aliases = aliases
        self._tasks: list[asyncio.Task[NoReturn]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(offer.keep_fresh()) for offer in self._offers]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            await end(task)
        for offer in self._offers:
            await offer.provider.close()

    def name(self, model: str) -> str:
        """The model behind an alias; any other name stays as it is. An empty name is the alias `default`."""
        model = model or DEFAULT
        return self._aliases.get(model, model)

    async def find(self, model: str) -> Sequence[Provider]:
        """The providers of a model, in order of preference. A model that no provider offers triggers a refresh. Raises ModelNotFound, or
        DependencyUnavailable while a provider has never answered.
        """
        found = self._offering(model)
        if not found:
            await self._refresh_until(model)
            found = self._offering(model)
        if found:
            return found
        if any(offer.models is None for offer in self._offers):
            raise DependencyUnavailable("a provider has not listed its models yet; try again", retry_after=1)
        raise ModelNotFound.named(model)

    async def models(self) -> list[tuple[str, str]]:
        """Every model and every alias of an offered model, each with its preferred provider, sorted by name."""
        if not all(offer.tried for offer in self._offers):
            await self._refresh_until(None)
        offered: dict[str, str] = {}
        for offer in self._offers:
            for model in offer.models or ():
                offered.setdefault(model, offer.provider.name)
        return sorted((offered | {alias: offered[model] for alias, model in self._aliases.items() if model in offered}).items())

    def _offering(self, model: str) -> list[Provider]:
        return [offer.provider for offer in self._offers if offer.models and model in offer.models]

    async def _refresh_until(self, model: str | None) -> None:
        """Refreshes all providers side by side, and stops waiting as soon as one of them offers the model."""
        refreshing = [asyncio.create_task(offer.refresh(unless_within=1.0)) for offer in self._offers]
        try:
            for refreshed in asyncio.as_completed(refreshing):
                await refreshed
                if model is not None and self._offering(model):
                    return
        finally:
            for task in refreshing:
                task.cancel()
