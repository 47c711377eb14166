"""One request for text from its arrival to its bill: the provider is picked, a failed try is repeated elsewhere, and what was made is
counted.

This is the one place of the mesh that tries a model call again, and only until the first token is out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

import structlog
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.context import CallContext, current
from services.kit.errors import DependencyUnavailable, Fault
from services.kit.ids import NewId
from services.llm_router.errors import AllProvidersFailed
from services.llm_router.metrics import measure
from services.llm_router.providers.provider import Chunk, Provider, Usage, Whole
from services.llm_router.routes import Routes
from services.llm_router.usage import Bill, UsageLog

PAUSE = 0.05
"""Seconds before a provider that failed is asked again; doubles each time."""
LEAST = 0.05
"""Seconds of the deadline below which no further try is made."""

T = TypeVar("T")
_log = structlog.get_logger("uat.llm_router")


class Generation:
    """One generation: what is known of it while it runs, and what is billed when it ends, however it ends."""

    def __init__(self, request: pb.CreateChatCompletionRequest, generation_id: str, call: CallContext | None) -> None:
        self.request = request
        self.id = generation_id
        self.call = call
        self.provider = ""
        self.attempts = 0
        self.usage = Usage()
        self.finish_reason = ""
        self.error_reason = ""
        self.started = time.perf_counter()
        self.first_token: float | None = None

    def bill(self) -> Bill:
        """The record of this generation."""
        caller = self.call.caller if self.call else None
        return Bill(
            generation_id=self.id,
            tenant_id=caller.tenant_id if caller else "",
            user_id=caller.user_id if caller else "",
            api_key_id=caller.token_id if caller and caller.kind == "api_key" else "",
            model=self.request.model,
            provider=self.provider,
            usage=self.usage,
            finish_reason=self.finish_reason or ("error" if self.error_reason else "cancelled"),
            error_reason=self.error_reason,
            attempts=self.attempts,
            time_to_first_token=None if self.first_token is None else self.first_token - self.started,
            duration=time.perf_counter() - self.started,
        )


class Generations:
    """Answers requests for text."""

    def __init__(self, routes: Routes, usage: UsageLog, new_id: NewId, attempts: int) -> None:
        self._routes = routes
        self._usage = usage
        self._new_id = new_id
        self._attempts = attempts

    def begin(self, request: pb.CreateChatCompletionRequest) -> Generation:
        """A generation that has not asked anybody yet. An unnamed model becomes the default."""
        request.model = self._routes.name(request.model)
        return Generation(request, self._new_id("gen"), current())

    async def whole(self, generation: Generation) -> Whole:
        """The answer in one piece. Raises a Fault."""
        with _Billed(generation, self._usage):
            providers = await self._routes.find(generation.request.model)
            answer = await self._try(generation, providers, lambda p: p.whole(generation.request, generation.id))
            generation.first_token = time.perf_counter()
            generation.usage, generation.finish_reason = answer.usage, answer.finish_reason
            return answer

    async def stream(self, generation: Generation) -> AsyncGenerator[Chunk, None]:
        """The answer as it is made. Closing the generator stops the model. Raises a Fault."""
        with _Billed(generation, self._usage):
            providers = await self._routes.find(generation.request.model)
            chunks, first = await self._try(generation, providers, lambda p: _begin(p.stream(generation.request, generation.id)))
            async with aclosing(chunks):
                generation.first_token = time.perf_counter()
                if first is None:
                    return
                _note(generation, first)
                yield first
                async for chunk in chunks:
                    _note(generation, chunk)
                    yield chunk

    async def count_tokens(self, request: pb.CreateChatCompletionRequest) -> tuple[int, int] | None:
        """The prompt's tokens and the context's length, or None where the provider can't say."""
        request.model = self._routes.name(request.model)
        return await (await self._routes.find(request.model))[0].count_tokens(request)

    async def _try(self, generation: Generation, providers: Sequence[Provider], ask: Callable[[Provider], Awaitable[T]]) -> T:
        """Asks one provider after the other, round and round, until one answers or the tries are used up. One that is full is not asked
        twice.
        """
        left = list(providers)
        failed: Fault = DependencyUnavailable("nobody was asked")
        for attempt in range(self._attempts):
            if not left:
                break
            provider = left.pop(0)
            generation.attempts, generation.provider = attempt + 1, provider.name
            try:
                return await ask(provider)
            except Fault as fault:
                if not fault.transient:
                    raise
                failed = fault
            _log.warning("try failed", generation=generation.id, provider=provider.name, attempt=attempt + 1, error=str(failed))
            if not failed.overload:
                left.append(provider)
            remaining = generation.call.remaining() if generation.call else None
            if remaining is not None and remaining < LEAST:
                break
            if attempt + 1 >= len(providers):
                await asyncio.sleep(PAUSE * 2**attempt)
        if failed.overload:
            raise failed
        raise AllProvidersFailed(f"every provider of {generation.request.model} failed: {failed}", retry_after=1) from failed


class _Billed:
    """Writes the bill when the block ends: well, on a fault, or because the client went away."""

    def __init__(self, generation: Generation, usage: UsageLog) -> None:
        self._generation = generation
        self._usage = usage

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        generation = self._generation
        if isinstance(error, Fault):
            generation.error_reason = error.reason
        elif isinstance(error, Exception):
            generation.error_reason = "INTERNAL"
        bill = generation.bill()
        measure(bill)
        self._usage.record(bill)
        if generation.call is not None:
            generation.call.log |= {"model": bill.model, "provider": bill.provider, "output_tokens": bill.usage.output_tokens}


async def _begin(chunks: AsyncGenerator[Chunk, None]) -> tuple[AsyncGenerator[Chunk, None], Chunk | None]:
    """The stream with its first chunk taken out: until then a failure may still be tried elsewhere."""
    try:
        return chunks, await anext(chunks, None)
    except BaseException:
        await chunks.aclose()
        raise


def _note(generation: Generation, chunk: Chunk) -> None:
    if chunk.usage is not None:
        generation.usage = chunk.usage
    if chunk.finish_reason is not None:
        generation.finish_reason = chunk.finish_reason
