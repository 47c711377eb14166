"""Usage records in real PostgreSQL: each once, whatever the commit looked like, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest
from uat.generation.v1.event_pb2 import Usage
from uat.llm_router.v1 import usage_service_pb2 as pb

from services.kit.errors import DependencyUnavailable, Fault, Overloaded
from services.kit.ids import new_id
from services.kit.postgres.database import Database
from services.kit.postgres.errors import StorageFull, TransactionConflict
from services.llm_router.billing import UsageRecord
from services.llm_router.store import UsageFilter, UsageStore
from services.llm_router.usage_log import UsageLog
from services.mesh.parts.postgres import Postgres
from tests.conftest import postgres_url

EVERYTHING = UsageFilter.of(pb.ListUsageRequest())


@pytest.fixture
async def store(postgres: Postgres) -> AsyncIterator[UsageStore]:
    async with Database(postgres_url(postgres, "llm_router")) as database:
        yield UsageStore(database)


def record(tenant_id: str) -> UsageRecord:
    usage = Usage(input_tokens=1, output_tokens=2)
    return UsageRecord(new_id("dec"), "", tenant_id, "user_1", "", "tiny", "fast_llm", usage, "stop", "", 1, None, 0.1)


class Conflicts(UsageStore):
    """A store whose first transaction is rolled back."""

    def __init__(self, store: UsageStore, fault: Fault) -> None:
        self._store = store
        self._faults = [fault]

    async def add(self, records: list[UsageRecord]) -> None:
        if self._faults:
            raise self._faults.pop()
        await self._store.add(records)


@pytest.mark.parametrize("fault", [TransactionConflict("a deadlock"), StorageFull("no space"), Overloaded("no connection", retry_after=1)])
async def test_a_batch_that_the_database_rolled_back_is_stored_later(store: UsageStore, fault: Fault) -> None:
    tenant = new_id("tenant")
    async with UsageLog(Conflicts(store, fault), 0) as log:
        log.record(record(tenant))
        assert not await log.flush()
        assert await log.flush()
    assert len(await store.page(tenant, EVERYTHING, None, 10)) == 1


class LosesTheAnswer(UsageStore):
    """A store whose first commit succeeds, although the connection breaks before the answer."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store
        self.commits = 0

    async def add(self, records: list[UsageRecord]) -> None:
        await self._store.add(records)
        self.commits += 1
        if self.commits == 1:
            raise DependencyUnavailable("the connection broke after the commit")


async def test_a_batch_whose_commit_seemed_to_fail_is_stored_once(store: UsageStore) -> None:
    tenant, losing = new_id("tenant"), LosesTheAnswer(store)
    async with UsageLog(losing, 0) as log:
        for _ in range(3):
            log.record(record(tenant))
        assert not await log.flush()
        assert await log.flush()
    assert losing.commits == 2
    assert len(await store.page(tenant, EVERYTHING, None, 10)) == 3


async def test_records_are_deleted_after_their_retention(store: UsageStore, postgres: Postgres) -> None:
    tenant = new_id("tenant")
    old, young = record(tenant), record(tenant)
    await store.add([old, young])
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute("UPDATE llm_router.usage SET create_time = now() - interval '41 days' WHERE decision_id = %s", (old.decision_id,))
    assert await store.delete_older_than(40) >= 1
    assert [found.decision_id for _, found in await store.page(tenant, EVERYTHING, None, 10)] == [young.decision_id]
