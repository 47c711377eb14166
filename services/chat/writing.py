"""Writes a reply: asks the model, tells every event as it comes, and stores the end, whichever it is."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import structlog
from google.rpc import status_pb2
from uat.chat.v1 import conversation_pb2, reply_pb2
from uat.generation.v1 import message_pb2, options_pb2
from uat.llm_router.v1 import llm_router_service_pb2

from services.chat.changes import Changes
from services.chat.clients import LlmRouter
from services.chat.draft import Draft
from services.chat.errors import ConversationNotFound, ReplyInterrupted
from services.chat.event_writer import EventWriter
from services.chat.events import ReplyEvents, written
from services.chat.leases import Leases
from services.chat.live import LiveReply
from services.chat.metrics import ENDED
from services.chat.prompts import Prompts
from services.chat.rows import state_name
from services.chat.store import Store
from services.kit.context import CallContext, current, serving
from services.kit.errors import DependencyUnavailable, Fault, Internal

SETTLE = 2.0
"""Seconds that the end of a reply waits for the broker to hold its events."""
PAUSES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds between tries to store the end of a reply while the database is gone."""

_log = structlog.get_logger("uat.chat")


class Writing:
    """What all replies of this replica are written with."""

    def __init__(self, store: Store, events: ReplyEvents, leases: Leases, prompts: Prompts, model: LlmRouter, changes: Changes) -> None:
        self._store = store
        self._events = events
        self._leases = leases
        self._prompts = prompts
        self._model = model
        self._changes = changes

    async def write(self, live: LiveReply, options: reply_pb2.ReplyOptions, started: reply_pb2.ReplyStarted) -> None:
        """Writes a reply that is stored as STREAMING under our lease. Returns when everything about it was said."""
        call = current() or CallContext(request_id=live.reply.id, method="")
        with serving(replace(call, deadline=None)):  # the reply is the server's: the deadline of whoever asked for it is no longer its own
            writer = self._events.writer(live.conversation.id, live.reply.id)
            await _tell(live, writer, live.event(started=started))
            draft = Draft(conversation_pb2.Message())
            draft.reply.CopyFrom(live.reply)
            fault = await self._draw(live, writer, draft, options)
            await self._bill(draft, broke_off=fault is not None)
            await self._end(live, writer, draft.final(), fault)

    async def _draw(self, live: LiveReply, writer: EventWriter, draft: Draft, options: reply_pb2.ReplyOptions) -> Fault | None:
        """Lets the model write in a task of its own, which is what a stop cancels. Returns the fault that broke it off."""
        drawing = asyncio.create_task(self._pieces(live, writer, draft, options))
        live.on_stop(drawing.cancel)
        await asyncio.wait({drawing})
        if drawing.cancelled():
            draft.finish("cancelled", None)
            return None
        error = drawing.exception()
        if error is None:
            return None
        draft.finish("error", None)
        if isinstance(error, Fault):
            return error
        call = current()
        _log.error("a reply broke off", reply=live.reply.id, exc_info=error)
        return Internal(f"something went wrong on our side; request id {call.request_id if call else ''}")

    async def _pieces(self, live: LiveReply, writer: EventWriter, draft: Draft, options: reply_pb2.ReplyOptions) -> None:
        messages = await self._prompts.make(live.tenant_id, live.conversation, live.reply.parent_id, live.reply.model)
        draft.prompt = messages
        async with aclosing(self._model.generate(_request(live, messages, options))) as events:
            async for event in events:
                for piece in draft.take(event):
                    await _tell(live, writer, live.event(delta=reply_pb2.ReplyDelta(text=piece)))
                if draft.full:
                    draft.finish("length", None)
                    return
        if not draft.reply.finish_reason:
            raise DependencyUnavailable("the model's answer ended in the middle; try again", retry_after=1)

    async def _bill(self, draft: Draft, *, broke_off: bool) -> None:
        """Asks what it cost when the model could not say so itself, because it was stopped; at least counts the prompt."""
        if draft.usage_known or not draft.generation_id:
            return
        usage = await self._model.usage_of_stopped(draft.generation_id)
        if usage is not None:
            draft.bill(usage)
        elif not broke_off and (counted := await self._model.count_tokens(draft.reply.model, draft.prompt)):
            draft.reply.usage.input_tokens = counted.input_tokens

    async def _end(self, live: LiveReply, writer: EventWriter, reply: conversation_pb2.Message, fault: Fault | None) -> None:
        settles = await writer.settle(SETTLE)
        stored = await self._stored(live, reply)
        if stored is None:
            stored, fault = reply, ConversationNotFound.of(live.conversation.id)
        elif fault is None and stored.state == conversation_pb2.MESSAGE_STATE_FAILED:
            fault = ReplyInterrupted("another replica took this one for dead and ended the reply")
        last = live.event(**last_event(stored, fault.status() if fault else None))
        await writer.append(written(last))
        if settles:
            await writer.settle(SETTLE)
        live.tell(last)
        ENDED.labels(state_name(stored.state)).inc()
        await self._changes.tell(live.conversation.id, reply.id)
        if await writer.settle(None):  # until then the reply is ours, and whoever asks here gets it from memory
            await self._release(reply.id)

    async def _stored(self, live: LiveReply, reply: conversation_pb2.Message) -> conversation_pb2.Message | None:
        """Stores the end; tries again for half a minute while the database is gone. After that the sweep finds what is left."""
        for pause in PAUSES:
            try:
                async with self._store.tenant(live.tenant_id) as chats:
                    return await chats.finish(reply)
            except DependencyUnavailable:
                await asyncio.sleep(pause)
        async with self._store.tenant(live.tenant_id) as chats:
            return await chats.finish(reply)

    async def _release(self, reply_id: str) -> None:
        try:
            await self._leases.release(reply_id)
        except DependencyUnavailable:
            _log.warning("a lease was not given back; it runs out by itself", reply=reply_id)


async def _tell(live: LiveReply, writer: EventWriter, event: reply_pb2.ReplyEvent) -> None:
    """To the readers first; the broker confirms later."""
    live.tell(event)
    await writer.append(written(event))


def last_event(reply: conversation_pb2.Message, error: status_pb2.Status | None) -> dict[str, Any]:
    """What the last event of a reply says, for its constructor."""
    if error is not None:
        return {"failed": reply_pb2.ReplyFailed(reply=reply, error=error)}
    return {"finished": reply_pb2.ReplyFinished(reply=reply)}


def _request(
    live: LiveReply, messages: list[message_pb2.Message], options: reply_pb2.ReplyOptions
) -> llm_router_service_pb2.GenerateTextRequest:
    asked = options_pb2.Options(stop=options.stop)
    for name in ("temperature", "top_p", "max_output_tokens"):
        if options.HasField(name):
            setattr(asked, name, getattr(options, name))
    if options.HasField("seed"):
        asked.seed = options.seed & 0xFFFFFFFF
    return llm_router_service_pb2.GenerateTextRequest(
        model=live.reply.model,
        messages=messages,
        options=asked,
        affinity_key=live.conversation.id,
        metadata={"conversation_id": live.conversation.id, "reply_id": live.reply.id},
    )
