"""Jobs on one replica and on two, on real PostgreSQL and NATS: what a caller is promised."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from services.kit.context import CallContext, current, serving, timeout_within
from services.kit.errors import Fault
from services.kit.jobs import JobEvent, Jobs, Run
from services.kit.postgres.migrations.upgrade import upgrade
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from tests.conftest import PASSWORD, postgres_url
from tests.kit.job_houses import ALICE, House, Script, caller, ended, fresh_service, kinds, new
from tests.waiting import soon

MIGRATIONS = Path(__file__).parent / "jobs_migrations"


@pytest.fixture
def house(postgres: Postgres, nats: Nats) -> House:
    """A service of the test's own, with an empty queue."""
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    return House(postgres_url(postgres, service), nats.url, service)


async def test_a_job_runs_and_tells_its_story_in_gapless_events(house: House) -> None:
    async with house.replica() as jobs:
        job = await jobs.submit(ALICE, new("quick", labels={"a": "b"}))
        assert job.state == "RUNNING"
        events = await ended(jobs, job.id)
        assert kinds(events) == ["queued", "started", "page", "ended"]
        assert [e.sequence for e in events] == [1, 2, 3, 4]
        assert events[2].payload == b"done quick"
        last = events[-1].job
        assert last is not None
        assert last == await jobs.get(ALICE, job.id)
        assert (last.state, last.items_succeeded, last.progress, dict(last.labels)) == ("SUCCEEDED", 1, 1.0, {"a": "b"})
        assert last.expire_time is not None
        assert last.end_time is not None
        assert last.expire_time - last.end_time == timedelta(hours=24)


async def test_a_job_runs_on_after_the_deadline_of_the_call_that_submitted_it_and_calls_others_for_its_user(house: House) -> None:
    seen: list[tuple[float | None, CallContext]] = []

    async def work(run: Run) -> None:
        await soon(lambda: call.remaining() < 0)  # type: ignore[operator]
        context = current()
        assert context is not None
        seen.append((timeout_within(30.0), context))

    submitter = replace(ALICE, scopes=frozenset({"vision.jobs"}), token_id="session_7")
    call = CallContext("request-1", "/Submit", deadline=time.monotonic() + 0.5, caller=submitter, authorization="Bearer expires soon")
    async with house.replica(work, slots=1) as jobs:
        with serving(call):
            submitted = [await jobs.submit(submitter, new(f"{n}")) for n in range(2)]  # one begins here at once, one comes from the queue
        for job in submitted:
            last = (await ended(jobs, job.id))[-1].job
            assert last is not None
            assert last.state == "SUCCEEDED"
    for (timeout, context), job in zip(seen, submitted, strict=True):
        assert timeout == 30.0
        assert (context.request_id, context.authorization) == (job.id, None)
        assert context.caller is not None
        assert (context.caller.user_id, context.caller.token_id, context.caller.scopes) == (
            "user_1",
            "session_7",
            frozenset({"vision.jobs"}),
        )


async def test_a_replay_gives_the_same_events_from_any_sequence_on_any_replica(house: House) -> None:
    async with house.replica() as jobs, house.replica(works=False) as other:
        job = await jobs.submit(ALICE, new("items 5 0"))
        events = await ended(jobs, job.id)
        for replica in (jobs, other):
            for after in range(len(events) + 2):
                assert [e async for e in replica.watch(ALICE, job.id, after)] == events[after:]


