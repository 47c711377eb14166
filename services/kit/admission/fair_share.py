"""Start-time fair queueing between the tenants that wait at one priority."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

W = TypeVar("W")


@dataclass(slots=True)
class FairShare(Generic[W]):
    """Each tenant's waiters in order of arrival. The next tenant is the one that was granted the least work.

    `finish` holds each tenant's virtual time: the work granted to it. It is at least `start`, the virtual time of the last grant, so an
    idle tenant saves up no credit.
    """

    waiters: dict[str, dict[W, None]] = field(default_factory=dict)
    finish: dict[str, float] = field(default_factory=dict)
    start: float = 0.0

    def add(self, tenant: str, waiter: W) -> None:
        """Appends a waiter to its tenant's queue."""
        self.waiters.setdefault(tenant, {})[waiter] = None
        self.finish[tenant] = max(self.start, self.finish.get(tenant, 0.0))

    def remove(self, tenant: str, waiter: W) -> None:
        """Removes a waiter from any position."""
        own = self.waiters[tenant]
        del own[waiter]
        if own:
            return
        del self.waiters[tenant]
        if not self.waiters:
            self.finish.clear()
            self.start = 0.0
        elif len(self.finish) > 2 * len(self.waiters) + 16:
            self.finish = {t: at for t, at in self.finish.items() if t in self.waiters or at > self.start}

    def first(self) -> W:
        """The next waiter. There is at least one."""
        return next(iter(self.waiters[min(self.waiters, key=self.finish.__getitem__)]))

    def charge(self, tenant: str, cost: float) -> None:
        """Counts granted work. Called before the waiter is removed."""
        self.start = self.finish[tenant]
        self.finish[tenant] += cost

    def ahead_of(self, tenant: str) -> int:
        """How many waiters a new one of this tenant would have before it."""
        own = len(self.waiters.get(tenant, ()))
        return own + sum(min(len(waiters), own + 1) for name, waiters in self.waiters.items() if name != tenant)

    def __len__(self) -> int:
        return sum(map(len, self.waiters.values()))
