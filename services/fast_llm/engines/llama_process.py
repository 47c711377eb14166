"""A process that runs llama.cpp, seen from the parent: starting it, talking to it over its private socket, ending it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from services.fast_llm.engines.errors import EngineFailed

_log = logging.getLogger(__name__)
_WORKER = Path(__file__).with_name("llama_worker.py")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What the process is told."""

    path: str
    slots: int
    context_length: int
    gpu_layers: int
    batch_tokens: int
    prompt_cache_mib: int
    threads: int


class StartFailed(Exception):
    """llama.cpp ended before it was ready; the message is what it said."""


class Refused(Exception):
    """llama.cpp answered with an error."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message", error)))
        self.status = status
        self.error = error


class LlamaProcess:
    """One llama.cpp with one model. Its socket lies in a folder that only this user can open."""

    def __init__(self, process: Process, folder: Path, last_lines: deque[str]) -> None:
        self._process = process
        self._folder = folder
        self._last_lines = last_lines
        # A connection each: llama.cpp closes after every answer, and a closed connection is how it learns that nobody reads.
        connector = aiohttp.UnixConnector(path=str(folder / "llama.sock"), limit=0, force_close=True)
        self._session = aiohttp.ClientSession(
            "http://llama", connector=connector, timeout=aiohttp.ClientTimeout(total=None, sock_connect=10), auto_decompress=False
        )
        self._converting = asyncio.Lock()
        self._log_task = asyncio.create_task(_follow(process, last_lines))

    @classmethod
    async def start(cls, settings: WorkerSettings) -> LlamaProcess:
        """Starts the process and returns when the model is loaded. Raises StartFailed."""
        folder = Path(tempfile.mkdtemp(prefix="uat-llama-"))
        told = json.dumps(asdict(settings) | {"socket": str(folder / "llama.sock")})
        # A session of its own, so that a signal to the service's group lets running calls end; it ends with its standard input.
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(_WORKER), told, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
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
        """Is the process's id."""
        return self._process.pid

    async def wait(self) -> int:
        """Returns when the process has ended, with its exit status."""
        return await self._process.wait()

    async def get(self, path: str) -> Any:
        """Gives what llama.cpp answers. Raises Refused or EngineFailed."""
        return await self._json("GET", path, None)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Gives what llama.cpp answers. Raises Refused or EngineFailed."""
        return await self._json("POST", path, body)

    async def stream(self, path: str, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        """Gives the data of each server-sent event but the closing `[DONE]`. Closing this closes the connection. Raises Refused or EngineFailed."""
        try:
            async with self._session.post(path, data=orjson.dumps(body), headers={"Content-Type": "application/json"}) as response:
                if response.status != 200:
                    raise Refused(response.status, _error(await response.read()))
                rest = b""
                async for data in response.content.iter_any():
                    *events, rest = (rest + data).split(b"\n\n")
                    for event in events:
                        if event.startswith(b"data: {"):
                            yield event[6:]
        except aiohttp.ClientError as error:
            raise EngineFailed("llama.cpp broke off") from error

    async def grammar(self, json_schema: str) -> str:
        """Gives the grammar of a JSON schema. Raises Refused when there is none."""
        # Shielded, since an answer that nobody took would be taken for the next one's.
        answer = await asyncio.shield(asyncio.ensure_future(self._converted(orjson.dumps(orjson.loads(json_schema)) + b"\n")))
        if "error" in answer:
            raise Refused(400, {"message": answer["error"]})
        return str(answer["grammar"])

    async def close(self) -> None:
        """Ends the process at once and removes what it left."""
        await self._session.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._log_task
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _converted(self, line: bytes) -> dict[str, str]:
        assert self._process.stdin is not None and self._process.stdout is not None
        async with self._converting:
            try:
                self._process.stdin.write(line)
                await self._process.stdin.drain()
                answer: dict[str, str] = orjson.loads(await self._process.stdout.readline())
            except (OSError, ValueError) as error:
                raise EngineFailed("llama.cpp broke off") from error
        return answer

    async def _json(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.request(method, path, data=None if body is None else orjson.dumps(body), headers=headers) as response:
                answer = await response.read()
        except aiohttp.ClientError as error:
            raise EngineFailed("llama.cpp broke off") from error
        if response.status != 200:
            raise Refused(response.status, _error(answer))
        return orjson.loads(answer)


async def _follow(process: Process, last_lines: deque[str]) -> None:
    """Writes what the process says to the log and keeps the last of it, until it ends."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        text = line.decode(errors="replace").rstrip()
        if text:
            last_lines.append(text)
            _log.debug("llama.cpp: %s", text)


def _error(body: bytes) -> dict[str, Any]:
    """Gives the error that a body holds."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"message": body.decode(errors="replace")[:500]}
    error = found.get("error", found) if isinstance(found, dict) else {"message": str(found)}
    return error if isinstance(error, dict) else {"message": str(error)}
