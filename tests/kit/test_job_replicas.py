"""Jobs when replicas are killed or drained and when stores restart: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import orjson
import psycopg
import pytest
from psycopg.rows import DictRow

from services.kit.context import current
from services.kit.errors import DependencyUnavailable
from services.kit.jobs import JobEvent
from services.kit.postgres.migrations.upgrade import upgrade
from services.mesh.parts import nats as nats_part
from services.mesh.parts import postgres as postgres_part
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from tests.conftest import PASSWORD, postgres_url
from tests.kit.job_houses import ALICE, House, Script, ended, fresh_service, kinds, new
from tests.ports import free_port
from tests.waiting import soon

MIGRATIONS = Path(__file__).parent / "jobs_migrations"


@pytest.fixture
def house(postgres: Postgres, nats: Nats) -> House:
    """A service of the test's own, with an empty queue."""
    return made(postgres, nats.url)


def made(postgres: Postgres, nats_url: str) -> House:
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    return House(postgres_url(postgres, service), nats_url, service)


def attempts(events: list[JobEvent]) -> list[int]:
    return [orjson.loads(e.payload)["attempt"] for e in events if e.kind == "started"]


async def test_two_replicas_share_the_work_and_do_each_job_once(house: House) -> None:
    scripts = Script("a"), Script("b")
    house = replace(house, sweep_seconds=60.0)  # a place that gets free is taken within the broker's time, not at the next sweep
    async with house.replica(scripts[0], slots=1) as jobs, house.replica(scripts[1], slots=1):
        submitted = [await jobs.submit(ALICE, new("items 2 0.05", labels={"n": str(n)})) for n in range(12)]
        for job in submitted:
            assert (await ended(jobs, job.id))[-1].job.state == "SUCCEEDED"  # type: ignore[union-attr]
    assert set(Counter(scripts[0].executed + scripts[1].executed).values()) == {1}
    assert len(scripts[0].did) >= 3
    assert len(scripts[1].did) >= 3


async def test_a_killed_replicas_job_is_taken_up_and_finished_items_are_not_done_again(house: House) -> None:
    script = Script("here")
    async with house.process() as child, house.replica(works=False) as away:
        job = await away.submit(ALICE, new("items 40 0.03"))
        async with aclosing(away.watch(ALICE, job.id, 0)) as watched:
            seen = [await anext(watched) for _ in range(8)]
            child.send_signal(signal.SIGKILL)
            await child.wait()
            async with house.replica(script):
                async with asyncio.timeout(20):
                    seen += [event async for event in watched]
    assert [e.sequence for e in seen] == list(range(1, len(seen) + 1))
    assert attempts(seen) == [1, 2]
    assert [e.item for e in seen if e.kind == "page"] == list(range(40))
    before = [e.item for e in seen[: kinds(seen).index("started", 3)] if e.kind == "page"]
    assert len(before) >= 5
    assert [index for _, index in script.executed] == list(range(len(before), 40))
    record = seen[-1].job
    assert record is not None
    assert (record.state, record.attempt, record.items_succeeded + record.items_failed) == ("SUCCEEDED", 2, 40)


async def test_a_job_that_kills_its_replica_again_and_again_fails(house: House) -> None:
    async with house.replica(works=False) as away:
        job = await away.submit(ALICE, new("crash"))
        for _ in range(3):
            async with house.process() as child, asyncio.timeout(20):
                assert await child.wait() == -signal.SIGKILL
        async with house.replica(Script()):
            events = await ended(away, job.id)
    record = events[-1].job
    assert record is not None
    assert record.error is not None
    assert (record.state, record.error.message, record.attempt) == ("FAILED", "PROCESSING_FAILED", 3)


async def test_a_draining_replica_hands_its_job_over_at_once(house: House) -> None:
    script = Script("here")
    house = replace(house, lease_seconds=60.0)  # it is given up, not lost
    async with house.process() as child, house.replica(works=False) as away:
        job = await away.submit(ALICE, new("items 100 0.02"))
        async with aclosing(away.watch(ALICE, job.id, 0)) as watched:
            seen = [await anext(watched) for _ in range(8)]
            async with house.replica(script):
                child.send_signal(signal.SIGTERM)
                await soon(lambda: script.did)
                assert await child.wait() == 0
                async with asyncio.timeout(20):
                    seen += [event async for event in watched]
    assert attempts(seen) == [1, 2]
    assert [e.item for e in seen if e.kind == "page"] == list(range(100))


