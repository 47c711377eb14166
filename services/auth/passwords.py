"""Passwords as argon2id hashes, off the event loop, and never more at once than the machine has memory for."""

from __future__ import annotations

import asyncio

import argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and checks with the library's parameters (RFC 9106, low memory: 64 MiB a hash); two at a time."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._room = asyncio.Semaphore(2)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one that was stored. With None it takes as long, so that nobody learns which e-mails exist."""
        if stored is None:
            if self._nobody is None:
                self._nobody = await self.hash("the password of nobody")
            await self._check(self._nobody, password)
            return False
        return await self._check(stored, password)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _check(self, stored: str, password: str) -> bool:
        async with self._room:
            try:
                return await asyncio.to_thread(self._hasher.verify, stored, password)
            except (VerificationError, InvalidHashError):
                return False
