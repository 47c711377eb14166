"""PostgreSQL: one connection pool per process, transactions bounded to a tenant, and typed faults in place of driver errors."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from services.kit.cancellation import cancellation_check
from services.kit.errors import Overloaded
from services.kit.postgres.errors import OutcomeUnknown, fault_of, unavailable

Connection = psycopg.AsyncConnection[DictRow]

_MOST_WAITING = 256
"""Calls that may wait for a connection; the next one is refused at once."""
_NETWORK = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""libpq's bounds on a network that went silent: it is noticed within 15 to 25 seconds."""

_log = structlog.get_logger("uat.postgres")


class Database:
    """A pool of connections to one database under the service's own role.

    It survives a restart of the server: broken connections are replaced before they are handed out. Driver errors are logged and become
    faults (`services.kit.postgres.errors`). The server ends a statement after `statement_seconds`; a transaction that is not over after
    `transaction_seconds`, because the server hangs or the code inside does, loses its connection.
    """

    def __init__(
        self,
        url: str,
        *,
        max_size: int = 8,
        timeout: float = 5.0,
        statement_seconds: float = 30.0,
        transaction_seconds: float = 60.0,
    ) -> None:
        self._max_size = max_size
        self._transaction_seconds = transaction_seconds
        self._in_use = 0
        limit = int(statement_seconds * 1000)
        options = f"-c statement_timeout={limit} -c idle_in_transaction_session_timeout={limit}"
        # Connections are in autocommit mode, and transactions are explicit: BEGIN and the tenant go to the server in one round trip.
        kwargs: dict[str, Any] = {**_NETWORK, "autocommit": True, "row_factory": dict_row}
        kwargs["options"] = f"{conninfo_to_dict(url).get('options', '')} {options}".strip()
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_size,
            max_waiting=_MOST_WAITING,
            timeout=timeout,
            open=False,
            check=self._check,
            kwargs=kwargs,
            connection_class=psycopg.AsyncConnection[DictRow],
        )

    async def __aenter__(self) -> Self:
        await self._pool.open(wait=True, timeout=30)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._pool.close()

    def tenant(self, tenant_id: str) -> contextlib.AbstractAsyncContextManager[Connection]:
        """A transaction that reads and writes this tenant's rows only: row-level security takes the tenant from the transaction."""
        return self._transaction(tenant_id)

    def everyone(self) -> contextlib.AbstractAsyncContextManager[Connection]:
        """A transaction for work that belongs to no tenant, such as leases and queues. Tables with row-level security show it nothing
        unless a policy says so.
        """
        return self._transaction(None)

    @asynccontextmanager
    async def _transaction(self, tenant_id: str | None) -> AsyncIterator[Connection]:
        raise_if_cancelled = cancellation_check()
        committing = False
        try:
            connection = await self._pool.getconn()
            self._in_use += 1
            timer = asyncio.get_running_loop().call_later(self._transaction_seconds, _sever, connection)
            try:
                raise_if_cancelled()
                if tenant_id is None:
                    await connection.execute("BEGIN", prepare=False)
                else:
                    begin = sql.SQL("BEGIN; SELECT set_config('uat.tenant', {}, true)").format(tenant_id)
                    await connection.execute(begin, prepare=False)
                yield connection
                committing = True
                await connection.commit()
                raise_if_cancelled()
            finally:
                timer.cancel()
                self._in_use -= 1
                await self._give_back(connection)
        except PoolTimeout as error:
            if self._in_use < self._max_size:
                _log.warning("the database can't be reached", error=str(error), statistics=self._pool.get_stats())
                raise unavailable() from error
            raise self._exhausted() from error
        except TooManyRequests as error:
            raise self._exhausted() from error
        except psycopg.Error as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if committing and connection.closed:
                fault = OutcomeUnknown("the database did not confirm the change, which may be stored; check before you repeat it")
            _log.warning("database error", reason=fault.reason, sqlstate=error.sqlstate, error=str(error))
            raise fault from error

    async def _give_back(self, connection: Connection) -> None:
        """Returns a connection to the pool; what was not committed is rolled back first."""
        try:
            if connection.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                with contextlib.suppress(psycopg.Error):  # the pool replaces a broken connection
                    await connection.rollback()
        finally:
            await self._pool.putconn(connection)

    def _exhausted(self) -> Overloaded:
        _log.warning("every connection of the pool is in use", connections=self._max_size, statistics=self._pool.get_stats())
        return Overloaded("too many calls wait for the database; try again", retry_after=1)

    async def _check(self, connection: Connection) -> None:
        """Looks at a connection before it is handed out, without a round trip: while it is idle the server sends nothing but its end.

        Where one is broken, all idle ones are checked: the pool alone would try them one by one, each after a longer pause.
        """
        poll = select.poll()
        poll.register(connection.pgconn.socket, select.POLLIN)
        if not poll.poll(0):
            return
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            await self._pool.check()
            raise


def _sever(connection: Connection) -> None:
    """Ends a connection under a statement that never returns: a driver that is cancelled would wait for the server's answer."""
    _log.warning("a transaction took too long and lost its connection")
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as twin:
        twin.shutdown(socket.SHUT_RDWR)


def is_unique_violation(error: BaseException, constraint: str) -> bool:
    """Whether the error reports a violation of this unique constraint."""
    return isinstance(error, psycopg.errors.UniqueViolation) and error.diag.constraint_name == constraint
