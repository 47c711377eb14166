"""Generations: one request for text from its arrival to its usage record."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from uat.generation.v1.event_pb2 import Delta, Usage

from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.llm_router.billing import Meter, Record
from services.llm_router.errors import CapabilityMissing
from services.llm_router.failover import first_success
from services.llm_router.pictures import Pictures
from services.llm_router.providers.provider import Event, TextRequest, Whole, Writer
from services.llm_router.routes import Routes


class Generation(Meter):
    """One generation. `image_text` has the paths of the pictures that the model got as text, as the caller's request names them."""

    def __init__(self, request: TextRequest, generation_id: str, model: str, record: Record) -> None:
        super().__init__(generation_id, model, record, generation_id)
        self.request = request
        self.image_text: Sequence[str] = ()

    def note(self, event: Event) -> None:
        """Keeps the tokens so far and the reason of the end."""
        if isinstance(event, Delta):
            self.usage.input_tokens, self.usage.output_tokens = event.input_tokens, event.output_tokens
        else:
            self.usage, self.finish_reason = event.usage, event.finish_reason


class Generations:
    """Generates text: finds the model's providers, tries the next one while nothing has been sent, and bills what was made."""

    def __init__(self, routes: Routes, pictures: Pictures, record: Record, new_id: NewId, attempts: int) -> None:
        self._routes = routes
        self._pictures = pictures
        self._record = record
        self._new_id = new_id
        self._attempts = attempts

    def begin(self, request: TextRequest) -> Generation:
        """A generation that has not called a provider yet."""
        return Generation(request, self._new_id("gen"), self._routes.name(request.typed.model), self._record)

    async def whole(self, generation: Generation) -> Whole:
        """Generates a whole answer. A provider that fails in the middle is followed by the next one. Raises a Fault."""
        with generation:
            request, writers = await self._prepared(generation)

            async def attempt(writer: Writer) -> Whole:
                generation.usage = Usage()
                if (whole := await writer.whole(generation.model, request)) is not None:
                    generation.first_token = time.perf_counter()
                    generation.note(whole.finished)
                    return whole
                events: list[Event] = []
                async with aclosing(writer.stream(generation.model, request, generation.id)) as stream:
                    async for event in stream:
                        generation.first_token = generation.first_token or time.perf_counter()
                        generation.note(event)
                        events.append(event)
                return Whole(events)

            return await first_success(generation, self._attempts, writers, attempt)

    async def stream(self, generation: Generation) -> AsyncGenerator[Event, None]:
        """Generates event by event. Closing the generator stops the model. Raises a Fault."""
        with generation:
            request, writers = await self._prepared(generation)

            async def attempt(writer: Writer) -> tuple[AsyncGenerator[Event, None], Event | None]:
                return await _begun(writer.stream(generation.model, request, generation.id))

            events, first = await first_success(generation, self._attempts, writers, attempt)
            async with aclosing(events):
                generation.first_token = time.perf_counter()
                if first is None:
                    return
                generation.note(first)
                yield first
                async for event in events:
                    generation.note(event)
                    yield event

    async def count_tokens(self, request: TextRequest) -> tuple[int, int] | None:
        """The tokens of the prompt and the model's context length; None when the provider can't count them. A picture counts as the text
        that the model would get instead.
        """
        generation = self.begin(request)
        prepared, writers = await self._prepared(generation)
        return await writers[0].count_tokens(generation.model, prepared)

    async def _prepared(self, generation: Generation) -> tuple[TextRequest, Sequence[Writer]]:
        """The providers that may answer, and the request in a form that all of them can read: unchanged if the preferred provider's model
        sees pictures, else with texts in their place.
        """
        request, model = generation.request, generation.model
        writers = [provider for provider in await self._routes.find(model) if isinstance(provider, Writer)]
        if not writers:
            raise CapabilityMissing.of("model", f"{model} turns texts into vectors and writes none; use it for embeddings")
        preferred = writers[0]
        sees = preferred.sees(model)
        for fault in request.untyped:
            if not preferred.speaks_openai or (isinstance(fault, InvalidRequest) and not sees):
                raise fault
        if not request.pictures:
            return request, writers
        if sees:
            return request, [writer for writer in writers if writer.sees(model)]
        request, generation.image_text = await self._pictures.to_text(request)
        return request, writers


async def _begun(events: AsyncGenerator[Event, None]) -> tuple[AsyncGenerator[Event, None], Event | None]:
    """The stream and its first event: until that has come, a failure can still be tried elsewhere."""
    try:
        return events, await anext(events, None)
    except BaseException:
        await events.aclose()
        raise