async def test_a_job_is_followed_live_on_another_replica(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs, house.replica(works=False) as other:
        job = await jobs.submit(ALICE, new("hold"))
        async with aclosing(other.watch(ALICE, job.id, 0)) as watched:
            assert [(await anext(watched)).kind for _ in range(2)] == ["queued", "started"]
            script.release("hold")
            async with asyncio.timeout(15):
                assert kinds([e async for e in watched]) == ["ended"]


async def test_a_waiting_job_waits_for_its_turn_and_says_where_it_stands(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        first = await jobs.submit(ALICE, new("hold 1"))
        waiting = [await jobs.submit(ALICE, new(f"hold {n}")) for n in (2, 3)]
        assert [(await jobs.get(ALICE, j.id)).position for j in (first, *waiting)] == [0, 1, 2]
        seen: list[JobEvent] = []

        async def follow() -> None:
            async for event in jobs.watch(ALICE, waiting[1].id, 0):
                seen.append(event)

        following = asyncio.create_task(follow())
        script.release("hold 1")
        await soon(lambda: [e.position for e in seen if e.kind == "queued"] == [2, 1])
        script.release("hold 2")
        script.release("hold 3")
        await following
        assert kinds(seen) == ["queued", "queued", "started", "ended"]
        assert script.did == ["hold 1", "hold 2", "hold 3"]
        gap = (seen[1].time - seen[0].time).total_seconds()
        assert gap >= 1


async def test_estimates_come_from_what_was_measured(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        await ended(jobs, (await jobs.submit(ALICE, new("items 4 0.05", weight=4, topic="m"))).id)
        await jobs.submit(ALICE, new("hold", weight=100, topic="m"))
        job = await jobs.get(ALICE, (await jobs.submit(ALICE, new("items 4 0.05", weight=20, topic="m"))).id)
        assert job.position == 1
        assert job.estimated_end_time is not None
        # A unit took 50 ms and a little: 100 units run, and 20 will.
        assert 5.5 < (job.estimated_end_time - datetime.now(UTC)).total_seconds() < 30
        script.release("hold")
        await ended(jobs, job.id)


async def test_a_higher_priority_goes_first(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        await jobs.submit(ALICE, new("hold"))
        submitted = [await jobs.submit(ALICE, new(name, priority=p)) for name, p in (("low", 9), ("high", 1), ("middle", 5))]
        assert [(await jobs.get(ALICE, j.id)).position for j in submitted] == [3, 1, 2]
        script.release("hold")
        for job in submitted:
            await ended(jobs, job.id)
        assert script.did == ["hold", "high", "middle", "low"]


async def test_a_tenant_with_many_jobs_does_not_keep_another_waiting(house: House) -> None:
    script, bob = Script(), caller("tenant_2", "user_2")
    async with house.replica(script, slots=1) as jobs:
        await jobs.submit(ALICE, new("hold"))
        alices = [await jobs.submit(ALICE, new(f"a{n}")) for n in range(4)]
        bobs = [await jobs.submit(bob, new(f"b{n}")) for n in range(2)]
        assert [(await jobs.get(bob, j.id)).position for j in bobs] == [1, 3]
        script.release("hold")
        for job in alices:
            await ended(jobs, job.id)
        assert script.did == ["hold", "b0", "a0", "b1", "a1", "a2", "a3"]


async def test_the_same_request_id_gives_the_same_job_and_another_request_is_refused(house: House) -> None:
    async with house.replica() as jobs:
        first = await jobs.submit(ALICE, new("quick", request_id="r"))
        again = await asyncio.gather(*(jobs.submit(ALICE, new("quick", request_id="r")) for _ in range(5)))
        assert {j.id for j in again} == {first.id}
        with pytest.raises(Fault) as error:
            await jobs.submit(ALICE, new("another", request_id="r"))
        assert error.value.reason == "REQUEST_ID_REUSED"
        assert (await jobs.submit(caller("tenant_1", "user_2"), new("another", request_id="r"))).id != first.id
        stream = jobs.start(ALICE, new("quick", request_id="r"))
        assert [e.job_id async for e in stream] == [first.id] * 4
        records, _ = await jobs.listing(ALICE, 10, "")
        assert len(records) == 1


async def test_a_tenant_has_so_many_unfinished_jobs_and_no_more_also_when_they_come_at_once(house: House) -> None:
    async with House(house.postgres_url, house.nats_url, house.service, quota=3).replica(works=False) as jobs:
        tried = await asyncio.gather(*(jobs.submit(ALICE, new()) for _ in range(6)), return_exceptions=True)
        refused = [t for t in tried if isinstance(t, Fault)]
        assert {f.reason for f in refused} == {"JOB_QUOTA_EXCEEDED"}
        assert len(refused) == 3
        assert refused[0].quota is not None
        await jobs.submit(caller("tenant_2"), new())
        kept = next(t for t in tried if not isinstance(t, BaseException))
        await jobs.cancel(ALICE, kept.id)
        await jobs.submit(ALICE, new())


async def test_a_cancelled_waiting_job_leaves_the_queue(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        await jobs.submit(ALICE, new("hold"))
        waiting, behind = await jobs.submit(ALICE, new("never")), await jobs.submit(ALICE, new("behind"))
        cancelled = await jobs.cancel(ALICE, waiting.id)
        assert cancelled.state == "CANCELLED"
        assert await jobs.cancel(ALICE, waiting.id) == cancelled
        assert (await jobs.get(ALICE, behind.id)).position == 1
        script.release("hold")
        await ended(jobs, behind.id)
        assert kinds(await ended(jobs, waiting.id)) == ["queued", "ended"]
        assert script.did == ["hold", "behind"]


async def test_a_running_job_is_cancelled_at_once_on_whichever_replica_it_runs(house: House) -> None:
    script = Script()
    house = replace(house, lease_seconds=60.0)  # over the broker, not at the next sign of life
    async with house.replica(script) as jobs, house.replica(works=False) as other:
        job = await jobs.submit(ALICE, new("items 1000 0.01"))
        await soon(lambda: len(script.executed) > 3)
        cancelled = await other.cancel(ALICE, job.id)
        assert cancelled.state == "CANCELLED"
        await soon(lambda: script.cancelled == [job.id])
        record, results, _ = await jobs.results(ALICE, job.id, 1000, "")
        assert record.items_succeeded + record.items_failed == len(results)
        assert kinds(await ended(jobs, job.id))[-1] == "ended"


async def test_nobody_elses_job_can_be_seen_watched_cancelled_or_deleted(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        job = await jobs.submit(ALICE, new("hold"))
        for who in (caller("tenant_1", "user_2"), caller("tenant_2", "user_1")):
            attempts = [
                jobs.get(who, job.id),
                jobs.cancel(who, job.id),
                jobs.results(who, job.id, 1, ""),
                anext(jobs.watch(who, job.id, 0)),
            ]
            for attempt in attempts:
                with pytest.raises(Fault) as error:
                    await attempt
                assert error.value.reason == "JOB_NOT_FOUND"
            await jobs.delete(who, job.id)
            assert await jobs.listing(who, 10, "") == ([], "")
        assert (await jobs.get(ALICE, job.id)).state == "RUNNING"
        script.release("hold")


async def test_row_level_security_hides_other_tenants_also_from_wrong_sql(house: House) -> None:
    async with house.replica() as jobs:
        await ended(jobs, (await jobs.submit(ALICE, new())).id)
    tables = ("jobs", "job_results", "job_events")
    with psycopg.connect(house.postgres_url) as connection:
        for tenant, found in (("tenant_1", True), ("tenant_2", False), ("", False)):
            connection.execute("SELECT set_config('uat.tenant', %s, false)", (tenant,))
            rows = [connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() for table in tables]
            assert all(bool(row and row[0]) == found for row in rows)


async def test_a_listing_has_the_last_submitted_first_and_can_be_cut_down(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        ids = [(await jobs.submit(ALICE, new("hold" if n == 0 else "quick", topic=f"t{n % 2}"))).id for n in range(5)]
        first, token = await jobs.listing(ALICE, 2, "")
        second, rest = await jobs.listing(ALICE, 3, token)
        assert [j.id for j in first + second] == ids[::-1]
        assert rest == ""
        assert [j.id for j in (await jobs.listing(ALICE, 9, "", topic="t1"))[0]] == [ids[3], ids[1]]
        assert [j.id for j in (await jobs.listing(ALICE, 9, "", state="RUNNING"))[0]] == [ids[0]]
        assert [j.position for j in (await jobs.listing(ALICE, 9, "", state="QUEUED"))[0]] == [4, 3, 2, 1]
        with pytest.raises(Fault) as error:
            await jobs.listing(ALICE, 2, token, topic="t1")
        assert error.value.reason == "PAGE_TOKEN_INVALID"
        script.release("hold")


async def test_results_come_in_order_and_in_pages_and_only_after_the_end(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        job = await jobs.submit(ALICE, new("hold"))
        with pytest.raises(Fault) as error:
            await jobs.results(ALICE, job.id, 10, "")
        assert error.value.reason == "JOB_NOT_FINISHED"
        script.release("hold")
        job = await jobs.submit(ALICE, new("items 25 0"))
        await ended(jobs, job.id)
        token, found = "", []
        for _ in range(3):
            record, page, token = await jobs.results(ALICE, job.id, 10, token)
            found += page
        assert token == ""
        assert [(r.index, r.payload, r.failed) for r in found] == [(n, b"%d" % n, n % 10 == 9) for n in range(25)]
        assert (record.items_succeeded, record.items_failed) == (23, 2)


async def test_a_page_of_results_ends_before_16_mib_and_holds_one_at_least(house: House) -> None:
    async def large(run: object) -> None:
        for index, size in enumerate((7, 7, 7, 20)):
            await run.result(index, bytes(size * 1024 * 1024))  # type: ignore[attr-defined]

    async with house.replica(large) as jobs:
        job = await jobs.submit(ALICE, new())
        await ended(jobs, job.id)
        token, pages = "", []
        while not pages or token:
            _, page, token = await jobs.results(ALICE, job.id, 100, token)
            pages.append([r.index for r in page])
        assert pages == [[0, 1], [2], [3]]


async def test_progress_is_told_at_most_ten_times_a_second(house: House) -> None:
    async with house.replica() as jobs:
        job = await jobs.submit(ALICE, new("progress 100 0.006"))
        told = [e for e in await ended(jobs, job.id) if e.kind == "progressed"]
        seconds = (told[-1].time - told[0].time).total_seconds()
        assert 3 <= len(told) <= 10 * seconds + 3  # a line of the table is written a little later than it is told
        assert [int(e.payload) for e in told] == sorted(int(e.payload) for e in told)


async def test_previews_of_finished_pictures_are_left_out_of_a_replay(house: House) -> None:
    async with house.replica() as jobs:
        live = [e async for e in jobs.start(ALICE, new("previews"))]
        assert live[-1].sequence == len(live)
        replay = await ended(jobs, live[0].job_id)
        assert [(e.kind, e.payload) for e in replay][2:-1] == [("preview", b"half"), ("page", b"whole")]
        assert replay == [e for e in live if e.sequence in {r.sequence for r in replay}]


async def test_a_result_is_stored_once(house: House) -> None:
    async with house.replica() as jobs:
        job = await jobs.submit(ALICE, new("twice"))
        assert kinds(await ended(jobs, job.id)) == ["queued", "started", "page", "ended"]
        _, results, _ = await jobs.results(ALICE, job.id, 10, "")
        assert [r.payload for r in results] == [b"first"]


async def test_a_job_that_fails_says_why_and_keeps_what_was_done(house: House) -> None:
    async with house.replica() as jobs:
        job = await jobs.submit(ALICE, new("fail"))
        last = (await ended(jobs, job.id))[-1].job
        assert last is not None
        assert last.error is not None
        assert (last.state, last.error.message) == ("FAILED", "MODEL_FAILED")
        _, results, _ = await jobs.results(ALICE, job.id, 10, "")
        assert [r.payload for r in results] == [b"kept"]


async def test_a_bug_in_the_work_fails_the_job_without_a_secret(house: House) -> None:
    async with house.replica() as jobs:
        job = await jobs.submit(ALICE, new("bug"))
        last = (await ended(jobs, job.id))[-1].job
        assert last is not None
        assert last.error is not None
        assert last.state == "FAILED"
        assert "secret" not in str(last.error)


async def test_work_that_lacks_something_is_tried_again_until_it_is_back(house: House) -> None:
    script = Script(away=True)
    async with house.replica(script) as jobs:
        job = await jobs.submit(ALICE, new("needs"))
        await soon(lambda: len(script.did) >= 2)
        script.away = False
        events = await ended(jobs, job.id)
        assert kinds(events) == ["queued", "started", "page", "ended"]


async def test_a_deadline_ends_running_and_waiting_jobs(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        deadline = datetime.now(UTC) + timedelta(seconds=0.3)
        submitted = [await jobs.submit(ALICE, new(f"hold {n}", deadline=deadline)) for n in range(2)]
        for job in submitted:
            last = (await ended(jobs, job.id))[-1].job
            assert last is not None
            assert last.error is not None
            assert (last.state, last.error.code) == ("FAILED", 4)
        assert script.did == ["hold 0"]
        assert script.cancelled == [submitted[0].id]


async def test_a_job_that_cannot_be_ended_does_not_keep_others_from_their_deadline(house: House, postgres: Postgres) -> None:
    script = Script()
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(
            f"""CREATE FUNCTION {house.service}.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.labels ? 'poisoned' AND NEW.state = 'FAILED' THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$""".encode()
        )
        admin.execute(
            f"CREATE TRIGGER p BEFORE UPDATE ON {house.service}.jobs FOR EACH ROW EXECUTE FUNCTION {house.service}.poison()".encode()
        )
    async with house.replica(script, slots=1) as jobs:
        await jobs.submit(ALICE, new("hold"))
        deadline = datetime.now(UTC) + timedelta(seconds=0.1)
        poisoned = await jobs.submit(ALICE, new("never", deadline=deadline, labels={"poisoned": ""}))
        others = [await jobs.submit(ALICE, new("never", deadline=deadline)) for _ in range(3)]
        for other in others:
            assert (await ended(jobs, other.id))[-1].job.state == "FAILED"  # type: ignore[union-attr]
        assert (await jobs.get(ALICE, poisoned.id)).state == "QUEUED"
        script.release("hold")


async def test_jobs_are_deleted_when_their_time_is_over_or_when_asked(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        short = await jobs.submit(ALICE, new(retention=timedelta(seconds=0.2)))
        asked, running = await jobs.submit(ALICE, new()), await jobs.submit(ALICE, new("hold", kind="other"))
        await ended(jobs, asked.id)
        await jobs.delete(ALICE, asked.id)
        await jobs.delete(ALICE, asked.id)
        await jobs.delete(ALICE, running.id)
        await soon(lambda: script.cancelled == [running.id])
        await soon(lambda: _gone(jobs, short.id))
        with psycopg.connect(house.postgres_url) as connection:
            connection.execute("SELECT set_config('uat.tenant', 'tenant_1', false)")
            for table in ("jobs", "job_inputs", "job_results", "job_events", "job_queue", "job_expiries"):
                row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
                assert row == (0,), table


async def _gone(jobs: Jobs, job_id: str) -> bool:
    return job_id not in [j.id for j in (await jobs.listing(ALICE, 100, ""))[0]]


async def test_leaving_a_stream_cancels_its_job_unless_it_is_in_the_background(house: House) -> None:
    script = Script()
    async with house.replica(script) as jobs:
        for background in (False, True):
            async with aclosing(jobs.start(ALICE, new("hold", background=background))) as events:
                job_id = (await anext(events)).job_id
                assert (await anext(events)).kind == "started"
            if background:
                assert (await jobs.get(ALICE, job_id)).state == "RUNNING"
            else:
                await soon(lambda job_id=job_id: script.cancelled == [job_id])  # type: ignore[misc]
                assert (await jobs.get(ALICE, job_id)).state == "CANCELLED"
        script.release("hold")


async def test_a_stream_that_another_reader_follows_goes_on_until_the_last_one_leaves(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs, house.replica(script, slots=1) as other:
        stream = jobs.start(ALICE, new("hold", background=False))
        job_id = (await anext(stream)).job_id
        reader = other.watch(ALICE, job_id, 0)
        assert [(await anext(reader)).kind for _ in range(2)] == ["queued", "started"]
        await stream.aclose()
        await asyncio.sleep(house.lease_seconds + 3 * house.sweep_seconds)  # a lease that nobody renews would be over
        assert (await jobs.get(ALICE, job_id)).state == "RUNNING"
        await reader.aclose()
        await soon(lambda: script.cancelled == [job_id])
        assert (await jobs.get(ALICE, job_id)).state == "CANCELLED"


async def test_those_that_wait_and_those_that_run_are_counted(house: House) -> None:
    script = Script()
    async with house.replica(script, slots=1) as jobs:
        assert await jobs.queue.counts() == (0, 0)
        for _ in range(3):
            await jobs.submit(ALICE, new("hold"))
        await soon(lambda: script.did)
        assert await jobs.queue.counts() == (2, 1)
        script.release("hold")
