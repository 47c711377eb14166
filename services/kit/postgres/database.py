"""PostgreSQL: one pool per service, transactions inside a tenant's walls, and faults instead of driver errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.kit.errors import DependencyUnavailable, InvalidRequest
from services.kit.tasks import heeding

Connection = psycopg.AsyncConnection[DictRow]


class Database:
    """A pool to one database under the service's own role. Survives a restart of the server: broken connections are replaced before they
    are handed out.
    """

    def __init__(self, url: str, *, max_size: int = 8, timeout: float = 5.0) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_size,
            timeout=timeout,
            open=False,
            check=self._check,
            kwargs={"row_factory": dict_row, "connect_timeout": 5},
            connection_class=psycopg.AsyncConnection[DictRow],
        )

    async def __aenter__(self) -> Self:
        await self._pool.open(wait=True, timeout=30)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[Connection]:
        """A transaction that sees and writes this tenant's rows only: row-level security reads the tenant from the transaction."""
        async with self._transaction() as connection:
            await connection.execute("SELECT set_config('uat.tenant', %s, true)", (tenant_id,))
            yield connection

    @asynccontextmanager
    async def everyone(self) -> AsyncIterator[Connection]:
        """A transaction for work that belongs to no tenant, such as signing in. Tables with row-level security show nothing unless a
        policy says so.
        """
        async with self._transaction() as connection:
            yield connection

    async def _check(self, connection: Connection) -> None:
        """Before a connection is handed out. Where one is broken, all that lie idle are looked at: the pool alone would try them one by
        one, each time after a longer pause, until its time is up."""
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            await self._pool.check()
            raise

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        heed = heeding()
        try:
            async with self._pool.connection() as connection:
                if connection.autocommit:
                    # The pool turns it on while it looks at a connection, and a cancellation in that moment leaves it so: each statement
                    # would be a transaction of its own, without the tenant.
                    await connection.set_autocommit(False)
                heed()
                yield connection
            heed()
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise DependencyUnavailable("the database is not there at the moment; try again", retry_after=1) from error
        except psycopg.DataError as error:
            if "NUL" not in str(error):
                raise
            raise InvalidRequest("a text of the request holds the character NUL, which can't be stored") from error


def is_unique_violation(error: BaseException, constraint: str) -> bool:
    """Whether the error says that this unique constraint would be broken."""
    return isinstance(error, psycopg.errors.UniqueViolation) and error.diag.constraint_name == constraint
