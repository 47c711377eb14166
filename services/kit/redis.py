"""Redis: one client per process that survives restarts of the server, and faults instead of client errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.kit.errors import DependencyUnavailable


class Redis:
    """A client with a connection pool. It replaces a lost connection with up to three attempts within half a second; then the call fails,
    and the next one tries again. Values are decoded as text.
    """

    def __init__(self, url: str) -> None:
        self.client: aioredis.Redis = aioredis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=2,
            health_check_interval=30,
            retry=Retry(ExponentialBackoff(cap=0.25, base=0.05), 3),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.client.aclose()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[aioredis.Redis]:
        """The client. Inside the block, a server that is down raises DependencyUnavailable."""
        try:
            yield self.client
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise DependencyUnavailable("Redis is unavailable at the moment; try again", retry_after=1) from error
