"""The line before one version of a model: bounded, by priority, fair between tenants, and honest about how long it takes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from services.kit.errors import DeadlineTooShort, Fault, Overloaded
from services.ml_inference.scheduling.fair_queue import Level, Limits, Outlook, Ticket, Waiter
from services.ml_inference.scheduling.statistics import Statistics

_SHORTEST_RETRY, _LONGEST_RETRY, _UNKNOWN_RETRY = 0.1, 60.0, 1.0


class RequestQueue:
    """Lets requests in, `limits.max_running` at a time. Who is let in must `leave`.

    Letting in where nobody waits costs no turn of the event loop. `depth` is told how many wait, at each change.
    """

    def __init__(
        self, name: str, limits: Limits, figures: Statistics, clock: Callable[[], float], depth: Callable[[float], None] = lambda _: None
    ) -> None:
        self.limits = limits
        self.figures = figures
        self.running = 0
        self.waiting = 0
        self._waiting_copies = 0
        self._depth = depth
        self._name = name
        self._clock = clock
        self._levels = [Level() for _ in range(limits.levels)]
        self._copies = Level()
        self._of_tenant: Counter[str] = Counter()

    async def enter(self, ticket: Ticket) -> float:
        """Returns when it is the request's turn, and the seconds it waited. Raises Overloaded or DeadlineTooShort, before any work is done.

        A waiter that is cancelled leaves at once.
        """
        outlook = self.outlook(ticket)
        if outlook.refusal is not None:
            self._count(outlook.refusal)
            raise outlook.refusal
        if not self.waiting and self.running < self.limits.max_running:
            self.running += 1
            return 0.0
        waiter = self._add(ticket)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self._left()  # its turn came in the same moment
            self._remove(waiter)
            raise
        return self._clock() - waiter.since

    def leave(self, latency: float | None = None, compute: float | None = None) -> None:
        """Ends a request that was let in. Times are given for one that was answered, and only that one counts in the figures."""
        if latency is not None and compute is not None:
            self.figures.ended(latency, compute)
        self._left()

    def outlook(self, ticket: Ticket) -> Outlook:
        """What would happen to this request now. Changes nothing."""
        limits, compute = self.limits, None
        remaining = None if ticket.deadline is None else ticket.deadline - self._clock()
        if remaining is not None:
            compute = self.figures.median_compute
            if remaining <= (compute or 0.0):
                return Outlook(0, 0.0, compute, self._too_short(remaining, 0.0, compute))
        if not self.waiting and self.running < limits.max_running:
            return Outlook(0, 0.0, compute, None)
        ahead = self.waiting if ticket.copy else self._ahead(limits.level(ticket.priority), ticket.tenant_id)
        wait = self._wait(ahead + 1)
        if not ticket.copy and (full := self._full(ticket.tenant_id)) is not None:
            return Outlook(ahead, wait, compute, full)
        if remaining is not None and wait + (compute or 0.0) > remaining:
            return Outlook(ahead, wait, compute, self._too_short(remaining, wait, compute))
        if ticket.patience is not None and wait > ticket.patience:
            return Outlook(ahead, wait, compute, self._too_long(ticket.patience, wait))
        return Outlook(ahead, wait, compute, None)

    def oldest_wait(self) -> float:
        """How long the one that waits longest has waited, in seconds."""
        firsts = [next(iter(waiters)).since for level in (*self._levels, self._copies) for waiters in level.tenants.values()]
        return self._clock() - min(firsts) if firsts else 0.0

    def estimated_wait(self) -> float:
        """How long a request that came now, with no priority and from a new tenant, would wait, in seconds."""
        if not self.waiting and self.running < self.limits.max_running:
            return 0.0
        return self._wait(self._ahead(self.limits.level(0), "") + 1)

    def resize(self, limits: Limits) -> None:
        """Takes new limits; those who wait stay."""
        self.limits = limits
        while len(self._levels) < limits.levels:
            self._levels.append(Level())
        self._call_next()

    def _add(self, ticket: Ticket) -> Waiter:
        loop = asyncio.get_running_loop()
        now = self._clock()
        level = self._copies if ticket.copy else self._levels[self.limits.level(ticket.priority)]
        until = now + self.limits.default_timeout if ticket.deadline is None else ticket.deadline - (self.figures.median_compute or 0.0)
        if ticket.patience is not None:
            until = min(until, now + ticket.patience)
        waiter = Waiter(ticket, level, now, loop.create_future())
        waiter.timer = loop.call_later(max(0.0, until - now), self._give_up, waiter)
        level.add(waiter)
        self._stands(ticket, 1)
        return waiter

    def _remove(self, waiter: Waiter) -> None:
        if waiter.gone:
            return
        waiter.gone = True
        if waiter.timer is not None:
            waiter.timer.cancel()
        waiter.level.remove(waiter)
        self._stands(waiter.ticket, -1)

    def _stands(self, ticket: Ticket, change: int) -> None:
        """Counts who came or went."""
        if ticket.copy:
            self._waiting_copies += change
        else:
            self.waiting += change
            self._of_tenant[ticket.tenant_id] += change
            if not self._of_tenant[ticket.tenant_id]:
                del self._of_tenant[ticket.tenant_id]
            self._depth(self.waiting)
            if self.waiting == (change > 0):
                self.figures.waiting(change > 0)

    def _give_up(self, waiter: Waiter) -> None:
        """Its time is over before its turn came."""
        waited = self._clock() - waiter.since
        self._remove(waiter)
        deadline, patience = waiter.ticket.deadline, waiter.ticket.patience
        if patience is not None and waited >= patience:
            said = f"its turn did not come within its `timeout` of {patience * 1000:.0f} ms"
        elif deadline is None:
            said = f"its turn did not come within {self.limits.default_timeout:.0f} s, and it has no deadline of its own"
        else:
            said = f"it waited {waited * 1000:.0f} ms, and what is left of its deadline can't hold the work any more"
        self._fail(waiter, DeadlineTooShort(f"{self._name}: {said}", metadata={"model": self._name}))

    def _fail(self, waiter: Waiter, fault: Fault) -> None:
        self._count(fault)
        if not waiter.turn.done():
            waiter.turn.set_exception(fault)

    def _left(self) -> None:
        self.running -= 1
        self._call_next()

    def _call_next(self) -> None:
        while (self.waiting or self._waiting_copies) and self.running < self.limits.max_running:
            level = next((level for level in self._levels if level.tenants), self._copies)
            waiter = level.first()
            if waiter.turn.done():  # cancelled, and its task has not run yet
                self._remove(waiter)
                continue
            compute, deadline = self.figures.median_compute, waiter.ticket.deadline
            if deadline is not None and deadline - self._clock() <= (compute or 0.0):
                self._remove(waiter)
                self._fail(waiter, self._too_short(deadline - self._clock(), 0.0, compute))
                continue
            level.charge(waiter.ticket)
            self._remove(waiter)
            self.running += 1
            waiter.turn.set_result(None)

    def _ahead(self, level: int, tenant_id: str) -> int:
        before = sum(len(waiters) for above in self._levels[:level] for waiters in above.tenants.values())
        return before + self._levels[level].ahead_of(tenant_id)

    def _wait(self, turns: int) -> float:
        """Seconds until so many have left."""
        rate = self.figures.drain_rate(self.limits.max_running)
        return turns / rate if rate else 0.0

    def _full(self, tenant_id: str) -> Overloaded | None:
        """The refusal, where there is no place for one more of this tenant."""
        limits, own = self.limits, self._of_tenant.get(tenant_id, 0)
        if self.waiting >= limits.max_size:
            waiting, said = self.waiting, f"{self.waiting} requests wait for {self._name} already"
            quota = (self._name, f"{limits.max_size} may wait")
        elif own >= limits.max_size_per_tenant:
            waiting, said = own, f"{own} of the tenant's requests wait for {self._name} already"
            quota = (f"{self._name} tenant:{tenant_id}", f"{limits.max_size_per_tenant} of one tenant may wait")
        else:
            return None
        # Those who come back when half of the line is gone find places, and the model still has work.
        rate = self.figures.drain_rate(limits.max_running)
        retry = min(_LONGEST_RETRY, max(_SHORTEST_RETRY, (waiting / 2 + 1) / rate)) if rate else _UNKNOWN_RETRY
        return Overloaded(f"{said}; come back in {retry:.1f} s", metadata={"model": self._name}, retry_after=retry, quota=quota)

    def _too_short(self, remaining: float, wait: float, compute: float | None) -> DeadlineTooShort:
        needs = f"about {(compute or 0.0) * 1000:.0f} ms" + (f" after a wait of about {wait * 1000:.0f} ms" if wait else "")
        left = max(remaining, 0.0) * 1000
        return DeadlineTooShort(
            f"{left:.0f} ms are left of the deadline and {self._name} takes {needs}: no work was started", metadata={"model": self._name}
        )

    def _too_long(self, patience: float, wait: float) -> DeadlineTooShort:
        return DeadlineTooShort(
            f"{self._name} would be waited for about {wait * 1000:.0f} ms, more than the `timeout` of {patience * 1000:.0f} ms",
            metadata={"model": self._name},
        )

    def _count(self, fault: Fault) -> None:
        if fault.overload:
            self.figures.refused_overload += 1
        else:
            self.figures.refused_deadline += 1
