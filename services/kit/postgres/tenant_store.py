"""The base of stores whose rows belong to tenants: a transaction bounded to one tenant, and short ways to run SQL in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from services.kit.postgres.database import Connection, Database


class Transaction:
    """SQL inside one transaction of one tenant. Subclasses add the statements of a service; what one transaction writes is stored as a
    whole or not at all."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def _run(self, query: str, values: Any = ()) -> int:
        """Runs a statement; returns the number of rows that it changed."""
        return (await self._connection.execute(query.encode(), values)).rowcount

    async def _one(self, query: str, values: Any = ()) -> dict[str, Any] | None:
        """The first row of the result, or None."""
        return await (await self._connection.execute(query.encode(), values)).fetchone()

    async def _the(self, query: str, values: Any = ()) -> dict[str, Any]:
        """The first row of a result that always has one."""
        row = await self._one(query, values)
        if row is None:
            raise LookupError(f"no row came from {query!r}")
        return row

    async def _all(self, query: str, values: Any = (), *, binary: bool = False) -> list[dict[str, Any]]:
        """Every row of the result; `binary` is cheaper where rows hold bytes."""
        return await (await self._connection.execute(query.encode(), values, binary=binary)).fetchall()


T = TypeVar("T", bound=Transaction)


class TenantStore(Generic[T]):
    """Opens transactions: `TenantStore(database, Chats)` yields a `Chats` bound to a tenant."""

    def __init__(self, database: Database, transaction: Callable[[Connection, str], T]) -> None:
        self._database = database
        self._transaction = transaction

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[T]:
        """A transaction that reads and writes this tenant's rows only."""
        async with self._database.tenant(tenant_id) as connection:
            yield self._transaction(connection, tenant_id)
