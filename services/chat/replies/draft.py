"""The draft of a reply: the text and the usage so far, and the message that is stored at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from uat.chat.v1 import conversation_pb2
from uat.generation.v1 import event_pb2, message_pb2
from uat.llm_router.v1 import generation_pb2

TEXT_BYTES = 1024 * 1024
"""The largest text of a message."""
PIECE_CHARS = 16 * 1024
"""The longest piece, so that an event fits the broker's message limit."""

_FINISH_REASONS = {
    event_pb2.FINISH_REASON_LENGTH: "length",
    event_pb2.FINISH_REASON_CONTENT_FILTER: "content_filter",
    event_pb2.FINISH_REASON_CANCELLED: "cancelled",
}


@dataclass(slots=True)
class Draft:
    """Accumulates the events of a generation."""

    reply: conversation_pb2.Message
    generation_id: str = ""
    prompt: list[message_pb2.Message] = field(default_factory=list)
    pieces: int = 0
    """Pieces of text received: the estimate of the output tokens where the usage stays unknown."""
    full: bool = False
    """The text has reached its limit; further text is dropped."""
    usage_known: bool = False
    _text: list[str] = field(default_factory=list)
    _bytes: int = 0

    def take(self, event: generation_pb2.GenerationEvent) -> Iterator[str]:
        """Adds an event, and yields the pieces of text that readers receive for it."""
        self.generation_id = event.generation_id
        match event.WhichOneof("event"):
            case "started":
                self.reply.model = event.started.model or self.reply.model
            case "switched":
                self.reply.model = event.switched.model or self.reply.model
            case "delta":
                if event.delta.output_tokens:  # the tokens so far, which a reply that is stopped has cost
                    self.usage_known = True
                    self.reply.usage.input_tokens = event.delta.input_tokens
                    self.reply.usage.output_tokens = event.delta.output_tokens
                if not event.delta.text:
                    return
                self.pieces += 1
                yield from self._add(event.delta.text.replace("\0", ""))
            case "finished":
                self.finish(_FINISH_REASONS.get(event.finished.finish_reason, "stop"), event.finished.usage)
            case "failed":
                self.bill(event.failed.usage)

    def finish(self, reason: str, usage: event_pb2.Usage | None) -> None:
        """Sets the finish reason, and the usage if it is known."""
        self.reply.finish_reason = reason
        if usage is not None:
            self.bill(usage)

    def bill(self, usage: event_pb2.Usage) -> None:
        """Sets the usage."""
        self.usage_known = True
        self.reply.usage.input_tokens = usage.input_tokens
        self.reply.usage.output_tokens = usage.output_tokens
        self.reply.usage.cached_input_tokens = usage.cached_input_tokens

    def final(self) -> conversation_pb2.Message:
        """The reply to store; its state follows from the finish reason."""
        self.reply.text = "".join(self._text)
        match self.reply.finish_reason:
            case "cancelled":
                self.reply.state = conversation_pb2.MESSAGE_STATE_STOPPED
            case "error":
                self.reply.state = conversation_pb2.MESSAGE_STATE_FAILED
            case _:
                self.reply.state = conversation_pb2.MESSAGE_STATE_COMPLETE
        if not self.usage_known:
            self.reply.usage.output_tokens = self.pieces
        return self.reply

    def _add(self, text: str) -> Iterator[str]:
        for start in range(0, len(text), PIECE_CHARS):
            piece = text[start : start + PIECE_CHARS]
            size = len(piece.encode())
            if self._bytes + size > TEXT_BYTES:
                self.full = True
                return
            self._text.append(piece)
            self._bytes += size
            yield piece
