"""Builds auth."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from uat.auth.v1 import auth_service_pb2

from services.auth.api_keys import ApiKeys
from services.auth.attempts import Attempts
from services.auth.audit import Audit
from services.auth.config import AuthConfig
from services.auth.key_rotation import KeyRotation
from services.auth.passwords import Passwords
from services.auth.refresh_tokens import RefreshTokens
from services.auth.service import AuthServicer
from services.auth.sessions import Sessions
from services.auth.signing import SigningKeys
from services.auth.store import Identities, Store
from services.auth.trust_feed import TrustFeed
from services.auth.users import Users
from services.kit.app import App, Served
from services.kit.config import Settings, load
from services.kit.identity.trust import Trust
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.redis import Redis
from services.kit.tasks import end, keep
from services.targets import PORTS

CLEANUP_EVERY = 600.0


def build(settings: Settings, config: AuthConfig | None = None) -> App:
    """auth on PostgreSQL, Redis and NATS."""
    config = config or load(AuthConfig, "UAT_AUTH_")
    database, redis, nats, trust = (
        Database(settings.postgres_url, max_size=settings.postgres_pool_size),
        Redis(settings.redis_url),
        Nats(settings.nats_url),
        Trust(settings.trust_staleness_seconds),
    )
    store, passwords, attempts = Store(database, Identities), Passwords(), Attempts(redis, config.attempts_per_minute)
    audit = Audit(store, new_id)
    keys = SigningKeys(config.key, config.api_key_days_most)
    feed = TrustFeed(store, keys, nats, trust, replica=new_id("auth"))
    users = Users(store, audit, passwords, attempts, feed, new_id, access_seconds=config.access_seconds)
    sessions = Sessions(
        store,
        audit,
        passwords,
        attempts,
        keys,
        RefreshTokens(hmac.digest(config.key, b"refresh tokens", "sha256")),
        feed,
        new_id,
        access_seconds=config.access_seconds,
        session_days=config.session_days,
        sessions_per_user=config.sessions_per_user,
        refresh_grace_seconds=config.refresh_grace_seconds,
    )
    api_keys = ApiKeys(
        store,
        audit,
        keys,
        feed,
        new_id,
        days=config.api_key_days,
        days_most=config.api_key_days_most,
        per_user=config.api_keys_per_user,
        revoked_per_user=config.revoked_api_keys_per_user,
    )
    servicer = AuthServicer(users, sessions, api_keys, audit, keys, KeyRotation(store, audit, keys, feed), feed)
    return App(
        name="auth",
        port=PORTS["auth"] + settings.port_offset,
        served=[Served(auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"], servicer)],
        trust=trust,
        resources=[database, redis, nats, feed, _first_user(users, config), _cleanup(store, config.audit_days)],
    )


@asynccontextmanager
async def _first_user(users: Users, config: AuthConfig) -> AsyncIterator[None]:
    if config.bootstrap_password:
        await users.bootstrap(config.bootstrap_email, config.bootstrap_password)
    yield


@asynccontextmanager
async def _cleanup(store: Store, audit_days: int) -> AsyncIterator[None]:
    """Deletes expired rows now and then. Any replica may, at any time: a row is deleted once."""

    async def clean() -> None:
        async with store.everyone() as tx:
            await tx.delete_expired(audit_days)

    task = asyncio.create_task(keep(clean, CLEANUP_EVERY, "expired rows were not deleted"))
    try:
        yield
    finally:
        await end(task)
