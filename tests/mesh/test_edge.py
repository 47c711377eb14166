"""The edge, as its users see it: a real Envoy on the rendered configuration, before real kit servers with small servicers."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
import grpc
import pytest
from google.api import httpbody_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection_pb2
from uat.api_gateway.v1 import api_gateway_service_pb2
from uat.auth.v1 import auth_service_pb2, user_pb2
from uat.chat.v1 import chat_service_pb2, chat_service_pb2_grpc
from uat.llm_router.v1 import chat_completion_pb2, llm_router_service_pb2, llm_router_service_pb2_grpc
from uat.ml_inference.v1 import open_inference_service_pb2

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest, Overloaded
from services.kit.rpc.contract import Method
from services.kit.testing import Issuer, bearer
from services.mesh.edge import exposed_rpcs, render
from services.mesh.edge.envoy_api import MIB
from services.mesh.parts import binaries
from services.mesh.parts.runner import running_part
from services.mesh.ports import Ports
from tests import edges
from tests.edges import envoy
from tests.ports import free_ports
from tests.waiting import soon

KEY_RPM, LOGIN_RPM = 40, 4
ASKED = {"model": "small", "messages": [{"role": "user", "content": "hello"}]}
COMPLETION = b'{"id":"chatcmpl-1","choices":[{"message":{"content":"hi \xe2\x9c\x93"}}]}'
CHUNKS = [b'data: {"n":1}\n\n', b'data: {"n":2}\n\n', b"data: [DONE]\n\n"]
CHAT = "/v1/chat/completions"
MODELS = "/uat.llm_router.v1.LlmRouterService/ListModels"


class NoSuchModel(Fault):
    """A domain's fact."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"
    domain = "llm_router.uat"


