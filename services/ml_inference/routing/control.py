"""What operators ask of traffic: change the rules, look at them, follow them, promote a canary or roll it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.errors import CanaryNotFound, EtagMismatch, EventsExpired, VersionNotReady
from services.ml_inference.routing import rules as traffic_rules
from services.ml_inference.routing.rollout import with_figures
from services.ml_inference.routing.store import TrafficStore
from services.ml_inference.routing.traffic import Traffic, Versions

_ATTEMPTS = 5
_PAGE = 100
_LOOK, _LOOK_ALONE = 5.0, 0.5
"""After so many seconds in which a watcher heard nothing it looks for itself; sooner while other replicas can't be heard."""


class TrafficControl:
    """Changes are stored before they hold, and hold everywhere within a second."""

    def __init__(
        self, traffic: Traffic, versions: Versions, store: TrafficStore, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._traffic = traffic
        self._versions = versions
        self._store = store
        self._now = now

    async def set(self, user_id: str, asked: traffic_pb2.Traffic, *, validate_only: bool = False) -> traffic_pb2.Traffic:
        """Replaces a model's rules. Rules that say what holds already change nothing, whatever their etag. Raises ModelNotFound,
        VersionNotFound, VersionNotReady, TrafficInvalid or EtagMismatch.
        """
        model = asked.model_name
        for _ in range(_ATTEMPTS):
            known = [v.version for v in self._versions.versions(model)]
            standing = await self._store.get(model)
            rules = traffic_rules.complete(asked, standing, known, self._versions.ready_versions(model), self._now())
            if standing is not None and traffic_rules.same(rules, standing) and rules.canary.status == standing.canary.status:
                return standing
            if asked.etag and (standing is None or standing.etag != asked.etag):
                raise _mismatch(model)
            if validate_only:
                return rules
            events = [traffic_pb2.TrafficEvent(changed=traffic_pb2.TrafficChanged())]
            if _begins(rules, standing):
                events.append(traffic_pb2.TrafficEvent(stage_entered=traffic_pb2.CanaryStageEntered(status=rules.canary.status)))
            stored = await self._store.change(rules, standing.etag if standing is not None else "", user_id, events)
            if stored is not None:
                await self._traffic.changed_here(stored)
                return stored
        raise _mismatch(model)

    async def get(self, model: str) -> pb.GetTrafficResponse:
        """The rules, with how far the canary has come now, and the figures of the last minute. Raises ModelNotFound."""
        self._versions.versions(model)
        stored = await self._store.get(model)
        if stored is None:
            stored = traffic_pb2.Traffic(model_name=model, stickiness=traffic_pb2.STICKINESS_TENANT)
        else:
            self._traffic.apply(stored)
        trial = self._traffic.trial(model)
        if trial is not None and trial.same_try(stored.canary):
            shown = traffic_pb2.Traffic()
            shown.CopyFrom(stored)
            shown.canary.status.CopyFrom(trial.status())
            if shown.canary.status.state == traffic_pb2.CANARY_STATE_RUNNING:
                shown.canary.status.reason = trial.waits_for(self._now())
            stored = shown
        return pb.GetTrafficResponse(traffic=stored, figures=self._traffic.figures(model))

    async def promote(self, user_id: str, model: str, version: str) -> traffic_pb2.Traffic:
        """Gives all common shares to the canary. Raises ModelNotFound, CanaryNotFound, EtagMismatch, or VersionNotReady."""

        def change(standing: traffic_pb2.Traffic) -> tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent] | None:
            state = standing.canary.status.state
            if state == traffic_pb2.CANARY_STATE_PROMOTED:
                return None
            if state not in traffic_rules.UNDER_WAY:
                raise _no_canary(model)
            if standing.canary.version not in self._versions.ready_versions(model):
                raise VersionNotReady(f"version {standing.canary.version} of {model} is not ready: load it first")
            rules = self._with_figures(traffic_rules.promoted(standing))
            return rules, traffic_pb2.TrafficEvent(promoted=traffic_pb2.CanaryPromoted(status=rules.canary.status))

        return await self._change_canary(user_id, model, version, change)

    async def roll_back(self, user_id: str, model: str, version: str, comment: str) -> traffic_pb2.Traffic:
        """Takes all requests from the canary. Raises ModelNotFound, CanaryNotFound or EtagMismatch."""

        def change(standing: traffic_pb2.Traffic) -> tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent] | None:
            state = standing.canary.status.state
            if state == traffic_pb2.CANARY_STATE_ROLLED_BACK:
                return None
            if state not in traffic_rules.UNDER_WAY:
                raise _no_canary(model)
            reason = f"an operator rolled it back: {comment}" if comment else "an operator rolled it back"
            rules = self._with_figures(traffic_rules.rolled_back(standing, reason))
            told = traffic_pb2.CanaryRolledBack(status=rules.canary.status, cause=traffic_pb2.ROLLBACK_CAUSE_OPERATOR)
            return rules, traffic_pb2.TrafficEvent(rolled_back=told)

        return await self._change_canary(user_id, model, version, change)

    async def watch(self, model: str, after: int | None) -> AsyncGenerator[traffic_pb2.TrafficEvent, None]:
        """The events after a sequence, then live, each once and without a gap; None begins with what comes from now on. Raises
        ModelNotFound or EventsExpired.
        """
        self._versions.versions(model)
        with self._traffic.listening(model) as ears:
            first, last = await self._store.bounds(model)
            if after is None:
                after = last
            elif after == 0:
                after = first - 1
            elif not first - 1 <= after <= last:
                raise _expired(model, first, last)
            while True:
                ears.clear()
                events = await self._store.events(model, after, _PAGE)
                for event in events:
                    if event.sequence != after + 1:
                        raise _expired(model, event.sequence, last)
                    after = event.sequence
                    yield event
                if not events:
                    await _heard(ears, _LOOK if self._traffic.hears else _LOOK_ALONE)

    async def _change_canary(
        self,
        user_id: str,
        model: str,
        version: str,
        change: Callable[[traffic_pb2.Traffic], tuple[traffic_pb2.Traffic, traffic_pb2.TrafficEvent] | None],
    ) -> traffic_pb2.Traffic:
        self._versions.versions(model)
        for _ in range(_ATTEMPTS):
            standing = await self._store.get(model)
            if standing is None or not standing.HasField("canary"):
                raise _no_canary(model)
            if version and version != standing.canary.version:
                raise EtagMismatch(f"the canary of {model} is version {standing.canary.version}, not {version}", metadata={"model": model})
            self._traffic.apply(standing)
            changed = change(standing)
            if changed is None:
                return standing
            stored = await self._store.change(changed[0], standing.etag, user_id, [changed[1]])
            if stored is not None:
                await self._traffic.changed_here(stored)
                return stored
        raise _mismatch(model)

    def _with_figures(self, rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
        trial = self._traffic.trial(rules.model_name)
        return rules if trial is None else with_figures(rules, trial.status())


def _begins(rules: traffic_pb2.Traffic, standing: traffic_pb2.Traffic | None) -> bool:
    """Whether the rules begin a canary that has requests from now on."""
    status = rules.canary.status
    begun = status.state == traffic_pb2.CANARY_STATE_RUNNING
    return begun and (standing is None or standing.canary.status.start_time != status.start_time)


async def _heard(ears: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await ears.wait()
    except TimeoutError:
        return


def _mismatch(model: str) -> EtagMismatch:
    return EtagMismatch(f"the traffic rules of {model} were changed in between; read them again", metadata={"model": model})


def _no_canary(model: str) -> CanaryNotFound:
    return CanaryNotFound(f"{model} has no canary under way", metadata={"model": model})


def _expired(model: str, first: int, last: int) -> EventsExpired:
    said = f"the events of {model} that are kept are {first} to {last}; start again from 0"
    return EventsExpired(said, metadata={"model": model, "first": str(first), "last": str(last)})
