"""Sticky weighted choice: a caller keeps its version, and gets another one only where weights changed."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Collection, Sequence

_BITS = 53


def unit(seed: hashlib.blake2b, key: bytes) -> float:
    """Maps a key to a number from 0 to 1, 1 excluded; always the same for one seed."""
    digest = seed.copy()
    digest.update(key)
    return float((int.from_bytes(digest.digest(), "big") >> (64 - _BITS)) / (1 << _BITS))


def seed_of(*names: str) -> hashlib.blake2b:
    """A seed; different names give independent mappings."""
    return hashlib.blake2b("/".join(names).encode() + b"/", digest_size=8)


class WeightedChoice:
    """Versions with weights, by weighted rendezvous hashing (Thaler, Ravishankar, "Using name-based mappings to increase hit rates", 1998;
    the weights as in Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005): every version draws a time from the caller's
    key, the sooner the larger its weight, and the earliest gets the caller.

    So no table of callers is needed, a version whose weight grows takes callers from the others and gives none away, and when a version is
    not ready only its own callers move, spread by the weights of the others.
    """

    def __init__(self, model: str, weights: Sequence[tuple[str, int]], draw: Callable[[], float] = random.random) -> None:
        self._entries = [(version, weight, seed_of(model, version)) for version, weight in weights if weight > 0]
        self._draw = draw

    @property
    def versions(self) -> list[str]:
        """The versions with a share."""
        return [version for version, _, _ in self._entries]

    def weight(self, version: str) -> int:
        """A version's share in per cent; 0 for none."""
        return next((weight for known, weight, _ in self._entries if known == version), 0)

    def pick(self, key: bytes | None, ready: Collection[str]) -> tuple[str, str]:
        """The version that the weights choose, and the one that answers: another one if the first is not ready. Without a key the choice is
        random.
        """
        if len(self._entries) == 1:
            only = self._entries[0][0]
            return only, only
        chosen = answers = ""
        first = first_ready = math.inf
        for version, weight, seed in self._entries:
            position = self._draw() if key is None else unit(seed, key)
            time = -math.log(1.0 - position) / weight
            if time < first:
                chosen, first = version, time
            if time < first_ready and version in ready:
                answers, first_ready = version, time
        return chosen, answers or chosen
