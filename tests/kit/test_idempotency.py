"""A request id stands for one result, however often and however concurrently its request is repeated."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import psycopg
import pytest

from services.kit.postgres import idempotency
from services.kit.postgres.database import Database
from services.kit.postgres.idempotency import RequestIdReused, RequestIds
from services.mesh.parts.postgres import Postgres
from tests.conftest import postgres_url

ONE, OTHER = b"one request", b"another request"


@pytest.fixture
async def requests(postgres: Postgres) -> AsyncIterator[tuple[Database, str]]:
    """A service's database with an empty table of request ids, and the table's name."""
    table = f"requests_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute("SET search_path TO chat")
        idempotency.create_table(lambda statement: admin.execute(statement.encode()), table)
        admin.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO uat_chat".encode())
    async with Database(postgres_url(postgres, "chat")) as database:
        yield database, table


async def claim(requests: tuple[Database, str], result: str, what: bytes = ONE, *, user: str = "user_1", fails: bool = False) -> str:
    database, table = requests
    async with database.tenant("tenant_1") as connection:
        standing = await RequestIds(connection, "tenant_1", user, table).claim("r1", what, result)
        await asyncio.sleep(0)
        if fails:
            raise ZeroDivisionError
    return standing or result


async def test_of_requests_that_come_at_once_one_makes_the_result_and_the_others_get_it(requests: tuple[Database, str]) -> None:
    assert len(set(await asyncio.gather(*(claim(requests, f"result_{n}") for n in range(8))))) == 1


async def test_a_claim_of_a_transaction_that_failed_does_not_count(requests: tuple[Database, str]) -> None:
    with pytest.raises(ZeroDivisionError):
        await claim(requests, "never", fails=True)
    assert await claim(requests, "result") == "result"


async def test_another_request_with_the_same_id_is_refused_and_another_users_is_not(requests: tuple[Database, str]) -> None:
    await claim(requests, "result")
    with pytest.raises(RequestIdReused):
        await claim(requests, "other", OTHER)
    assert await claim(requests, "theirs", OTHER, user="user_2") == "theirs"


async def test_a_request_id_is_free_again_after_a_day_and_old_ones_are_deleted(requests: tuple[Database, str]) -> None:
    database, table = requests
    await claim(requests, "result")
    await claim(requests, "theirs", user="user_2")
    async with database.tenant("tenant_1") as connection:
        await connection.execute(f"UPDATE {table} SET expire_time = now() - interval '1 second'".encode())
    assert await claim(requests, "new", OTHER) == "new"
    async with database.tenant("tenant_1") as connection:
        row = await (await connection.execute(f"SELECT count(*) AS left FROM {table}".encode())).fetchone()
    assert row == {"left": 1}


async def test_a_request_without_an_id_is_always_new(requests: tuple[Database, str]) -> None:
    database, table = requests
    async with database.tenant("tenant_1") as connection:
        for result in ("a", "b"):
            assert await RequestIds(connection, "tenant_1", "user_1", table).claim("", ONE, result) is None
