"""What a caller learns when PostgreSQL fails, each failure on a real server: conflicts, overload, a full disk, absence, a lost COMMIT."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import psycopg
import pytest
import structlog

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest, Overloaded
from services.kit.postgres.database import Connection, Database
from services.kit.postgres.errors import OutcomeUnknown, StorageFull, TransactionConflict
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from tests.ports import free_port
from tests.waiting import in_time, soon


@pytest.fixture
async def table(postgres: Postgres) -> AsyncIterator[str]:
    """The name of an empty table of the test's own, with two rows."""
    name = f"public.rows_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(f"CREATE TABLE {name} (id int PRIMARY KEY, word text)".encode())
        admin.execute(f"INSERT INTO {name} VALUES (1, ''), (2, '')".encode())
        yield name
        admin.execute(f"DROP TABLE {name}".encode())


async def backend(connection: Connection) -> int:
    row = await (await connection.execute("SELECT pg_backend_pid() AS pid")).fetchone()
    assert row is not None
    return int(row["pid"])


def at_commit(postgres: Postgres, table: str, action: str) -> None:
    """Has the server do something inside the COMMIT of a change to the table."""
    function = table.replace("rows_", "at_commit_")
    body = f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {action}; RETURN NULL; END $$"
    deferred = f"CREATE CONSTRAINT TRIGGER c AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(body.encode())
        admin.execute(f"{deferred} FOR EACH ROW EXECUTE FUNCTION {function}()".encode())


async def test_one_of_two_deadlocked_transactions_is_aborted_and_may_be_repeated(postgres: Postgres, table: str) -> None:
    async with Database(postgres.url) as database:

        async def change(first: int, second: int, met: asyncio.Barrier) -> None:
            async with database.everyone() as connection:
                await connection.execute(f"UPDATE {table} SET word = 'a' WHERE id = %s".encode(), (first,))
                await met.wait()
                await connection.execute(f"UPDATE {table} SET word = 'a' WHERE id = %s".encode(), (second,))

        met = asyncio.Barrier(2)
        ends = await asyncio.gather(change(1, 2, met), change(2, 1, met), return_exceptions=True)
    faults = [end for end in ends if end is not None]
    assert [type(fault) for fault in faults] == [TransactionConflict]
    assert isinstance(faults[0], TransactionConflict)
    assert faults[0].code is grpc.StatusCode.ABORTED
    assert faults[0].retry_after


async def test_a_pool_in_full_use_is_overload_and_not_absence(postgres: Postgres) -> None:
    async with Database(postgres.url, max_size=1, timeout=0.1) as database, database.everyone():
        with pytest.raises(Overloaded) as error:
            async with database.everyone():
                pass
        assert error.value.retry_after


async def test_a_queue_for_connections_is_bounded(postgres: Postgres) -> None:
    async def use(database: Database) -> None:
        async with database.everyone():
            pass

    async with Database(postgres.url, max_size=1, timeout=0.5) as database, database.everyone():
        ends = [asyncio.create_task(use(database)) for _ in range(400)]
        first, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED, timeout=0.3)
        assert {type(task.exception()) for task in first} == {Overloaded}  # refused at once
        await asyncio.wait(ends)


@pytest.mark.parametrize(
    ("sqlstate", "fault"),
    [("53100", StorageFull), ("53300", Overloaded), ("40001", TransactionConflict), ("57P03", DependencyUnavailable)],
)
async def test_a_full_disk_and_other_states_of_the_server_are_told_apart(postgres: Postgres, sqlstate: str, fault: type[Fault]) -> None:
    async with Database(postgres.url) as database:
        with structlog.testing.capture_logs() as logs, pytest.raises(Fault) as error:
            async with database.everyone() as connection:
                await connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'the cause' USING ERRCODE = '{sqlstate}'; END $$".encode())
    assert type(error.value) is fault
    assert "the cause" not in error.value.message
    assert isinstance(error.value.__cause__, psycopg.Error)
    line = next(line for line in logs if line["event"] == "database error")
    assert (line["sqlstate"], line["reason"]) == (sqlstate, fault.reason)
    assert "the cause" in line["error"]


async def test_a_wrong_password_and_an_absent_server_are_unavailable_with_the_cause_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    part = Postgres(tmp_path, free_port(), durable=False)
    async with running_part(part):
        with psycopg.connect(part.url, autocommit=True) as admin:
            admin.execute("CREATE ROLE someone LOGIN PASSWORD 'right'")
            database = await Database(part.url.replace("postgres:postgres", "someone:right"), timeout=0.3).__aenter__()
            async with database.everyone() as connection:
                await connection.execute("SELECT 1")
            admin.execute("ALTER ROLE someone PASSWORD 'changed'")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'someone'")
        with caplog.at_level(logging.WARNING, "psycopg.pool"):

            async def refused() -> bool:
                with pytest.raises(DependencyUnavailable):
                    async with database.everyone():
                        pass
                return "password authentication failed" in caplog.text

            await soon(refused)
    with pytest.raises(DependencyUnavailable):
        async with database.everyone():
            pass
    await database.__aexit__(None, None, None)


