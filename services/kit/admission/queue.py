"""The bounded queue in front of a resource that works on a limited number of requests at a time: a model, an engine's slots, a hasher.

Waiters are granted slots by priority, and fairly between the tenants of one priority. A request is refused before any work is done for it
when the queue is full, with the time after which a retry is useful, or when its deadline can't hold the expected wait and work.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from services.kit.admission.fair_share import FairShare
from services.kit.errors import DeadlineTooShort, Draining, Fault, Overloaded

LAST = 1_000_000
"""The priority behind every other one."""

_SAMPLES, _RECENT = 64, 10.0
"""Finished requests that the estimates are made from, and the age in seconds up to which one counts against a deadline: were it unbounded,
one slow period could have every later request refused, and none would correct the estimate."""
_MEDIAN_AGE = 0.1
"""Seconds for which a median is used again: it is needed for each request that has a deadline."""
_SHORTEST_RETRY, _LONGEST_RETRY, _DEFAULT_SECONDS = 0.1, 60.0, 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """`running` requests hold a slot at a time; `waiting` more may wait, `waiting_per_tenant` of them for one tenant."""

    running: int
    waiting: int
    waiting_per_tenant: int | None = None
    longest_wait: float | None = None
    """Seconds that a request without a deadline may wait; None for any time."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a request needs. Lower priorities go first. `cost` is its amount of work, which fairness between tenants is measured in."""

    tenant_id: str = ""
    priority: int = 0
    cost: float = 1.0
    deadline: float | None = None
    """When its caller stops waiting for the answer, on the queue's clock."""
    longest_wait: float | None = None
    """Seconds that it may wait for its slot, where the request itself bounds that."""
    bounded: bool = True
    """False for work that is bounded elsewhere, for example a job: it is never refused for a full queue, and fills none."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to a request now: the requests before it, its wait and its work in seconds, and the fault that would refuse it."""

    ahead: int
    wait: float
    work: float | None
    refusal: Fault | None


class Ticket:
    """A request's place: in the queue, then at a slot, until it leaves. As an async context manager it waits for the slot and leaves it."""

    __slots__ = ("_queue", "_timer", "_turn", "demand", "granted_at", "joined_at", "left")

    def __init__(self, queue: AdmissionQueue, demand: Demand, now: float) -> None:
        self.demand = demand
        self.joined_at = now
        self.granted_at: float | None = None
        self.left = False
        self._queue = queue
        self._turn: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        await self.wait()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.leave(served=kind is None)

    @property
    def waited(self) -> float:
        """Seconds from joining to the slot. Only once it is granted."""
        assert self.granted_at is not None
        return self.granted_at - self.joined_at

    async def wait(self) -> None:
        """Returns once it holds a slot, without a turn of the event loop if it does already. Raises DeadlineTooShort, or what `reject` was
        given. A ticket whose wait raises or is cancelled has left.
        """
        if self._turn is not None:
            try:
                await self._turn
            except BaseException:
                self.leave(served=False)
                raise

    def reject(self, error: Exception) -> None:
        """Ends its wait with an error; of no effect once it has a slot."""
        if self._turn is not None and not self._turn.done():
            self._queue._remove(self)
            self._turn.set_exception(error)

    def leave(self, *, served: bool = True) -> None:
        """Gives up its slot or its place in the queue; calls after the first have no effect. The queue's estimates learn from those that
        were `served`.
        """
        self._queue._leave(self, served)


