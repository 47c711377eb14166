"""Passwords as argon2id hashes, computed off the event loop and never more at once than memory allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from services.kit.errors import Overloaded

T = TypeVar("T")

AT_ONCE = 2
"""Hashes at once; each takes 64 MiB (RFC 9106, low memory)."""
MOST_WAITING = 64
_SECONDS_EACH = 0.1


class Passwords:
    """Hashes and verifies passwords. Calls wait in a bounded queue; one that finds it full fails with Overloaded."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, "argon2")
        self._waiting = 0
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
        if self._waiting >= MOST_WAITING:
            raise Overloaded("too many passwords are being checked; try again", retry_after=self._waiting * _SECONDS_EACH / AT_ONCE)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1
