"""Puts auth together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from uat.auth.v1 import auth_service_pb2

from services.auth.api_keys import ApiKeys
from services.auth.attempts import Attempts
from services.auth.config import AuthConfig
from services.auth.passwords import Passwords
from services.auth.service import AuthServicer
from services.auth.sessions import Sessions
from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.auth.trust_feed import TrustFeed
from services.auth.users import Users
from services.kit.app import App, Served
from services.kit.config import Settings, load
from services.kit.identity.trust import Trust
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.redis import Redis

PORT = 8015


def build(settings: Settings, config: AuthConfig | None = None) -> App:
    """Auth on PostgreSQL, Redis and NATS."""
    config = config or load(AuthConfig, "UAT_AUTH_")
    database, redis, nats, trust = (
        Database(settings.postgres_url),
        Redis(settings.redis_url),
        Nats(settings.nats_url),
        Trust(settings.trust_staleness_seconds),
    )
    store, passwords = Store(database), Passwords()
    keys = SigningKeys(config.key_encryption_key, config.api_key_days_most)
    feed = TrustFeed(store, keys, nats, trust)
    users = Users(store, passwords, feed, new_id, config.access_seconds)
    attempts = Attempts(redis, config.attempts_per_minute)
    sessions = Sessions(store, users, passwords, keys, attempts, feed, new_id, config.access_seconds, config.session_days)
    api_keys = ApiKeys(store, users, keys, feed, new_id, config.api_key_days, config.api_key_days_most)
    servicer = AuthServicer(users, sessions, api_keys, keys, feed, store)
    return App(
        name="auth",
        port=PORT + settings.port_offset,
        served=[Served(auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"], servicer)],
        trust=trust,
        resources=[database, redis, nats, feed, _first_user(users, config)],
    )


@asynccontextmanager
async def _first_user(users: Users, config: AuthConfig) -> AsyncIterator[None]:
    if config.bootstrap_password:
        await users.bootstrap(config.bootstrap_email, config.bootstrap_password)
    yield