class AdmissionQueue:
    """`name` is used in messages, `metadata` is added to faults; `clock` is monotonic, in seconds. `on_waiting` receives the number of
    waiting requests at each change.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        *,
        metadata: Mapping[str, str] | None = None,
        on_waiting: Callable[[int], object] = lambda _: None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.limits = limits
        self.waiting = 0
        """Waiting requests, less those that are not `bounded`."""
        self.refused_overload = 0
        self.refused_deadline = 0
        self._name = name
        self._clock = clock
        self._metadata = dict(metadata or {})
        self._on_waiting = on_waiting
        self._jitter = jitter
        self._running: set[Ticket] = set()
        self._levels: dict[int, FairShare[Ticket]] = {}
        self._of_tenant: Counter[str] = Counter()
        self._samples: deque[tuple[float, float]] = deque(maxlen=_SAMPLES)
        self._median: float | None = None
        self._median_until = float("-inf")
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def running(self) -> int:
        """Requests that hold a slot."""
        return len(self._running)

    @property
    def draining(self) -> bool:
        """Whether new requests are refused."""
        return self._draining

    def join(self, demand: Demand = Demand()) -> Ticket:
        """Takes a slot or a place in the queue. Raises Overloaded, DeadlineTooShort or Draining. Every ticket has to leave."""
        if self._draining:
            raise Draining(f"{self._name} takes no new requests", metadata=self._metadata, retry_after=0)
        now = self._clock()
        free = not self._levels and len(self._running) < self.limits.running
        if (not free or demand.deadline is not None) and (refusal := self.outlook(demand).refusal) is not None:
            self._count(refusal)
            raise refusal
        ticket = Ticket(self, demand, now)
        if free:
            self._grant(ticket, now)
        else:
            self._enqueue(ticket)
        self._idle.clear()
        return ticket

    def outlook(self, demand: Demand) -> Outlook:
        """What would happen to this request now."""
        work, remaining = None, None
        if demand.deadline is not None:
            work, remaining = self.median_work, demand.deadline - self._clock()
            if remaining <= (work or 0.0):
                return Outlook(0, 0.0, work, self._too_short(remaining, 0.0, work))
        if not self._levels and len(self._running) < self.limits.running:
            return Outlook(0, 0.0, work, None)
        ahead = self._ahead(demand)
        wait = (ahead + 1) * self.seconds_per_slot
        refusal: Fault | None = self._full(demand.tenant_id) if demand.bounded else None
        if refusal is None and self._samples:  # without any the wait is a guess, which refuses nobody
            if remaining is not None and wait + (work or 0.0) > remaining:
                refusal = self._too_short(remaining, wait, work)
            elif demand.longest_wait is not None and wait > demand.longest_wait:
                refusal = self._wait_too_long(demand.longest_wait, wait)
        return Outlook(ahead, wait, work, refusal)

    @property
    def median_work(self) -> float | None:
        """The median time that recent requests held their slot, in seconds; None when none ended recently."""
        now = self._clock()
        if now >= self._median_until:
            recent = [held for at, held in self._samples if at >= now - _RECENT]
            self._median, self._median_until = statistics.median(recent) if recent else None, now + _MEDIAN_AGE
        return self._median

    @property
    def seconds_per_slot(self) -> float:
        """Seconds after which one more slot becomes free while all are taken (Little's law): the mean time a slot is held, by `running`."""
        held = [held for _, held in self._samples]
        if not held:
            now = self._clock()
            held = [now - ticket.granted_at for ticket in self._running if ticket.granted_at is not None]
        return (statistics.fmean(held) if held else _DEFAULT_SECONDS) / self.limits.running

    @property
    def expected_wait(self) -> float:
        """Seconds that a new request of a new tenant, of the default priority and without a deadline, would wait."""
        return self.outlook(Demand()).wait

    @property
    def oldest_wait(self) -> float:
        """Seconds that the request which waits longest has waited."""
        waiters = [next(iter(own)).joined_at for level in self._levels.values() for own in level.waiters.values()]
        return self._clock() - min(waiters) if waiters else 0.0

    def resize(self, limits: Limits) -> None:
        """Changes the limits. Requests that wait or run stay."""
        self.limits = limits
        self._grant_next()

    def drain(self) -> None:
        """Refuses new requests from now on; those that wait or run go on."""
        self._draining = True

    def resume(self) -> None:
        """Takes new requests again."""
        self._draining = False

    async def idle(self) -> None:
        """Returns when no request waits or runs."""
        await self._idle.wait()

    def _grant(self, ticket: Ticket, now: float) -> None:
        ticket.granted_at = now
        self._running.add(ticket)

    def _enqueue(self, ticket: Ticket) -> None:
        demand, loop = ticket.demand, asyncio.get_running_loop()
        ticket._turn = loop.create_future()
        longest = self.limits.longest_wait if demand.deadline is None else demand.deadline - ticket.joined_at - (self.median_work or 0.0)
        waits = [seconds for seconds in (longest, demand.longest_wait) if seconds is not None]
        if waits:
            ticket._timer = loop.call_later(max(0.0, min(waits)), self._expire, ticket)
        self._levels.setdefault(demand.priority, FairShare()).add(demand.tenant_id, ticket)
        self._count_waiting(ticket, 1)

    def _remove(self, ticket: Ticket) -> None:
        """Takes a ticket out of the queue, if it is still there."""
        demand = ticket.demand
        level = self._levels.get(demand.priority)
        if level is None or ticket not in level.waiters.get(demand.tenant_id, ()):
            return
        level.remove(demand.tenant_id, ticket)
        if not level.waiters:
            del self._levels[demand.priority]
        if ticket._timer is not None:
            ticket._timer.cancel()
        self._count_waiting(ticket, -1)

    def _leave(self, ticket: Ticket, served: bool) -> None:
        if ticket.left:
            return
        ticket.left = True
        if ticket.granted_at is None:
            self._remove(ticket)
        else:
            self._running.discard(ticket)
            if served:
                now = self._clock()
                self._samples.append((now, now - ticket.granted_at))
        self._grant_next()

    def _grant_next(self) -> None:
        now = self._clock()
        while self._levels and len(self._running) < self.limits.running:
            level = self._levels[min(self._levels)]
            ticket = level.first()
            turn, deadline = ticket._turn, ticket.demand.deadline
            assert turn is not None
            if turn.done():  # cancelled, and its task has not run yet
                self._remove(ticket)
            elif deadline is not None and deadline - now <= (self.median_work or 0.0):
                self._reject(ticket, self._too_short(deadline - now, 0.0, self.median_work))
            else:
                level.charge(ticket.demand.tenant_id, ticket.demand.cost)
                self._remove(ticket)
                self._grant(ticket, now)
                turn.set_result(None)
        if not self._running and not self._levels:
            self._idle.set()

    def _expire(self, ticket: Ticket) -> None:
        """Ends the wait of a ticket that got no slot in time."""
        waited, longest = self._clock() - ticket.joined_at, ticket.demand.longest_wait
        if longest is not None and waited >= longest:
            why = f"no slot became free within the request's own timeout of {longest * 1000:.0f} ms"
        elif ticket.demand.deadline is None:
            why = f"no slot became free within {self.limits.longest_wait:.0f} s, the limit for a request without a deadline"
        else:
            why = f"after a wait of {waited * 1000:.0f} ms the rest of the deadline is too short for the work"
        self._reject(ticket, DeadlineTooShort(f"{self._name}: {why}", metadata=self._metadata))

    def _reject(self, ticket: Ticket, fault: Fault) -> None:
        self._count(fault)
        ticket.reject(fault)

    def _ahead(self, demand: Demand) -> int:
        before = sum(len(level) for priority, level in self._levels.items() if priority < demand.priority)
        return before + (level.ahead_of(demand.tenant_id) if (level := self._levels.get(demand.priority)) is not None else 0)

    def _full(self, tenant_id: str) -> Overloaded | None:
        """The refusal when no more requests of this tenant may wait."""
        limits, own = self.limits, self._of_tenant[tenant_id]
        if self.waiting >= limits.waiting:
            why, quota = f"{self.waiting} requests wait for {self._name}", (self._name, f"{limits.waiting} requests may wait")
        elif limits.waiting_per_tenant is not None and own >= limits.waiting_per_tenant:
            why = f"{own} requests of this tenant wait for {self._name}"
            quota = (f"{self._name} tenant:{tenant_id}", f"{limits.waiting_per_tenant} requests of one tenant may wait")
        else:
            return None
        # Callers return between half and all of the time that the present requests take: spread, and while there is still work to do.
        drained = (self.waiting + len(self._running)) * self.seconds_per_slot
        retry = min(_LONGEST_RETRY, max(_SHORTEST_RETRY, drained * (1 + self._jitter()) / 2))
        return Overloaded(f"{why}; retry in {retry:.1f} s", metadata=self._metadata, retry_after=retry, quota=quota)

    def _too_short(self, remaining: float, wait: float, work: float | None) -> DeadlineTooShort:
        needs = f"takes about {(work or 0.0) * 1000:.0f} ms" + (f" after a wait of about {wait * 1000:.0f} ms" if wait else "")
        left = f"{max(remaining, 0.0) * 1000:.0f} ms of the deadline are left"
        return DeadlineTooShort(f"{left} and {self._name} {needs}: no work was started", metadata=self._metadata)

    def _wait_too_long(self, longest: float, wait: float) -> DeadlineTooShort:
        return DeadlineTooShort(
            f"the wait for {self._name} is about {wait * 1000:.0f} ms, longer than the request's own timeout of {longest * 1000:.0f} ms",
            metadata=self._metadata,
        )

    def _count(self, fault: Fault) -> None:
        if fault.overload:
            self.refused_overload += 1
        else:
            self.refused_deadline += 1

    def _count_waiting(self, ticket: Ticket, change: int) -> None:
        if ticket.demand.bounded:
            self.waiting += change
            self._of_tenant[ticket.demand.tenant_id] += change
            if not self._of_tenant[ticket.demand.tenant_id]:
                del self._of_tenant[ticket.demand.tenant_id]
            self._on_waiting(self.waiting)
