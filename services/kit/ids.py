"""Opaque ids: a type's prefix and 26 characters that sort by time of creation."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

NewId = Callable[[str], str]
"""Makes an id with the given prefix. Given to domains, so that tests can count."""


def new_id(prefix: str) -> str:
    """For example `conv_01k9…`: 48 bits of milliseconds and 80 random bits, as in a ULID, in lower case."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
