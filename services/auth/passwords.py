"""Passwords as argon2id hashes, computed off the event loop and never more at once than memory allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from services.kit.admission.queue import AdmissionQueue, Demand, Limits
from services.kit.context import current

T = TypeVar("T")

LIMITS = Limits(running=2, waiting=64)
"""Each hash takes 64 MiB (RFC 9106, low memory)."""


class Passwords:
    """Hashes and verifies passwords. Calls wait in a bounded queue, which refuses a call that finds it full or can't be served in time."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._queue = AdmissionQueue("the password check", LIMITS)
        self._threads = ThreadPoolExecutor(LIMITS.running, "argon2")  # so that a cancelled call, whose hash goes on, can't exceed the limit
        self._of_nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await self._queued(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password has this hash. Takes as long without a hash, so that the time doesn't tell which users exist."""
        if stored is None and self._of_nobody is None:
            self._of_nobody = await self.hash("the password of nobody")
        try:
            await self._queued(self._hasher.verify, stored or self._of_nobody or "", password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was computed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _queued(self, work: Callable[..., T], *arguments: str) -> T:
        call = current()
        async with self._queue.join(Demand(deadline=call.deadline if call else None)):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
