"""Calls to other services of the mesh, with identity, deadline, request id, trace and cancellation."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2
from opentelemetry.propagate import inject

from services.kit.config import Settings
from services.kit.context import CallContext, current, timeout_within
from services.kit.errors import CredentialEnded, DependencyUnavailable, Fault, Overloaded, RemoteFault
from services.kit.identity.service_tokens import ServiceSigner
from services.kit.rpc import headers
from services.kit.telemetry import tracing

_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.enable_retries", 0),  # only llm_router retries model calls
)


class Clients:
    """The channels of one process to the other services. A resource of the app: leaving it closes the channels."""

    def __init__(self, settings: Settings, ports: Mapping[str, int]) -> None:
        self._settings = settings
        self._ports = ports
        self._signer = ServiceSigner(settings.identity_key_file)
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for channel in self._channels.values():
            await channel.close(None)
        self._channels.clear()

    def channel(self, service: str) -> grpc.aio.Channel:
        """The channel to a service. `UAT_<NAME>_TARGET` overrides its address: `host:port`, `dns:///…` or `xds:///…`."""
        if service not in self._channels:
            default = f"{self._settings.host}:{self._ports[service] + self._settings.port_offset}"
            target = os.environ.get(f"UAT_{service.upper()}_TARGET", default)
            size = ("grpc.max_receive_message_length", self._settings.max_message_bytes)
            self._channels[service] = grpc.aio.insecure_channel(target, options=(*_OPTIONS, size))
        return self._channels[service]

    async def unary(self, method: Callable[..., Any], request: Message, *, timeout: float) -> Any:
        """Calls and returns the response. `timeout` is in seconds, and at most what is left of the current deadline. Raises a Fault."""
        call = method(request, timeout=timeout_within(timeout), metadata=self._metadata(method))
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        finally:
            call.cancel()

    async def stream(self, method: Callable[..., Any], request: Message, *, timeout: float | None) -> AsyncGenerator[Any, None]:
        """Calls and yields the responses. Leaving the generator cancels the call. Raises a Fault."""
        call = method(request, timeout=timeout_within(timeout), metadata=self._metadata(method))
        try:
            async for response in call:
                yield response
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        finally:
            call.cancel()

    def _metadata(self, method: Callable[..., Any]) -> tuple[tuple[str, str], ...]:
        call = current()
        carrier: dict[str, str] = {}
        if token := self._service_token(method, call):
            carrier[headers.SERVICE] = token
        if call is not None:
            carrier[headers.REQUEST_ID] = call.request_id
            if call.authorization is not None:
                carrier["authorization"] = call.authorization
            if call.traceparent is not None:
                carrier["traceparent"] = call.traceparent
        if tracing():
            inject(carrier)
        return tuple(carrier.items())

    def _service_token(self, method: Callable[..., Any], call: CallContext | None) -> str | None:
        """Our token for the callee: on behalf of the current user if the user's own token isn't at hand to be forwarded."""
        audience = _service_name(method._method)  # type: ignore[attr-defined]  # grpc.aio has no public name for it
        if call is None or call.caller is None or call.authorization is not None:
            return self._signer.token(audience)
        return self._signer.token(audience, call.caller, call.request_id)


@cache
def _service_name(path: bytes | str) -> str:
    """`package.Service` of `/package.Service/Method`."""
    return (path.decode() if isinstance(path, bytes) else path).split("/")[1]


def fault_of(error: grpc.aio.AioRpcError) -> Fault:
    """The fault that a failed call means for our own caller.

    A fault with a reason is passed on, and so is the end of the caller's credential. A lost connection is a dependency that is down.
    Anything else, such as a refusal of our own identity, is a failure on our side, which the caller can't mend."""
    status = status_pb2.Status()
    trailers: dict[str, str | bytes] = dict(error.trailing_metadata() or ())  # type: ignore[arg-type]
    details = trailers.get(headers.DETAILS)
    if isinstance(details, bytes):
        status.ParseFromString(details)
    if status.details:
        remote = RemoteFault(status)
        hidden = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INTERNAL
        if remote.code not in hidden or remote.reason == CredentialEnded.reason:
            return remote
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return DependencyUnavailable("a service that this call needs is unavailable; try again", retry_after=1)
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return RemoteFault(
            status_pb2.Status(code=grpc.StatusCode.DEADLINE_EXCEEDED.value[0], message="the deadline passed while a service below worked")
        )
    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return Overloaded(error.details() or "a service below is overloaded", retry_after=1)
    return UnforeseenRemote("a service that this call needs failed")


class UnforeseenRemote(Fault):
    """A service below failed in a way that the caller can't mend. The cause, in the log, has its status."""
