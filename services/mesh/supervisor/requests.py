"""Wishes to the supervisor: a file in `requests/`, then SIGHUP. Not a socket, whose path may not be as long as a folder's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Verb(StrEnum):
    """What can be wished."""

    HEAL = "heal"  # try at once whatever waits for its next try
    RESTART = "restart"


@dataclass(frozen=True)
class Wish:
    """One wish. `name` is empty where it concerns everything."""

    verb: Verb
    name: str = ""


def leave(folder: Path, wish: Wish) -> None:
    """Leaves a wish; leaving it twice before it is taken is leaving it once."""
    (folder / f"{wish.verb}-{wish.name}").touch()


def take(folder: Path) -> Iterator[Wish]:
    """Takes away all wishes. What isn't one is thrown away."""
    for file in sorted(folder.glob("*")):
        file.unlink(missing_ok=True)
        verb, _, name = file.name.partition("-")
        with suppress(ValueError):
            yield Wish(Verb(verb), name)
