"""GenerateText: checks the typed request, and numbers a generation's events."""

from __future__ import annotations

from typing import Any

from google.rpc import status_pb2
from uat.generation.v1.event_pb2 import Delta
from uat.llm_router.v1 import generation_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.llm_router.billing import Meter
from services.llm_router.errors import CapabilityMissing
from services.llm_router.providers.provider import Event, TextRequest


def read(request: pb.GenerateTextRequest) -> TextRequest:
    """The request for the router. Raises CapabilityMissing for a recording, and for a generation without a reader."""
    if request.background:
        raise CapabilityMissing.of("background", "is not built yet: a generation ends with its stream")
    pictures = []
    for i, message in enumerate(request.messages):
        for j, part in enumerate(message.parts):
            if part.WhichOneof("part") == "audio":
                raise CapabilityMissing.of(f"messages[{i}].parts[{j}]", "is a recording, and no model here hears; send its text")
            if part.WhichOneof("part") == "image":
                pictures.append((i, j))
    return TextRequest(request, pictures)


def estimated_tokens(request: TextRequest) -> int:
    """About how many tokens the messages have, for a provider that can't count them: one for four characters."""
    messages = request.typed.messages
    return sum(len(message.text) + sum(len(part.text) for part in message.parts) for message in messages) // 4 + 1


class Events:
    """Numbers a generation's events from 1, without a gap."""

    def __init__(self, generation: Meter) -> None:
        self._generation = generation
        self._sequence = 0

    def started(self) -> pb.GenerateTextResponse:
        """The first event."""
        g = self._generation
        started = generation_pb2.GenerationStarted(
            decision_id=g.id, model=g.model, provider_id=g.provider, upstream_model=g.model, attempt=g.attempts
        )
        return self._next(started=started)

    def event(self, event: Event) -> pb.GenerateTextResponse:
        """The event of a delta, or of the end; its timings are the caller's view."""
        if isinstance(event, Delta):
            return self._next(delta=event)
        timings = self._generation.timings()
        event.timings.MergeFrom(timings)
        return self._next(finished=event)

    def failed(self, status: status_pb2.Status) -> pb.GenerateTextResponse:
        """The last event of a generation that failed after its first token."""
        return self._next(failed=generation_pb2.GenerationFailed(error=status, usage=self._generation.usage))

    def _next(self, **event: Any) -> pb.GenerateTextResponse:
        self._sequence += 1
        numbered = generation_pb2.GenerationEvent(generation_id=self._generation.id, sequence=self._sequence, **event)
        return pb.GenerateTextResponse(event=numbered)
