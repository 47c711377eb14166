"""The admission queue: order, fairness, bounds, deadlines, and what a refused caller is told."""

from __future__ import annotations

import asyncio

import pytest

from services.kit.admission.queue import LAST, AdmissionQueue, Demand, Limits, Ticket
from services.kit.errors import DeadlineTooShort, Draining, Overloaded
from services.kit.testing.clock import FakeClock
from tests.waiting import in_time, soon


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def queue_of(clock: FakeClock, running: int = 1, waiting: int = 8, **limits: float) -> AdmissionQueue:
    return AdmissionQueue("the model", Limits(running, waiting, **limits), clock, jitter=lambda: 1.0)  # type: ignore[arg-type]


def serve(queue: AdmissionQueue, clock: FakeClock, seconds: float, demand: Demand | None = None) -> None:
    """One request that holds its slot for so many seconds."""
    ticket = queue.join(demand or Demand())
    clock.now += seconds
    ticket.leave()


async def order_of(queue: AdmissionQueue, demands: dict[str, Demand]) -> list[str]:
    """The order in which requests that joined while the only slot was taken get it."""
    granted: list[str] = []
    holder = queue.join()

    async def request(name: str, ticket: Ticket) -> None:
        async with ticket:
            granted.append(name)

    tasks = [asyncio.create_task(request(name, queue.join(demand))) for name, demand in demands.items()]
    holder.leave()
    await in_time(asyncio.gather(*tasks))
    return granted


async def test_a_free_slot_is_granted_without_a_turn_of_the_event_loop(clock: FakeClock) -> None:
    queue = queue_of(clock, running=2)
    first, second = queue.join(), queue.join()
    assert (queue.running, queue.waiting, first.waited, second.waited) == (2, 0, 0.0, 0.0)
    first.leave()
    first.leave()
    assert queue.running == 1


async def test_lower_priorities_go_first_and_equal_ones_in_order_of_arrival(clock: FakeClock) -> None:
    demands = {"copy": Demand(priority=LAST, bounded=False), "b": Demand(priority=2), "a": Demand(priority=1), "c": Demand(priority=2)}
    assert await order_of(queue_of(clock), demands) == ["a", "b", "c", "copy"]


async def test_tenants_share_a_priority_by_the_work_they_are_granted(clock: FakeClock) -> None:
    greedy = {f"greedy {n}": Demand("greedy") for n in range(4)}
    demands = {**greedy, "modest 0": Demand("modest"), "modest 1": Demand("modest")}
    order = await order_of(queue_of(clock), demands)
    assert order == ["greedy 0", "modest 0", "greedy 1", "modest 1", "greedy 2", "greedy 3"]
    large = {"large 0": Demand("large", cost=3), "large 1": Demand("large", cost=3)}
    small = {f"small {n}": Demand("small") for n in range(4)}
    order = await order_of(queue_of(clock), {**large, **small})
    assert order == ["large 0", "small 0", "small 1", "small 2", "large 1", "small 3"]


async def test_a_full_queue_refuses_and_its_retry_counts_those_that_run_and_those_that_wait(clock: FakeClock) -> None:
    queue = queue_of(clock, running=2, waiting=4)
    for _ in range(3):
        serve(queue, clock, 2.0)
    tickets = [queue.join() for _ in range(6)]
    with pytest.raises(Overloaded) as refused:
        queue.join()
    assert refused.value.retry_after == pytest.approx((2 + 4) * 2.0 / 2)
    assert refused.value.quota is not None
    assert queue.refused_overload == 1
    for ticket in tickets:
        ticket.leave()
    assert (queue.running, queue.waiting) == (0, 0)


async def test_retries_are_spread_over_the_second_half_of_the_time_that_the_queue_takes(clock: FakeClock) -> None:
    queue = AdmissionQueue("the model", Limits(1, 1), clock)
    serve(queue, clock, 10.0)
    tickets = [queue.join(), queue.join()]
    found = set()
    for _ in range(50):
        with pytest.raises(Overloaded) as refused:
            queue.join()
        assert refused.value.retry_after is not None
        assert 10.0 <= refused.value.retry_after <= 20.0
        found.add(refused.value.retry_after)
    assert len(found) > 10
    for ticket in tickets:
        ticket.leave()


async def test_without_a_finished_request_the_estimate_comes_from_those_that_run(clock: FakeClock) -> None:
    queue = queue_of(clock, waiting=0)
    ticket = queue.join()
    clock.now += 5.0
    with pytest.raises(Overloaded) as refused:
        queue.join()
    assert refused.value.retry_after == pytest.approx(5.0)
    ticket.leave()


