"""One call in one shape, whatever the RPC's shape is, so that an interceptor is written once and holds for all four.

A handler gets the call and returns the single response, or returns None after it sent a stream. An interceptor wraps a handler. The chain
is composed once per
RPC, at start; nothing is built per call but the `Call` itself.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf import message_factory
from google.protobuf.message import Message

from services.kit.context import CallContext
from services.kit.rpc.contract import Method


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
    """When the first message of a stream went out, on the performance counter."""

    async def send(self, message: Message) -> None:
        """Sends one message of a stream; waits while the client can't take it."""
        if self.first_sent is None:
            self.first_sent = time.perf_counter()
        await self.wire.write(message)
        self.sent += 1


Handler = Callable[[Call], Awaitable[Message | None]]


class Interceptor(Protocol):
    """What happens around a call."""

    def __call__(self, call: Call, proceed: Handler) -> Awaitable[Message | None]:
        """Handles the call by what comes next. One that only looks before that needs no coroutine of its own."""


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
    """The handler in the form that grpc.aio registers."""

    def begin(wire: grpc.aio.ServicerContext[Any, Any], request: Message | None, requests: AsyncIterator[Message] | None) -> Call:
        metadata = {key: value for key, value in wire.invocation_metadata() or () if isinstance(value, str)}
        return Call(method, wire, metadata, CallContext(request_id="", method=method.path), request, requests, time.perf_counter())

    async def from_request(request: Message, wire: grpc.aio.ServicerContext[Any, Any]) -> Any:
        return await handler(begin(wire, request, None))

    async def from_stream(requests: AsyncIterator[Message], wire: grpc.aio.ServicerContext[Any, Any]) -> Any:
        return await handler(begin(wire, None, requests))

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
