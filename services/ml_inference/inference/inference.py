"""The one way in to the models: a request is routed, held against the model, and then waits its turn with Triton."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.context import Caller, current
from services.kit.errors import DeadlineTooShort, Fault, Overloaded
from services.kit.triton.client import Triton
from services.ml_inference import metrics
from services.ml_inference.errors import ModelDecoupled, ModelFailed, ModelNotReady, ProcessDied, SharedMemoryRefused, TensorMismatch
from services.ml_inference.inference.request import InferenceRequest, Local
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.routing.shadow import Shadows
from services.ml_inference.scheduling.admission import Admission
from services.ml_inference.scheduling.fair_queue import Ticket
from services.ml_inference.scheduling.queue import RequestQueue
from services.ml_inference.triton.faults import blames_version, fault_of
from services.ml_inference.triton.tensors import Signature, check, signature

_LATE = 0.05
"""A caller whose deadline is so many seconds away, or less, went away because of it; its clock and the network make the difference."""
_SECOND_CHANCE = (ModelFailed, TensorMismatch, ModelNotReady, Overloaded, DeadlineTooShort)
"""What a canary can't do that the stable version perhaps can."""

FINAL = "triton_final_response"
_COPY_PATIENCE, _COPY_SECONDS = 5.0, 60.0
"""Seconds after which a copy that had no turn is dropped, and after which one that has no answer is."""


def _never() -> bool:
    return False


class Route(Protocol):
    """Where a request goes."""

    @property
    def version(self) -> str:
        """The version that answers."""

    @property
    def shadow_version(self) -> str | None:
        """A version that gets a copy of this request."""

    @property
    def shadow_tolerance(self) -> float:
        """How far its numbers may lie from those of the answer."""

    @property
    def stable_version(self) -> str | None:
        """The version to ask in its place when it fails; None where its failures are the caller's to know."""


class Models(Protocol):
    """What is asked of the catalog. All but `ready` is answered from memory."""

    def settings(self, model: str) -> model_pb2.ModelSettings:
        """How a model is run. Raises ModelNotFound."""

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """The version for a caller. Raises ModelNotFound, VersionNotFound or ModelNotReady."""

    async def ready(self, model: str, version: str) -> None:
        """Returns when the version is loaded, and loads it where its settings say so. Raises ModelNotReady otherwise."""

    def using(self, model: str, version: str) -> AbstractContextManager[Any]:
        """Keeps the version loaded inside the block. Raises ModelNotReady while it drains."""

    def ended(self, model: str, version: str, seconds: float, failed: bool) -> None:
        """Takes in a request that ended; `failed` for a reason of the model's or the server's."""

    def shadowed(self, model: str, version: str, equal: bool) -> None:
        """Takes in a copy that ended."""

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A loaded version's configuration."""


@dataclass(frozen=True, slots=True)
class _Place:
    route: Route
    known: Signature


