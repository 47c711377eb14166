"""Any server that speaks OpenAI's HTTP shapes."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import aiohttp
import numpy as np
import orjson
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import DependencyUnavailable, Fault, Overloaded
from services.llm_router.config import ProviderConfig
from services.llm_router.errors import CredentialRefused, GenerationInvalid, ModelNotFound
from services.llm_router.plain import plain
from services.llm_router.providers.provider import Chunk, Inputs, Usage, Vectors, Whole

_OURS = ("fallbacks",)
"""Fields of the contract that are the router's own and go to no provider."""


class OpenaiHttp:
    """A client with a pool of kept-alive connections; opened on first use."""

    def __init__(self, config: ProviderConfig, timeout: float) -> None:
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=5)
        self._session: aiohttp.ClientSession | None = None
        self._headers = {"content-type": "application/json"}
        if config.api_key:
            self._headers["authorization"] = f"Bearer {config.api_key}"

    @property
    def name(self) -> str:
        return self._config.name

    async def models(self) -> Sequence[str]:
        if self._config.models:
            return self._config.models
        async with self._request("GET", "/models", None) as response:
            return [str(m["id"]) for m in orjson.loads(await response.read())["data"]]

    def sees(self, model: str) -> bool:
        return self._config.images

    async def whole(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> Whole:
        async with self._request("POST", "/chat/completions", _body(request, stream=False)) as response:
            body = await response.read()
        answer = orjson.loads(body)
        choices = answer.get("choices") or [{}]
        return Whole(body, _usage(answer.get("usage")), str(choices[0].get("finish_reason") or "stop"))

    async def stream(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> AsyncGenerator[Chunk, None]:
        async with self._request("POST", "/chat/completions", _body(request, stream=True)) as response:
            try:
                async for line in response.content:
                    if not line.startswith(b"data:"):
                        continue
                    data = line[5:].strip()
                    if data == b"[DONE]":
                        return
                    for chunk in _chunks(orjson.loads(data)):
                        yield chunk
            except (aiohttp.ClientError, TimeoutError) as error:
                raise DependencyUnavailable(f"the provider {self.name} broke off its answer", retry_after=1) from error

    async def count_tokens(self, request: pb.CreateChatCompletionRequest) -> tuple[int, int] | None:
        return None

    async def embed(self, model: str, inputs: Inputs, dimensions: int, user: str) -> Vectors:
        asked: dict[str, Any] = {"model": model, "input": inputs, "encoding_format": "base64"}
        asked |= {key: value for key, value in (("dimensions", dimensions), ("user", user)) if value}
        async with self._request("POST", "/embeddings", orjson.dumps(asked)) as response:
            answer = orjson.loads(await response.read())
        found = sorted(answer["data"], key=lambda item: int(item["index"]))
        return Vectors([_vector(item["embedding"]) for item in found], _usage(answer.get("usage")))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _request(self, verb: str, path: str, body: bytes | None) -> _Response:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout, auto_decompress=True)
        return _Response(self.name, self._session.request(verb, self._config.base_url + path, data=body, headers=self._headers))


class _Response:
    """A response that is good, or else a Fault."""

    def __init__(self, provider: str, context: Any) -> None:
        self._provider = provider
        self._context = context

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            response: aiohttp.ClientResponse = await self._context.__aenter__()
            if response.status >= 400:
                raise _fault(self._provider, response, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DependencyUnavailable(f"the provider {self._provider} is not there at the moment", retry_after=1) from error
        return response

    async def __aexit__(self, *error: object) -> None:
        await self._context.__aexit__(*error)


def _body(request: pb.CreateChatCompletionRequest, *, stream: bool) -> bytes:
    body = {key: value for key, value in plain(request).items() if key not in _OURS}
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}  # counted here whether the client wants to see it or not
    else:
        body.pop("stream", None)
        body.pop("stream_options", None)
    return orjson.dumps(body)


def _chunks(event: dict[str, Any]) -> list[Chunk]:
    if "error" in event:
        raise DependencyUnavailable(str(event["error"].get("message", "the provider broke off its answer")), retry_after=1)
    usage = _usage(event["usage"]) if event.get("usage") else None
    found = []
    for choice in event.get("choices") or ():
        delta = choice.get("delta") or {}
        found.append(
            Chunk(
                text=delta.get("content") or "",
                reasoning=delta.get("reasoning_content") or "",
                tool_calls=delta.get("tool_calls") or (),
                logprobs=choice.get("logprobs"),
                finish_reason=choice.get("finish_reason"),
                index=choice.get("index", 0),
            )
        )
    if usage is not None:
        if found:
            found[-1].usage = usage
        else:
            found.append(Chunk(usage=usage))
    return found


def _vector(embedding: str | list[float]) -> bytes:
    """The bytes of a vector; servers that know no base64 send numbers whatever was asked for."""
    return base64.b64decode(embedding) if isinstance(embedding, str) else np.array(embedding, "<f4").tobytes()


def _usage(usage: dict[str, Any] | None) -> Usage:
    if not usage:
        return Usage()
    return Usage(
        input_tokens=usage.get("prompt_tokens") or 0,
        output_tokens=usage.get("completion_tokens") or 0,
        cached_input_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        reasoning_tokens=(usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    )


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
