"""One shape for the calls of all four kinds of RPC, so that an interceptor is written once.

A handler takes the call and returns the response, or sends a stream and returns None. An interceptor wraps a handler. The chain is composed
once per RPC, at start; per call only the `Call` with its context is made.
"""

from __future__ import annotations

import functools
import inspect
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf import message_factory
from google.protobuf.message import Message

from services.kit.context import CallContext, serving
from services.kit.rpc import headers
from services.kit.rpc.contract import Method

_valid_request_id = re.compile(r"[\x21-\x7e]{1,128}").fullmatch


@dataclass(slots=True)
class Call:
    """A call in flight. Exactly one of `request` and `requests` is set."""

    method: Method
    wire: grpc.aio.ServicerContext[Any, Any]
    metadata: Mapping[str, str]
    context: CallContext
    request: Message | None
    requests: AsyncIterator[Message] | None
    started: float
    code: grpc.StatusCode = grpc.StatusCode.OK
    sent: int = 0
    first_sent: float | None = None
    """When the first message of a stream was sent, on the performance counter."""

    async def send(self, message: Message) -> None:
        """Sends one message of a stream, with the client's flow control."""
        if self.first_sent is None:
            self.first_sent = time.perf_counter()
        await self.wire.write(message)
        self.sent += 1


Handler = Callable[[Call], Awaitable[Message | None]]


class Interceptor(Protocol):
    """Work around a call: authentication, measurement and so on."""

    def __call__(self, call: Call, proceed: Handler) -> Awaitable[Message | None]:
        """Handles the call through `proceed`. An interceptor that only acts before needs no coroutine of its own."""


def compose(interceptors: Sequence[Interceptor], handler: Handler) -> Handler:
    """Wraps the handler in the interceptors, the first one outermost."""
    for interceptor in reversed(interceptors):
        handler = functools.partial(interceptor, proceed=handler)
    return handler


def behaviour(method: Method, function: Callable[..., Any]) -> Handler:
    """Turns a servicer's method of any shape into a handler."""

    def respond(call: Call) -> Awaitable[Message | None]:
        return function(call.request if call.requests is None else call.requests, call.wire)  # type: ignore[no-any-return]

    async def stream(call: Call) -> None:
        async with aclosing(function(call.request if call.requests is None else call.requests, call.wire)) as messages:
            async for message in messages:
                await call.send(message)

    if not method.server_streaming:
        return respond
    if not inspect.isasyncgenfunction(inspect.unwrap(function)):
        raise TypeError(f"{method.path}: a stream is written as an async generator")
    return stream


def rpc_handler(method: Method, handler: Handler) -> grpc.RpcMethodHandler[Any, Any]:
    """The handler as grpc.aio registers it. It makes the call's context current while the call is handled."""

    async def from_request(request: Message, wire: grpc.aio.ServicerContext[Any, Any]) -> Any:
        call = _begin(method, wire, request, None)
        with serving(call.context):
            return await handler(call)

    async def from_stream(requests: AsyncIterator[Message], wire: grpc.aio.ServicerContext[Any, Any]) -> Any:
        call = _begin(method, wire, None, requests)
        with serving(call.context):
            return await handler(call)

    makers: dict[tuple[bool, bool], Callable[..., grpc.RpcMethodHandler[Any, Any]]] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    request_class = message_factory.GetMessageClass(method.descriptor.input_type)
    response_class = message_factory.GetMessageClass(method.descriptor.output_type)
    return makers[method.client_streaming, method.server_streaming](
        from_stream if method.client_streaming else from_request,
        request_deserializer=request_class.FromString,
        response_serializer=response_class.SerializeToString,
    )


def _begin(
    method: Method, wire: grpc.aio.ServicerContext[Any, Any], request: Message | None, requests: AsyncIterator[Message] | None
) -> Call:
    """The call with its context. The request id is the caller's `x-request-id` if that is 1 to 128 visible ASCII characters, or a new
    one."""
    metadata = {key: value for key, value in wire.invocation_metadata() or () if isinstance(value, str)}
    given, remaining = metadata.get(headers.REQUEST_ID, ""), wire.time_remaining()
    context = CallContext(
        request_id=given if _valid_request_id(given) else f"{random.getrandbits(128):032x}",
        method=method.path,
        deadline=None if remaining is None else time.monotonic() + remaining,
        traceparent=metadata.get("traceparent"),
    )
    return Call(method, wire, metadata, context, request, requests, time.perf_counter())
