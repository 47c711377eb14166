"""Counts wrong passwords, so that nobody guesses one."""

from __future__ import annotations

import hashlib

import structlog

from services.auth.errors import TooManyAttempts
from services.kit.errors import DependencyUnavailable
from services.kit.redis import Redis

WINDOW = 60

_log = structlog.get_logger("uat.auth")


class Attempts:
    """A count per e-mail over a minute, shared by all replicas. While Redis is gone signing in goes on uncounted: argon2id still bounds
    the rate.
    """

    def __init__(self, redis: Redis, most: int) -> None:
        self._redis = redis
        self._most = most

    async def check(self, email: str) -> None:
        """Raises TooManyAttempts when the e-mail has used its attempts."""
        try:
            async with self._redis.use() as client:
                count, left = int(await client.get(_key(email)) or 0), int(await client.ttl(_key(email)))
        except DependencyUnavailable:
            _log.warning("attempts to sign in are not counted: Redis is gone")
            return
        if count >= self._most:
            raise TooManyAttempts("too many wrong passwords for this e-mail; wait a little", retry_after=max(left, 1))

    async def failed(self, email: str) -> None:
        """Counts a wrong password."""
        try:
            async with self._redis.use() as client, client.pipeline(transaction=True) as pipe:
                pipe.set(_key(email), 0, ex=WINDOW, nx=True)
                pipe.incr(_key(email))
                await pipe.execute()
        except DependencyUnavailable:
            return

    async def succeeded(self, email: str) -> None:
        """Forgets the count."""
        try:
            async with self._redis.use() as client:
                await client.delete(_key(email))
        except DependencyUnavailable:
            return


def _key(email: str) -> str:
    return "auth:attempts:" + hashlib.sha256(email.lower().encode()).hexdigest()
