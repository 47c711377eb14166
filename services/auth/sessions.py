"""Sessions: signing in, refreshing, signing out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from uat.auth.v1 import session_pb2, user_pb2

from services.auth.attempts import Attempts
from services.auth.errors import CredentialsWrong, RefreshTokenInvalid, RefreshTokenReused
from services.auth.passwords import Passwords
from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.auth.trust_feed import TrustFeed
from services.auth.users import Users
from services.kit import pages
from services.kit.context import Caller
from services.kit.ids import NewId

EVERYTHING = ("*",)
BEARER = "Bearer"


class Sessions:
    """Who is signed in where. A refresh token is `<session id>.<secret>`; only the secret's hash is stored, and each works once."""

    def __init__(
        self,
        store: Store,
        users: Users,
        passwords: Passwords,
        keys: SigningKeys,
        attempts: Attempts,
        feed: TrustFeed,
        new_id: NewId,
        access_seconds: int,
        session_days: int,
    ) -> None:
        self._store = store
        self._users = users
        self._passwords = passwords
        self._keys = keys
        self._attempts = attempts
        self._feed = feed
        self._new_id = new_id
        self._access_seconds = access_seconds
        self._session_days = session_days

    async def create(self, email: str, password: str, user_agent: str) -> tuple[session_pb2.Session, session_pb2.TokenPair]:
        """Signs in. Raises CredentialsWrong, or TooManyAttempts."""
        await self._attempts.check(email)
        async with self._store.everyone() as identities:
            found = await identities.credentials(email)
        matches = await self._passwords.matches(password, found[1] if found else None)
        if found is None or not matches or found[0].disabled:
            await self._attempts.failed(email)
            if found is not None:
                async with self._store.everyone() as identities:
                    await self._users.audit(identities, found[0].tenant_id, "session.create", "", found[0].id, succeeded=False)
            raise CredentialsWrong("the e-mail or the password is wrong")
        await self._attempts.succeeded(email)
        user, stored = found
        expires = Timestamp()
        expires.FromDatetime(datetime.now(UTC) + timedelta(days=self._session_days))
        session = session_pb2.Session(id=self._new_id("sess"), user_id=user.id, user_agent=user_agent[:256], expire_time=expires)
        secret = secrets.token_urlsafe(32)
        rehashed = await self._passwords.hash(password) if self._passwords.outdated(stored) else None
        async with self._store.everyone() as identities:
            session = await identities.add_session(session, user.tenant_id, _hash(secret))
            if rehashed is not None:
                await identities.set_password(user.id, rehashed)
            await self._users.audit(identities, user.tenant_id, "session.create", user.id, session.id)
        return session, self._tokens(user, session.id, secret)

    async def refresh(self, refresh_token: str) -> tuple[session_pb2.Session, session_pb2.TokenPair]:
        """The next pair. Raises RefreshTokenReused, and ends the session, when the token was used before."""
        session_id, _, given = refresh_token.partition(".")
        secret = secrets.token_urlsafe(32)
        async with self._store.everyone() as identities:
            found = await identities.session_for_refresh(session_id)
            user = await identities.user(found[0].user_id) if found else None
            if found is None or user is None or user.disabled:
                raise RefreshTokenInvalid("the refresh token is unknown or expired; sign in again")
            reused = not hmac.compare_digest(found[1], _hash(given))
            if reused:
                await identities.delete_sessions(user.id, only=session_id)
                await identities.revoke([(session_id, self._last_access())])
                await self._users.audit(identities, user.tenant_id, "session.refresh", "", session_id, succeeded=False)
            else:
                session = await identities.refresh(session_id, _hash(secret))
        if reused:
            await self._feed.changed()
            raise RefreshTokenReused("the refresh token was used before, so its session was ended; sign in again")
        return session, self._tokens(user, session_id, secret)

    async def delete(self, caller: Caller, session_id: str) -> None:
        """Signs one of the caller's sessions out; one that is gone already is fine."""
        async with self._store.tenant(caller.tenant_id) as identities:
            ended = await identities.delete_sessions(caller.user_id, only=session_id)
            await identities.revoke((session, self._last_access()) for session in ended)
            await self._users.audit(identities, caller.tenant_id, "session.delete", caller.user_id, session_id)
        await self._feed.changed()

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[session_pb2.Session], str]:
        """A page of the caller's sessions, and the token of the next one."""
        (before,) = pages.decode(token, "sessions", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as identities:
            found = await identities.sessions(caller.user_id, before, size + 1)
        return pages.page_of(found, size, "sessions", lambda session: session.id)

    def _tokens(self, user: user_pb2.User, session_id: str, secret: str) -> session_pb2.TokenPair:
        access = self._keys.sign(user, session_id, EVERYTHING, "session", self._access_seconds)
        return session_pb2.TokenPair(
            access_token=access, refresh_token=f"{session_id}.{secret}", token_type=BEARER, expires_in=self._access_seconds
        )

    def _last_access(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._access_seconds)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
