"""Identities in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uat.auth.v1 import api_key_pb2, audit_pb2, session_pb2, trust_pb2, user_pb2
from uat.options.v1 import policy_pb2

from services.auth.errors import EmailTaken
from services.kit.postgres.database import Connection, Database, is_unique_violation
from services.kit.times import moment_of, timestamp

EVERY_TENANT = "*"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key as it is kept: the private part encrypted."""

    kid: str
    state: str
    public_key: bytes
    private_key: bytes
    create_time: datetime


class Store:
    """Opens transactions. `tenant` sees one tenant; `everyone` is for signing in and for what belongs to no tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[Identities]:
        """A transaction inside one tenant."""
        async with self._database.tenant(tenant_id) as connection:
            yield Identities(connection)

    @asynccontextmanager
    async def everyone(self) -> AsyncIterator[Identities]:
        """A transaction over all tenants."""
        async with self._database.tenant(EVERY_TENANT) as connection:
            yield Identities(connection)


class Identities:
    """What one transaction can do. Everything that is written holds together or not at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # users

    async def add_user(self, user: user_pb2.User, password_hash: str) -> user_pb2.User:
        """Stores a new user. Raises EmailTaken."""
        try:
            row = await self._one(
                "INSERT INTO users (id, tenant_id, email, display_name, roles, password_hash) VALUES (%s, %s, %s, %s, %s, %s) RETURNING *",
                (user.id, user.tenant_id, user.email, user.display_name, [policy_pb2.Role.Name(r) for r in user.roles], password_hash),
            )
        except Exception as error:
            if is_unique_violation(error, "users_email"):
                raise EmailTaken(f"a user with the e-mail {user.email} exists") from error
            raise
        assert row is not None
        return _user(row)

    async def any_user(self) -> bool:
        """Whether the platform has a user."""
        return await self._one("SELECT 1 AS found FROM users LIMIT 1") is not None

    async def user(self, user_id: str) -> user_pb2.User | None:
        """The user with this id."""
        row = await self._one("SELECT * FROM users WHERE id = %s", (user_id,))
        return None if row is None else _user(row)

    async def credentials(self, email: str) -> tuple[user_pb2.User, str] | None:
        """The user with this e-mail, and the password's hash."""
        row = await self._one("SELECT * FROM users WHERE lower(email) = lower(%s)", (email,))
        return None if row is None else (_user(row), row["password_hash"])

    async def users(self, before: str | None, size: int) -> list[user_pb2.User]:
        """A page of users, newest first."""
        return [_user(r) for r in await self._page("users", "true", (), before, size)]

    async def update_user(self, user: user_pb2.User) -> user_pb2.User | None:
        """Stores name, roles and `disabled`."""
        row = await self._one(
            "UPDATE users SET display_name = %s, roles = %s, disabled = %s, update_time = now() WHERE id = %s RETURNING *",
            (user.display_name, [policy_pb2.Role.Name(r) for r in user.roles], user.disabled, user.id),
        )
        return None if row is None else _user(row)

    async def set_password(self, user_id: str, password_hash: str) -> None:
        """Replaces the password's hash."""
        await self._connection.execute("UPDATE users SET password_hash = %s, update_time = now() WHERE id = %s", (password_hash, user_id))

    # sessions

    async def add_session(self, session: session_pb2.Session, tenant_id: str, refresh_hash: bytes) -> session_pb2.Session:
        """Stores a new session."""
        row = await self._one(
            "INSERT INTO sessions (id, tenant_id, user_id, user_agent, refresh_hash, expire_time) "
            "VALUES (%s, %s, %s, %s, %s, %s) RETURNING *",
            (session.id, tenant_id, session.user_id, session.user_agent, refresh_hash, moment_of(session.expire_time)),
        )
        assert row is not None
        return _session(row)

    async def session_for_refresh(self, session_id: str) -> tuple[session_pb2.Session, bytes] | None:
        """The live session and its refresh token's hash, locked until the transaction ends, so that one of two racing refreshes loses."""
        row = await self._one("SELECT * FROM sessions WHERE id = %s AND expire_time > now() FOR UPDATE", (session_id,))
        return None if row is None else (_session(row), bytes(row["refresh_hash"]))

    async def refresh(self, session_id: str, refresh_hash: bytes) -> session_pb2.Session:
        """Stores the next refresh token's hash."""
        row = await self._one(
            "UPDATE sessions SET refresh_hash = %s, refresh_time = now() WHERE id = %s RETURNING *", (refresh_hash, session_id)
        )
        assert row is not None
        return _session(row)

    async def sessions(self, user_id: str, before: str | None, size: int) -> list[session_pb2.Session]:
        """A page of a user's sessions, newest first."""
        return [_session(r) for r in await self._page("sessions", "user_id = %s AND expire_time > now()", (user_id,), before, size)]

    async def delete_sessions(self, user_id: str, *, only: str | None = None, but: str | None = None) -> list[str]:
        """Deletes a user's sessions and returns their ids."""
        cursor = await self._connection.execute(
            "DELETE FROM sessions WHERE user_id = %s AND (%s::text IS NULL OR id = %s) AND (%s::text IS NULL OR id <> %s) RETURNING id",
            (user_id, only, only, but, but),
        )
        return [row["id"] for row in await cursor.fetchall()]

    # API keys

    async def add_api_key(self, key: api_key_pb2.ApiKey, tenant_id: str) -> api_key_pb2.ApiKey:
        """Stores a new key's record."""
        row = await self._one(
            "INSERT INTO api_keys (id, tenant_id, user_id, display_name, scopes, expire_time) VALUES (%s, %s, %s, %s, %s, %s) RETURNING *",
            (key.id, tenant_id, key.user_id, key.display_name, list(key.scopes), moment_of(key.expire_time)),
        )
        assert row is not None
        return _api_key(row)

    async def api_keys(self, user_id: str, before: str | None, size: int) -> list[api_key_pb2.ApiKey]:
        """A page of a user's keys, newest first."""
        return [_api_key(r) for r in await self._page("api_keys", "user_id = %s AND expire_time > now()", (user_id,), before, size)]

    async def revoke_api_keys(self, user_id: str, *, only: str | None = None) -> list[api_key_pb2.ApiKey]:
        """Marks a user's keys as revoked and returns them; keys that were revoked keep their time."""
        cursor = await self._connection.execute(
            "UPDATE api_keys SET revoke_time = coalesce(revoke_time, now()) "
            "WHERE user_id = %s AND (%s::text IS NULL OR id = %s) RETURNING *",
            (user_id, only, only),
        )
        return [_api_key(row) for row in await cursor.fetchall()]

    # what verifiers have to know

    async def revoke(self, tokens: Iterable[tuple[str, datetime]]) -> None:
        """Records tokens that are not good from now on, each with the time when it would have expired."""
        for token_id, expires in tokens:
            await self._connection.execute(
                "INSERT INTO revocations (token_id, expire_time) VALUES (%s, %s) ON CONFLICT DO NOTHING", (token_id, expires)
            )

    async def revocations(self) -> list[trust_pb2.Revocation]:
        """All that still matter; the others are forgotten."""
        await self._connection.execute("DELETE FROM revocations WHERE expire_time < now() - interval '1 minute'")
        cursor = await self._connection.execute("SELECT * FROM revocations")
        return [
            trust_pb2.Revocation(token_id=r["token_id"], revoke_time=timestamp(r["revoke_time"]), expire_time=timestamp(r["expire_time"]))
            for r in await cursor.fetchall()
        ]

    async def lock_signing_keys(self) -> None:
        """Lets one replica at a time make or rotate keys."""
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtext('uat.auth.signing_keys'))")

    async def signing_keys(self) -> list[StoredKey]:
        """All keys that are published."""
        cursor = await self._connection.execute("SELECT * FROM signing_keys ORDER BY create_time")
        return [
            StoredKey(r["kid"], r["state"], bytes(r["public_key"]), bytes(r["private_key"]), r["create_time"])
            for r in await cursor.fetchall()
        ]

    async def add_signing_key(self, kid: str, state: str, public_key: bytes, private_key: bytes) -> None:
        """Stores a new key."""
        await self._connection.execute(
            "INSERT INTO signing_keys (kid, state, public_key, private_key) VALUES (%s, %s, %s, %s)", (kid, state, public_key, private_key)
        )

    async def promote_signing_key(self, keep_days: int) -> None:
        """Makes the next key the active one, retires the active one, and forgets keys that were retired `keep_days` ago."""
        await self._connection.execute("UPDATE signing_keys SET state = 'RETIRED', retire_time = now() WHERE state = 'ACTIVE'")
        await self._connection.execute("UPDATE signing_keys SET state = 'ACTIVE' WHERE state = 'NEXT'")
        await self._connection.execute("DELETE FROM signing_keys WHERE retire_time < now() - make_interval(days => %s)", (keep_days,))

    # audit

    async def audit(self, event: audit_pb2.AuditEvent, tenant_id: str) -> None:
        """Appends to the audit log."""
        await self._connection.execute(
            "INSERT INTO audit_events (id, tenant_id, action, actor_user_id, target_id, succeeded, call_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (event.id, tenant_id, event.action, event.actor_user_id, event.target_id, event.succeeded, event.call_id),
        )

    async def audit_events(self, after: datetime | None, before: str | None, size: int) -> list[audit_pb2.AuditEvent]:
        """A page of the tenant's audit log, newest first."""
        rows = await self._page("audit_events", "(%s::timestamptz IS NULL OR create_time > %s)", (after, after), before, size)
        return [
            audit_pb2.AuditEvent(
                id=r["id"],
                action=r["action"],
                actor_user_id=r["actor_user_id"],
                target_id=r["target_id"],
                succeeded=r["succeeded"],
                call_id=r["call_id"],
                create_time=timestamp(r["create_time"]),
            )
            for r in rows
        ]

    async def _one(self, query: str, values: tuple[Any, ...] = ()) -> dict[str, Any] | None:
        cursor = await self._connection.execute(query.encode(), values)
        return await cursor.fetchone()

    async def _page(self, table: str, condition: str, values: tuple[Any, ...], before: str | None, size: int) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {table} WHERE {condition} AND (%s::text IS NULL OR id < %s) ORDER BY id DESC LIMIT %s"
        cursor = await self._connection.execute(query.encode(), (*values, before, before, size))
        return await cursor.fetchall()


def _user(row: dict[str, Any]) -> user_pb2.User:
    return user_pb2.User(
        id=row["id"],
        tenant_id=row["tenant_id"],
        email=row["email"],
        display_name=row["display_name"],
        roles=row["roles"],
        disabled=row["disabled"],
        create_time=timestamp(row["create_time"]),
        update_time=timestamp(row["update_time"]),
    )


def _session(row: dict[str, Any]) -> session_pb2.Session:
    return session_pb2.Session(
        id=row["id"],
        user_id=row["user_id"],
        user_agent=row["user_agent"],
        create_time=timestamp(row["create_time"]),
        refresh_time=timestamp(row["refresh_time"]),
        expire_time=timestamp(row["expire_time"]),
    )


def _api_key(row: dict[str, Any]) -> api_key_pb2.ApiKey:
    return api_key_pb2.ApiKey(
        id=row["id"],
        user_id=row["user_id"],
        display_name=row["display_name"],
        scopes=row["scopes"],
        create_time=timestamp(row["create_time"]),
        expire_time=timestamp(row["expire_time"]),
        revoke_time=None if row["revoke_time"] is None else timestamp(row["revoke_time"]),
    )