@dataclass
class Router:
    """Answers in OpenAI's shapes, and keeps what it saw."""

    seen: dict[str, str] = field(default_factory=dict)
    remaining: float | None = None
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def CreateChatCompletion(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        self.seen = dict(context.invocation_metadata())
        try:
            asked = json.loads(request.body.data)
        except ValueError as error:
            raise InvalidRequest("the body is not JSON") from error
        if asked["model"] == "none":
            raise NoSuchModel('the model "none" does not exist')
        if asked["model"] == "odd":
            raise InvalidRequest.of("temperature", "at most 2")
        if asked["model"] == "full":
            raise Overloaded("every slot is taken", retry_after=2.5)
        if asked["model"] == "endless":
            try:
                while True:
                    yield httpbody_pb2.HttpBody(content_type="text/event-stream", data=CHUNKS[0])
                    await asyncio.sleep(0.01)
            finally:
                self.cancelled.set()
        if asked.get("stream"):
            yield httpbody_pb2.HttpBody(content_type="text/event-stream", data=CHUNKS[0])
            await self.go_on.wait()
            for chunk in CHUNKS[1:]:
                yield httpbody_pb2.HttpBody(content_type="text/event-stream", data=chunk)
        else:
            yield httpbody_pb2.HttpBody(content_type="application/json", data=COMPLETION)

    async def ListModels(self, request: Any, context: Any) -> llm_router_service_pb2.ListModelsResponse:
        self.remaining = context.time_remaining()
        await asyncio.sleep(float(dict(context.invocation_metadata()).get("x-sleep", 0)))
        model = chat_completion_pb2.OpenaiModel(id="small", object="model", owned_by="fast_llm")
        return llm_router_service_pb2.ListModelsResponse(object="list", data=[model])

    async def ExplainRoute(self, request: Any, context: Any) -> llm_router_service_pb2.ExplainRouteResponse:
        raise Overloaded("come back later", retry_after=7.0, quota=("slots", "4 of 4"))


class Auth(edges.Auth):
    """Publishes the test's key, and knows every user."""

    async def GetUser(self, request: Any, context: Any) -> auth_service_pb2.GetUserResponse:
        return auth_service_pb2.GetUserResponse(user=user_pb2.User(id=request.user_id))


@dataclass
class Inference:
    """Answers the Open Inference Protocol over REST: gives a body back with its header, and keeps what it saw."""

    seen: dict[str, str] = field(default_factory=dict)
    body: httpbody_pb2.HttpBody = field(default_factory=httpbody_pb2.HttpBody)

    async def Infer(self, request: Any, context: Any) -> httpbody_pb2.HttpBody:
        self.seen, self.body = dict(context.invocation_metadata()), request.body
        if request.model_name == "none":
            raise NoSuchModel('there is no model "none"')
        if request.model_name == "full":
            raise Overloaded("64 requests wait", retry_after=2.5)
        if request.model_name == "away":
            raise DependencyUnavailable("Triton is not there", retry_after=1)
        if request.model_name == "odd":
            raise InvalidRequest.of("inputs[0].shape", "does not fit")
        length = self.seen.get("inference-header-content-length")
        await context.send_initial_metadata([("inference-header-content-length", length)] if length else [])
        return httpbody_pb2.HttpBody(content_type="application/octet-stream", data=request.body.data)

    async def IndexRepository(self, request: Any, context: Any) -> httpbody_pb2.HttpBody:
        return httpbody_pb2.HttpBody(content_type="application/json", data=b"[]")

    async def GetModelMetadata(self, request: Any, context: Any) -> httpbody_pb2.HttpBody:
        await asyncio.sleep(float(dict(context.invocation_metadata()).get("x-sleep", 0)))
        data = json.dumps({"name": request.model_name, "versions": [request.model_version]}).encode()
        return httpbody_pb2.HttpBody(content_type="application/json", data=data)

    async def GetModelStatistics(self, request: Any, context: Any) -> httpbody_pb2.HttpBody:
        return httpbody_pb2.HttpBody(content_type="application/json", data=b'{"model_stats":[]}')


class Chat:
    """Streams typed events."""

    async def StreamReply(self, request: Any, context: Any) -> AsyncIterator[chat_service_pb2.StreamReplyResponse]:
        for number in (1, 2):
            event = {"reply_id": request.conversation_id, "sequence": number, "delta": {"text": "hi"}}
            yield chat_service_pb2.StreamReplyResponse(event=event)


@dataclass
class Edge:
    """A running edge with a client of each kind."""

    ports: Ports
    issuer: Issuer
    http: aiohttp.ClientSession
    channel: grpc.aio.Channel
    router: Router
    inference: Inference

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.edge}"

    def token(self, **claims: Any) -> dict[str, str]:
        """The header of a caller that nobody has seen before, so that no test meets another one's limit."""
        return {"authorization": f"Bearer {self.issuer.user(roles=('USER', 'TENANT_ADMIN', 'OPERATOR'), **claims)}"}

    def metadata(self) -> tuple[tuple[str, str], ...]:
        return bearer(self.issuer.user())

    @asynccontextmanager
    async def call(self, method: str, path: str, **arguments: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        async with self.http.request(method, self.url + path, **arguments) as answer:
            yield answer

    async def get(self, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, Any]:
        return await self.json("GET", path, headers=headers)

    async def ask(self, body: Any, **headers: str) -> tuple[aiohttp.ClientResponse, Any]:
        return await self.json("POST", CHAT, headers=headers or self.token(), json=body)

    async def json(self, method: str, path: str, **arguments: Any) -> tuple[aiohttp.ClientResponse, Any]:
        async with self.call(method, path, **arguments) as answer:
            assert answer.content_type == "application/json", await answer.text()
            return answer, json.loads(await answer.read())

    async def status_of(self, path: str, metadata: Any = (), request: bytes = b"") -> tuple[grpc.StatusCode, str]:
        """How a unary gRPC call ends."""
        try:
            await self.channel.unary_unary(path, None, None)(request, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details() or ""
        return grpc.StatusCode.OK, ""


def app(name: str, ports: Ports, issuer: Issuer, servicer: Any) -> App:
    """A kit app of one contract, where the edge looks for it."""
    module = {
        "auth": auth_service_pb2,
        "chat": chat_service_pb2,
        "llm_router": llm_router_service_pb2,
        "api_gateway": api_gateway_service_pb2,
        "ml_inference": open_inference_service_pb2,
    }[name]
    (service,) = module.DESCRIPTOR.services_by_name.values()
    return App(name=name, port=ports.service(name), served=[Served(service, servicer)], trust=issuer.trust())


@asynccontextmanager
async def running_edge(folder: Path, issuer: Issuer, *names: str) -> AsyncIterator[Edge]:
    """An edge before these services."""
    ports, router, inference = free_ports(), Router(), Inference()
    servicers = {"auth": Auth(issuer), "chat": Chat(), "llm_router": router, "api_gateway": object(), "ml_inference": inference}
    async with AsyncExitStack() as stack:
        for name in names:
            await stack.enter_async_context(serving(app(name, ports, issuer, servicers[name]), Settings(drain_seconds=0.2)))
        await stack.enter_async_context(running_part(envoy(ports, folder)))
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{ports.edge}"))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Edge(ports, issuer, http, channel, router, inference)


@pytest.fixture(scope="module")
def rates() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UAT_EDGE_KEY_RPM", str(KEY_RPM))
        patch.setenv("UAT_EDGE_LOGIN_RPM", str(LOGIN_RPM))
        yield


@pytest.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory, rates: None) -> AsyncIterator[Edge]:
    """The edge with some services behind it, and its keys fetched; assistantd and the others are down."""
    folder = tmp_path_factory.mktemp("edge")
    async with running_edge(folder, Issuer(), "auth", "chat", "llm_router", "api_gateway", "ml_inference") as edge:
        await knows_its_keys(edge)
        yield edge


async def knows_its_keys(edge: Edge) -> None:
    """Waits until a good token is believed."""

    async def known() -> bool:
        answer, _ = await edge.get("/v1/models", **edge.token())
        return answer.status != 503

    await soon(known)


def error_info(body: Any) -> dict[str, Any]:
    (info,) = [d for d in body["details"] if d["@type"].endswith("ErrorInfo")]
    return dict(info)


# What the configuration is


def test_envoy_accepts_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "envoy.json"
    config.write_text(render(Ports(0), tmp_path))
    checked = subprocess.run([binaries.envoy(), "--mode", "validate", "-c", config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def has_precondition(rpc: MethodDescriptor) -> bool:
    """Whether a repeat of a successful call fails, because the request names the version that the caller expects."""
    names = {"etag", "if_version", "expected_version", "expected_collection", "expected_revision"}
    resources = [field.message_type for field in rpc.input_type.fields if field.message_type] if rpc.name.startswith("Update") else []
    return any(not names.isdisjoint(message.fields_by_name) for message in (rpc.input_type, *resources))


def test_an_rpc_has_a_route_exactly_when_its_contract_exposes_it(tmp_path: Path) -> None:
    config = json.loads(render(Ports(0), tmp_path))
    manager = config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    routes = manager["route_config"]["virtual_hosts"][0]["routes"]
    exact = {route["match"]["path"]: route for route in routes if route["match"].get("path", "").startswith(("/uat.", "/inference."))}
    rpcs = {rpc.method.path: rpc for rpc in exposed_rpcs.exposed()}
    assert set(exact) == set(rpcs)
    clusters = {cluster["name"] for cluster in config["static_resources"]["clusters"]}
    for path, route in exact.items():
        assert route["route"]["cluster"] == rpcs[path].target
        assert route["route"]["cluster"] in clusters
        open_to_all = route.get("typed_per_filter_config", {}).get("envoy.filters.http.jwt_authn", {}).get("disabled", False)
        assert open_to_all == rpcs[path].method.public
        assert ("retry_policy" in route["route"]) == rpcs[path].method.mesh_may_retry
        assert "retry_policy" not in route["route"] or not has_precondition(rpcs[path].method.descriptor)
    assert [route["match"].get("path") for route in routes[:3]] == list(exposed_rpcs.HOT[:3])


# REST


async def test_a_unary_rpc_answers_as_json_with_every_field(edge: Edge) -> None:
    answer, body = await edge.get("/v1/models", **edge.token())
    assert answer.status == 200
    assert body == {"object": "list", "data": [{"id": "small", "object": "model", "created": 0, "owned_by": "fast_llm"}]}


async def test_a_request_id_comes_back_as_it_was_sent_or_is_made(edge: Edge) -> None:
    answer, _ = await edge.get("/v1/models", **edge.token(), **{"x-request-id": "my own id"})
    assert answer.headers["x-request-id"] == "my own id"
    answer, _ = await edge.get("/v1/models", **edge.token())
    assert len(answer.headers["x-request-id"]) >= 32


async def test_responses_do_not_say_what_serves_them(edge: Edge) -> None:
    answer, _ = await edge.get("/v1/models", **edge.token())
    assert not [name for name in answer.headers if name.lower() == "server" or name.lower().startswith("x-envoy")]


async def test_the_body_passes_through_as_the_service_made_it(edge: Edge) -> None:
    async with edge.call("POST", CHAT, json=ASKED, headers=edge.token()) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        assert await answer.read() == COMPLETION


async def test_a_token_stream_arrives_piece_by_piece_and_ends_in_done(edge: Edge) -> None:
    edge.router.go_on.clear()
    async with edge.call("POST", CHAT, json={**ASKED, "stream": True}, headers=edge.token()) as answer:
        assert answer.content_type == "text/event-stream"
        assert await answer.content.readexactly(len(CHUNKS[0])) == CHUNKS[0]
        edge.router.go_on.set()
        assert await answer.content.read() == b"".join(CHUNKS[1:])


async def test_a_typed_stream_comes_as_server_sent_events(edge: Edge) -> None:
    async with edge.call("POST", "/chat/v1/conversations/conv_1:reply", json={"text": "hello"}, headers=edge.token()) as answer:
        assert answer.content_type == "text/event-stream"
        lines = [line for line in (await answer.text()).splitlines() if line]
    events = [json.loads(line.removeprefix("data: "))["event"] for line in lines]
    assert events == [{"reply_id": "conv_1", "sequence": str(n), "delta": {"text": "hi"}} for n in (1, 2)]


async def test_a_client_that_goes_away_cancels_the_call(edge: Edge) -> None:
    edge.router.cancelled.clear()
    async with edge.call("POST", CHAT, json={**ASKED, "model": "endless"}, headers=edge.token()) as answer:
        await answer.content.readexactly(len(CHUNKS[0]))
        assert not edge.router.cancelled.is_set()
        answer.close()
    async with asyncio.timeout(10):
        await edge.router.cancelled.wait()


async def test_a_rest_call_reaches_the_service_with_a_deadline(edge: Edge) -> None:
    await edge.get("/v1/models", **edge.token())
    assert edge.router.remaining is not None
    assert 25 < edge.router.remaining <= 30


async def test_unknown_fields_of_a_body_are_ignored(edge: Edge) -> None:
    async with edge.call("POST", CHAT, json={**ASKED, "new_field": {"a": [1]}, "seed": 3}, headers=edge.token()) as answer:
        assert answer.status == 200


async def test_headers_of_the_mesh_can_not_be_sent_from_outside(edge: Edge) -> None:
    spoofed = {"x-uat-caller": "chat", "uat-error-body": "{}", "x-envoy-retry-on": "5xx"}
    async with edge.call("POST", CHAT, json=ASKED, headers=edge.token() | spoofed) as answer:
        assert answer.status == 200
    assert not set(spoofed) & set(edge.router.seen)


@pytest.mark.parametrize("query", ["user_id=b", "userId=b", "user%5Fid=b", "user_id=a&user_id=b", "user_id"])
async def test_the_query_can_not_say_otherwise_than_the_path(edge: Edge, query: str) -> None:
    async with edge.http.get(f"{edge.url}/auth/v1/users/a", headers=edge.token()) as answer:
        assert (await answer.json())["user"]["id"] == "a"
    raw = await raw_get(edge, f"/auth/v1/users/a?{query}")
    assert raw.startswith("HTTP/1.1 400 ")
    assert "user_id stands in the path" in raw


async def test_the_body_can_not_say_otherwise_than_the_path(edge: Edge) -> None:
    answer, body = await edge.json("POST", "/chat/v1/conversations/a:reply", json={"conversation_id": "b"}, headers=edge.token())
    assert answer.status == 400
    assert error_info(body)["reason"] == "INVALID_REQUEST"


async def test_a_field_of_the_path_that_is_one_of_several_may_hold_a_slash(edge: Edge) -> None:
    answer, body = await edge.get("/v1/models/org%2Fmodel", **edge.token())
    assert (answer.status, body["error"]["code"]) == (501, "unimplemented")


async def raw_get(edge: Edge, target: str) -> str:
    """A request whose path no library has touched."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.ports.edge)
    head = [f"GET {target} HTTP/1.1", "host: edge", "connection: close", *(f"{k}: {v}" for k, v in edge.token().items())]
    writer.write("\r\n".join([*head, "", ""]).encode())
    try:
        return (await reader.readuntil(b"\r\n\r\n") + await reader.readline()).decode()
    finally:
        writer.close()


# Errors


@pytest.mark.parametrize(
    ("model", "status", "error"),
    [
        ("none", 404, ('the model "none" does not exist', "invalid_request_error", None, "model_not_found")),
        ("odd", 400, ("temperature: at most 2", "invalid_request_error", "temperature", "invalid_request")),
        ("full", 429, ("every slot is taken", "rate_limit_error", None, "overloaded")),
    ],
)
async def test_an_error_of_a_service_has_openai_s_shape_below_v1(edge: Edge, model: str, status: int, error: tuple[str, ...]) -> None:
    answer, body = await edge.ask({**ASKED, "model": model})
    assert (answer.status, body) == (status, {"error": dict(zip(("message", "type", "param", "code"), error, strict=True))})
    assert "uat-error-body" not in answer.headers
    assert answer.headers.get("retry-after") == ("3" if status == 429 else None)


async def test_an_error_of_a_service_is_a_status_with_details_elsewhere(edge: Edge) -> None:
    answer, body = await edge.json("POST", "/llm_router/v1/decisions:explain", json={"decision_id": "d"}, headers=edge.token())
    assert answer.status == 429
    assert answer.headers["retry-after"] == "7"
    assert (body["code"], body["message"], error_info(body)["reason"]) == (8, "come back later", "OVERLOADED")
    kinds = [d["@type"].rpartition(".")[2] for d in body["details"]]
    assert kinds == ["ErrorInfo", "RetryInfo", "QuotaFailure", "RequestInfo"]


async def test_what_envoy_refuses_itself_has_openai_s_shape_below_v1(edge: Edge) -> None:
    answer, body = await edge.json("POST", "/v1/embeddings", headers=edge.token(), json={"dimensions": 'not "a" number'})
    assert answer.status == 400
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert 'not "a" number' in body["error"]["message"]
    answer, body = await edge.get("/v1/nothing%22here", **edge.token())
    assert (answer.status, body["error"]["code"]) == (404, "route_not_found")


async def test_an_unknown_query_parameter_is_named(edge: Edge) -> None:
    answer, body = await edge.get("/auth/v1/users?colour=red", **edge.token())
    assert (answer.status, body["code"]) == (400, 3)
    assert "colour" in body["message"]


@pytest.mark.parametrize(("mib", "status"), [(20, 200), (33, 413)])
async def test_a_body_reaches_the_service_up_to_32_mib(edge: Edge, mib: int, status: int) -> None:
    body = io.BytesIO(json.dumps({**ASKED, "user": "x" * (mib * MIB)}).encode())
    headers = edge.token() | {"content-type": "application/json"}
    answer, said = await edge.json("POST", CHAT, data=body, headers=headers)
    assert (answer.status, said.get("error", {}).get("code")) == (status, "request_too_large" if status == 413 else None)


@pytest.mark.parametrize(("kib", "status"), [(100, 200), (2048, 413)])
async def test_a_body_of_untold_length_reaches_the_service_up_to_1_mib(edge: Edge, kib: int, status: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield json.dumps(ASKED).encode()[:-1] + b', "user": "'
        for _ in range(kib):
            yield b"x" * 1024
        yield b'"}'

    headers = edge.token() | {"content-type": "application/json"}
    answer, _ = await edge.json("POST", CHAT, data=pieces(), headers=headers)
    assert answer.status == status


async def test_without_a_token_a_body_is_not_waited_for(edge: Edge) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.ports.edge)
    writer.write(f"POST {CHAT} HTTP/1.1\r\nhost: edge\r\ncontent-length: {20 * MIB}\r\n\r\n{{".encode())
    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_an_error_that_no_service_wrote_has_openai_s_shape_below_v1_too(edge: Edge) -> None:
    answer, body = await edge.get("/v1/models", **edge.token(), **{"x-sleep": "5", "grpc-timeout": "200m"})
    assert answer.status == 504
    assert body == {"error": {"message": "Deadline Exceeded", "type": "server_error", "param": None, "code": None}}


@pytest.mark.parametrize(
    ("model", "status", "said", "retry_after"),
    [
        ("none", 404, 'there is no model "none"', None),
        ("odd", 400, "inputs[0].shape: does not fit", None),
        ("full", 429, "64 requests wait", "3"),
        ("away", 503, "Triton is not there", "1"),
    ],
)
async def test_an_error_below_v2_is_the_protocol_s_own(edge: Edge, model: str, status: int, said: str, retry_after: str | None) -> None:
    answer, body = await edge.json("POST", f"/v2/models/{model}/infer", json={"inputs": []}, headers=edge.token())
    assert (answer.status, body) == (status, {"error": said})
    assert answer.headers.get("retry-after") == retry_after
    assert "uat-error-body" not in answer.headers


async def test_what_envoy_refuses_itself_below_v2_has_the_protocol_s_shape(edge: Edge) -> None:
    for path in ("/v2", "/v2/", "/v2/models/m/nothing", "/v2?x=1"):
        answer, body = await edge.json("PUT", path, headers=edge.token())
        assert answer.status == 404
        assert list(body) == ["error"]
        assert "is not served here" in body["error"]
    answer, body = await edge.get("/v2/models/m", accept="*/*")
    assert (answer.status, list(body)) == (401, ["error"])
    assert "no token came" in body["error"]
    late = {"x-sleep": "5", "grpc-timeout": "200m"}
    answer, body = await edge.get("/v2/models/m", **edge.token(), **late)
    assert (answer.status, body) == (504, {"error": "Deadline Exceeded"})
    answer, body = await edge.json("GET", "/v2beta", headers=edge.token())
    assert (answer.status, error_info(body)["reason"]) == (404, "ROUTE_NOT_FOUND")
    too_large = edge.token() | {"content-type": "application/octet-stream"}
    answer, body = await edge.json("POST", "/v2/models/m/infer", data=io.BytesIO(bytes(33 * MIB)), headers=too_large)
    assert (answer.status, list(body)) == (413, ["error"])


async def test_at_the_limit_a_call_below_v2_is_told_when_to_come_back(edge: Edge) -> None:
    token = edge.token()
    for _ in range(KEY_RPM + 2):
        answer, body = await edge.get("/v2/models/m", **token)
    assert (answer.status, list(body)) == (429, ["error"])
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize("mib", [0, 30])
async def test_binary_tensors_pass_both_ways_with_the_header_that_splits_them(edge: Edge, mib: int) -> None:
    said = b'{"inputs":[{"name":"x","parameters":{"binary_data_size":256}}]}'
    sent = said + bytes(range(256)) + bytes(mib * MIB)
    headers = edge.token() | {"content-type": "application/octet-stream", "inference-header-content-length": str(len(said))}
    async with edge.call("POST", "/v2/models/m/versions/2/infer", data=io.BytesIO(sent), headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert await answer.read() == sent
        assert answer.headers["inference-header-content-length"] == str(len(said))
        assert answer.content_type == "application/octet-stream"
    assert edge.inference.seen["inference-header-content-length"] == str(len(said))
    assert (edge.inference.body.content_type, edge.inference.body.data) == ("application/octet-stream", sent)


async def test_the_protocol_s_paths_lead_to_their_rpcs(edge: Edge) -> None:
    _, body = await edge.get("/v2/models/m/versions/3", **edge.token())
    assert body == {"name": "m", "versions": ["3"]}
    _, body = await edge.get("/v2/models/stats", **edge.token())
    assert body == {"model_stats": []}
    _, body = await edge.json("POST", "/v2/repository/index", headers=edge.token())
    assert body == []


async def test_a_service_that_is_down_is_named_unavailable_and_worth_another_try(edge: Edge) -> None:
    answer, body = await edge.get("/assistantd/v1/assistants", **edge.token())
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert (body["code"], error_info(body)["reason"]) == (14, "DEPENDENCY_UNAVAILABLE")
    assert "127.0.0.1" not in json.dumps(body)
    code, _ = await edge.status_of("/uat.assistantd.v1.AssistantdService/ListAssistants", edge.metadata())
    assert code == grpc.StatusCode.UNAVAILABLE


# Tokens


def bad_tokens(issuer: Issuer) -> dict[str, str]:
    stranger = Issuer()
    return {
        "nonsense": "nonsense",
        "another's key": stranger.user(),
        "expired": issuer.user(seconds=-60),
        "a service's": issuer.service("chat", "uat.auth.v1.AuthService"),
    }


@pytest.mark.parametrize("which", ["none", "nonsense", "another's key", "expired", "a service's"])
async def test_without_a_good_token_nothing_is_reached(edge: Edge, tmp_path: Path, which: str) -> None:
    edge.issuer.jwks_file(tmp_path)
    token = bad_tokens(edge.issuer).get(which)
    headers = {"authorization": f"Bearer {token}"} if token else {"accept": "*/*"}
    says = "no token came" if token is None else "the token is not good"

    answer, body = await edge.ask(ASKED, **headers)
    assert answer.status == 401
    assert (body["error"]["type"], body["error"]["code"]) == ("authentication_error", "unauthenticated")
    assert says in body["error"]["message"]
    assert "send `authorization: Bearer" in body["error"]["message"]

    answer, body = await edge.get("/chat/v1/conversations", **headers)
    assert (answer.status, body["code"], error_info(body)["reason"]) == (401, 16, "UNAUTHENTICATED")
    assert says in body["message"]

    code, message = await edge.status_of(MODELS, bearer(token) if token else ())
    assert code == grpc.StatusCode.UNAUTHENTICATED
    assert says in message


async def test_a_token_in_the_query_is_no_token(edge: Edge) -> None:
    answer, _ = await edge.get(f"/chat/v1/conversations?access_token={edge.issuer.user()}", accept="*/*")
    assert answer.status in (400, 401)


async def test_a_public_rpc_asks_for_nothing_and_minds_nothing(edge: Edge) -> None:
    for headers in ({"accept": "*/*"}, {"authorization": "Bearer nonsense"}):
        answer, body = await edge.get("/.well-known/jwks.json", **headers)
        assert answer.status == 200
        assert [key["kid"] for key in body["keys"]] == [edge.issuer.kid]
        assert set(body["keys"][0]) == {"kty", "crv", "x", "kid", "alg", "use"}


async def test_without_keys_the_edge_says_unavailable_and_mends_itself(tmp_path: Path, rates: None) -> None:
    issuer = Issuer()
    async with running_edge(tmp_path, issuer, "llm_router") as edge:
        answer, body = await edge.get("/v1/models", **edge.token())
        assert (answer.status, answer.headers["retry-after"], body["error"]["code"]) == (503, "1", "dependency_unavailable")
        code, _ = await edge.status_of(MODELS, edge.metadata())
        assert code == grpc.StatusCode.UNAVAILABLE
        async with serving(app("auth", edge.ports, issuer, Auth(issuer)), Settings(drain_seconds=0.2)):
            await knows_its_keys(edge)


# Limits


async def test_each_token_has_a_limit_of_its_own(edge: Edge) -> None:
    greedy, other = edge.token(), edge.token()
    statuses = []
    for _ in range(KEY_RPM + 2):
        answer, body = await edge.get("/v1/models", **greedy)
        statuses.append(answer.status)
    assert statuses[: KEY_RPM - 1] == [200] * (KEY_RPM - 1)
    assert answer.status == 429
    assert body["error"]["type"] == "rate_limit_error"
    assert body["error"]["code"] == "rate_limited"
    assert 1 <= int(answer.headers["retry-after"]) <= 60 / KEY_RPM + 1
    assert answer.headers["x-ratelimit-limit"].startswith(str(KEY_RPM))
    assert answer.headers["x-ratelimit-remaining"] == "0"
    code, _ = await edge.status_of(MODELS, tuple(greedy.items()))
    assert code == grpc.StatusCode.RESOURCE_EXHAUSTED
    answer, _ = await edge.get("/v1/models", **other)
    assert answer.status == 200


async def test_each_class_has_a_limit_of_its_own(edge: Edge) -> None:
    token = edge.token()
    for _ in range(KEY_RPM + 2):
        answer, _ = await edge.get("/v1/models", **token)
    assert answer.status == 429
    async with edge.call("POST", CHAT, json=ASKED, headers=token) as generated:
        assert generated.status == 200


async def test_many_callers_do_not_refill_each_other_s_bucket(edge: Edge) -> None:
    first = edge.token()
    for _ in range(KEY_RPM):
        await edge.get("/v1/models", **first)
    for _ in range(30):  # Envoy remembers 20 by default
        await edge.get("/v1/models", **edge.token())
    statuses = [(await edge.get("/v1/models", **first))[0].status for _ in range(3)]
    assert 429 in statuses


async def test_signing_in_is_limited_for_each_address_whatever_the_client_says_it_is(edge: Edge) -> None:
    statuses = []
    for n in range(LOGIN_RPM + 2):
        headers = {"x-forwarded-for": f"10.0.0.{n}"}
        answer, body = await edge.json("POST", "/auth/v1/sessions", json={"email": "a@b", "password": "x"}, headers=headers)
        statuses.append(answer.status)
    assert statuses[0] == 501  # passed on: this auth can't sign in
    assert statuses[-1] == 429
    assert error_info(body)["reason"] == "RATE_LIMITED"
    assert 10 <= int(answer.headers["retry-after"]) <= 60 / LOGIN_RPM + 1


# gRPC, gRPC-Web, browsers


async def test_grpc_passes_unary_and_streaming(edge: Edge) -> None:
    router = llm_router_service_pb2_grpc.LlmRouterServiceStub(edge.channel)
    models = await router.ListModels(llm_router_service_pb2.ListModelsRequest(), metadata=edge.metadata())
    assert [model.id for model in models.data] == ["small"]
    chat = chat_service_pb2_grpc.ChatServiceStub(edge.channel)
    stream = chat.StreamReply(chat_service_pb2.StreamReplyRequest(conversation_id="c"), metadata=edge.metadata())
    assert [reply.event.sequence async for reply in stream] == [1, 2]


async def test_a_grpc_error_keeps_its_details(edge: Edge) -> None:
    router = llm_router_service_pb2_grpc.LlmRouterServiceStub(edge.channel)
    request = llm_router_service_pb2.ExplainRouteRequest(decision_id="d")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await router.ExplainRoute(request, metadata=edge.metadata())
    assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    trailers: dict[str, Any] = dict(cast(Any, raised.value.trailing_metadata()))
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.reason == "OVERLOADED"


async def test_grpc_web_passes(edge: Edge) -> None:
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
    async with edge.call("POST", MODELS, data=b"\0\0\0\0\0", headers=edge.token() | headers) as answer:
        assert answer.content_type == "application/grpc-web+proto"
        body = await answer.read()
    assert b"small" in body
    assert b"grpc-status:0" in body
    async with edge.call("POST", MODELS, data=b"\0\0\0\0\0", headers=headers) as answer:
        assert answer.headers["grpc-status"] == "16"
        assert "no token came" in answer.headers["grpc-message"]


def unexposed() -> Method:
    """An RPC of a service that runs here, for the mesh alone."""
    from services.kit.rpc.contract import methods_of

    methods = methods_of(auth_service_pb2.DESCRIPTOR.services_by_name.values())
    return next(method for method in methods if not method.exposed)


async def test_an_rpc_that_is_not_exposed_has_no_way_in(edge: Edge) -> None:
    path = unexposed().path
    code, message = await edge.status_of(path, edge.metadata())
    assert code == grpc.StatusCode.UNIMPLEMENTED
    assert "is not served here" in message
    for content_type in ("application/json", "application/grpc-web+proto", "text/plain"):
        async with edge.call("POST", path, data=b"{}", headers=edge.token() | {"content-type": content_type}) as answer:
            assert answer.status == 404
            assert "is not served here" in await answer.text() + answer.headers.get("grpc-message", "")


async def test_a_route_s_path_can_not_be_called_past_the_transcoder(edge: Edge) -> None:
    answer, body = await edge.json("POST", MODELS, json={}, headers=edge.token())
    assert (answer.status, error_info(body)["reason"]) == (404, "ROUTE_NOT_FOUND")


async def test_health_is_public_and_reflection_asks_for_a_token(edge: Edge) -> None:
    assert (await edge.status_of("/grpc.health.v1.Health/Check"))[0] == grpc.StatusCode.OK
    reflect = edge.channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    request = reflection_pb2.ServerReflectionRequest(list_services="")

    async def shown(metadata: tuple[tuple[str, str], ...]) -> tuple[list[str], grpc.StatusCode]:
        call = reflect(iter([request]), metadata=metadata)
        names: list[str] = []
        with contextlib.suppress(grpc.aio.AioRpcError):
            async for part in call:
                names += [service.name for service in part.list_services_response.service]
        return names, await call.code()

    names, code = await shown(edge.metadata())
    assert "uat.api_gateway.v1.ApiGatewayService" in names
    assert code == grpc.StatusCode.OK
    # Seldom the reset with which Envoy ends a stream that it refuses overtakes the refusal itself; then it is INTERNAL, as README says.
    refusals = [await shown(()) for _ in range(3)]
    assert not any(names for names, _ in refusals)
    assert {code for _, code in refusals} <= {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.INTERNAL}
    assert grpc.StatusCode.UNAUTHENTICATED in {code for _, code in refusals}


async def test_a_page_on_this_machine_may_call_and_no_other(edge: Edge) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type"}
    for path in (CHAT, "/chat/v1/conversations/c:reply", MODELS):
        async with edge.call("OPTIONS", path, headers=asks | {"origin": "http://localhost:5173"}) as answer:
            assert answer.status == 200
            assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
            assert {"authorization", "content-type"} <= set(answer.headers["access-control-allow-headers"].split(", "))
        async with edge.call("OPTIONS", path, headers=asks | {"origin": "http://localhost.evil.example"}) as answer:
            assert "access-control-allow-origin" not in answer.headers
    answer, _ = await edge.get("/v1/models", **edge.token(), origin="http://localhost:5173")
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "retry-after" in answer.headers["access-control-expose-headers"]
    answer, _ = await edge.get("/v1/models", origin="http://localhost:5173")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, "http://localhost:5173")


async def test_h2c_with_prior_knowledge_speaks_rest_too(edge: Edge) -> None:
    command = ["curl", "-s", "--http2-prior-knowledge", "-w", "%{http_version}", "-o", "/dev/null", f"{edge.url}/.well-known/jwks.json"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out == b"2"
