"""Builds chat from its parts."""

from __future__ import annotations

import time

from nats.js.api import StorageType, StreamConfig
from uat.chat.v1 import chat_service_pb2

from services.chat.changes import Changes
from services.chat.clients import LlmRouter
from services.chat.config import ChatConfig
from services.chat.conversations import Conversations
from services.chat.exports import Exports
from services.chat.leases import Leases
from services.chat.live_replies import LiveReplies
from services.chat.messages import Messages
from services.chat.prompts import Prompts
from services.chat.recovery import Recovery
from services.chat.replies import Replies
from services.chat.reply_events import STREAM, SUBJECTS, ReplyEvents
from services.chat.reply_writer import ReplyWriter
from services.chat.service import ChatServicer
from services.chat.store import Chats, Store
from services.chat.turns import Turns
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust import Trust
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.targets import PORTS


def build(settings: Settings, config: ChatConfig | None = None) -> App:
    """Chat on PostgreSQL, NATS and llm_router."""
    config = config or load(ChatConfig, "UAT_CHAT_")
    clients, trust = Clients(settings, PORTS), Trust()
    database, nats = Database(settings.postgres_url), Nats(settings.nats_url, streams=(_stream(config),))
    store, model, owner = Store(database, Chats), LlmRouter(clients, config.reply_seconds), new_id("replica")
    events = ReplyEvents(nats, store)
    changes, leases = Changes(nats, store, events), Leases(database, owner, config.lease_seconds)
    prompts = Prompts(store, model, config.prompt_bytes, time.monotonic)
    live_replies = LiveReplies(
        ReplyWriter(store, leases, prompts, model, changes),
        leases,
        events,
        nats,
        owner,
        time.monotonic,
        most=config.replies_most,
        renew_seconds=config.sweep_seconds,
        drain_seconds=config.drain_seconds,
    )
    turns = Turns(store, new_id, owner, config.lease_seconds)
    replies = Replies(store, turns, live_replies, events, changes, new_id)
    conversations, messages = Conversations(store, changes, live_replies, new_id), Messages(store, changes, new_id)
    servicer = ChatServicer(conversations, messages, replies, changes, Exports(store))
    recovery = Recovery(store, leases, live_replies, events, changes, config.sweep_seconds)
    return App(
        name="chat",
        port=PORTS["chat"] + settings.port_offset,
        served=[Served(chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"], servicer)],
        trust=trust,
        resources=[TrustWatch(trust, clients), database, nats, live_replies, recovery],
    )


def _stream(config: ChatConfig) -> StreamConfig:
    return StreamConfig(
        name=STREAM,
        subjects=[SUBJECTS],
        storage=StorageType(config.events_storage),
        max_age=config.events_seconds,
        max_bytes=config.events_bytes,
        num_replicas=config.events_copies,
    )
