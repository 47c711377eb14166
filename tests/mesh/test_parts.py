"""The real parts: they start, answer in their own protocol, stop, and keep what they were given."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import aiohttp
import nats
import psycopg
import pytest
from redis.asyncio import Redis as RedisClient

from services.mesh.errors import PartFailed
from services.mesh.parts.envoy import Envoy
from services.mesh.parts.nats import Nats
from services.mesh.parts.part import NotReady
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from services.mesh.parts.runner import running_part, running_part_sync
from tests.ports import free_port


def envoy_in(folder: Path) -> Envoy:
    """An Envoy that answers every request itself."""
    port, admin = free_port(), free_port()
    router = {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPES}.filters.http.router.v3.Router"}}
    route = {"match": {"prefix": "/"}, "direct_response": {"status": 200, "body": {"inline_string": "hello"}}}
    manager = {
        "@type": f"{TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "http_filters": [router],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
    }
    filters = [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]
    config = {
        "admin": {"address": address(admin)},
        "static_resources": {"listeners": [{"name": "edge", "address": address(port), "filter_chains": filters}]},
    }
    return Envoy(folder / "envoy", port, admin, lambda: json.dumps(config))


TYPES = "type.googleapis.com/envoy.extensions"


def address(port: int) -> dict[str, object]:
    """An address of the loopback, as Envoy writes it."""
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


async def test_postgres_keeps_its_data_and_asks_for_a_password(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), "first secret".replace(" ", "-"))
    async with running_part(server):
        async with await psycopg.AsyncConnection.connect(server.url, autocommit=True) as session:
            await session.execute("CREATE EXTENSION vector")
            await session.execute("CREATE TABLE kept (word text)")
            await session.execute("INSERT INTO kept VALUES ('house')")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            await psycopg.AsyncConnection.connect(server.url.replace("first-secret", "guess"))
        with pytest.raises(psycopg.OperationalError, match="no password"):
            await psycopg.AsyncConnection.connect(server.url.replace(":first-secret", ""))
    with pytest.raises(NotReady):
        await server.ready()
    async with running_part(server), await psycopg.AsyncConnection.connect(server.url) as session:
        row = await (await session.execute("SELECT word, current_setting('fsync') FROM kept")).fetchone()
        assert row == ("house", "on")


async def test_postgres_data_is_closed_to_other_users(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), durable=False)
    server.prepare()
    assert stat.S_IMODE(server.dir.stat().st_mode) == 0o700
    assert not (server.dir / "password").exists()


async def test_postgres_whose_lock_names_a_foreign_process_starts_and_leaves_that_alone(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), durable=False)
    server.prepare()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    async with running_part(server):
        pass


async def test_a_second_postgres_on_the_same_data_is_refused_in_a_sentence(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), durable=False)
    async with running_part(server):
        with pytest.raises(PartFailed, match="Another PostgreSQL"):
            server.prepare()


async def test_redis_keeps_its_data(tmp_path: Path) -> None:
    server = Redis(tmp_path / "redis", free_port())
    async with running_part(server), RedisClient.from_url(server.url) as client:
        await client.set("word", "house")
    async with running_part(server), RedisClient.from_url(server.url) as client:
        assert await client.get("word") == b"house"


async def test_nats_keeps_its_streams(tmp_path: Path) -> None:
    server = Nats(tmp_path / "nats", free_port(), free_port())
    async with running_part(server):
        client = await nats.connect(server.url)
        await client.jetstream().add_stream(name="words", subjects=["words"])
        await client.jetstream().publish("words", b"house")
        await client.close()
    async with running_part(server):
        client = await nats.connect(server.url)
        assert (await client.jetstream().get_msg("words", 1)).data == b"house"
        await client.close()
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{server.monitor_port}/healthz") as answer:
            assert answer.status == 200


async def test_two_envoys_live_side_by_side_and_end_at_once_when_idle(tmp_path: Path) -> None:
    one, two = envoy_in(tmp_path / "one"), envoy_in(tmp_path / "two")
    async with running_part(one), running_part(two), aiohttp.ClientSession() as http:
        for edge in (one, two):
            async with http.get(f"http://127.0.0.1:{edge.port}/") as answer:
                assert await answer.text() == "hello"
        begun = time.monotonic()
        await one.drain()
        assert time.monotonic() - begun < 5


def test_a_part_runs_under_a_fixture_that_is_no_coroutine(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), durable=False)
    with running_part_sync(server), psycopg.connect(server.url) as session:
        assert session.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url)


async def test_a_part_whose_port_is_taken_is_refused_though_the_holder_would_answer_in_its_place(tmp_path: Path) -> None:
    port = free_port()
    async with running_part(Redis(tmp_path / "first", port)):
        with pytest.raises(PartFailed, match=f"port {port} is taken"):
            async with running_part(Redis(tmp_path / "second", port)):
                pass


async def test_a_part_that_does_not_start_fails_with_its_own_last_words(tmp_path: Path) -> None:
    server = Nats(tmp_path / "nats", free_port())
    server.prepare()
    (server.dir / "store" / "jetstream").write_text("in the way")
    with pytest.raises(PartFailed, match=r"nats didn't start, it ended with exit code 1: .*not a directory"):
        async with running_part(server):
            pass


async def test_a_probe_of_a_server_that_speaks_otherwise_is_no_answer(tmp_path: Path) -> None:
    async with running_part(Redis(tmp_path / "redis", free_port())) as other:
        for stranger in (Nats(tmp_path, other.port), Postgres(tmp_path, other.port)):
            with pytest.raises(NotReady):
                await stranger.ready()
