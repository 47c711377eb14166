"""Pages that are kept, on real PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import timedelta

import psycopg

from services.kit.postgres.database import Database
from services.mesh.parts.postgres import Postgres
from services.vision.recognition.page_cache import PageCache
from tests.conftest import postgres_url


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


async def test_a_tenant_keeps_the_pages_that_were_used_last(postgres: Postgres) -> None:
    tenant, other = (f"tenant_{uuid.uuid4().hex}" for _ in range(2))
    async with Database(postgres_url(postgres, "vision"), max_size=2) as database:
        pages = PageCache(database, max_bytes=1000, max_age=timedelta(hours=1))
        await pages.put(other, key(1), b"another tenant's")
        for number in range(10):
            await pages.put(tenant, key(number), bytes([number]) * 100)
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("UPDATE vision.pages SET use_time = now() - interval '10 minutes' WHERE tenant_id = %s", (tenant,))
        keys = [key(number) for number in range(12)]
        assert await pages.get(tenant, keys[3:5]) == {key(3): b"\x03" * 100, key(4): b"\x04" * 100}
        await pages.put(tenant, key(10), b"\x0a" * 400)
        left = await pages.get(tenant, keys)
        assert {key(3), key(4), key(10)} <= set(left)
        assert sum(map(len, left.values())) <= 900
        await pages.put(tenant, key(11), bytes(1001))
        assert key(11) not in await pages.get(tenant, keys)
        assert await pages.get(other, keys) == {key(1): b"another tenant's"}


async def test_a_page_that_nobody_asks_for_goes_in_time(postgres: Postgres) -> None:
    tenant = f"tenant_{uuid.uuid4().hex}"
    async with Database(postgres_url(postgres, "vision"), max_size=2) as database:
        pages = PageCache(database, max_bytes=1000, max_age=timedelta(hours=1))
        await pages.put(tenant, key(1), b"old")
        await pages.put(tenant, key(2), b"new")
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(
                "UPDATE vision.pages SET use_time = now() - interval '2 hours' WHERE tenant_id = %s AND key = %s", (tenant, key(1))
            )
            connection.execute("UPDATE vision.page_tenants SET swept_time = now() - interval '1 hour' WHERE tenant_id = %s", (tenant,))
        await pages.delete_expired()
        assert await pages.get(tenant, [key(1), key(2)]) == {key(2): b"new"}


async def test_a_cache_that_is_away_forgets_and_is_left_alone_for_a_while(postgres: Postgres) -> None:
    now = 0.0
    async with Database(postgres_url(postgres, "vision"), max_size=1, timeout=0.2) as database:
        pages = PageCache(database, max_bytes=1000, max_age=timedelta(hours=1), clock=lambda: now)
        await pages.put("tenant_x", key(1), b"page")
        async with database.everyone():  # nobody else gets a connection
            assert await pages.get("tenant_x", [key(1)]) == {}
            await pages.put("tenant_x", key(2), b"page")
        assert await pages.get("tenant_x", [key(1)]) == {}
        now = 6.0
        assert await pages.get("tenant_x", [key(1), key(2)]) == {key(1): b"page"}
