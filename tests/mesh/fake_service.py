"""A process that plays a part: `fake_service.py NAME PORT FOLDER`. Files in the folder say how it behaves; `journal` says what happened.

`NAME.mute` makes it accept and say nothing, `NAME.sick` say that it isn't ready, `NAME.stubborn` ignore SIGTERM, `NAME.broken` end at once.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path

name, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])


def note(event: str) -> None:
    """One line, whole, in a file that all fakes share."""
    with (folder / "journal").open("a") as journal:
        journal.write(f"{event} {name} {time.monotonic()}\n")


def leave(*_: object) -> None:
    """Stops as it was asked to."""
    note("stop")
    sys.exit(0)


note("start")
print(f"{name} says hello", flush=True)
if (folder / f"{name}.broken").exists():
    sys.exit(f"fatal error: {name} is broken")
signal.signal(signal.SIGTERM, signal.SIG_IGN if (folder / f"{name}.stubborn").exists() else leave)
with socket.socket() as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    held = []
    while True:
        client, _ = server.accept()
        if (folder / f"{name}.mute").exists():
            held.append(client)
            continue
        client.sendall(b"no" if (folder / f"{name}.sick").exists() else b"ok" + os.environ.get("UAT_FAKE", "").encode())
        client.close()
