"""One request for text from its arrival to its bill: the provider is picked, a failed try is repeated elsewhere until the first token is
out, and what was made is counted.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.context import CallContext, current
from services.kit.ids import NewId
from services.llm_router.errors import CapabilityMissing
from services.llm_router.pictures import Pictures, Place, holds_pictures, openai_place
from services.llm_router.providers.provider import Chunk, Whole, Writer
from services.llm_router.routes import Routes
from services.llm_router.tries import answered
from services.llm_router.usage import UsageLog
from services.llm_router.work import Billed, Work


class Generation(Work):
    """One generation. `image_text` names the pictures that the model got in words, by their paths in the caller's request."""

    def __init__(self, request: pb.CreateChatCompletionRequest, generation_id: str, call: CallContext | None, place: Place) -> None:
        super().__init__(generation_id, request.model, call, generation_id)
        self.request = request
        self.place = place
        self.image_text: list[str] = []


class Generations:
    """Answers requests for text."""

    def __init__(self, routes: Routes, pictures: Pictures, usage: UsageLog, new_id: NewId, attempts: int) -> None:
        self._routes = routes
        self._pictures = pictures
        self._usage = usage
        self._new_id = new_id
        self._attempts = attempts

    def begin(self, request: pb.CreateChatCompletionRequest, place: Place = openai_place) -> Generation:
        """A generation that has not asked anybody yet. An alias becomes the model that it stands for."""
        request.model = self._routes.name(request.model)
        return Generation(request, self._new_id("gen"), current(), place)

    async def whole(self, generation: Generation) -> Whole:
        """The answer in one piece. Raises a Fault."""
        with Billed(generation, self._usage):
            writers = await self._writers(generation)
            answer = await answered(generation, self._attempts, writers, lambda w: w.whole(generation.request, generation.id))
            generation.first_token = time.perf_counter()
            generation.usage, generation.finish_reason = answer.usage, answer.finish_reason
            return answer

    async def stream(self, generation: Generation) -> AsyncGenerator[Chunk, None]:
        """The answer as it is made. Closing the generator stops the model. Raises a Fault."""
        with Billed(generation, self._usage):
            writers = await self._writers(generation)
            chunks, first = await answered(
                generation, self._attempts, writers, lambda w: _begin(w.stream(generation.request, generation.id))
            )
            async with aclosing(chunks):
                generation.first_token = time.perf_counter()
                if first is None:
                    return
                _note(generation, first)
                yield first
                async for chunk in chunks:
                    _note(generation, chunk)
                    yield chunk

    async def count_tokens(self, generation: Generation) -> tuple[int, int] | None:
        """The prompt's tokens and the context's length, or None where the provider can't say. A picture counts as what the model would get
        of it.
        """
        return await (await self._writers(generation))[0].count_tokens(generation.request)

    async def _writers(self, generation: Generation) -> Sequence[Writer]:
        """Who may answer, with a request that all of them can read: as it came where the preferred one sees the pictures in it."""
        request = generation.request
        writers = [provider for provider in await self._routes.find(request.model) if isinstance(provider, Writer)]
        if not writers:
            raise CapabilityMissing.of("model", f"{request.model} turns texts into vectors and writes none; use it for embeddings")
        if not holds_pictures(request):
            return writers
        if writers[0].sees(request.model):
            return [writer for writer in writers if writer.sees(request.model)]
        generation.image_text = await self._pictures.to_text(request, generation.place)
        return writers


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