async def test_one_tenant_does_not_fill_the_queue_of_all(clock: FakeClock) -> None:
    queue = queue_of(clock, waiting=8, waiting_per_tenant=2)
    tickets = [queue.join(Demand("greedy")) for _ in range(3)]
    with pytest.raises(Overloaded, match="of this tenant"):
        queue.join(Demand("greedy"))
    tickets.append(queue.join(Demand("modest")))
    for ticket in tickets:
        ticket.leave()


async def test_work_that_is_bounded_elsewhere_is_never_refused_and_fills_no_queue(clock: FakeClock) -> None:
    queue = queue_of(clock, waiting=1)
    tickets = [queue.join(), *(queue.join(Demand(bounded=False)) for _ in range(5)), queue.join()]
    assert queue.waiting == 1
    for ticket in tickets:
        ticket.leave()


async def test_a_deadline_that_can_not_be_met_is_refused_before_any_work(clock: FakeClock) -> None:
    queue = queue_of(clock)
    for _ in range(3):
        serve(queue, clock, 0.6)
    with pytest.raises(DeadlineTooShort):
        queue.join(Demand(deadline=clock.now + 0.4))
    ticket = queue.join(Demand(deadline=clock.now + 0.7))
    with pytest.raises(DeadlineTooShort):  # it could hold the work, and not the wait
        queue.join(Demand(deadline=clock.now + 0.9))
    assert queue.refused_deadline == 2
    ticket.leave()


async def test_a_slow_period_is_not_held_against_deadlines_for_ever(clock: FakeClock) -> None:
    queue = queue_of(clock)
    serve(queue, clock, 60.0)
    with pytest.raises(DeadlineTooShort):
        queue.join(Demand(deadline=clock.now + 5))
    clock.now += 11
    queue.join(Demand(deadline=clock.now + 5)).leave()


async def test_a_wait_ends_when_its_time_is_over() -> None:
    queue = AdmissionQueue("the model", Limits(1, 8, longest_wait=0.05))
    holder = queue.join()
    for demand, message in ((Demand(), "without a deadline"), (Demand(longest_wait=0.02), "own timeout")):
        ticket = queue.join(demand)
        with pytest.raises(DeadlineTooShort, match=message):
            await in_time(ticket.wait())
        assert queue.waiting == 0
    holder.leave()


async def test_a_waiter_that_is_cancelled_leaves_at_once_and_loses_no_slot(clock: FakeClock) -> None:
    queue = queue_of(clock)
    holder = queue.join()
    waiting = asyncio.create_task(queue.join().wait())
    await soon(lambda: queue.waiting == 1)
    await asyncio.sleep(0)
    waiting.cancel()
    holder.leave()  # the slot comes in the same moment
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert (queue.running, queue.waiting) == (0, 0)
    await in_time(queue.idle())


async def test_a_waiter_can_be_rejected_and_the_next_one_is_served(clock: FakeClock) -> None:
    queue = queue_of(clock)
    holder, first, second = queue.join(), queue.join(), queue.join()
    waiting = asyncio.create_task(first.wait())
    await asyncio.sleep(0)
    first.reject(ZeroDivisionError("aborted"))
    with pytest.raises(ZeroDivisionError):
        await in_time(waiting)
    holder.leave()
    await in_time(second.wait())
    second.reject(ZeroDivisionError("too late"))
    assert queue.running == 1
    second.leave()


async def test_more_slots_serve_those_who_wait_already(clock: FakeClock) -> None:
    queue = queue_of(clock)
    tickets = [queue.join() for _ in range(3)]
    queue.resize(Limits(running=3, waiting=8))
    for ticket in tickets:
        await in_time(ticket.wait())
        ticket.leave()


async def test_a_queue_that_drains_refuses_new_requests_and_finishes_the_others(clock: FakeClock) -> None:
    queue = queue_of(clock)
    first, second = queue.join(), queue.join()
    queue.drain()
    with pytest.raises(Draining):
        queue.join()
    idle = asyncio.create_task(queue.idle())
    first.leave()
    await in_time(second.wait())
    assert not idle.done()
    second.leave()
    await in_time(idle)
    queue.resume()
    queue.join().leave()


async def test_an_outlook_tells_what_would_happen_and_changes_nothing(clock: FakeClock) -> None:
    queue = queue_of(clock, waiting=1)
    serve(queue, clock, 2.0)
    assert (queue.outlook(Demand()).refusal, queue.expected_wait) == (None, 0.0)
    first, second = queue.join(), queue.join()
    clock.now += 1.0
    outlook = queue.outlook(Demand())
    assert (outlook.ahead, outlook.wait) == (1, 4.0)
    assert isinstance(outlook.refusal, Overloaded)
    assert (queue.refused_overload, queue.oldest_wait) == (0, 1.0)
    first.leave()
    second.leave()
