"""A worker process: gets functions with their arguments over a socket, one at a time, and answers with what they return.

Imports next to nothing by itself; what a function needs comes with its module, when it is first asked for.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_COUNT = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
_PAGE = resource.getpagesize()
MOST_BUFFERS = 100_000


def pack(message: Any) -> list[bytes | memoryview]:
    """A message as the pieces that go over the socket: how many, how long each is, and then they themselves. Arrays aren't copied."""
    buffers: list[pickle.PickleBuffer] = []
    pieces: list[bytes | memoryview] = [pickle.dumps(message, protocol=5, buffer_callback=buffers.append)]
    pieces.extend(buffer.raw() for buffer in buffers)
    head = _COUNT.pack(len(pieces)) + b"".join(_LENGTH.pack(len(piece)) for piece in pieces)
    return [head, *pieces]


def unpack(pieces: Sequence[bytes | bytearray]) -> Any:
    """The message of these pieces."""
    return pickle.loads(pieces[0], buffers=pieces[1:])  # noqa: S301 - both ends are this program


def lengths(head: bytes | bytearray) -> list[int]:
    """How long each piece is, from what follows the count."""
    return [length for (length,) in _LENGTH.iter_unpack(head)]


def count(head: bytes | bytearray) -> int:
    """How many pieces follow."""
    return int(_COUNT.unpack(head)[0])


COUNT_BYTES, LENGTH_BYTES = _COUNT.size, _LENGTH.size


def resident_bytes() -> int:
    """How much memory this process holds; 0 where the system doesn't tell."""
    with contextlib.suppress(OSError), Path("/proc/self/statm").open("rb") as file:
        return int(file.read().split()[1]) * _PAGE
    return 0


def serve(wire: socket.socket) -> None:
    """Answers until the other side hangs up."""
    while True:
        try:
            head = _read(wire, COUNT_BYTES)
            pieces = [_read(wire, length) for length in lengths(_read(wire, count(head) * LENGTH_BYTES))]
        except EOFError:
            return
        answer = _run(pieces)
        del pieces
        for piece in answer:
            wire.sendall(piece)
        del answer


def _run(pieces: list[bytearray]) -> list[bytes | memoryview]:
    try:
        function, arguments = unpack(pieces)
        outcome: tuple[bool, Any] = True, function(*arguments)
    except Exception as error:
        outcome = False, _sendable(error)
    return pack((*outcome, resident_bytes()))


def _sendable(error: Exception) -> Exception:
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _read(wire: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view = memoryview(data)
    while view:
        got = wire.recv_into(view)
        if not got:
            raise EOFError
        view = view[got:]
    return data


def _confine(most_bytes: int) -> None:
    """A decoder that runs wild must hit a wall of its own before it hits the machine's."""
    for kind, limit in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
    with contextlib.suppress(OSError), Path("/proc/self/oom_score_adj").open("w") as file:
        file.write("1000")


if __name__ == "__main__":
    _confine(int(sys.argv[2]))
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OPENCV_FOR_THREADS_NUM"] = "1"
    serve(socket.socket(fileno=int(sys.argv[1])))
