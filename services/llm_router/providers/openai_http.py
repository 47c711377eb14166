"""A server that speaks OpenAI's protocol over HTTP: OpenAI itself, Ollama, MLX, vLLM, llama.cpp."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from types import TracebackType
from typing import Any

import aiohttp
import numpy as np
import orjson
import structlog
from opentelemetry.propagate import inject

from services.kit.context import current
from services.kit.errors import DependencyUnavailable, Fault, Overloaded
from services.kit.rpc.headers import REQUEST_ID
from services.kit.telemetry import tracing
from services.llm_router.config import ProviderConfig
from services.llm_router.errors import CredentialRefused, GenerationInvalid, ModelNotFound
from services.llm_router.providers import openai_json
from services.llm_router.providers.provider import Embedder, Event, Inputs, TextRequest, Vectors, Whole, Writer

MAX_EVENT = 16 * 1024 * 1024
"""Bytes of one server-sent event."""
_log = structlog.get_logger("uat.llm_router")


class OpenaiHttp(Writer, Embedder):
    """A client with a pool of kept-alive connections, which it opens on first use."""

    speaks_openai = True

    def __init__(self, config: ProviderConfig, timeout: float) -> None:
        self.name = config.name
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=5)
        self._session: aiohttp.ClientSession | None = None
        self._headers = {"content-type": "application/json"}
        if config.api_key:
            self._headers["authorization"] = f"Bearer {config.api_key}"

    async def models(self) -> Sequence[str]:
        if self._config.models:
            return self._config.models
        async with self._request("GET", "/models", None) as response:
            body = await response.read()
        with _expecting("a list of models", self.name):
            return [str(model["id"]) for model in _object(body)["data"]]

    def sees(self, model: str) -> bool:
        return self._config.images

    async def whole(self, model: str, request: TextRequest) -> Whole:
        async with self._request("POST", "/chat/completions", openai_json.request(model, request, stream=False)) as response:
            body = await response.read()
        with _expecting("a chat completion", self.name):
            return Whole(openai=body, finished=openai_json.finished(_object(body)))

    async def stream(self, model: str, request: TextRequest, generation_id: str) -> AsyncGenerator[Event, None]:
        chunks = openai_json.ChunkReader()
        async with (
            self._request("POST", "/chat/completions", openai_json.request(model, request, stream=True)) as response,
            aclosing(_events(response, self.name)) as events,
        ):
            async for data in events:
                if data == b"[DONE]":
                    break
                with _expecting("a chunk of a chat completion", self.name):
                    deltas = chunks.read(_object(data))
                for delta in deltas:
                    yield delta
        if not chunks.finished:
            raise DependencyUnavailable(f"the provider {self.name} ended its answer in the middle", retry_after=1)
        for finished in chunks.finished:
            yield finished

    async def embed(self, model: str, inputs: Inputs, dimensions: int, user: str) -> Vectors:
        request: dict[str, Any] = {"model": model, "input": inputs, "encoding_format": "base64"}
        request |= {key: value for key, value in (("dimensions", dimensions), ("user", user)) if value}
        async with self._request("POST", "/embeddings", orjson.dumps(request)) as response:
            body = await response.read()
        with _expecting("vectors", self.name):
            answer = _object(body)
            found = sorted(answer["data"], key=lambda item: int(item["index"]))
            if [item["index"] for item in found] != list(range(len(inputs))):
                raise ValueError(f"{len(found)} vectors for {len(inputs)} texts")
            return Vectors([_vector(item["embedding"]) for item in found], openai_json.usage(answer.get("usage")))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _request(self, verb: str, path: str, body: bytes | None) -> _Response:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout, auto_decompress=True)
        headers = self._headers | _trace_headers()
        return _Response(self.name, self._session.request(verb, self._config.base_url + path, data=body, headers=headers))


class _Response:
    """A response with a status of success, or a Fault. A connection that breaks while the block reads the response is a Fault as well."""

    def __init__(self, provider: str, context: Any) -> None:
        self._provider = provider
        self._context = context

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            response: aiohttp.ClientResponse = await self._context.__aenter__()
            if response.status >= 400:
                raise _fault(self._provider, response, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DependencyUnavailable(f"the provider {self._provider} can't be reached at the moment", retry_after=1) from error
        return response

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._context.__aexit__(kind, error, trace)
        if isinstance(error, aiohttp.ClientError | TimeoutError):
            raise DependencyUnavailable(f"the provider {self._provider} broke off its answer", retry_after=1) from error


def _trace_headers() -> dict[str, str]:
    """The headers by which a provider's logs can be matched with ours."""
    headers: dict[str, str] = {}
    if call := current():
        headers[REQUEST_ID] = call.request_id
        if call.traceparent is not None:
            headers["traceparent"] = call.traceparent
    if tracing():
        inject(headers)
    return headers


