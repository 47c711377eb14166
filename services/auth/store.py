"""Users, sessions, API keys, revocations and signing keys in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from uat.auth.v1 import api_key_pb2, audit_pb2, session_pb2, trust_pb2, user_pb2
from uat.options.v1 import policy_pb2

from services.auth.errors import EmailTaken
from services.kit.identity import delegation
from services.kit.postgres.database import is_unique_violation
from services.kit.postgres.idempotency import RequestIds
from services.kit.postgres.tenant_store import TenantStore, Transaction
from services.kit.times import moment_of, timestamp

EVERY_TENANT = "*"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key as stored, with the private key encrypted."""

    kid: str
    state: str
    public_key: bytes
    private_key: bytes
    create_time: datetime


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with the generation of its refresh token. `read_time` is the database's time when the row was read or written."""

    session: session_pb2.Session
    generation: int
    read_time: datetime


class Identities(Transaction):
    """The statements of one transaction.

    Whoever issues tokens for a user, or revokes all of them, locks the user first; the lock on revocations is the last one that a
    transaction takes. So transactions can't deadlock, and a token is issued either before a revocation that covers it or not at all.
    """

    def requests(self, user_id: str) -> RequestIds:
        """The request ids of a user of the transaction's tenant."""
        return RequestIds(self._connection, self._tenant_id, user_id)

    # users

    async def add_user(self, user: user_pb2.User, password_hash: str) -> user_pb2.User:
        """Inserts a user. Raises EmailTaken."""
        try:
            row = await self._the(
                "INSERT INTO users (id, tenant_id, email, display_name, roles, password_hash) VALUES (%s, %s, %s, %s, %s, %s) RETURNING *",
                (user.id, user.tenant_id, user.email, user.display_name, [policy_pb2.Role.Name(r) for r in user.roles], password_hash),
            )
        except Exception as error:
            if is_unique_violation(error, "users_email"):
                raise EmailTaken(f"a user with the e-mail address {user.email} exists") from error
            raise
        return _user(row)

    async def any_user(self) -> bool:
        """Whether any user exists."""
        return await self._one("SELECT 1 AS found FROM users LIMIT 1") is not None

    async def user(self, user_id: str) -> user_pb2.User | None:
        """The user with this id."""
        row = await self._one("SELECT * FROM users WHERE id = %s", (user_id,))
        return None if row is None else _user(row)

    async def lock_user(self, user_id: str) -> user_pb2.User | None:
        """The user with this id, locked until the transaction ends."""
        row = await self._one("SELECT * FROM users WHERE id = %s FOR NO KEY UPDATE", (user_id,))
        return None if row is None else _user(row)

    async def lock_user_of_session(self, session_id: str) -> user_pb2.User | None:
        """The user of a session, locked until the transaction ends."""
        row = await self._one(
            "SELECT * FROM users WHERE id = (SELECT user_id FROM sessions WHERE id = %s) FOR NO KEY UPDATE", (session_id,)
        )
        return None if row is None else _user(row)

    async def credentials(self, email: str) -> tuple[user_pb2.User, str] | None:
        """The user with this e-mail address, and the hash of the password."""
        row = await self._one("SELECT * FROM users WHERE lower(email) = lower(%s)", (email,))
        return None if row is None else (_user(row), row["password_hash"])

    async def users(self, before: str | None, size: int) -> list[user_pb2.User]:
        """A page of users, newest first."""
        return [_user(r) for r in await self._page("users", "true", (), before, size)]

    async def update_user(self, user: user_pb2.User) -> user_pb2.User:
        """Stores name, roles and `disabled` of a locked user."""
        row = await self._the(
            "UPDATE users SET display_name = %s, roles = %s, disabled = %s, update_time = now() WHERE id = %s RETURNING *",
            (user.display_name, [policy_pb2.Role.Name(r) for r in user.roles], user.disabled, user.id),
        )
        return _user(row)

    async def set_password(self, user_id: str, password_hash: str) -> None:
        """Replaces the hash of the password."""
        await self._run("UPDATE users SET password_hash = %s, update_time = now() WHERE id = %s", (password_hash, user_id))

    # sessions

    async def add_session(self, session: session_pb2.Session, tenant_id: str) -> StoredSession:
        """Inserts a session."""
        row = await self._the(
            "INSERT INTO sessions (id, tenant_id, user_id, user_agent, expire_time, create_time, refresh_time) "
            "VALUES (%s, %s, %s, %s, %s, clock_timestamp(), clock_timestamp()) RETURNING *, clock_timestamp() AS read_time",
            (session.id, tenant_id, session.user_id, session.user_agent, moment_of(session.expire_time)),
        )
        return _stored_session(row)

    async def session(self, session_id: str) -> StoredSession | None:
        """A session that has not expired, locked until the transaction ends."""
        row = await self._one(
            "SELECT *, clock_timestamp() AS read_time FROM sessions WHERE id = %s AND expire_time > now() FOR UPDATE", (session_id,)
        )
        return None if row is None else _stored_session(row)

    async def refresh_session(self, session_id: str) -> StoredSession:
        """Starts the next generation of the session's refresh token."""
        row = await self._the(
            "UPDATE sessions SET refresh_generation = refresh_generation + 1, refresh_time = clock_timestamp() WHERE id = %s "
            "RETURNING *, clock_timestamp() AS read_time",
            (session_id,),
        )
        return _stored_session(row)

    async def sessions(self, user_id: str, before: str | None, size: int) -> list[session_pb2.Session]:
        """A page of a user's sessions, newest first."""
        return [_session(r) for r in await self._page("sessions", "user_id = %s AND expire_time > now()", (user_id,), before, size)]

    async def delete_sessions(self, user_id: str, *, only: str | None = None, but: str | None = None) -> list[str]:
        """Deletes the user's sessions, or `only` one, or all `but` one, and returns their ids."""
        rows = await self._all(
            "DELETE FROM sessions WHERE user_id = %s AND (%s::text IS NULL OR id = %s) AND (%s::text IS NULL OR id <> %s) RETURNING id",
            (user_id, only, only, but, but),
        )
        return [row["id"] for row in rows]

    async def delete_oldest_sessions(self, user_id: str, *, keep: int) -> list[str]:
        """Deletes all but the newest `keep` sessions of a locked user and returns their ids."""
        rows = await self._all(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = %s ORDER BY id DESC OFFSET %s) RETURNING id",
            (user_id, keep),
        )
        return [row["id"] for row in rows]

    # API keys

    async def count_api_keys(self, user_id: str) -> tuple[int, int]:
        """How many keys of the user are valid, and how many are revoked and not expired."""
        row = await self._the(
            "SELECT count(*) FILTER (WHERE revoke_time IS NULL) AS valid, count(revoke_time) AS revoked "
            "FROM api_keys WHERE user_id = %s AND expire_time > now()",
            (user_id,),
        )
        return row["valid"], row["revoked"]

    async def add_api_key(self, key: api_key_pb2.ApiKey, tenant_id: str) -> api_key_pb2.ApiKey:
        """Inserts the record of a key."""
        row = await self._the(
            "INSERT INTO api_keys (id, tenant_id, user_id, display_name, scopes, expire_time, create_time) "
            "VALUES (%s, %s, %s, %s, %s, %s, clock_timestamp()) RETURNING *",
            (key.id, tenant_id, key.user_id, key.display_name, list(key.scopes), moment_of(key.expire_time)),
        )
        return _api_key(row)

    async def api_key(self, key_id: str) -> api_key_pb2.ApiKey | None:
        """The record of a key that was not deleted."""
        row = await self._one("SELECT * FROM api_keys WHERE id = %s", (key_id,))
        return None if row is None else _api_key(row)

    async def api_keys(self, user_id: str, before: str | None, size: int) -> list[api_key_pb2.ApiKey]:
        """A page of a user's keys, newest first."""
        return [_api_key(r) for r in await self._page("api_keys", "user_id = %s AND expire_time > now()", (user_id,), before, size)]

    async def revoke_api_keys(self, user_id: str, *, only: str | None = None) -> list[api_key_pb2.ApiKey]:
        """Marks the user's unexpired keys, or `only` one, as revoked and returns them; a key that was revoked before keeps its time."""
        rows = await self._all(
            "UPDATE api_keys SET revoke_time = coalesce(revoke_time, now()) "
            "WHERE user_id = %s AND expire_time > now() AND (%s::text IS NULL OR id = %s) RETURNING *",
            (user_id, only, only),
        )
        return [_api_key(row) for row in rows]

    # revocations and signing keys

    async def revoke_tokens(self, token_ids: Sequence[str], expires: datetime) -> None:
        """Revokes tokens that expire no later than `expires`. Must be the transaction's last lock."""
        if not token_ids:
            return
        await self._lock_revocations()
        await self._run(
            "INSERT INTO revocations (token_id, revoke_time, expire_time) "
            "SELECT id, clock_timestamp(), %s FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING",
            (_kept_until(expires), list(token_ids)),
        )

    async def revoke_user(self, user_id: str, expires: datetime) -> None:
        """Revokes every token that was issued for a locked user; the last of them expires no later than `expires`. Must be the
        transaction's last lock.
        """
        await self._lock_revocations()
        await self._run("DELETE FROM revocations WHERE user_id = %s", (user_id,))
        await self._run(
            "INSERT INTO revocations (user_id, revoke_time, expire_time) VALUES (%s, clock_timestamp(), %s)",
            (user_id, _kept_until(expires)),
        )

    async def revocations(self, after: int, size: int) -> list[tuple[int, trust_pb2.Revocation]]:
        """Up to `size` revocations after a sequence number, in order, each with its number."""
        rows = await self._all("SELECT * FROM revocations WHERE sequence > %s ORDER BY sequence LIMIT %s", (after, size))
        return [(row["sequence"], _revocation(row)) for row in rows]

    async def _lock_revocations(self) -> None:
        # Sequence numbers are taken under this lock, so they are committed in order and a reader that follows them misses none.
        await self._run("SELECT pg_advisory_xact_lock(hashtext('uat.auth.revocations'))")

    async def lock_signing_keys(self) -> None:
        """Lets one replica at a time create or rotate keys."""
        await self._run("SELECT pg_advisory_xact_lock(hashtext('uat.auth.signing_keys'))")

    async def signing_keys(self) -> list[StoredKey]:
        """All published keys, oldest first."""
        rows = await self._all("SELECT * FROM signing_keys ORDER BY create_time")
        return [StoredKey(r["kid"], r["state"], bytes(r["public_key"]), bytes(r["private_key"]), r["create_time"]) for r in rows]

    async def add_signing_key(self, kid: str, state: str, public_key: bytes, private_key: bytes) -> None:
        """Inserts a key."""
        await self._run(
            "INSERT INTO signing_keys (kid, state, public_key, private_key) VALUES (%s, %s, %s, %s)", (kid, state, public_key, private_key)
        )

    async def promote_signing_key(self, keep_days: int) -> None:
        """Retires the active key, makes the next key the active one, and deletes keys that were retired `keep_days` ago."""
        await self._run("UPDATE signing_keys SET state = 'RETIRED', retire_time = now() WHERE state = 'ACTIVE'")
        await self._run("UPDATE signing_keys SET state = 'ACTIVE' WHERE state = 'NEXT'")
        await self._run("DELETE FROM signing_keys WHERE retire_time < now() - make_interval(days => %s)", (keep_days,))

    # audit and cleanup

    async def add_audit_event(self, event: audit_pb2.AuditEvent, tenant_id: str) -> None:
        """Appends to the audit log."""
        await self._run(
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

    async def delete_expired(self, audit_days: int) -> None:
        """Deletes what has expired: revocations, sessions, API keys, and audit events older than `audit_days`."""
        for table in ("revocations", "sessions", "api_keys"):
            await self._run(f"DELETE FROM {table} WHERE expire_time < now() - interval '1 minute'")
        await self._run("DELETE FROM audit_events WHERE create_time < now() - make_interval(days => %s)", (audit_days,))

    async def _page(self, table: str, condition: str, values: tuple[Any, ...], before: str | None, size: int) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {table} WHERE {condition} AND (%s::text IS NULL OR id < %s) ORDER BY id DESC LIMIT %s"
        return await self._all(query, (*values, before, before, size))


class Store(TenantStore[Identities]):
    """Opens transactions: `tenant` for one tenant's rows, `everyone` for sign-in and for tables without a tenant."""

    def everyone(self) -> AbstractAsyncContextManager[Identities]:
        """A transaction over the rows of all tenants."""
        return self.tenant(EVERY_TENANT)


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


def _stored_session(row: dict[str, Any]) -> StoredSession:
    return StoredSession(_session(row), row["refresh_generation"], row["read_time"])


def _kept_until(expires: datetime) -> datetime:
    """A revocation outlasts its tokens: background work that was started with one of them may act for the user for longer."""
    return max(expires, datetime.now(UTC) + timedelta(seconds=delegation.LONGEST_SECONDS))


def _revocation(row: dict[str, Any]) -> trust_pb2.Revocation:
    return trust_pb2.Revocation(
        token_id=row["token_id"],
        user_id=row["user_id"],
        revoke_time=timestamp(row["revoke_time"]),
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
