"""The welcome, against an edge that answers as the real one does."""

from __future__ import annotations

import asyncio
import io
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from rich.console import Console

from services.mesh.errors import WelcomeFailed
from services.mesh.welcome import QUESTION, read_exports, welcome
from tests.ports import free_port

PASSWORD = "the password"


@dataclass
class Edge:
    """What the edge knows and was asked."""

    port: int = field(default_factory=free_port)
    keys: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    answer: web.Response | None = None
    unready: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.Response:
        """Answers one request."""
        self.calls.append(f"{request.method} {request.path}")
        if self.unready:
            self.unready -= 1
            return web.Response(status=503, text="no healthy upstream")
        body = await request.json() if request.method == "POST" else {}
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.path == "/auth/v1/sessions":
            assert body["email"] == "admin@localhost"
            good = body["password"] == PASSWORD
            return web.json_response({"session": {}, "tokens": {"access_token": "session-token"}}, status=200 if good else 401)
        if request.path == "/auth/v1/api_keys":
            assert bearer == "session-token"
            assert body == {"api_key": {"display_name": "uat up", "scopes": ["*"]}}
            self.keys.add(f"key-{len(self.keys)}")
            return web.json_response({"api_key": {}, "secret": f"key-{len(self.keys) - 1}"})
        if bearer not in self.keys:
            return web.json_response({"error": {"message": "who are you?"}}, status=401)
        if request.path == "/v1/models":
            return web.json_response({"data": []})
        assert (body["model"], body["temperature"], body["messages"][0]["content"]) == ("smollm2", 0, QUESTION)
        return self.answer or web.json_response({"choices": [{"message": {"content": " Paris. "}}]})


@pytest.fixture
def edge() -> Iterator[Edge]:
    served = Edge()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", served.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", served.port).start()
        started.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(10)
    yield served
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def greet(edge: Edge, folder: Path, password: str = PASSWORD, ask: bool = True) -> str:
    """What a person sees."""
    text = io.StringIO()
    welcome(edge.url, folder / "env", password, Console(file=text, width=80), ask=ask)
    return text.getvalue()


def test_the_first_welcome_makes_a_key_and_prints_the_true_answer(edge: Edge, tmp_path: Path) -> None:
    said = greet(edge, tmp_path).splitlines()
    assert said[0] == f"Q: {QUESTION}"
    assert said[1].startswith("A: Paris.   (smollm2, ")
    assert len([line for line in said[2:] if line]) == 5
    assert read_exports(tmp_path / "env") == {
        "UAT_API_KEY": "key-0",
        "OPENAI_API_KEY": "key-0",
        "OPENAI_BASE_URL": f"{edge.url}/v1",
        "UAT_EDGE_URL": edge.url,
    }
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


def test_a_key_that_still_works_is_kept_and_one_that_does_not_is_replaced(edge: Edge, tmp_path: Path) -> None:
    greet(edge, tmp_path)
    greet(edge, tmp_path, ask=False)
    assert edge.keys == {"key-0"}
    edge.keys = {"another"}
    greet(edge, tmp_path)
    assert read_exports(tmp_path / "env")["UAT_API_KEY"] == "key-1"


def test_an_edge_whose_services_are_not_known_yet_is_asked_again(edge: Edge, tmp_path: Path) -> None:
    edge.unready = 2
    assert "Paris" in greet(edge, tmp_path)


def test_a_first_question_without_answer_is_told_with_the_reason(edge: Edge, tmp_path: Path) -> None:
    edge.answer = web.json_response({"error": {"message": "the model is asleep"}}, status=500)
    with pytest.raises(WelcomeFailed, match=r"first question got no answer: HTTP 500, the model is asleep"):
        greet(edge, tmp_path)
    assert (tmp_path / "env").exists()


def test_a_changed_password_is_told(edge: Edge, tmp_path: Path) -> None:
    with pytest.raises(WelcomeFailed, match=r"can't sign in with the password in secrets\.env"):
        greet(edge, tmp_path, "another")
