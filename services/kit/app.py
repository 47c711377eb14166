"""An `App` is a service, and `run` its process: it opens the resources, starts the server and reports itself healthy; on SIGTERM it
drains, stops the server and closes the resources."""

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

from services.kit import logging, readiness, telemetry
from services.kit.config import Settings
from services.kit.errors import Unimplemented
from services.kit.identity.service_tokens import ServiceVerifier
from services.kit.identity.trust import Trust
from services.kit.readiness import Check
from services.kit.rpc.call import Call, Handler, behaviour, compose, rpc_handler
from services.kit.rpc.contract import Method, methods_of
from services.kit.rpc.interceptors import standard
from services.kit.rpc.interceptors.auth import Auth
from services.kit.rpc.open_streams import OpenStreams

_log = structlog.get_logger("uat.app")


@dataclass(frozen=True)
class Served:
    """A gRPC service of the contract and its servicers. The first servicer with a method of an RPC's name serves the RPC; an RPC without
    one answers UNIMPLEMENTED with a reason."""

    descriptor: ServiceDescriptor
    servicer: object | tuple[object, ...] = None

    def built(self, method: Method) -> Any | None:
        """The servicer's function for the RPC. None: the RPC isn't built yet."""
        parts = self.servicer if isinstance(self.servicer, tuple) else (self.servicer,)
        return next((found for part in parts if (found := getattr(part, method.name, None)) is not None), None)


@dataclass(frozen=True, kw_only=True)
class App:
    """A service, built and not yet started."""

    name: str
    port: int
    served: Sequence[Served]
    trust: Trust
    resources: Sequence[AbstractAsyncContextManager[Any]] = ()
    """Entered in order before the server accepts calls, and left in reverse order after the last call."""
    ready: Sequence[Check] = ()
    """Checks of what this replica alone may lack, such as a loaded model. While one fails, load balancers send calls to other replicas.
    An outage that hits all replicas alike, such as PostgreSQL's, doesn't belong here: calls then fail with a reason, rather than find no
    replica. """
    drains: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """Called at shutdown, while calls in flight are still served, to hand the replica's own work to other replicas."""
    reflected: DescriptorPool | None = None
    """The contracts that reflection shows. Default: those of the services that this process serves."""
    reflected_services: Sequence[str] = ()

    def unbuilt(self) -> list[str]:
        """The RPCs of the contract that aren't built yet, as `package.Service/Method`."""
        return [m.path[1:] for s in self.served for m in methods_of([s.descriptor]) if s.built(m) is None]


@asynccontextmanager
async def serving(app: App, settings: Settings) -> AsyncIterator[int]:
    """Runs the app inside the block and yields its port."""
    async with AsyncExitStack() as stack:
        # Before any task starts, since tasks copy this context: their log records name the service even where one process runs several.
        tokens = structlog.contextvars.bind_contextvars(service=app.name)
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
        pipeline = standard(Auth(app.trust, ServiceVerifier(settings.identity_jwks_file)))
        streams = OpenStreams(app.trust)
        for served in app.served:
            handlers = {m.name: rpc_handler(m, compose(pipeline, _handler(served, m, streams))) for m in methods_of([served.descriptor])}
            server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(served.descriptor.full_name, handlers),))
        address = f"{settings.host}:{app.port}"
        port = server.add_insecure_port(address)
        await server.start()
        await status.set("", health_pb2.HealthCheckResponse.SERVING)
        _log.info(
            "serving", app=app.name, address=address, rpcs=sum(len(s.descriptor.methods) for s in app.served), unbuilt=len(app.unbuilt())
        )
        try:
            async with streams.checking(), readiness.reporting(status, names, (app.trust.ready, *app.ready)):
                structlog.contextvars.reset_contextvars(**tokens)  # the tasks have it; whoever runs this app is no part of it
                yield port
        finally:
            await status.enter_graceful_shutdown()
            drains = [asyncio.create_task(drain()) for drain in app.drains]
            await asyncio.sleep(0)  # drains begin before the first stream ends
            streams.drain()
            await server.stop(settings.drain_seconds)
            await asyncio.gather(*drains)


async def run(apps: Sequence[App], settings: Settings, metrics_port: int | None) -> None:
    """Runs the apps in this process until SIGTERM or SIGINT, then shuts them down."""
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
    # The objects that exist now stay as long as the process. The garbage collector skips them from here on, and runs less often than its
    # default, which at a thousand calls a second is far too often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _handler(served: Served, method: Method, streams: OpenStreams) -> Handler:
    function = served.built(method)
    if function is not None:
        handler = behaviour(method, function)
        return streams.wrap(handler) if method.server_streaming or method.client_streaming else handler

    async def unbuilt(_: Call) -> None:
        raise Unimplemented(f"{method.path[1:]} is in the contract and not built yet", metadata={"rpc": method.path[1:]})

    return unbuilt
