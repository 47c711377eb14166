"""Leases: which replica writes which reply, and until when. They contain ids only and span all tenants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from services.kit.postgres.database import Database


@dataclass(frozen=True, slots=True)
class Lease:
    """A reply whose last event was not published yet."""

    reply_id: str
    conversation_id: str
    tenant_id: str


class Leases:
    """The leases of one replica, on the database's clock. A lease is acquired in the transaction that stores the reply: `Chats.lease`."""

    def __init__(self, database: Database, owner: str, seconds: float) -> None:
        self._database = database
        self._owner = owner
        self._seconds = seconds

    async def renew(self, reply_ids: Collection[str]) -> set[str]:
        """Renews these leases; returns the ids of those that this replica still holds."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                """UPDATE leases SET expire_time = now() + make_interval(secs => %s)
                WHERE owner = %s AND reply_id = ANY (%s) RETURNING reply_id""",
                (self._seconds, self._owner, list(reply_ids)),
            )
            return {row["reply_id"] for row in await cursor.fetchall()}

    async def take_over(self, but: Collection[str], most: int) -> list[Lease]:
        """Takes over expired leases, each by one replica only; `but` are the replies that this replica writes."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                """UPDATE leases SET owner = %s, expire_time = now() + make_interval(secs => %s) WHERE reply_id IN (
                    SELECT reply_id FROM leases WHERE expire_time < now() AND reply_id <> ALL (%s) LIMIT %s FOR UPDATE SKIP LOCKED
                ) RETURNING reply_id, conversation_id, tenant_id""",
                (self._owner, self._seconds, list(but), most),
            )
            return [Lease(**row) for row in await cursor.fetchall()]

    async def release(self, reply_id: str) -> None:
        """Releases a lease once the last event of its reply is published."""
        async with self._database.everyone() as connection:
            await connection.execute("DELETE FROM leases WHERE reply_id = %s AND owner = %s", (reply_id, self._owner))
