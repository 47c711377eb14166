"""Which of several versions a caller gets: the same one again and again, and another one only where shares changed."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Collection, Sequence

_BITS = 53


def unit(seed: hashlib.blake2b, key: bytes) -> float:
    """Where the key lies on the line from 0 to 1, 1 left out; always the same for one seed."""
    digest = seed.copy()
    digest.update(key)
    return float((int.from_bytes(digest.digest(), "big") >> (64 - _BITS)) / (1 << _BITS))


def seed_of(*names: str) -> hashlib.blake2b:
    """The seed of a line; different names give lines that have nothing to do with each other."""
    return hashlib.blake2b("/".join(names).encode() + b"/", digest_size=8)


class WeightedChoice:
    """Versions with weights, by weighted rendezvous hashing (Thaler, Ravishankar, "Using name-based mappings to increase hit rates", 1998;
    the weights as in Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005): every version draws a time from the caller's
    key, the sooner the larger its weight, and the earliest gets the caller.

    So nobody keeps a table, a version whose weight grows takes callers only from the others and gives none away, and where a version is
    not ready its callers alone go elsewhere, spread by the others' weights.
    """

    def __init__(self, model: str, weights: Sequence[tuple[str, int]], draw: Callable[[], float] = random.random) -> None:
        self._entries = [(version, weight, seed_of(model, version)) for version, weight in weights if weight > 0]
        self._draw = draw

    @property
    def versions(self) -> list[str]:
        """Those that have a share."""
        return [version for version, _, _ in self._entries]

    def weight(self, version: str) -> int:
        """A version's share in per cent; 0 for none."""
        return next((weight for known, weight, _ in self._entries if known == version), 0)

    def pick(self, key: bytes | None, ready: Collection[str]) -> tuple[str, str]:
        """The version that should answer, and the one that does: the same, unless it is not ready while others are. Without a key it is
        chosen anew every time.
        """
        if len(self._entries) == 1:
            only = self._entries[0][0]
            return only, only
        wanted = given = ""
        first = first_ready = math.inf
        for version, weight, seed in self._entries:
            place = self._draw() if key is None else unit(seed, key)
            time = -math.log(1.0 - place) / weight
            if time < first:
                wanted, first = version, time
            if time < first_ready and version in ready:
                given, first_ready = version, time
        return wanted, given or wanted
