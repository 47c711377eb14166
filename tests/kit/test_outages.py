"""What a service notices of a store that restarts: one typed failure at the most, and never a restart of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from nats.js.api import StorageType, StreamConfig

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.redis import Redis
from services.mesh.parts import nats as nats_part
from services.mesh.parts import postgres as postgres_part
from services.mesh.parts import redis as redis_part
from services.mesh.parts.runner import running_part
from tests.ports import free_port
from tests.waiting import soon

STREAM = StreamConfig(name="WORDS", subjects=["words.>"], storage=StorageType.FILE)


async def test_the_database_comes_back_without_a_restart_of_the_service(tmp_path: Path) -> None:
    part = postgres_part.Postgres(tmp_path, free_port(), durable=False)
    async with running_part(part):
        database = await Database(part.url, timeout=1).__aenter__()
        async with database.everyone() as connection:
            await connection.execute("CREATE TABLE kept (word text)")
            await connection.execute("INSERT INTO kept VALUES ('kept')")
    with pytest.raises(DependencyUnavailable):
        async with database.everyone() as connection:
            await connection.execute("SELECT 1")
    async with running_part(part):
        async with asyncio.timeout(10):
            while True:
                try:
                    async with database.everyone() as connection:
                        row = await (await connection.execute("SELECT word FROM kept")).fetchone()
                    break
                except DependencyUnavailable:
                    continue
        assert row == {"word": "kept"}
        await database.__aexit__(None, None, None)


async def test_redis_comes_back_without_a_restart_of_the_service(tmp_path: Path) -> None:
    part = redis_part.Redis(tmp_path, free_port())
    redis = Redis(part.url)
    async with running_part(part), redis.use() as client:
        await client.set("a", "1")
    with pytest.raises(DependencyUnavailable):
        async with redis.use() as client:
            await client.get("a")
    async with running_part(part), redis, redis.use() as client:
        assert await client.get("a") == "1"


async def test_a_reader_of_a_stream_goes_on_without_a_gap_after_the_broker_restarts(tmp_path: Path) -> None:
    part = nats_part.Nats(tmp_path, free_port(), free_port())
    seen: list[bytes] = []
    async with running_part(part):
        nats = await Nats(part.url, (STREAM,)).__aenter__()
        await nats.append("words.a", b"one")
        await nats.append("words.a", b"two")
        reader = nats.replay("WORDS", "words.a")
        seen += [await anext(reader), await anext(reader)]
        waiting = asyncio.create_task(anext(reader))  # type: ignore[arg-type]
    async with running_part(part):
        async with asyncio.timeout(15):
            while True:
                try:
                    await nats.append("words.a", b"three")
                    break
                except DependencyUnavailable:
                    continue
            seen.append(await waiting)
        await reader.aclose()
        await nats.__aexit__(None, None, None)
    assert seen == [b"one", b"two", b"three"]


async def test_a_listener_hears_again_after_the_broker_restarts(tmp_path: Path) -> None:
    part = nats_part.Nats(tmp_path, free_port(), free_port())
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with running_part(part):
        nats = await Nats(part.url).__aenter__()
        await nats.subscribe("news", heard.put)
        await nats.publish("news", b"before")
        assert await heard.get() == b"before"
    async with running_part(part):

        async def delivered() -> bool:
            await nats.publish("news", b"after")
            return not heard.empty()

        await soon(delivered)
        assert heard.get_nowait() == b"after"
        await nats.__aexit__(None, None, None)
