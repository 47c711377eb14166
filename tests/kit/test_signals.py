"""Signals between the replicas of a service, over a real NATS."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal
from services.mesh.parts.nats import Nats as NatsServer
from tests.waiting import in_time


@dataclass(frozen=True, slots=True)
class Drain:
    """A signal with two fields."""

    version: str
    seconds: float


@pytest.fixture
async def connections(nats: NatsServer) -> AsyncIterator[tuple[Nats, Nats]]:
    """The connections of two replicas."""
    async with Nats(nats.url) as one, Nats(nats.url) as two:
        yield one, two


async def test_a_signal_reaches_the_other_replicas_with_its_type_and_its_sender(connections: tuple[Nats, Nats]) -> None:
    subject = f"test.{uuid.uuid4().hex}"
    received: asyncio.Queue[tuple[str, Drain, str]] = asyncio.Queue()
    replicas = [Signal(connection, subject, Drain, name) for connection, name in zip(connections, ("a", "b"), strict=True)]
    for name, replica in zip(("a", "b"), replicas, strict=True):

        async def handle(drain: Drain, sender: str, name: str = name) -> None:
            received.put_nowait((name, drain, sender))

        await replica.subscribe(handle)
    await replicas[0].publish(Drain("model/1", 2.5))
    await replicas[1].publish(Drain("model/2", 0.5))
    found = {(await in_time(received.get())) for _ in range(2)}
    assert found == {("b", Drain("model/1", 2.5), "a"), ("a", Drain("model/2", 0.5), "b")}


async def test_nothing_that_is_published_after_subscribing_is_missed(connections: tuple[Nats, Nats]) -> None:
    for _ in range(50):
        subject = f"test.{uuid.uuid4().hex}"
        received: asyncio.Queue[bytes] = asyncio.Queue()
        await connections[0].subscribe(subject, received.put)
        await connections[1].publish(subject, b"1")
        assert await in_time(received.get()) == b"1"
        async with connections[0].messages(subject) as messages:
            await connections[1].publish(subject, b"2")
            assert await in_time(anext(messages)) == (subject, b"2")


async def test_a_handler_that_fails_or_a_payload_of_another_version_does_not_end_the_subscription(
    connections: tuple[Nats, Nats],
) -> None:
    subject = f"test.{uuid.uuid4().hex}"
    received: asyncio.Queue[str] = asyncio.Queue()

    async def handle(drain: Drain, _: str) -> None:
        if drain.version == "bad":
            raise ZeroDivisionError
        received.put_nowait(drain.version)

    await Signal(connections[0], subject, Drain, "a").subscribe(handle)
    sender = Signal(connections[1], subject, Drain, "b")
    await connections[1].publish(subject, b"no JSON")
    await connections[1].publish(subject, b'["b", {"version": "1", "unknown_field": true}]')
    await sender.publish(Drain("bad", 1))
    await sender.publish(Drain("good", 1))
    assert await in_time(received.get()) == "good"