async def _events(response: aiohttp.ClientResponse, provider: str) -> AsyncGenerator[bytes, None]:
    """The data of each server-sent event. Raises DependencyUnavailable for an event of more than 16 MiB."""
    rest, data = b"", list[bytes]()
    async for received in response.content.iter_any():
        *lines, rest = (rest + received).split(b"\n")
        for line in (whole.rstrip(b"\r") for whole in lines):
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                yield b"\n".join(data).strip()
                data.clear()
        if len(rest) + sum(map(len, data)) > MAX_EVENT:
            raise DependencyUnavailable(f"the provider {provider} sent an event of more than {MAX_EVENT} bytes", retry_after=1)
    if data or rest.startswith(b"data:"):
        yield b"\n".join([*data, rest.removeprefix(b"data:")]).strip()


@contextmanager
def _expecting(what: str, provider: str) -> Iterator[None]:
    """Turns the exceptions of reading a malformed answer into the provider's failure, so that another provider is tried."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        _log.warning("a provider's answer is malformed", provider=provider, expected=what, error=repr(error))
        raise DependencyUnavailable(f"the provider {provider} answered with something else than {what}", retry_after=1) from error


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises ValueError for anything else, and DependencyUnavailable where it holds an error."""
    found = orjson.loads(body)
    if not isinstance(found, dict):
        raise ValueError(f"a {type(found).__name__} where an object should be")
    if error := found.get("error"):
        message = error.get("message") if isinstance(error, dict) else error
        raise DependencyUnavailable(f"the provider failed: {message}", retry_after=1)
    return found


def _vector(embedding: str | list[float]) -> bytes:
    """The bytes of a vector. Servers without base64 send numbers whatever the request says."""
    vector = base64.b64decode(embedding) if isinstance(embedding, str) else np.array(embedding, "<f4").tobytes()
    if not vector or len(vector) % 4:
        raise ValueError(f"{len(vector)} bytes are no vector of 32-bit floats")
    return vector


def _fault(provider: str, response: aiohttp.ClientResponse, body: bytes) -> Fault:
    message = _message(body) or f"HTTP {response.status}"
    if response.status in (401, 403):
        return CredentialRefused(f"the provider {provider} refused this router's credential")
    if response.status == 404:
        return ModelNotFound(f"the provider {provider} says: {message}")
    if response.status == 429:
        return Overloaded(f"the provider {provider} is overloaded: {message}", retry_after=_retry_after(response))
    if response.status < 500:
        return GenerationInvalid(f"the provider {provider} says: {message}")
    return DependencyUnavailable(f"the provider {provider} failed with HTTP {response.status}", retry_after=1)


def _message(body: bytes) -> str:
    try:
        error = orjson.loads(body)["error"]
        return str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        return body[:200].decode("utf-8", "replace").strip()


def _retry_after(response: aiohttp.ClientResponse) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after", "1")))
    except ValueError:
        return 1.0
