"""Limits password checks per e-mail address, against guessing."""

from __future__ import annotations

import hashlib

import structlog

from services.auth.errors import TooManyAttempts
from services.kit.errors import DependencyUnavailable
from services.kit.redis import Redis

WINDOW = 60

_log = structlog.get_logger("uat.auth")


class Attempts:
    """A count of attempts per e-mail address and minute, shared by all replicas.

    While Redis is down nothing is counted; argon2id and the bounded queue of password checks still limit the rate.
    """

    def __init__(self, redis: Redis, limit: int) -> None:
        self._redis = redis
        self._limit = limit

    async def count(self, email: str) -> None:
        """Counts an attempt before the password is checked, so that attempts side by side can't pass the limit. Raises TooManyAttempts."""
        key = _key(email)
        try:
            async with self._redis.use() as client, client.pipeline(transaction=True) as pipe:
                pipe.set(key, 0, ex=WINDOW, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
                _, count, seconds_left = await pipe.execute()
        except DependencyUnavailable:
            _log.warning("Redis is down, so sign-in attempts are not counted")
            return
        if count > self._limit:
            raise TooManyAttempts("too many sign-in attempts for this e-mail address; try again later", retry_after=max(seconds_left, 1))

    async def reset(self, email: str) -> None:
        """Clears the count after a correct password."""
        try:
            async with self._redis.use() as client:
                await client.delete(_key(email))
        except DependencyUnavailable:
            return


def _key(email: str) -> str:
    return "auth:attempts:" + hashlib.sha256(email.lower().encode()).hexdigest()
