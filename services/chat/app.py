"""Builds chat from its parts."""

from __future__ import annotations

import time

from nats.js.api import StorageType, StreamConfig
from uat.chat.v1 import chat_service_pb2, reply_pb2

from services.chat.changes import Changes
from services.chat.clients import LlmRouter
from services.chat.config import ChatConfig
from services.chat.conversations import Conversations
from services.chat.exports import Exports
from services.chat.messages import Messages
from services.chat.metrics import LOST
from services.chat.replies.event_log import ReplyLog
from services.chat.replies.events import STREAM, SUBJECTS
from services.chat.replies.live_replies import LiveReplies
from services.chat.replies.prompts import Prompts
from services.chat.replies.recovery import Recovery
from services.chat.replies.replies import Replies
from services.chat.replies.turns import Turns
from services.chat.replies.writer import ReplyWriter
from services.chat.service import ChatServicer
from services.chat.store import Chats, Store
from services.chat.watch import Watch
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.identity.trust_watch import TrustWatch
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.nats.event_log import EventLogs
from services.kit.postgres.database import Database
from services.kit.postgres.leases import Leases
from services.kit.postgres.outbox import Outbox
from services.targets import PORTS


def build(settings: Settings, config: ChatConfig | None = None) -> App:
    """Chat on PostgreSQL, NATS and llm_router."""
    config = config or load(ChatConfig, "UAT_CHAT_")
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    database, nats = (
        Database(settings.postgres_url, max_size=settings.postgres_pool_size),
        Nats(settings.nats_url, streams=(_stream(config),)),
    )
    store, model, owner = Store(database, Chats), LlmRouter(clients, config.reply_seconds), new_id("replica")
    logs = EventLogs(nats, STREAM, reply_pb2.ReplyEvent, on_lost=LOST.inc)
    outbox, leases = Outbox(database, nats, "chat", live=True), Leases(database, owner, config.lease_seconds)
    log, changes = ReplyLog(logs, store), Changes(outbox)
    prompts = Prompts(store, model, config.prompt_bytes, time.monotonic)
    live_replies = LiveReplies(
        ReplyWriter(store, leases, prompts, model, changes).write,
        leases,
        logs,
        nats,
        owner,
        time.monotonic,
        most=config.replies_most,
        renew_seconds=config.sweep_seconds,
        drain_seconds=config.drain_seconds,
    )
    turns = Turns(store, leases, changes, new_id)
    replies = Replies(store, turns, live_replies, logs, log, new_id)
    conversations, messages = Conversations(store, changes, live_replies, new_id), Messages(store, changes, new_id)
    servicer = ChatServicer(conversations, messages, replies, Watch(nats, store, log), Exports(store))
    recovery = Recovery(store, leases, live_replies, logs, log, changes, config.sweep_seconds)
    return App(
        name="chat",
        port=PORTS["chat"] + settings.port_offset,
        served=[Served(chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"], servicer)],
        trust=trust,
        resources=[clients, trust, database, nats, outbox, live_replies, recovery],
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
