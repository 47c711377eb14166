"""Which provider has which model, while providers come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from services.kit.errors import DependencyUnavailable
from services.llm_router import routes as module
from services.llm_router.errors import ModelNotFound
from services.llm_router.routes import Routes


class Place:
    """A provider that offers what it is told to."""

    name = "place"

    def __init__(self) -> None:
        self.offered: Sequence[str] | None = ("a",)
        self.asked = 0

    async def models(self) -> Sequence[str]:
        self.asked += 1
        if self.offered is None:
            raise DependencyUnavailable("it is away")
        return self.offered

    async def close(self) -> None:
        pass

    async def again(self) -> None:
        """Returns when it was asked twice more: what it says now is known then."""
        until = self.asked + 2
        while self.asked < until:
            await asyncio.sleep(0.001)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(module, "REFRESH", 0.001)
    return Place()


async def test_a_model_that_is_not_offered_for_a_moment_keeps_its_provider(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Routes([place], {}) as routes:
        assert list(await routes.find("a")) == [place]
        place.offered = ("b",)
        await place.again()
        assert list(await routes.find("a")) == list(await routes.find("b")) == [place]
        monkeypatch.setattr(module, "LINGER", 0.0)
        await place.again()
        with pytest.raises(ModelNotFound):
            await routes.find("a")


async def test_a_provider_that_does_not_answer_keeps_what_it_offered(place: Place) -> None:
    async with Routes([place], {}) as routes:
        await place.again()
        place.offered = None
        await place.again()
        assert list(await routes.find("a")) == [place]


async def test_until_every_provider_has_answered_an_unknown_model_may_still_come(place: Place) -> None:
    place.offered = None
    async with Routes([place], {}) as routes:
        with pytest.raises(DependencyUnavailable):
            await routes.find("a")


async def test_an_alias_is_listed_while_its_model_is_there(place: Place) -> None:
    async with Routes([place], {"default": "a", "other": "z"}) as routes:
        assert await routes.models() == [("a", "place"), ("default", "place")]
        assert (routes.name(""), routes.name("other"), routes.name("b")) == ("a", "z", "b")