async def test_a_commit_without_an_answer_is_neither_success_nor_plain_absence(postgres: Postgres, table: str) -> None:
    at_commit(postgres, table, "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)")
    async with Database(postgres.url) as database:
        with pytest.raises(OutcomeUnknown):
            async with database.everyone() as connection:
                await connection.execute(f"UPDATE {table} SET word = 'a' WHERE id = 1".encode())
        with pytest.raises(DependencyUnavailable) as error:
            async with database.everyone() as connection:
                await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert type(error.value) is DependencyUnavailable  # before COMMIT: nothing was stored


async def test_a_commit_that_the_server_refused_is_no_unknown_outcome(postgres: Postgres, table: str) -> None:
    at_commit(postgres, table, "RAISE EXCEPTION 'no' USING ERRCODE = '40001'")
    async with Database(postgres.url) as database:
        with pytest.raises(TransactionConflict):
            async with database.everyone() as connection:
                await connection.execute(f"UPDATE {table} SET word = 'a' WHERE id = 1".encode())


async def test_a_statement_that_runs_too_long_is_ended_by_the_server(postgres: Postgres) -> None:
    async with Database(postgres.url, max_size=1, statement_seconds=0.1) as database:
        with pytest.raises(DependencyUnavailable):
            async with database.everyone() as connection:
                await connection.execute("SELECT pg_sleep(30)")
        async with database.everyone() as connection:
            await connection.execute("SELECT 1")


async def test_a_transaction_that_its_code_leaves_idle_does_not_hold_its_locks(postgres: Postgres, table: str) -> None:
    async with Database(postgres.url, statement_seconds=0.2) as database:
        locked, other = asyncio.Event(), asyncio.Event()

        async def idle() -> None:
            async with database.everyone() as connection:
                await connection.execute(f"UPDATE {table} SET word = 'idle' WHERE id = 1".encode())
                locked.set()
                await other.wait()

        task = asyncio.create_task(idle())
        await locked.wait()

        async def changed() -> bool:
            try:
                async with database.everyone() as connection:
                    await connection.execute(f"UPDATE {table} SET word = 'other' WHERE id = 1".encode())
                return True
            except DependencyUnavailable:
                return False

        await soon(changed)
        other.set()
        with pytest.raises(DependencyUnavailable):
            await task


async def test_a_server_that_hangs_costs_its_callers_a_bounded_time(postgres: Postgres) -> None:
    async with Database(postgres.url, max_size=1, transaction_seconds=0.5) as database:
        pids = []

        async def ask_a_stopped_server() -> None:
            async with database.everyone() as connection:
                pids.append(await backend(connection))
                os.kill(pids[0], signal.SIGSTOP)
                await connection.execute("SELECT 1")

        try:
            with pytest.raises(DependencyUnavailable):
                await in_time(ask_a_stopped_server())
        finally:
            os.kill(pids[0], signal.SIGCONT)
        async with database.everyone() as connection:
            assert await backend(connection) not in pids


async def test_a_call_whose_caller_leaves_frees_its_connection(postgres: Postgres) -> None:
    async with Database(postgres.url, max_size=1) as database:

        async def work() -> None:
            async with database.everyone() as connection:
                await connection.execute("SELECT pg_sleep(30)")

        task = asyncio.create_task(work())
        await soon(lambda: database._in_use)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await in_time(task)
        async with database.everyone() as connection:
            await connection.execute("SELECT 1")


async def test_a_tenant_whose_name_is_sql_stays_a_name(postgres: Postgres) -> None:
    async with Database(postgres.url) as database:
        for tenant in ("'; DROP TABLE users; --", "a\\' b", "ünïcode %s %(x)s {}"):
            async with database.tenant(tenant) as connection:
                row = await (await connection.execute("SELECT current_setting('uat.tenant') AS tenant")).fetchone()
            assert row == {"tenant": tenant}
        async with database.everyone() as connection:
            row = await (await connection.execute("SELECT current_setting('uat.tenant', true) AS tenant")).fetchone()
        assert row == {"tenant": ""}
        with pytest.raises(InvalidRequest):
            async with database.tenant("a\0b"):
                pass


async def test_what_fails_inside_a_transaction_is_rolled_back(postgres: Postgres, table: str) -> None:
    async with Database(postgres.url, max_size=1) as database:

        async def fail() -> None:
            async with database.everyone() as connection:
                await connection.execute(f"UPDATE {table} SET word = 'never'".encode())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        async with database.everyone() as connection:
            found = await (await connection.execute(f"SELECT count(*) AS never FROM {table} WHERE word = 'never'".encode())).fetchone()
        assert found == {"never": 0}
