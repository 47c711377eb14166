"""Background work has a context of its own: the call that starts it leaves it neither its deadline nor its token."""

from __future__ import annotations

import asyncio
import time

import pytest

from services.kit.background import detached
from services.kit.context import CallContext, Caller, current, serving, timeout_within
from services.kit.identity import delegation

USER = Caller("user_1", "tenant_1", "session_1", frozenset({"USER"}), frozenset({"chat.read"}), 1000.0, 1900.0)


async def context() -> CallContext:
    found = current()
    assert found is not None
    return found


async def test_work_outlives_the_deadline_of_the_call_that_starts_it() -> None:
    call = CallContext("request-1", "/uat/Submit", deadline=time.monotonic() + 0.01, caller=USER, authorization="Bearer x")

    async def left() -> float | None:
        await asyncio.sleep(0.02)
        return timeout_within(30.0)

    with serving(call):
        assert await detached(left(), "job") == 30.0
        own = await detached(context(), "job", caller=USER, request_id="job-7")
        assert current() is call
    assert (own.request_id, own.method, own.deadline, own.authorization) == ("job-7", "job", None, None)
    assert (await detached(context(), "job")).request_id.startswith("job-")


async def test_a_limit_of_its_own_ends_the_work_and_bounds_its_calls() -> None:
    async def left() -> float | None:
        return timeout_within(30.0)

    bounded = await detached(left(), "job", seconds=2.0)
    assert bounded is not None
    assert 1.0 < bounded < 2.0
    with pytest.raises(TimeoutError):
        await detached(asyncio.Event().wait(), "job", seconds=0.01)


async def test_the_user_is_kept_for_days_and_handing_work_on_does_not_prolong_that() -> None:
    first = (await detached(context(), "job", caller=USER)).caller
    assert first is not None
    assert first.expires_at == pytest.approx(time.time() + delegation.LONGEST_SECONDS, abs=5)
    assert (first.user_id, first.tenant_id, first.token_id, first.roles, first.scopes) == (
        USER.user_id,
        USER.tenant_id,
        USER.token_id,
        USER.roles,
        USER.scopes,
    )
    stored = delegation.from_json(delegation.to_json(first))
    assert stored == first
    assert (await detached(context(), "job", caller=stored)).caller == first


async def test_work_that_is_cancelled_before_it_starts_ends_quietly() -> None:
    task = detached(context(), "job")
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
