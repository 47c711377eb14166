"""The process that runs llama.cpp, from its parent's side: start, requests over its private socket, end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import structlog

from services.fast_llm.errors import EngineFailed

_log = structlog.get_logger("uat.fast_llm")
_WORKER = Path(__file__).with_name("llama_worker.py")
_SPIN = {"GOMP_SPINCOUNT": "500"}
"""How often a thread of llama.cpp spins at a barrier before it sleeps. With libgomp's default of 300,000, another busy process on two cores
costs nine tenths of the speed; with this, about its share of the cores. On idle cores both are equally fast.
"""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The settings of the process."""

    path: str
    slots: int
    context_length: int
    gpu_layers: int
    batch_tokens: int
    prompt_cache_mib: int
    threads: int


class StartFailed(Exception):
    """llama.cpp ended before it was ready; the message has its last lines."""


class Refused(Exception):
    """llama.cpp answered with an error."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message", error)))
        self.status = status
        self.error = error


class LlamaStream:
    """The server-sent events of one call."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._rest = b""

    async def read(self) -> list[bytes]:
        """The data of the next events, one or more; none at the end. Raises EngineFailed, also after `close`."""
        try:
            while data := await self._response.content.readany():
                *events, self._rest = (self._rest + data).split(b"\n\n")
                if found := [event[6:] for event in events if event.startswith(b"data: {")]:
                    return found
        except aiohttp.ClientError as error:
            raise EngineFailed("llama.cpp broke off") from error
        return []

    def close(self) -> None:
        """Closes the connection, which stops llama.cpp. Wakes up a reader."""
        self._response.close()


class LlamaProcess:
    """One llama.cpp with one model. Its socket is in a folder that only this user can open."""

    def __init__(self, process: Process, folder: Path, last_lines: deque[str]) -> None:
        self._process = process
        self._folder = folder
        self._last_lines = last_lines
        # A connection per request: llama.cpp closes it after every answer, and stops a generation when its client closes it.
        connector = aiohttp.UnixConnector(path=str(folder / "llama.sock"), limit=0, force_close=True)
        self._session = aiohttp.ClientSession(
            "http://llama", connector=connector, timeout=aiohttp.ClientTimeout(total=None, sock_connect=10), auto_decompress=False
        )
        self._log_task = asyncio.create_task(_follow(process, last_lines))

    @classmethod
    async def start(cls, settings: WorkerSettings) -> LlamaProcess:
        """Starts the process and returns when the model is loaded. Raises StartFailed."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="uat-llama-"))
        except OSError as error:
            raise StartFailed(f"no folder could be made for llama.cpp's socket: {error}") from error
        arguments = json.dumps(asdict(settings) | {"socket": str(folder / "llama.sock")})
        try:
            # A session of its own, so that a signal to the service's process group lets running calls end; it ends with its standard input.
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(_WORKER),
                arguments,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
                env=_SPIN | os.environ,
            )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StartFailed(f"llama.cpp can't be started: {error}") from error
        started = cls(process, folder, deque(maxlen=20))
        try:
            assert process.stdout is not None
            if not (await process.stdout.readline()).startswith(b"ready"):
                await started._log_task
                raise StartFailed(" ".join(started._last_lines) or f"llama.cpp ended with {await process.wait()}")
        except BaseException:
            await started.close()
            raise
        return started

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Returns when the process has ended, with its exit status."""
        return await self._process.wait()

    async def get(self, path: str) -> Any:
        """llama.cpp's answer. Raises Refused or EngineFailed."""
        return await self._json("GET", path, None)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """llama.cpp's answer. Raises Refused or EngineFailed."""
        return await self._json("POST", path, body)

    async def stream(self, path: str, body: dict[str, Any]) -> LlamaStream:
        """Starts a stream and returns once llama.cpp has begun. Raises Refused or EngineFailed."""
        response = await self._request("POST", path, body)
        if response.status != 200:
            raise Refused(response.status, _error(await _whole(response)))
        return LlamaStream(response)

    async def close(self) -> None:
        """Ends the process at once and removes its socket."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._session.close()
        await self._log_task
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _json(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        response = await self._request(method, path, body)
        answer = await _whole(response)
        if response.status != 200:
            raise Refused(response.status, _error(answer))
        return orjson.loads(answer)

    async def _request(self, method: str, path: str, body: dict[str, Any] | None) -> aiohttp.ClientResponse:
        if self._session.closed:
            raise EngineFailed("llama.cpp has ended")
        try:
            return await self._session.request(
                method, path, data=None if body is None else orjson.dumps(body), headers={"Content-Type": "application/json"}
            )
        except aiohttp.ClientError as error:
            raise EngineFailed("llama.cpp broke off") from error


async def _follow(process: Process, last_lines: deque[str]) -> None:
    """Copies the process's standard error to the log, and keeps its last lines."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        text = line.decode(errors="replace").rstrip()
        if text:
            last_lines.append(text)
            _log.debug("llama.cpp", line=text)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await response.read()
    except aiohttp.ClientError as error:
        raise EngineFailed("llama.cpp broke off") from error


def _error(body: bytes) -> dict[str, Any]:
    """The error in a body."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"message": body.decode(errors="replace")[:500]}
    error = found.get("error", found) if isinstance(found, dict) else {"message": str(found)}
    return error if isinstance(error, dict) else {"message": str(error)}
