"""Which provider has which model, while providers come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from services.kit.errors import DependencyUnavailable
from services.llm_router import routes as module
from services.llm_router.errors import ModelNotFound
from services.llm_router.routes import Routes
from tests.waiting import in_time, soon


class Listing:
    """A provider that lists what a test wants."""

    def __init__(self, name: str = "listing", *models: str) -> None:
        self.name = name
        self.offered: Sequence[str] | None = models or ("a",)
        self.answers = asyncio.Event()
        self.answers.set()
        self.calls = 0

    async def models(self) -> Sequence[str]:
        self.calls += 1
        await self.answers.wait()
        if self.offered is None:
            raise DependencyUnavailable("it is away")
        return self.offered

    async def close(self) -> None:
        pass

    async def again(self) -> None:
        """Returns after two more calls: the routes know the present offer then."""
        until = self.calls + 2
        await soon(lambda: self.calls >= until)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Listing:
    monkeypatch.setattr(module, "REFRESH", 0.001)
    return Listing()


async def test_a_model_that_is_not_offered_for_a_moment_keeps_its_provider(provider: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Routes([provider], {}) as routes:
        assert list(await routes.find("a")) == [provider]
        provider.offered = ("b",)
        await provider.again()
        assert list(await routes.find("a")) == list(await routes.find("b")) == [provider]
        monkeypatch.setattr(module, "LINGER", 0.0)
        await provider.again()
        with pytest.raises(ModelNotFound):
            await routes.find("a")


async def test_a_provider_that_does_not_answer_keeps_what_it_offered(provider: Listing) -> None:
    async with Routes([provider], {}) as routes:
        await provider.again()
        provider.offered = None
        await provider.again()
        assert list(await routes.find("a")) == [provider]


async def test_a_silent_provider_holds_up_no_other(provider: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT", 2.0)
    silent = Listing("silent", "s")
    silent.answers.clear()
    async with Routes([silent, provider], {}) as routes:
        assert list(await in_time(routes.find("a"), 1)) == [provider]
        provider.offered = ("a", "new")
        await provider.again()
        assert list(await in_time(routes.find("new"), 1)) == [provider]
        assert await in_time(routes.models(), 5) == [("a", "listing"), ("new", "listing")]
        assert await in_time(routes.models(), 1) == [("a", "listing"), ("new", "listing")]
        with pytest.raises(DependencyUnavailable):
            await in_time(routes.find("s"), 5)


async def test_a_provider_that_went_silent_costs_an_unknown_model_no_more_than_the_limit(
    provider: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT", 0.05)
    silent = Listing("silent", "s")
    async with Routes([silent, provider], {}) as routes:
        assert list(await routes.find("s")) == [silent]
        silent.answers.clear()
        await soon(lambda: silent.calls > 1)
        with pytest.raises(ModelNotFound):
            await in_time(routes.find("nothing"), 2)
        assert list(await in_time(routes.find("s"), 1)) == [silent]


async def test_until_every_provider_has_answered_an_unknown_model_may_still_come(provider: Listing) -> None:
    provider.offered = None
    async with Routes([provider], {}) as routes:
        with pytest.raises(DependencyUnavailable):
            await routes.find("a")


async def test_an_alias_is_listed_while_its_model_is_there(provider: Listing) -> None:
    async with Routes([provider], {"default": "a", "other": "z"}) as routes:
        assert await routes.models() == [("a", "listing"), ("default", "listing")]
        assert (routes.name(""), routes.name("other"), routes.name("b")) == ("a", "z", "b")
