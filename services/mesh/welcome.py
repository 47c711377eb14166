"""The end of `uat up`: an API key for the user, a first question through the edge, and commands to try next."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console

from services.mesh.errors import WelcomeFailed
from services.mesh.paths import write_private
from services.mesh.progress import Plain

EMAIL = "admin@localhost"
MODEL = "smollm2"
QUESTION = "What is the capital of France? Answer in one sentence."
_PATIENCE_S = 10.0  # for an edge that has been ready for a moment only


@dataclass(frozen=True)
class Answer:
    """The model's answer and the round-trip time."""

    text: str
    seconds: float


def welcome(edge_url: str, shell_file: Path, password: str, console: Console, *, ask: bool = True, limit_s: float = 60.0) -> None:
    """Saves an API key unless a valid one exists, asks the first question and prints commands to try next. Raises WelcomeFailed."""
    try:
        answer = asyncio.run(_welcome(edge_url, shell_file, password, ask, limit_s))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise WelcomeFailed(f"The edge at {edge_url} gives no answer: {str(error) or type(error).__name__}. See `uat status`.") from error
    say = Plain(console).line
    if answer is not None:
        say(f"Q: {QUESTION}")
        say(f"A: {answer.text}   ({MODEL}, {answer.seconds:.2f} s through {edge_url})")
        say("")
    for text in _how_to_go_on(edge_url, shell_file):
        say(text)


def _how_to_go_on(edge_url: str, shell_file: Path) -> tuple[str, ...]:
    body = f'{{"model": "{MODEL}", "messages": [{{"role": "user", "content": "Hello!"}}]}}'
    programs = shlex.quote(_short(Path(sys.executable).parent))
    bearer = '-H "authorization: Bearer $UAT_API_KEY"'
    return (
        f"source {shlex.quote(_short(shell_file))}        # UAT_API_KEY, OPENAI_API_KEY, OPENAI_BASE_URL",
        f"{programs}/python -c 'import openai; print(openai.OpenAI().chat.completions.create(**{body}).choices[0].message.content)'",
        f"curl -sN $OPENAI_BASE_URL/chat/completions {bearer} -H 'content-type: application/json' -d '{body}'",
        f"{programs}/buf curl --protocol grpc --http2-prior-knowledge --reflect-header '*' {bearer} -d '{{}}' "
        f"{edge_url}/uat.llm_router.v1.LlmRouterService/ListModels",
        f"{programs}/uat status · logs <name> -f · restart <name> · down",
    )


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


async def _welcome(edge_url: str, shell_file: Path, password: str, ask: bool, limit_s: float) -> Answer | None:
    timeout = aiohttp.ClientTimeout(total=limit_s)
    async with aiohttp.ClientSession(edge_url, timeout=timeout) as http:
        key = read_exports(shell_file).get("UAT_API_KEY", "")
        if not key or not await _is_good(http, key):
            key = await _make_key(http, password)
        write_exports(shell_file, edge_url, key)
        return await _ask(http, key) if ask else None


async def _is_good(http: aiohttp.ClientSession, key: str) -> bool:
    status, _ = await _call(http, "GET", "/v1/models", key)
    return status == 200


async def _make_key(http: aiohttp.ClientSession, password: str) -> str:
    status, session = await _call(http, "POST", "/auth/v1/sessions", body={"email": EMAIL, "password": password})
    if status == 401:
        raise WelcomeFailed(f"{EMAIL} can't sign in with the password in secrets.env: if you changed it, set UAT_AUTH_BOOTSTRAP_PASSWORD.")
    token = _field(_field(session, "tokens"), "access_token")
    if status != 200 or not isinstance(token, str):
        raise WelcomeFailed(f"Signing in as {EMAIL} failed: {_reason(status, session)}. See `uat logs auth`.")
    status, made = await _call(http, "POST", "/auth/v1/api_keys", token, {"api_key": {"display_name": "uat up", "scopes": ["*"]}})
    secret = _field(made, "secret")
    if status != 200 or not isinstance(secret, str):
        raise WelcomeFailed(f"Making an API key failed: {_reason(status, made)}. See `uat logs auth`.")
    return secret


async def _ask(http: aiohttp.ClientSession, key: str) -> Answer:
    body = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}], "temperature": 0}
    begun = time.monotonic()
    status, said = await _call(http, "POST", "/v1/chat/completions", key, body)
    seconds = time.monotonic() - begun
    try:
        text = str(said["choices"][0]["message"]["content"]).strip()
    except (KeyError, IndexError, TypeError):
        text = ""
    if status != 200 or not text:
        raise WelcomeFailed(f"The mesh is up, but the first question got no answer: {_reason(status, said)}. See `uat logs llm_router`.")
    return Answer(text, seconds)


async def _call(http: aiohttp.ClientSession, method: str, path: str, token: str = "", body: Any = None) -> tuple[int, Any]:
    """One call. Retries for some seconds while the edge can't reach its upstreams (no connection, 502 to 504)."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + _PATIENCE_S
    headers = {"authorization": f"Bearer {token}"} if token else {}
    while True:
        last = loop.time() > give_up
        try:
            async with http.request(method, path, json=body, headers=headers) as answer:
                if last or answer.status not in (502, 503, 504):
                    return answer.status, await _json(answer)
        except aiohttp.ClientConnectionError:
            if last:
                raise
        await asyncio.sleep(0.2)


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return (await answer.text())[:200]


def _field(message: Any, name: str) -> Any:
    return message.get(name) if isinstance(message, dict) else None


def _reason(status: int, body: Any) -> str:
    message = _field(_field(body, "error"), "message") or _field(body, "message") or (body if isinstance(body, str) else "")
    return f"HTTP {status}{f', {message}' if message else ''}"


def read_exports(shell_file: Path) -> dict[str, str]:
    """The variables that a file of `export NAME=value` lines sets; none when there is no file."""
    if not shell_file.exists():
        return {}
    words = shlex.split(shell_file.read_text(encoding="utf-8"), comments=True)
    return dict(word.split("=", 1) for word in words if "=" in word)


def write_exports(shell_file: Path, edge_url: str, key: str) -> None:
    """Writes the variables that clients of this mesh read, into a file that only its owner can read."""
    exports = {"UAT_API_KEY": key, "OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"{edge_url}/v1", "UAT_EDGE_URL": edge_url}
    write_private(shell_file, "".join(f"export {name}={shlex.quote(value)}\n" for name, value in exports.items()))
