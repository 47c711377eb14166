"""Idempotent requests: a request id stands for one result for 24 hours, however often the request is repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import grpc
from google.protobuf.message import Message

from services.kit.errors import Fault, FieldViolation
from services.kit.postgres.database import Connection
from services.kit.postgres.migrations.tenant_tables import isolate_tenants


class RequestIdReused(Fault):
    """The request id stands for a different request."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "REQUEST_ID_REUSED"


def fingerprint(request: Message) -> bytes:
    """Equal for equal requests to one RPC, different otherwise."""
    digest = hashlib.sha256(request.DESCRIPTOR.full_name.encode())
    digest.update(request.SerializeToString(deterministic=True))
    return digest.digest()


def create_table(execute: Callable[[str], object], name: str = "requests") -> None:
    """Makes the table of request ids. Called by a service's migration, with `op.execute`."""
    execute(f"""CREATE TABLE {name} (
        tenant_id text NOT NULL,
        user_id text NOT NULL,
        request_id text NOT NULL,
        fingerprint bytea NOT NULL,
        result_id text NOT NULL,
        expire_time timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, user_id, request_id)
    )""")
    execute(f"CREATE INDEX {name}_expire ON {name} (tenant_id, expire_time)")
    isolate_tenants(execute, name)


class RequestIds:
    """The request ids of one user, inside a transaction of the user's tenant."""

    def __init__(self, connection: Connection, tenant_id: str, user_id: str, table: str = "requests") -> None:
        self._connection = connection
        self._key = {"tenant_id": tenant_id, "user_id": user_id}
        self._table = table

    async def claim(self, request_id: str, fingerprint: bytes, result_id: str) -> str | None:
        """Binds a request id to a result that this transaction makes. Returns None, or the result that the id stands for already.

        Of claims that come at once one wins and the others wait for its end. Without a request id every request is a new one. Raises
        RequestIdReused.
        """
        if not request_id:
            return None
        values = {**self._key, "request_id": request_id, "fingerprint": fingerprint, "result_id": result_id}
        cursor = await self._connection.execute(
            f"""WITH expired AS (
                DELETE FROM {self._table} WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM {self._table} WHERE tenant_id = %(tenant_id)s AND expire_time < now()
                        AND (user_id, request_id) <> (%(user_id)s, %(request_id)s) LIMIT 16 FOR UPDATE SKIP LOCKED))
            )
            INSERT INTO {self._table} AS r (tenant_id, user_id, request_id, fingerprint, result_id, expire_time)
            VALUES (%(tenant_id)s, %(user_id)s, %(request_id)s, %(fingerprint)s, %(result_id)s, now() + interval '24 hours')
            ON CONFLICT (tenant_id, user_id, request_id) DO UPDATE
            SET fingerprint = excluded.fingerprint, result_id = excluded.result_id, expire_time = excluded.expire_time
            WHERE r.expire_time < now() RETURNING result_id""".encode(),
            values,
        )
        return None if await cursor.fetchone() is not None else await self.standing(request_id, fingerprint)

    async def standing(self, request_id: str, fingerprint: bytes) -> str | None:
        """The result that a request id stands for, or None. Raises RequestIdReused where it stands for a different request."""
        cursor = await self._connection.execute(
            f"""SELECT fingerprint, result_id FROM {self._table} WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s
            AND request_id = %(request_id)s AND expire_time >= now()""".encode(),
            {**self._key, "request_id": request_id},
        )
        row = await cursor.fetchone()
        if row is None:
            return None
        if bytes(row["fingerprint"]) != fingerprint:
            description = "stands for a different request"
            raise RequestIdReused(
                f"the request_id {request_id} {description}",
                metadata={"request_id": request_id},
                fields=[FieldViolation("request_id", description)],
            )
        return str(row["result_id"])
