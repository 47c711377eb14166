"""What makes a request the same as one that came before."""

from __future__ import annotations

import hashlib

from google.protobuf.message import Message


def fingerprint(request: Message) -> bytes:
    """Equal for equal requests to one RPC, different otherwise."""
    digest = hashlib.sha256(request.DESCRIPTOR.full_name.encode())
    digest.update(request.SerializeToString(deterministic=True))
    return digest.digest()
