"""The configuration of chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatConfig:
    """Variables are `UAT_CHAT_<FIELD>`."""

    prompt_bytes: int = 6000
    """Size of the prompt while the length of the model's context is unknown: it fits the smallest supported model."""
    reply_seconds: float = 600.0
    """The longest duration of a reply."""
    replies_most: int = 512
    """Replies that one replica writes concurrently."""
    events_storage: str = "file"
    """JetStream's storage for the events of replies: `file` or `memory`."""
    events_seconds: float = 3600.0
    """How long a reply can be resumed."""
    events_bytes: int = 256 * 1024 * 1024
    """The size of all stored events; the oldest are deleted first."""
    events_copies: int = 1
    """JetStream's replicas of the events."""
    lease_seconds: float = 10.0
    """How long the lease of a reply is valid without a renewal."""
    sweep_seconds: float = 3.0
    """How often leases are renewed, and expired ones looked for."""
    drain_seconds: float = 5.0
    """How long replies may continue after the process was asked to terminate."""
