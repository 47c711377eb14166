"""Requests to the supervisor: a file in `requests/`, then SIGHUP. A Unix socket would limit the length of the folder's path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Verb(StrEnum):
    """The actions."""

    HEAL = "heal"  # restart at once what waits for its backoff
    RESTART = "restart"


@dataclass(frozen=True)
class Request:
    """One request. Without a `name` it concerns every process."""

    verb: Verb
    name: str = ""


def leave(folder: Path, request: Request) -> None:
    """Leaves a request. The same request again has no effect until the first is taken."""
    (folder / f"{request.verb}-{request.name}").touch()


def take(folder: Path) -> Iterator[Request]:
    """Takes all requests and deletes their files; ignores other files."""
    for file in sorted(folder.glob("*")):
        file.unlink(missing_ok=True)
        verb, _, name = file.name.partition("-")
        with suppress(ValueError):
            yield Request(Verb(verb), name)
