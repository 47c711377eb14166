"""Calls to other services: by logical name, with identity, deadline, tracing and cancellation taken care of."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2
from opentelemetry.propagate import inject

from services.kit.config import Settings
from services.kit.context import current, timeout_within
from services.kit.errors import DependencyUnavailable, Fault, Overloaded, RemoteFault
from services.kit.identity.trust import IdentityToken
from services.kit.rpc.interceptors.auth import SERVICE_HEADER
from services.kit.rpc.interceptors.errors import DETAILS
from services.kit.rpc.interceptors.request_id import HEADER as REQUEST_ID
from services.kit.rpc.interceptors.telemetry import tracing

_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.enable_retries", 0),  # one retry owner: only llm_router repeats a model call
)


class Clients:
    """The channels of one process. Open until `close`."""

    def __init__(self, settings: Settings, ports: Mapping[str, int]) -> None:
        self._settings = settings
        self._ports = ports
        self._identity = IdentityToken(settings.identity_token_file)
        self._channels: dict[str, grpc.aio.Channel] = {}

    def channel(self, service: str) -> grpc.aio.Channel:
        """The channel to a service. `UAT_<NAME>_TARGET` overrides where it is; `dns:///`, `xds:///` and host:port are understood."""
        if service not in self._channels:
            default = f"{self._settings.host}:{self._ports[service] + self._settings.port_offset}"
            target = os.environ.get(f"UAT_{service.upper()}_TARGET", default)
            size = ("grpc.max_receive_message_length", self._settings.max_message_bytes)
            self._channels[service] = grpc.aio.insecure_channel(target, options=(*_OPTIONS, size))
        return self._channels[service]

    async def unary(self, method: Callable[..., Any], request: Message, *, timeout: float) -> Any:
        """Calls and returns the response. `timeout` in seconds, cut to what is left of the current call's deadline. Raises a Fault."""
        call = method(request, timeout=timeout_within(timeout), metadata=self._metadata())
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        finally:
            call.cancel()

    async def stream(self, method: Callable[..., Any], request: Message, *, timeout: float | None) -> AsyncGenerator[Any, None]:
        """Calls and yields the responses. Leaving the generator cancels the call. Raises a Fault."""
        call = method(request, timeout=timeout_within(timeout), metadata=self._metadata())
        try:
            async for response in call:
                yield response
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from error
        finally:
            call.cancel()

    async def close(self) -> None:
        """Closes every channel."""
        for channel in self._channels.values():
            await channel.close(None)
        self._channels.clear()

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        carrier: dict[str, str] = {}
        if token := self._identity():
            carrier[SERVICE_HEADER] = token
        if call := current():
            carrier[REQUEST_ID] = call.request_id
            if call.authorization is not None:
                carrier["authorization"] = call.authorization
            if call.traceparent is not None:
                carrier["traceparent"] = call.traceparent
        if tracing():
            inject(carrier)
        return tuple(carrier.items())


def fault_of(error: grpc.aio.AioRpcError) -> Fault:
    """The fault that a failed call means for the one who called.

    What a service of the mesh said with a reason goes on as it came. A lost connection is a dependency that is down. Everything else (a
    refusal of our own
    identity, say) is our own mistake and no business of the caller's.
    """
    status = status_pb2.Status()
    trailers: dict[str, str | bytes] = dict(error.trailing_metadata() or ())  # type: ignore[arg-type]
    details = trailers.get(DETAILS)
    if isinstance(details, bytes):
        status.ParseFromString(details)
    if status.details and error.code() not in (
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.INTERNAL,
    ):
        return RemoteFault(status)
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return DependencyUnavailable("a service that this call needs is not there at the moment; try again", retry_after=1)
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return RemoteFault(
            status_pb2.Status(code=grpc.StatusCode.DEADLINE_EXCEEDED.value[0], message="the deadline passed while a service below worked")
        )
    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return Overloaded(error.details() or "a service below is overloaded", retry_after=1)
    return UnforeseenRemote(f"{error.code().name}: {error.details()}")


class UnforeseenRemote(Fault):
    """A service below failed in a way that the caller can do nothing about. The message is for the logs."""

    def __init__(self, said: str) -> None:
        super().__init__("a service that this call needs failed")
        self.add_note(said)