async def test_jobs_are_stored_and_done_while_the_broker_is_away_and_go_by_it_again_when_it_is_back(
    postgres: Postgres, tmp_path: Path
) -> None:
    part = nats_part.Nats(tmp_path, free_port(), free_port())
    script, other = Script("a"), Script("b")
    async with asyncio.timeout(60):
        async with running_part(part):
            house = made(postgres, part.url)
            first, second = house.replica(script, slots=1), house.replica(other, slots=1)
            jobs, elsewhere = await first.__aenter__(), await second.__aenter__()
            await ended(jobs, (await jobs.submit(ALICE, new("quick"))).id)
        submitted = [await jobs.submit(ALICE, new("items 2 0.05", labels={"n": str(n)})) for n in range(6)]
        for job in submitted:
            assert (await ended(elsewhere, job.id))[-1].job.state == "SUCCEEDED"  # type: ignore[union-attr]
        assert script.did
        assert other.did
        async with running_part(part):
            await soon(lambda: all(j.feed.connected for j in (jobs, elsewhere)))
            hold = await jobs.submit(ALICE, new("hold"))
            waiting = [await jobs.submit(ALICE, new("hold")) for _ in range(3)]
            async with aclosing(elsewhere.watch(ALICE, hold.id, 0)) as watched:
                await anext(watched)
                script.release("hold")
                other.release("hold")
                async with asyncio.timeout(5):
                    assert kinds([e async for e in watched])[-1] == "ended"
            for job in waiting:
                await ended(jobs, job.id)
            await second.__aexit__(None, None, None)
            await first.__aexit__(None, None, None)


async def test_a_running_job_outlives_a_restart_of_the_database(nats: Nats, tmp_path: Path) -> None:
    part = postgres_part.Postgres(tmp_path, free_port(), durable=False)
    script = Script()
    async with asyncio.timeout(60):
        async with running_part(part):
            house = made(part, nats.url)
            replica = house.replica(script)
            jobs = await replica.__aenter__()
            job = await jobs.submit(ALICE, new("items 60 0.05"))
            await soon(lambda: len(script.executed) > 5)
        async with running_part(part):

            async def end() -> list[JobEvent] | None:
                try:
                    return await ended(jobs, job.id)
                except DependencyUnavailable:
                    return None

            events = await soon(end, 30)
            await replica.__aexit__(None, None, None)
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert [e.item for e in events if e.kind == "page"] == list(range(60))
    assert max(Counter(script.executed).values()) == 1 or attempts(events) != [1]


async def test_a_stream_whose_replica_is_killed_is_cancelled_when_nobody_comes_back(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        replica = house.replica(works=False)
        gone = await replica.__aenter__()
        stream = gone.start(ALICE, new("hold", background=False))
        seen = [await anext(stream) for _ in range(2)]
        assert kinds(seen) == ["queued", "started"]
        job_id = seen[0].job_id
        gone.watching.draining = True  # it leaves as one that is killed does, without a word
        await stream.aclose()
        assert (await jobs.get(ALICE, job_id)).state == "RUNNING"
        await replica.__aexit__(None, None, None)
        await soon(lambda: script.cancelled == [job_id])
        assert (await jobs.get(ALICE, job_id)).state == "CANCELLED"


async def test_a_stream_on_a_draining_replica_is_followed_elsewhere(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        replica = house.replica(Script("draining"))
        draining = await replica.__aenter__()
        stream = draining.start(ALICE, new("items 30 0.05", background=False))
        seen = [await anext(stream) for _ in range(4)]
        draining.watching.draining = True
        await stream.aclose()
        await replica.__aexit__(None, None, None)
        async with asyncio.timeout(20):
            seen += [event async for event in jobs.watch(ALICE, seen[0].job_id, 4)]
    assert [e.sequence for e in seen] == list(range(1, len(seen) + 1))
    assert [e.item for e in seen if e.kind == "page"] == list(range(30))
    assert seen[-1].job is not None
    assert seen[-1].job.state == "SUCCEEDED"


async def test_an_unconfirmed_commit_doubles_no_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks after the server has committed and before the replica learns it."""
    commit, broken = psycopg.AsyncConnection.commit, asyncio.Event()

    async def unconfirmed(connection: psycopg.AsyncConnection[DictRow]) -> None:
        await commit(connection)
        if script.executed and current() is not None and not broken.is_set():
            broken.set()
            await connection.close()
            raise psycopg.OperationalError("the connection was lost")

    script = Script()
    monkeypatch.setattr(psycopg.AsyncConnection, "commit", unconfirmed)
    async with house.replica(script, slots=1) as jobs:
        job = await jobs.submit(ALICE, new("items 20 0.02"))
        events = await ended(jobs, job.id)
    assert broken.is_set()
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert [e.item for e in events if e.kind == "page"] == list(range(20))


async def test_only_one_worker_can_write_a_job_that_two_believe_to_have(house: House) -> None:
    slow = Script("slow")
    async with house.replica(slow, slots=1) as jobs:
        job = await jobs.submit(ALICE, new("items 30 0.05"))
        await soon(lambda: len(slow.executed) > 2)
        claim = next(iter((await jobs.queue.heartbeat({"work": 1, "other": 1}, ())).values()))
        assert await jobs.hand_back(claim, crashed=False)  # as if its lease had run out
        events = await ended(jobs, job.id)
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert sorted(e.item for e in events if e.kind == "page") == list(range(30))  # type: ignore[type-var]
    assert attempts(events) == [1, 2]
