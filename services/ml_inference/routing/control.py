"""SetTraffic, GetTraffic, WatchTraffic, PromoteCanary and RollBackCanary."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.errors import CanaryNotFound, EtagMismatch, EventsExpired, VersionNotReady
from services.ml_inference.registry.registry import Registry
from services.ml_inference.routing import rules as traffic_rules
from services.ml_inference.routing.store import TrafficStore
from services.ml_inference.routing.traffic import Traffic

_ATTEMPTS = 5
_PAGE = 100


class TrafficControl:
    """Changes are stored before they hold, and hold on every replica within a second."""

    def __init__(
        self, registry: Registry, traffic: Traffic, store: TrafficStore, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._registry = registry
        self._traffic = traffic
        self._store = store
        self._now = now

    async def set(self, user_id: str, requested: traffic_pb2.Traffic, *, validate_only: bool = False) -> traffic_pb2.Traffic:
        """Replaces a model's rules. Equal rules change nothing, whatever their etag. Raises ModelNotFound, VersionNotFound,
        VersionNotReady, TrafficInvalid or EtagMismatch.
        """
        model = requested.model_name
        for _ in range(_ATTEMPTS):
            known, ready = [v.number for v in self._registry.versions(model)], self._registry.model(model).routable()
            current = await self._current(model)
            rules = traffic_rules.complete(requested, current, known, ready, self._now())
            if current is not None and traffic_rules.same(rules, current) and rules.canary.status == current.canary.status:
                return current
            if requested.etag and (current is None or current.etag != requested.etag):
                break
            if validate_only:
                return rules
            events = [traffic_pb2.TrafficEvent(changed=traffic_pb2.TrafficChanged())]
            if _starts(rules, current):
                events.append(traffic_pb2.TrafficEvent(stage_entered=traffic_pb2.CanaryStageEntered(status=rules.canary.status)))
            stored = await self._store.change(rules, current.etag if current is not None else "", user_id, events)
            if stored is not None:
                await self._traffic.changed()
                return stored
        raise _mismatch(model)

    async def get(self, model: str) -> pb.GetTrafficResponse:
        """The rules with the canary's progress, and the figures of the last minute. Raises ModelNotFound."""
        self._registry.model(model)
        shown = traffic_pb2.Traffic(model_name=model, stickiness=traffic_pb2.STICKINESS_TENANT)
        if (current := await self._current(model)) is not None:
            shown.CopyFrom(current)
        rollout = self._traffic.rollout(model)
        if rollout is not None:
            shown.canary.status.CopyFrom(rollout.status())
            if shown.canary.status.state == traffic_pb2.CANARY_STATE_RUNNING:
                shown.canary.status.reason = rollout.blocked_by(self._now())
        return pb.GetTrafficResponse(traffic=shown, figures=self._traffic.figures(model))

    async def promote(self, user_id: str, model: str, version: str) -> traffic_pb2.Traffic:
        """Gives all of `splits` to the canary. Raises ModelNotFound, CanaryNotFound, EtagMismatch, or VersionNotReady."""

        def change(current: traffic_pb2.Traffic) -> tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent]:
            if current.canary.version not in self._registry.model(model).routable():
                raise VersionNotReady(f"version {current.canary.version} of {model} is not ready: load it first")
            rules = self._with_figures(traffic_rules.promoted(current))
            return rules, traffic_pb2.TrafficEvent(promoted=traffic_pb2.CanaryPromoted(status=rules.canary.status))

        return await self._end_canary(user_id, model, version, traffic_pb2.CANARY_STATE_PROMOTED, change)

    async def roll_back(self, user_id: str, model: str, version: str, comment: str) -> traffic_pb2.Traffic:
        """Takes all requests from the canary. Raises ModelNotFound, CanaryNotFound or EtagMismatch."""

        def change(current: traffic_pb2.Traffic) -> tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent]:
            reason = f"an operator rolled it back: {comment}" if comment else "an operator rolled it back"
            rules = self._with_figures(traffic_rules.rolled_back(current, reason))
            event = traffic_pb2.CanaryRolledBack(status=rules.canary.status, cause=traffic_pb2.ROLLBACK_CAUSE_OPERATOR)
            return rules, traffic_pb2.TrafficEvent(rolled_back=event)

        return await self._end_canary(user_id, model, version, traffic_pb2.CANARY_STATE_ROLLED_BACK, change)

    async def watch(self, model: str, after: int | None) -> AsyncGenerator[traffic_pb2.TrafficEvent, None]:
        """The events after a sequence, then live, each once and without a gap; None starts with the next event. Raises ModelNotFound or
        EventsExpired.
        """
        self._registry.model(model)
        first, last = await self._store.bounds(model)
        if after is None:
            after = last
        elif after == 0:
            after = first - 1
        elif not first - 1 <= after <= last:
            raise _expired(model, first, last)
        async with aclosing(self._traffic.watch()) as changes:
            async for _ in changes:
                while events := await self._store.events(model, after, _PAGE):
                    for event in events:
                        if event.position.sequence != after + 1:
                            raise _expired(model, event.position.sequence, last)
                        after = event.position.sequence
                        yield event

    async def delete(self, model: str) -> None:
        """Deletes the rules of a model that was deleted. Raises DependencyUnavailable."""
        await self._store.delete(model)
        await self._traffic.changed()

    async def _end_canary(
        self,
        user_id: str,
        model: str,
        version: str,
        ended: traffic_pb2.CanaryState,
        change: Callable[[traffic_pb2.Traffic], tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent]],
    ) -> traffic_pb2.Traffic:
        """Stores what `change` makes of the current rules, unless their canary has `ended` this way before."""
        self._registry.model(model)
        for _ in range(_ATTEMPTS):
            current = await self._current(model)
            if current is None or not current.HasField("canary"):
                break
            if version and version != current.canary.version:
                raise EtagMismatch(f"the canary of {model} is version {current.canary.version}, not {version}", metadata={"model": model})
            if current.canary.status.state == ended:
                return current
            if current.canary.status.state not in traffic_rules.UNDER_WAY:
                break
            rules, event = change(current)
            stored = await self._store.change(rules, current.etag, user_id, [event])
            if stored is not None:
                await self._traffic.changed()
                return stored
        else:
            raise _mismatch(model)
        raise CanaryNotFound(f"{model} has no canary under way", metadata={"model": model})

    async def _current(self, model: str) -> traffic_pb2.Traffic | None:
        await self._traffic.refresh()
        return self._traffic.rules(model)

    def _with_figures(self, rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
        rollout = self._traffic.rollout(rules.model_name)
        return rules if rollout is None else traffic_rules.with_figures(rules, rollout.status())


def _starts(rules: traffic_pb2.Traffic, current: traffic_pb2.Traffic | None) -> bool:
    """Whether the rules start a canary that gets requests at once."""
    status = rules.canary.status
    if status.state != traffic_pb2.CANARY_STATE_RUNNING:
        return False
    return current is None or current.canary.status.start_time != status.start_time


def _mismatch(model: str) -> EtagMismatch:
    return EtagMismatch(f"the traffic rules of {model} were changed in the meantime; read them again", metadata={"model": model})


def _expired(model: str, first: int, last: int) -> EventsExpired:
    message = f"the events of {model} that are kept are {first} to {last}; start again from 0"
    return EventsExpired(message, metadata={"model": model, "first": str(first), "last": str(last)})
