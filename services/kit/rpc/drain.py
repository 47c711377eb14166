"""Ends the streams that would otherwise keep a process from going down."""

from __future__ import annotations

import asyncio

from google.protobuf.message import Message

from services.kit.errors import Draining
from services.kit.rpc.call import Call, Handler


class OpenReads:
    """The streams of reads that are open: watchers and followers that end when somebody ends them. Work is never among them; it may
    finish.
    """

    def __init__(self) -> None:
        self._open: set[asyncio.Task[object]] = set()
        self._draining = False

    def wrap(self, handler: Handler) -> Handler:
        """The handler of a streaming read, so that `close` ends it with UNAVAILABLE, which tells the client to open the stream again
        elsewhere.
        """

        async def followed(call: Call) -> Message | None:
            task = asyncio.current_task()
            if task is None:
                return await handler(call)
            self._open.add(task)
            try:
                return await handler(call)
            except asyncio.CancelledError:
                if self._draining and task.uncancel() == 0 and not call.wire.cancelled():
                    raise Draining("this process is going down; open the stream again", retry_after=0.1) from None
                raise
            finally:
                self._open.discard(task)

        return followed

    def close(self) -> None:
        """Ends all of them."""
        self._draining = True
        for task in self._open:
            task.cancel()
