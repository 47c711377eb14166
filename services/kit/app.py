"""What a service is, and how a process runs one: resources up, server up, healthy; on SIGTERM not healthy, drained, resources down."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import structlog
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.kit import logging, telemetry
from services.kit.config import Settings
from services.kit.errors import Unimplemented
from services.kit.identity.trust import Identities, Trust
from services.kit.rpc.call import Call, Handler, behaviour, compose, rpc_handler
from services.kit.rpc.contract import Method, methods_of
from services.kit.rpc.drain import OpenReads
from services.kit.rpc.interceptors import standard
from services.kit.rpc.interceptors.auth import Auth

_log = structlog.get_logger("uat.app")


@dataclass(frozen=True)
class Served:
    """One service of the contract and what answers it: an object, or several, each RPC by the first that has a method of its name. One that
    none has answers UNIMPLEMENTED with a reason.
    """

    descriptor: ServiceDescriptor
    servicer: object | tuple[object, ...] = None

    def built(self, method: Method) -> Any | None:
        """The servicer's function for the RPC, or None when it isn't built yet."""
        parts = self.servicer if isinstance(self.servicer, tuple) else (self.servicer,)
        return next((found for part in parts if (found := getattr(part, method.name, None)) is not None), None)


@dataclass(frozen=True)
class App:
    """A service, put together and not yet started."""

    name: str
    port: int
    served: Sequence[Served]
    trust: Trust
    resources: Sequence[AbstractAsyncContextManager[Any]] = ()
    """Entered in order before the server takes calls, left in reverse order after the last call."""
    drains: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """Called when the process is told to end, while calls in flight are still served: work of the server's own goes elsewhere."""
    reflected: DescriptorPool | None = None
    """What reflection shows. Default: the services that this process serves."""
    reflected_services: Sequence[str] = ()

    def unbuilt(self) -> list[str]:
        """The RPCs of the contract that answer UNIMPLEMENTED, as `package.Service/Method`."""
        return [m.path[1:] for s in self.served for m in methods_of([s.descriptor]) if s.built(m) is None]


@asynccontextmanager
async def serving(app: App, settings: Settings) -> AsyncIterator[int]:
    """Runs the app inside the block and yields the port it listens on."""
    async with AsyncExitStack() as stack:
        # Before any task starts, since tasks copy this context: their log records name the service even where one process runs several.
        structlog.contextvars.bind_contextvars(service=app.name)
        for resource in app.resources:
            await stack.enter_async_context(resource)
        server = grpc.aio.server(
            options=(
                ("grpc.so_reuseport", 0),  # a taken port is an error, not a second server behind the first
                ("grpc.max_receive_message_length", settings.max_message_bytes),
                ("grpc.max_send_message_length", settings.max_message_bytes),
                ("grpc.keepalive_permit_without_calls", 1),
                ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
            )
        )
        status = health.aio.HealthServicer()  # type: ignore[attr-defined]
        health_pb2_grpc.add_HealthServicer_to_server(status, server)
        channelz.add_channelz_servicer(server)  # type: ignore[arg-type]
        names = [s.descriptor.full_name for s in app.served]
        shown = list(app.reflected_services) or names
        reflection.enable_server_reflection([*shown, health.SERVICE_NAME, reflection.SERVICE_NAME], server, pool=app.reflected)
        pipeline = standard(Auth(app.trust, Identities(settings.identity_jwks_file)))
        reads = OpenReads()
        for served in app.served:
            handlers = {m.name: rpc_handler(m, compose(pipeline, _handler(served, m, reads))) for m in methods_of([served.descriptor])}
            server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(served.descriptor.full_name, handlers),))
        address = f"{settings.host}:{app.port}"
        port = server.add_insecure_port(address)
        await server.start()
        for name in ("", *names):
            await status.set(name, health_pb2.HealthCheckResponse.SERVING)
        _log.info(
            "serving", app=app.name, address=address, rpcs=sum(len(s.descriptor.methods) for s in app.served), unbuilt=len(app.unbuilt())
        )
        try:
            yield port
        finally:
            await status.enter_graceful_shutdown()
            drains = [asyncio.create_task(drain()) for drain in app.drains]
            await asyncio.sleep(0)  # they have begun, and know of the end, before any reader is sent away
            reads.close()
            await server.stop(settings.drain_seconds)
            await asyncio.gather(*drains)


async def run(apps: Sequence[App], settings: Settings, metrics_port: int | None) -> None:
    """Runs the apps until SIGTERM or SIGINT, then drains them."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    name = ",".join(app.name for app in apps)
    logging.configure(name, settings.log_level, settings.log_format)
    telemetry.configure_tracing(name)
    if metrics_port is not None:
        telemetry.serve_metrics(settings.host, metrics_port)
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(_start(stack, apps, settings))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await starting
            await stopping
        _log.info("draining", app=name)


async def _start(stack: AsyncExitStack, apps: Sequence[App], settings: Settings) -> None:
    for app in apps:
        await stack.enter_async_context(serving(app, settings))
    # What is there now stays for the life of the process: the collector need not look at it again, and at a thousand calls a second it
    # would look far too often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _handler(served: Served, method: Method, reads: OpenReads) -> Handler:
    function = served.built(method)
    if function is not None:
        handler = behaviour(method, function)
        return reads.wrap(handler) if method.read_only and method.server_streaming else handler

    async def unbuilt(_: Call) -> None:
        raise Unimplemented(f"{method.path[1:]} is in the contract and not built yet", metadata={"rpc": method.path[1:]})

    return unbuilt
