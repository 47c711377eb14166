"""Sessions: sign-in, refresh, sign-out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uat.auth.v1 import session_pb2, user_pb2

from services.auth.attempts import Attempts
from services.auth.audit import Audit
from services.auth.errors import CredentialsWrong, RefreshTokenInvalid, RefreshTokenReused
from services.auth.passwords import Passwords
from services.auth.refresh_tokens import RefreshTokens
from services.auth.scopes import granted_by
from services.auth.signing import SigningKeys, role_names
from services.auth.store import Identities, Store, StoredSession
from services.auth.trust_feed import TrustFeed
from services.kit import pages
from services.kit.context import Caller
from services.kit.ids import NewId
from services.kit.times import timestamp

BEARER = "Bearer"


class Sessions:
    """Signs users in and issues the tokens of their sessions."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        passwords: Passwords,
        attempts: Attempts,
        keys: SigningKeys,
        refresh_tokens: RefreshTokens,
        feed: TrustFeed,
        new_id: NewId,
        *,
        access_seconds: int,
        session_days: int,
        sessions_per_user: int,
        refresh_grace_seconds: int,
    ) -> None:
        self._store = store
        self._audit = audit
        self._passwords = passwords
        self._attempts = attempts
        self._keys = keys
        self._refresh_tokens = refresh_tokens
        self._feed = feed
        self._new_id = new_id
        self._access_seconds = access_seconds
        self._session_days = session_days
        self._sessions_per_user = sessions_per_user
        self._grace = timedelta(seconds=refresh_grace_seconds)

    async def create(self, email: str, password: str, user_agent: str) -> tuple[session_pb2.Session, session_pb2.TokenPair]:
        """Signs in. Raises CredentialsWrong or TooManyAttempts."""
        await self._attempts.count(email)
        async with self._store.everyone() as tx:
            found = await tx.credentials(email)
        matches = await self._passwords.matches(password, found[1] if found else None)
        if found is None:
            raise _wrong()
        if not matches or found[0].disabled:
            async with self._store.everyone() as tx:
                await self._audit.record(tx, found[0].tenant_id, "session.create", "", found[0].id, succeeded=False)
            raise _wrong()
        await self._attempts.reset(email)
        user_id, verified = found[0].id, found[1]
        rehashed = await self._passwords.hash(password) if self._passwords.outdated(verified) else None
        async with self._store.everyone() as tx:
            user = await tx.lock_user(user_id)
            current = await tx.credentials(email)
            if user is None or user.disabled or current is None or current[1] != verified:
                raise _wrong()  # the user was disabled, or the password changed, since it was verified
            ended = await tx.delete_oldest_sessions(user.id, keep=self._sessions_per_user - 1)
            stored = await tx.add_session(
                session_pb2.Session(
                    id=self._new_id("sess"),
                    user_id=user.id,
                    user_agent=user_agent[:256],
                    expire_time=timestamp(datetime.now(UTC) + timedelta(days=self._session_days)),
                ),
                user.tenant_id,
            )
            if rehashed is not None:
                await tx.set_password(user.id, rehashed)
            await self._audit.record(tx, user.tenant_id, "session.create", user.id, stored.session.id)
            await self._revoke(tx, ended)
        if ended:
            await self._feed.changed()
        return stored.session, self._tokens(user, stored)

    async def refresh(self, refresh_token: str) -> tuple[session_pb2.Session, session_pb2.TokenPair]:
        """The next pair of tokens.

        A token that auth did not issue raises RefreshTokenInvalid and leaves the session alone. A token that was exchanged before gets the
        same next pair within the grace period; later it raises RefreshTokenReused and ends the session.
        """
        session_id, generation = self._refresh_tokens.verify(refresh_token)
        async with self._store.everyone() as tx:
            user = await tx.lock_user_of_session(session_id)
            stored = await tx.session(session_id) if user else None
            if stored is None or user is None or user.disabled:
                raise RefreshTokenInvalid("the session has ended; sign in again")
            repeated = generation == stored.generation - 1 and stored.read_time - stored.session.refresh_time.ToDatetime(UTC) <= self._grace
            reused = generation != stored.generation and not repeated
            if reused:
                await tx.delete_sessions(user.id, only=session_id)
                await self._audit.record(tx, user.tenant_id, "session.refresh", "", session_id, succeeded=False)
                await self._revoke(tx, [session_id])
            elif not repeated:
                stored = await tx.refresh_session(session_id)
        if reused:
            await self._feed.changed()
            raise RefreshTokenReused("the refresh token was used before, so its session has ended; sign in again")
        return stored.session, self._tokens(user, stored)

    async def delete(self, caller: Caller, session_id: str) -> None:
        """Ends one of the caller's sessions. Deleting a session that has ended succeeds."""
        async with self._store.tenant(caller.tenant_id) as tx:
            ended = await tx.delete_sessions(caller.user_id, only=session_id)
            await self._audit.record(tx, caller.tenant_id, "session.delete", caller.user_id, session_id)
            await self._revoke(tx, ended)
        await self._feed.changed()

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[session_pb2.Session], str]:
        """A page of the caller's sessions, newest first, and the token of the next page."""
        (before,) = pages.decode(token, "sessions", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.sessions(caller.user_id, before, size + 1)
        return pages.page_of(found, size, "sessions", lambda item: item.id)

    async def _revoke(self, tx: Identities, session_ids: list[str]) -> None:
        await tx.revoke_tokens(session_ids, datetime.now(UTC) + timedelta(seconds=self._access_seconds))

    def _tokens(self, user: user_pb2.User, stored: StoredSession) -> session_pb2.TokenPair:
        scopes = granted_by(role_names(user))
        issued = stored.read_time
        access = self._keys.sign(user, stored.session.id, scopes, "session", issued, issued + timedelta(seconds=self._access_seconds))
        return session_pb2.TokenPair(
            access_token=access,
            refresh_token=self._refresh_tokens.issue(stored.session.id, stored.generation),
            token_type=BEARER,
            expires_in=self._access_seconds,
        )


def _wrong() -> CredentialsWrong:
    return CredentialsWrong("the e-mail address or the password is wrong")
