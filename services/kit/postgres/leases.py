"""Leases: which replica owns a piece of work, and until when it counts as alive without renewing.

A lease is a row. Its owner renews it in a heartbeat; once it has expired, one other replica takes it over. Times go by the clock of the
database. A replica that was cut off may believe for a moment that it still owns what another one took over, so what it writes must check
the lease in the same transaction (`hold`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from services.kit.postgres.database import Connection, Database


def create_table(execute: Callable[[str], object], table: str = "leases", columns: str = "") -> None:
    """Makes a table of leases, which belong to no tenant; `columns` is the SQL of further columns. Called by a migration."""
    execute(f"""CREATE TABLE {table} (
        name text PRIMARY KEY,
        owner text NOT NULL,
        expire_time timestamptz NOT NULL{columns and ", " + columns}
    )""")
    execute(f"CREATE INDEX {table}_expire ON {table} (expire_time)")


class Leases:
    """The leases in one table, as one replica, `owner`, sees them."""

    def __init__(self, database: Database, owner: str, seconds: float, table: str = "leases") -> None:
        self._database = database
        self._values = {"owner": owner, "seconds": seconds}
        self._table = table

    async def acquire(self, connection: Connection, name: str, columns: Mapping[str, Any] | None = None) -> bool:
        """Takes a lease that is free, expired or this replica's already, inside the caller's transaction. Returns False when another
        replica holds it. `columns` are the values of the table's other columns.
        """
        names = list(columns or {})
        row = await self._rows(
            connection,
            f"""INSERT INTO {self._table} AS l ({", ".join(["name", "owner", "expire_time", *names])})
            VALUES ({", ".join(["%(name)s", "%(owner)s", "now() + make_interval(secs => %(seconds)s)", *(f"%({n})s" for n in names)])})
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expire_time = excluded.expire_time
            WHERE l.owner = excluded.owner OR l.expire_time < now() RETURNING name""",
            {"name": name, **(columns or {})},
        )
        return bool(row)

    async def hold(self, connection: Connection, name: str) -> bool:
        """Whether the lease is this replica's. If so, no other replica takes it over before the caller's transaction has ended."""
        query = f"SELECT name FROM {self._table} WHERE name = %(name)s AND owner = %(owner)s FOR SHARE"
        return bool(await self._rows(connection, query, {"name": name}))

    async def renew(self, names: Collection[str]) -> set[str]:
        """The heartbeat for these leases. Returns those that are still this replica's; work under the others must stop."""
        if not names:
            return set()
        async with self._database.everyone() as connection:
            query = f"""UPDATE {self._table} SET expire_time = now() + make_interval(secs => %(seconds)s)
                WHERE owner = %(owner)s AND name = ANY (%(names)s) RETURNING name"""
            return {row["name"] for row in await self._rows(connection, query, {"names": list(names)})}

    async def take_over(self, most: int, but: Collection[str] = ()) -> list[dict[str, Any]]:
        """Takes up to `most` expired leases, the longest expired first, except `but`. Returns their rows; of replicas that try at once each
        gets others.
        """
        async with self._database.everyone() as connection:
            query = f"""UPDATE {self._table} SET owner = %(owner)s, expire_time = now() + make_interval(secs => %(seconds)s)
                WHERE name IN (
                    SELECT name FROM {self._table} WHERE expire_time < now() AND name <> ALL (%(but)s)
                    ORDER BY expire_time LIMIT %(most)s FOR UPDATE SKIP LOCKED
                ) RETURNING *"""
            return await self._rows(connection, query, {"but": list(but), "most": most})

    async def release(self, name: str) -> None:
        """Ends the lease if it is this replica's."""
        async with self._database.everyone() as connection:
            await self._rows(
                connection, f"DELETE FROM {self._table} WHERE name = %(name)s AND owner = %(owner)s RETURNING name", {"name": name}
            )

    async def _rows(self, connection: Connection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        return await (await connection.execute(query.encode(), {**self._values, **values})).fetchall()
