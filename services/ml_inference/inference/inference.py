"""The data path: every request takes a lease on a version, is validated, waits in the version's queue, and is executed by Triton."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.admission.queue import Demand, Ticket
from services.kit.context import Caller, current
from services.kit.errors import DeadlineTooShort, Fault, Overloaded
from services.kit.triton.client import Triton
from services.ml_inference import metrics
from services.ml_inference.errors import ModelDecoupled, ModelFailed, ModelNotReady, ProcessDied, SharedMemoryRefused, TensorMismatch
from services.ml_inference.inference.leases import Lease, Leases
from services.ml_inference.inference.request import InferenceRequest, IsLocal
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.routing.shadow import Shadows
from services.ml_inference.triton.faults import blames_version, fault_of
from services.ml_inference.triton.tensors import FINAL

_CLOCK_SKEW = 0.05
"""A cancelled caller whose deadline is at most so many seconds away was cancelled by its deadline."""
_FALL_BACK = (ModelFailed, TensorMismatch, ModelNotReady, Overloaded, DeadlineTooShort)
"""Faults of a canary that the stable version may not have."""

_COPY_SECONDS = 60.0


def _not_local() -> bool:
    return False


class Inference:
    """Infers for callers. It raises Faults. Those about tensors, queues and deadlines mean that nothing was executed.

    `unavailable` is called when Triton or a model was away. `clock` is monotonic, in seconds; deadlines are on it.
    """

    def __init__(
        self,
        leases: Leases,
        triton: Triton,
        cache: ResponseCache,
        shadows: Shadows,
        unavailable: Callable[[], object],
        clock: Callable[[], float],
    ) -> None:
        self._leases = leases
        self._triton = triton
        self._cache = cache
        self._shadows = shadows
        self._unavailable = unavailable
        self._clock = clock

    async def infer(
        self, message: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, is_local: IsLocal = _not_local
    ) -> oip.ModelInferResponse:
        """The model's one response. Without a `priority` the request's own parameter holds. Raises ModelDecoupled for a decoupled model.

        `message` belongs to this service from now on: its model and version change on its way to Triton.
        """
        request = InferenceRequest(message, caller, deadline, priority, is_local, self._clock())
        lease = await self._acquire(request)
        if lease.version.signature.decoupled:
            raise ModelDecoupled(
                f"{message.model_name} gives any number of responses to a request; call it by ModelStreamInfer or /generate_stream",
                metadata={"model": message.model_name},
            )
        return await self._infer(lease, request)

    async def stream(
        self, message: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, is_local: IsLocal = _not_local
    ) -> AsyncGenerator[oip.ModelInferResponse, None]:
        """Every response of a model, decoupled or not, as it comes. Closing the generator cancels the request in Triton."""
        request = InferenceRequest(message, caller, deadline, priority, is_local, self._clock())
        lease = await self._acquire(request)
        if lease.version.signature.decoupled:
            async with aclosing(self._stream(lease, request)) as responses:
                async for response in responses:
                    yield response
        else:
            response = await self._infer(lease, request)
            response.parameters[FINAL].bool_param = True  # as Triton marks it on a stream
            yield response

    async def one(
        self, message: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, is_local: IsLocal = _not_local
    ) -> oip.ModelInferResponse:
        """The one response of a model, decoupled or not. Raises ModelDecoupled when it gives none, or more than one."""
        request = InferenceRequest(message, caller, deadline, priority, is_local, self._clock())
        lease = await self._acquire(request)
        if not lease.version.signature.decoupled:
            return await self._infer(lease, request)
        found: oip.ModelInferResponse | None = None
        async with aclosing(self._stream(lease, request)) as responses:
            async for response in responses:
                if not response.outputs:
                    continue  # the empty response that ends a stream, where the request asks for it
                if found is not None:
                    raise _not_one(request, "more than one response")
                found = response
        if found is None:
            raise _not_one(request, "no response")
        return found

    async def config(self, model: str, version: str, caller: Caller) -> model_config_pb2.ModelConfig:
        """The configuration of the version that would answer the caller, loaded first as for `infer`. Raises as `infer` does."""
        lease = await self._leases.acquire(model, version, "", caller.tenant_id, caller.user_id)
        return lease.version.config

    def _acquire(self, request: InferenceRequest) -> Awaitable[Lease]:
        message, caller = request.message, request.caller
        return self._leases.acquire(message.model_name, message.model_version, request.sequence_id, caller.tenant_id, caller.user_id)

    def _infer(self, lease: Lease, request: InferenceRequest) -> Awaitable[oip.ModelInferResponse]:
        """The response. The stable version answers what a canary fails, so a rollout costs callers time and no responses.

        Requests of a sequence are excepted: they depend on a state that the other version doesn't have.
        """
        if lease.route.stable_version is None or not request.repeatable:
            return self._execute(lease, request)
        return self._execute_canary(lease, lease.route.stable_version, request)

    async def _execute_canary(self, lease: Lease, stable_version: str, request: InferenceRequest) -> oip.ModelInferResponse:
        try:
            return await self._execute(lease, replace(request, has_fallback=True))
        except _FALL_BACK as failed:
            return await self._fall_back(lease, stable_version, request, failed)

    async def _fall_back(self, canary: Lease, stable_version: str, request: InferenceRequest, failed: Fault) -> oip.ModelInferResponse:
        """The stable version's response, or the canary's fault. What neither can answer doesn't count against the canary."""
        again = replace(request, arrived=self._clock())
        again.message.model_name, again.message.model_version = canary.version.model, stable_version
        try:
            response = await self._execute(await self._acquire(again), again)
        except Fault as fault:
            if isinstance(failed, ModelFailed | ProcessDied) and not isinstance(fault, ModelFailed | ProcessDied):
                canary.failed(self._clock() - request.arrived)
            raise failed from None
        if not isinstance(failed, ModelNotReady) or isinstance(failed, ProcessDied):
            canary.failed(self._clock() - request.arrived)
        metrics.RESCUED.labels(canary.version.model, canary.version.number).inc()
        return response

    async def _execute(self, lease: Lease, request: InferenceRequest) -> oip.ModelInferResponse:
        """Executes a request on one version, or answers it from the cache."""
        with lease:
            demand = self._admit(lease, request)
            cache, statistics = lease.queue.settings.response_cache, lease.queue.statistics
            if not (cache.enabled and request.repeatable):
                response = await self._exchange(lease, request, demand)
            else:
                work = partial(self._exchange, lease, request, demand)
                response, cached = await self._cache.answer(cache, request.caller.tenant_id, request.message, work)
                if cached:
                    statistics.cached()
                    metrics.cached(lease.version.model, lease.version.number).inc()
                    return response
                statistics.cache_misses += 1
        route = lease.route
        if route.shadow_version and not lease.queue.admission.waiting and not request.shared_memory:
            self._shadows.offer(request.message, route.shadow_version, route.shadow_tolerance, response, self._execute_copy)
        return response

    async def _stream(self, lease: Lease, request: InferenceRequest) -> AsyncGenerator[oip.ModelInferResponse, None]:
        with lease:
            ticket = await self._wait(lease, self._admit(lease, request))
            model, sent, began, ended = lease.version.model, request.message, self._clock(), False
            sent.model_name = lease.version.row.folder
            try:
                async with aclosing(self._triton.stream(sent, timeout=self._remaining(request.deadline))) as responses:
                    async for response in responses:
                        response.model_name = model
                        yield response
                ended = True
            except Fault as error:
                raise self._failed(lease, request, error) from error
            except asyncio.CancelledError:
                self._cancelled(lease, request)
                raise
            finally:
                sent.model_name = model
                self._leave(lease, request, ticket, began, answered=ended)

    def _admit(self, lease: Lease, request: InferenceRequest) -> Demand:
        """Validates a request against its version. Returns what it needs of the queue."""
        version, message = lease.version, request.message
        lease.queue.statistics.arrived()
        if request.shared_memory and not request.is_local():
            raise SharedMemoryRefused("shared memory is for callers on this server's host; send the elements in `raw_input_contents`")
        version.signature.check(message)
        message.model_version = version.number
        if (call := current()) is not None:
            call.log["model"] = version.name
        return request.demand(lease.queue, version.signature)

    async def _wait(self, lease: Lease, demand: Demand) -> Ticket:
        version = lease.version
        try:
            ticket = lease.queue.admission.join(demand)
            if ticket.granted_at is None:
                await ticket.wait()
                metrics.waited(version.model, version.number).observe(ticket.waited)
        except Fault as fault:
            metrics.REFUSED.labels(version.model, version.number, fault.reason).inc()
            raise
        return ticket

    async def _exchange(self, lease: Lease, request: InferenceRequest, demand: Demand) -> oip.ModelInferResponse:
        """Waits for a slot of the version, and has Triton execute the request."""
        ticket = await self._wait(lease, demand)
        message, model, began, answered = request.message, lease.version.model, self._clock(), False
        message.model_name = lease.version.row.folder
        try:
            response = await self._triton.exchange(message, timeout=self._remaining(request.deadline))
            answered = True
        except Fault as error:
            raise self._failed(lease, request, error) from error
        except asyncio.CancelledError:
            self._cancelled(lease, request)
            raise
        finally:
            message.model_name = model
            self._leave(lease, request, ticket, began, answered=answered)
        response.model_name = model
        return response

    def _leave(self, lease: Lease, request: InferenceRequest, ticket: Ticket, began: float, *, answered: bool) -> None:
        ticket.leave(served=answered)
        if answered:
            now = self._clock()
            # After the response was sent: it doesn't wait for the statistics.
            asyncio.get_running_loop().call_soon(lease.answered, now - request.arrived, now - began)

    def _failed(self, lease: Lease, request: InferenceRequest, error: Fault) -> Fault:
        """The fault for the caller. Counts it where it counts against the version."""
        version = lease.version
        if error.transient:
            self._unavailable()
        fault = fault_of(error, version.model, version.number)
        metrics.FAILED.labels(version.model, version.number, fault.reason).inc()
        if blames_version(fault) and not (request.has_fallback and isinstance(fault, ModelFailed | ProcessDied)):
            lease.failed(self._clock() - request.arrived)
        return fault

    def _cancelled(self, lease: Lease, request: InferenceRequest) -> None:
        """Counts a caller whose deadline passed, which is the version's failure; one that cancelled for another reason doesn't count."""
        if request.deadline is not None and request.deadline - self._clock() <= _CLOCK_SKEW:
            lease.failed(self._clock() - request.arrived)

    async def _execute_copy(self, message: oip.ModelInferRequest) -> oip.ModelInferResponse:
        """Executes a shadow copy, behind all requests. It doesn't count in the statistics of requests."""
        model = message.model_name
        lease = await self._leases.acquire(model, message.model_version, "", "", "")
        with lease:
            lease.version.signature.check(message)
            async with lease.queue.admission.join(lease.queue.copy_demand()):
                message.model_name = lease.version.row.folder
                try:
                    return await self._triton.exchange(message, timeout=_COPY_SECONDS)
                except Fault as error:
                    raise fault_of(error, model, lease.version.number) from error
                finally:
                    message.model_name = model

    def _remaining(self, deadline: float | None) -> float | None:
        return None if deadline is None else max(0.0, deadline - self._clock())


def _not_one(request: InferenceRequest, problem: str) -> ModelDecoupled:
    model = request.message.model_name
    return ModelDecoupled(f"{model} gave {problem}, and this call carries exactly one; call it by a stream", metadata={"model": model})
