"""Whose turn it is: by priority, and fair between the tenants of one priority."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from services.kit.errors import Fault


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the line may be, and how many requests may be with Triton."""

    max_size: int
    max_size_per_tenant: int
    max_running: int
    levels: int
    default_priority: int
    default_timeout: float

    def level(self, priority: int) -> int:
        """The level of a priority, from 0: the model's default for 0, the lowest for one that is lower than there are."""
        return min(priority or self.default_priority, self.levels) - 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request that wants in. Times are on the loop's clock. `rows` is how much work it is."""

    tenant_id: str
    priority: int
    rows: int
    deadline: float | None
    """When its caller stops waiting for the answer."""
    patience: float | None = None
    """How many seconds it may wait in the line, where the request says so."""
    copy: bool = False
    """Whether nobody waits for it. Copies stand behind everybody and take no place away."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to a request that came now. `refusal` is the fault that it would get; None lets it in or has it wait."""

    ahead: int
    wait: float
    compute: float | None
    refusal: Fault | None


@dataclass(slots=True, eq=False)
class Waiter:
    """A request in the line. `turn` is done when it was let in, refused or cancelled; `gone` once it stands there no more."""

    ticket: Ticket
    level: Level
    since: float
    turn: asyncio.Future[None]
    timer: asyncio.TimerHandle | None = None
    gone: bool = False


@dataclass(slots=True)
class Level:
    """Those of one priority: each tenant's in a line of their own, and start-time fair queueing between the tenants.

    A tenant's `finish` is where it stands once what it was given is worked off, in rows; whoever stands furthest back is next, and nobody
    stands behind `start`, where the last one stood that was let in: time in which a tenant asked for nothing is no credit.
    """

    tenants: dict[str, dict[Waiter, None]] = field(default_factory=dict)
    finish: dict[str, float] = field(default_factory=dict)
    start: float = 0.0

    def add(self, waiter: Waiter) -> None:
        """Puts it behind those of its tenant."""
        tenant = waiter.ticket.tenant_id
        self.tenants.setdefault(tenant, {})[waiter] = None
        self.finish[tenant] = max(self.start, self.finish.get(tenant, 0.0))

    def remove(self, waiter: Waiter) -> None:
        """Takes it out, from wherever it stands."""
        tenant = waiter.ticket.tenant_id
        waiters = self.tenants[tenant]
        del waiters[waiter]
        if waiters:
            return
        del self.tenants[tenant]
        if not self.tenants:
            self.finish.clear()
            self.start = 0.0
        elif len(self.finish) > 2 * len(self.tenants) + 16:
            self.finish = {t: at for t, at in self.finish.items() if t in self.tenants or at > self.start}

    def first(self) -> Waiter:
        """Whose turn it is."""
        tenant = min(self.tenants, key=self.finish.__getitem__)
        return next(iter(self.tenants[tenant]))

    def charge(self, ticket: Ticket) -> None:
        """Counts what was given. Told while the waiter still stands here."""
        self.start = self.finish[ticket.tenant_id]
        self.finish[ticket.tenant_id] += ticket.rows

    def ahead_of(self, tenant_id: str) -> int:
        """How many would have their turn before a new one of this tenant."""
        own = len(self.tenants.get(tenant_id, ()))
        return own + sum(min(len(waiters), own + 1) for tenant, waiters in self.tenants.items() if tenant != tenant_id)
