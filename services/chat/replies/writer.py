"""The writer of replies: runs the generation, publishes each event as it comes, and stores the end, whichever it is."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import structlog
from uat.chat.v1 import conversation_pb2, reply_pb2
from uat.generation.v1 import message_pb2, options_pb2
from uat.llm_router.v1 import llm_router_service_pb2

from services.chat.changes import Changes
from services.chat.clients import LlmRouter
from services.chat.errors import ConversationNotFound, ReplyInterrupted
from services.chat.metrics import ENDED
from services.chat.replies.draft import Draft
from services.chat.replies.events import last_event
from services.chat.replies.live_reply import LiveReply
from services.chat.replies.prompts import Prompts
from services.chat.rows import state_name
from services.chat.store import Store
from services.kit.context import current
from services.kit.errors import DependencyUnavailable, Fault, Internal
from services.kit.postgres.errors import STORE_FAULTS
from services.kit.postgres.leases import Leases

SETTLE_SECONDS = 2.0
"""How long the end of a reply waits for the broker to store its events."""
STORE_PAUSES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds between attempts to store the end of a reply while the database is down."""

_log = structlog.get_logger("uat.chat")


class ReplyWriter:
    """Writes the replies of this replica."""

    def __init__(self, store: Store, leases: Leases, prompts: Prompts, model: LlmRouter, changes: Changes) -> None:
        self._store = store
        self._leases = leases
        self._prompts = prompts
        self._model = model
        self._changes = changes

    async def write(self, live: LiveReply, options: reply_pb2.ReplyOptions, started: reply_pb2.ReplyStarted) -> None:
        """Writes a reply that is stored as STREAMING under our lease. Returns once its end is stored and its last event published."""
        await live.append(started=started)
        draft = Draft(conversation_pb2.Message())
        draft.reply.CopyFrom(live.reply)
        fault = await self._generate(live, draft, options)
        if fault is None:
            await self._estimate_prompt(draft)
        await self._end(live, draft.final(), fault)

    async def _generate(self, live: LiveReply, draft: Draft, options: reply_pb2.ReplyOptions) -> Fault | None:
        """Has the model generate until it ends or the reply is stopped. Returns the fault that broke it off."""
        generating = asyncio.create_task(self._read(live, draft, options))
        stopping = asyncio.create_task(live.stopped.wait())
        try:
            await asyncio.wait({generating, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            generating.cancel()
            await asyncio.wait({generating})
        error = None if generating.cancelled() else generating.exception()
        if generating.cancelled() or (live.stopped.is_set() and isinstance(error, Fault)):
            draft.finish("cancelled", None)
            return None
        if error is None:
            return None
        draft.finish("error", None)
        if isinstance(error, Fault):
            return error
        call = current()
        _log.error("a reply broke off", reply=live.reply.id, exc_info=error)
        return Internal(f"something went wrong on our side; request id {call.request_id if call else ''}")

    async def _read(self, live: LiveReply, draft: Draft, options: reply_pb2.ReplyOptions) -> None:
        messages = await self._prompts.make(live.tenant_id, live.conversation, live.reply.parent_id, live.reply.model)
        draft.prompt = messages
        async with aclosing(self._model.generate(_request(live, messages, options))) as events:
            async for event in events:
                for piece in draft.take(event):
                    await live.append(delta=reply_pb2.ReplyDelta(text=piece))
                if draft.full:
                    draft.finish("length", None)
                    return
        if not draft.reply.finish_reason:
            raise DependencyUnavailable("the model's answer ended in the middle; try again", retry_after=1)

    async def _estimate_prompt(self, draft: Draft) -> None:
        """Counts the prompt of a reply that ended before llm_router reported any usage."""
        if draft.generation_id and not draft.usage_known and (counted := await self._model.count_tokens(draft.reply.model, draft.prompt)):
            draft.reply.usage.input_tokens = counted.input_tokens

    async def _end(self, live: LiveReply, reply: conversation_pb2.Message, fault: Fault | None) -> None:
        stored = await self._stored(live, reply)
        if stored is None:
            stored, fault = reply, ConversationNotFound.of(live.conversation.id)
        elif fault is None and stored.state == conversation_pb2.MESSAGE_STATE_FAILED:
            fault = ReplyInterrupted("another replica assumed that this one was dead, and ended the reply")
        await live.finish(settle=SETTLE_SECONDS, **last_event(stored, fault.status() if fault else None))
        ENDED.labels(state_name(stored.state)).inc()
        announced = await self._announced(live)
        if await live.log.settle() and announced:  # until then the reply is ours, and readers here are served from memory
            await self._release(reply.id)

    async def _stored(self, live: LiveReply, reply: conversation_pb2.Message) -> conversation_pb2.Message | None:
        """Stores the end; tries for half a minute while the database is down. After that recovery finds the reply."""
        for pause in STORE_PAUSES:
            try:
                async with self._store.tenant(live.tenant_id) as chats:
                    return await chats.finish(reply)
            except STORE_FAULTS:
                await asyncio.sleep(pause)
        async with self._store.tenant(live.tenant_id) as chats:
            return await chats.finish(reply)

    async def _announced(self, live: LiveReply) -> bool:
        """Announces the end to watchers, who have its last event. Where that fails, recovery does it once the lease has expired."""
        try:
            async with self._store.tenant(live.tenant_id) as chats:
                await self._changes.add(chats.announce, live.conversation.id, live.reply.id)
        except STORE_FAULTS as fault:
            _log.warning("the end of a reply is announced by recovery", reply=live.reply.id, error=str(fault))
            return False
        self._changes.wake()
        return True

    async def _release(self, reply_id: str) -> None:
        try:
            await self._leases.release(reply_id)
        except STORE_FAULTS:
            _log.warning("a lease was not released; it expires", reply=reply_id)


def _request(
    live: LiveReply, messages: list[message_pb2.Message], options: reply_pb2.ReplyOptions
) -> llm_router_service_pb2.GenerateTextRequest:
    generation = options_pb2.Options(stop=options.stop)
    for name in ("temperature", "top_p", "max_output_tokens"):
        if options.HasField(name):
            setattr(generation, name, getattr(options, name))
    if options.HasField("seed"):
        generation.seed = options.seed & 0xFFFFFFFF
    return llm_router_service_pb2.GenerateTextRequest(
        model=live.reply.model,
        messages=messages,
        options=generation,
        affinity_key=live.conversation.id,
        metadata={"conversation_id": live.conversation.id, "reply_id": live.reply.id},
    )