class Inference:
    """Infers for callers. What it raises is a Fault, and nothing was computed when it is about tensors, lines or deadlines.

    `clock` is monotonic, in seconds; deadlines are on it.
    """

    def __init__(
        self, models: Models, triton: Triton, admission: Admission, cache: ResponseCache, shadows: Shadows, clock: Callable[[], float]
    ) -> None:
        self._models = models
        self._triton = triton
        self._admission = admission
        self._cache = cache
        self._shadows = shadows
        self._clock = clock

    async def infer(
        self, request: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, local: Local = _never
    ) -> oip.ModelInferResponse:
        """The model's one response. `request` is changed: it gets the version. Without a `priority` the request's own parameter holds.

        `local` says whether the caller runs on this host, so that it may use shared memory. Raises ModelDecoupled for a decoupled model.
        """
        asked = InferenceRequest(request, caller, deadline, priority, local, self._clock())
        place = await self._place(asked)
        if place.known.decoupled:
            raise ModelDecoupled(
                f"{request.model_name} gives any number of responses to a request; ask it over ModelStreamInfer or /generate_stream",
                metadata={"model": request.model_name},
            )
        return await self._infer(place, asked)

    async def stream(
        self, request: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, local: Local = _never
    ) -> AsyncGenerator[oip.ModelInferResponse, None]:
        """Every response of a model, decoupled or not, as it comes. Closing the generator stops the model where its backend can stop."""
        asked = InferenceRequest(request, caller, deadline, priority, local, self._clock())
        place = await self._place(asked)
        if place.known.decoupled:
            async with aclosing(self._stream(place, asked)) as responses:
                async for response in responses:
                    yield response
        else:
            response = await self._infer(place, asked)
            response.parameters[FINAL].bool_param = True  # as Triton says on a stream
            yield response

    async def one(
        self, request: oip.ModelInferRequest, caller: Caller, deadline: float | None, priority: int = 0, *, local: Local = _never
    ) -> oip.ModelInferResponse:
        """The one response of a model, decoupled or not. Raises ModelDecoupled when it gives none, or more than one."""
        asked = InferenceRequest(request, caller, deadline, priority, local, self._clock())
        place = await self._place(asked)
        if not place.known.decoupled:
            return await self._infer(place, asked)
        found: oip.ModelInferResponse | None = None
        async with aclosing(self._stream(place, asked)) as responses:
            async for response in responses:
                if not response.outputs:
                    continue  # the empty response that ends a stream, where it was asked for
                if found is not None:
                    raise _not_one(request.model_name, "more than one response")
                found = response
        if found is None:
            raise _not_one(request.model_name, "no response")
        return found

    async def config(self, model: str, version: str, caller: Caller) -> model_config_pb2.ModelConfig:
        """The configuration of the version that would answer the caller, loaded first where its settings say so. Raises as `infer` does."""
        request = oip.ModelInferRequest(model_name=model, model_version=version)
        return (await self._place(InferenceRequest(request, caller, None, 0, _never, self._clock()))).known.config

    async def _place(self, asked: InferenceRequest) -> _Place:
        """Where the request goes, with the version ready in this moment."""
        model, version, caller = asked.request.model_name, asked.request.model_version, asked.caller
        for last in (False, True):
            route = self._models.route(model, version, asked.sequence_id, caller.tenant_id, caller.user_id)
            try:
                await self._models.ready(model, route.version)
                break
            except ModelNotReady:
                if last or version:
                    raise
        return _Place(route, signature(self._models.config(model, route.version)))

    def _infer(self, place: _Place, asked: InferenceRequest) -> Awaitable[oip.ModelInferResponse]:
        """The response. What a canary can't answer the stable version does, so that a try of a version costs callers time and no answers.

        That is for requests that stand alone: one of a sequence would go on with a state that the other version hasn't.
        """
        stable = place.route.stable_version
        return self._infer_there(place, asked) if stable is None or not asked.repeatable else self._infer_tried(place, stable, asked)

    async def _infer_tried(self, place: _Place, stable: str, asked: InferenceRequest) -> oip.ModelInferResponse:
        try:
            return await self._infer_there(place, replace(asked, second_chance=True))
        except _SECOND_CHANCE as failed:
            return await self._infer_instead(stable, place.route.version, asked, failed)

    async def _infer_instead(self, stable: str, canary: str, asked: InferenceRequest, failed: Fault) -> oip.ModelInferResponse:
        """The stable version's response, or what the canary failed with. What neither can do says nothing about the canary."""
        model, again = asked.request.model_name, replace(asked, arrived=self._clock())
        again.request.model_version = stable
        try:
            response = await self._infer_there(await self._place(again), again)
        except Fault as fault:
            if isinstance(failed, ModelFailed | ProcessDied) and not isinstance(fault, ModelFailed | ProcessDied):
                self._models.ended(model, canary, self._clock() - asked.arrived, True)
            raise failed from None
        if not isinstance(failed, ModelNotReady) or isinstance(failed, ProcessDied):
            self._models.ended(model, canary, self._clock() - asked.arrived, True)
        metrics.RESCUED.labels(model, canary).inc()
        return response

    async def _infer_there(self, place: _Place, asked: InferenceRequest) -> oip.ModelInferResponse:
        request, route = asked.request, place.route
        with self._models.using(request.model_name, route.version):
            settings, line = self._admit(place, asked)
            work = partial(self._exchange, asked, line, asked.ticket(place.known))
            if not (settings.response_cache.enabled and asked.repeatable):
                response = await work()
            else:
                response, cached = await self._cache.answer(settings.response_cache, asked.caller.tenant_id, request, work)
                if cached:
                    line.figures.cache_hits += 1
                    line.figures.answered(self._clock() - asked.arrived)
                    metrics.cached(request.model_name, route.version).inc()
                    return response
                line.figures.cache_misses += 1
        if route.shadow_version and not line.waiting and not asked.shared:
            self._shadows.offer(request, route.shadow_version, route.shadow_tolerance, response, self._copy)
        return response

    async def _stream(self, place: _Place, asked: InferenceRequest) -> AsyncGenerator[oip.ModelInferResponse, None]:
        request = asked.request
        with self._models.using(request.model_name, place.route.version):
            _, line = self._admit(place, asked)
            await self._enter(line, asked.ticket(place.known), request)
            begun, ended = self._clock(), False
            try:
                async with aclosing(self._triton.stream(request, timeout=self._left(asked.deadline))) as responses:
                    async for response in responses:
                        yield response
                ended = True
            except Fault as error:
                raise self._failed(asked, error) from error
            except asyncio.CancelledError:
                self._left_alone(asked)
                raise
            finally:
                self._leave(line, asked, begun, answered=ended)

    def _admit(self, place: _Place, asked: InferenceRequest) -> tuple[model_pb2.ModelSettings, RequestQueue]:
        """Holds the request against the model, and finds its line."""
        model, version, known = asked.request.model_name, place.route.version, place.known
        settings = self._models.settings(model)
        line = self._admission.line(model, version, settings, known.config)
        line.figures.arrived()
        if asked.shared and not asked.local():
            raise SharedMemoryRefused("shared memory is for callers on this server's host; send the elements in `raw_input_contents`")
        known.check(asked.request)
        asked.request.model_version = version
        if (call := current()) is not None:
            call.log["model"] = f"{model}/{version}"
        return settings, line

    async def _enter(self, line: RequestQueue, ticket: Ticket, request: oip.ModelInferRequest) -> None:
        try:
            waited = await line.enter(ticket)
        except Fault as fault:
            metrics.REFUSED.labels(request.model_name, request.model_version, fault.reason).inc()
            raise
        if waited:
            metrics.waited(request.model_name, request.model_version).observe(waited)

    async def _exchange(self, asked: InferenceRequest, line: RequestQueue, ticket: Ticket) -> oip.ModelInferResponse:
        """Waits for the request's turn, and has Triton answer it."""
        await self._enter(line, ticket, asked.request)
        begun, answered = self._clock(), False
        try:
            response = await self._triton.exchange(asked.request, timeout=self._left(asked.deadline))
            answered = True
        except Fault as error:
            raise self._failed(asked, error) from error
        except asyncio.CancelledError:
            self._left_alone(asked)
            raise
        finally:
            self._leave(line, asked, begun, answered=answered)
        return response

    def _leave(self, line: RequestQueue, asked: InferenceRequest, begun: float, *, answered: bool) -> None:
        if not answered:
            line.leave()
            return
        now, model, version = self._clock(), asked.request.model_name, asked.request.model_version
        line.leave(now - asked.arrived, now - begun)
        # Nobody's answer waits for being counted.
        asyncio.get_running_loop().call_soon(self._count, model, version, now - asked.arrived, now - begun)

    def _count(self, model: str, version: str, latency: float, compute: float) -> None:
        metrics.compute(model, version).observe(compute)
        self._models.ended(model, version, latency, False)

    def _failed(self, asked: InferenceRequest, error: Fault) -> Fault:
        """The fault for the caller; a failure that speaks against the version is told."""
        model, version = asked.request.model_name, asked.request.model_version
        fault = fault_of(error, model, version)
        metrics.FAILED.labels(model, version, fault.reason).inc()
        if blames_version(fault) and not (asked.second_chance and isinstance(fault, ModelFailed | ProcessDied)):
            self._models.ended(model, version, self._clock() - asked.arrived, True)
        return fault

    def _left_alone(self, asked: InferenceRequest) -> None:
        """The caller went away while the model worked. When its deadline is over that speaks against the version, as it would had the
        deadline been noticed here first; a caller who changed its mind says nothing.
        """
        if asked.deadline is not None and asked.deadline - self._clock() <= _LATE:
            self._models.ended(asked.request.model_name, asked.request.model_version, self._clock() - asked.arrived, True)

    async def _copy(self, request: oip.ModelInferRequest) -> oip.ModelInferResponse:
        """Has a version answer a request that nobody waits for; it stands behind everybody. Its figures are not those of requests."""
        model, version = request.model_name, request.model_version
        await self._models.ready(model, version)
        with self._models.using(model, version):
            config = self._models.config(model, version)
            check(request, config)
            line = self._admission.line(model, version, self._models.settings(model), config)
            await line.enter(Ticket("", 0, 1, None, _COPY_PATIENCE, copy=True))
            try:
                return await self._triton.exchange(request, timeout=_COPY_SECONDS)
            except Fault as error:
                raise fault_of(error, model, version) from error
            finally:
                line.leave()

    def _left(self, deadline: float | None) -> float | None:
        return None if deadline is None else max(0.0, deadline - self._clock())


def _not_one(model: str, said: str) -> ModelDecoupled:
    return ModelDecoupled(f"{model} gave {said}, and this call carries exactly one; ask it over a stream", metadata={"model": model})
