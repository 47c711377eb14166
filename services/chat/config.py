"""What chat is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatConfig:
    """Variables are `UAT_CHAT_<FIELD>`."""

    prompt_bytes: int = 6000
    """How much of a conversation the model sees while nobody knows how long its context is: room enough in the smallest that may answer."""
    reply_seconds: float = 600.0
    """How long one reply may take."""
    replies_most: int = 512
    """Replies that one replica writes at a time."""
    events_storage: str = "file"
    """Where the events of replies are kept: `file` or `memory`."""
    events_seconds: float = 3600.0
    """How long a reply can be read again event by event."""
    events_bytes: int = 256 * 1024 * 1024
    """How much of them is kept at most; the oldest go first."""
    events_copies: int = 1
    """On how many servers of the NATS cluster."""
    lease_seconds: float = 10.0
    """How long a reply whose writer gave no sign counts as being written."""
    sweep_seconds: float = 3.0
    """How often replies of dead writers are looked for; also how often this one gives its sign."""
    drain_seconds: float = 5.0
    """How long replies that nobody reads may go on when the process ends."""
