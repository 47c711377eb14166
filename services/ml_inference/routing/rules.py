"""What traffic rules may say, and what they become: defaults filled in, a canary begun, moved on, promoted or rolled back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from uat.ml_inference.v1 import traffic_pb2

from services.kit.errors import FieldViolation
from services.kit.times import duration, timestamp
from services.ml_inference.errors import TrafficInvalid, VersionNotFound, VersionNotReady
from services.ml_inference.routing.route_table import LIVE
from services.ml_inference.routing.shadow import TOLERANCE

SELF = "ml_inference"
"""Who changed rules that changed by themselves."""

_STAGES = (1, 5, 25, 50)
_HOLD, _STAGE_REQUESTS = timedelta(minutes=10), 100
_INCREASE, _RATIO, _WINDOW, _MIN_REQUESTS = 0.01, 1.5, timedelta(minutes=1), 20
UNDER_WAY = (traffic_pb2.CANARY_STATE_WAITING, *LIVE)
"""The states of a canary that has not ended."""


def complete(
    asked: traffic_pb2.Traffic, standing: traffic_pb2.Traffic | None, known: Collection[str], ready: Sequence[str], now: datetime
) -> traffic_pb2.Traffic:
    """The rules as they are stored. `ready` is highest first. Raises TrafficInvalid, VersionNotFound or VersionNotReady, with the field.

    A canary that is as it was goes on as it stands. One that was rolled back or promoted begins anew, unless the rules carry its status,
    as they do when somebody read them, changed something else, and sends them back.
    """
    rules = traffic_pb2.Traffic()
    rules.CopyFrom(asked)
    for name in ("etag", "update_time", "updated_by"):
        rules.ClearField(name)
    rules.stickiness = rules.stickiness or traffic_pb2.STICKINESS_TENANT
    if rules.HasField("shadow") and not rules.shadow.HasField("tolerance"):
        rules.shadow.tolerance = TOLERANCE
    if rules.HasField("canary"):
        _complete_canary(rules, ready)
        _begin(rules, asked, standing, ready, now)
    _check(rules, known, ready)
    return rules


def stage_entered(rules: traffic_pb2.Traffic, stage: int, now: datetime) -> traffic_pb2.Traffic:
    """The rules with the canary in a stage, or, after the last one, passed."""
    changed = _copy(rules)
    status = changed.canary.status
    status.reason = ""
    if stage == len(changed.canary.stages):
        status.state = traffic_pb2.CANARY_STATE_PASSED
        status.reason = "it has passed every stage and waits for PromoteCanary"
        return changed
    status.state, status.stage, status.weight = traffic_pb2.CANARY_STATE_RUNNING, stage, changed.canary.stages[stage].weight
    status.stage_time.CopyFrom(timestamp(now))
    return changed


def promoted(rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
    """The rules with all common shares given to the canary."""
    changed = _copy(rules)
    del changed.splits[:]
    changed.splits.add(version=changed.canary.version, weight=100)
    changed.canary.status.state, changed.canary.status.weight = traffic_pb2.CANARY_STATE_PROMOTED, 100
    changed.canary.status.reason = ""
    return changed


def rolled_back(rules: traffic_pb2.Traffic, reason: str) -> traffic_pb2.Traffic:
    """The rules with nothing for the canary."""
    changed = _copy(rules)
    changed.canary.status.state, changed.canary.status.weight = traffic_pb2.CANARY_STATE_ROLLED_BACK, 0
    changed.canary.status.reason = reason
    return changed


def shared(rules: traffic_pb2.Traffic) -> set[str]:
    """The versions that the rules send requests or copies to, or will send them to when their canary goes on."""
    found = {s.version for splits in _all_splits(rules) for s in splits if s.weight}
    if rules.HasField("canary") and rules.canary.status.state in UNDER_WAY:
        found.add(rules.canary.version)
    if rules.HasField("shadow"):
        found.add(rules.shadow.version)
    return found


def same(one: traffic_pb2.Traffic, other: traffic_pb2.Traffic) -> bool:
    """Whether two rules say the same, apart from how far a canary has come and who wrote them when."""
    return _bare(one) == _bare(other)


def _complete_canary(rules: traffic_pb2.Traffic, ready: Sequence[str]) -> None:
    canary = rules.canary
    if not rules.splits and (stable := canary.stable_version or next((v for v in ready if v != canary.version), "")):
        rules.splits.add(version=stable, weight=100)
    if not canary.stable_version and rules.splits:
        canary.stable_version = max(rules.splits, key=lambda split: split.weight).version
    if not canary.stages:
        canary.stages.extend(traffic_pb2.CanaryStage(weight=weight) for weight in _STAGES)
    for stage in canary.stages:
        if not stage.HasField("hold"):
            stage.hold.CopyFrom(duration(_HOLD))
        stage.min_requests = stage.min_requests or _STAGE_REQUESTS
    if not canary.HasField("max_error_rate_increase"):
        canary.max_error_rate_increase = _INCREASE
    if not canary.HasField("max_latency_ratio"):
        canary.max_latency_ratio = _RATIO
    if not canary.HasField("window"):
        canary.window.CopyFrom(duration(_WINDOW))
    canary.min_requests = canary.min_requests or _MIN_REQUESTS


def _begin(
    rules: traffic_pb2.Traffic, asked: traffic_pb2.Traffic, standing: traffic_pb2.Traffic | None, ready: Sequence[str], now: datetime
) -> None:
    """Lets the canary go on, or begins it."""
    canary, carried = rules.canary, asked.canary.HasField("status")
    if standing is not None and standing.HasField("canary") and _bare_canary(standing.canary) == _bare_canary(canary):
        was = standing.canary.status
        if was.state in UNDER_WAY or carried:
            canary.status.CopyFrom(was)
            return
    canary.status.Clear()
    canary.status.start_time.CopyFrom(timestamp(now))
    canary.status.state = traffic_pb2.CANARY_STATE_WAITING
    if canary.version in ready:
        rules.CopyFrom(stage_entered(rules, 0, now))
    else:
        canary.status.reason = f"version {canary.version} is not ready"


def _check(rules: traffic_pb2.Traffic, known: Collection[str], ready: Sequence[str]) -> None:
    _check_splits("splits", rules.splits)
    tenants: set[str] = set()
    for place, override in enumerate(rules.tenant_overrides):
        name = f"tenant_overrides[{place}]"
        if override.tenant_id in tenants:
            raise _invalid(f"{name}.tenant_id", f"{override.tenant_id!r} has shares already")
        tenants.add(override.tenant_id)
        _check_splits(f"{name}.splits", override.splits)
    if rules.HasField("canary"):
        _check_canary(rules)
    if rules.HasField("shadow") and any(s.version == rules.shadow.version and s.weight for s in rules.splits):
        raise _invalid("shadow.version", "has a share already, and its answers can't be compared with its own")
    for field, version, serves in _named(rules):
        if version not in known:
            said = f"{rules.model_name} has no version {version!r}"
            raise VersionNotFound(said, fields=[_field(field, said)], metadata={"model": rules.model_name, "version": version})
        if serves and version not in ready:
            said = f"version {version} of {rules.model_name} is not ready: load it first"
            raise VersionNotReady(said, fields=[_field(field, said)], metadata={"model": rules.model_name, "version": version})


def _check_splits(field: str, splits: Sequence[traffic_pb2.TrafficSplit]) -> None:
    seen: set[str] = set()
    for place, split in enumerate(splits):
        if split.version in seen:
            raise _invalid(f"{field}[{place}].version", f"{split.version!r} is there already")
        seen.add(split.version)
    total = sum(split.weight for split in splits)
    if splits and total != 100:
        raise _invalid(field, f"the weights sum to {total}, not to 100")


def _check_canary(rules: traffic_pb2.Traffic) -> None:
    canary = rules.canary
    if canary.version == canary.stable_version:
        raise _invalid("canary.version", "is the stable version too")
    weights = {split.version: split.weight for split in rules.splits}
    if canary.status.state in UNDER_WAY:
        if not canary.stable_version:
            raise _invalid("canary.stable_version", "there is no other version that is ready")
        if not weights.get(canary.stable_version):
            raise _invalid("canary.stable_version", "has no share, so there is nothing to compare with")
        if weights.get(canary.version):
            raise _invalid("canary.version", "has a share in `splits` already")
    for place in range(1, len(canary.stages)):
        if canary.stages[place].weight <= canary.stages[place - 1].weight:
            raise _invalid(f"canary.stages[{place}].weight", "must be larger than that of the stage before")


def _named(rules: traffic_pb2.Traffic) -> Iterable[tuple[str, str, bool]]:
    """Every version that is named: its field, the version, and whether it answers requests."""
    for place, split in enumerate(rules.splits):
        yield f"splits[{place}].version", split.version, split.weight > 0
    for at, override in enumerate(rules.tenant_overrides):
        for place, split in enumerate(override.splits):
            yield f"tenant_overrides[{at}].splits[{place}].version", split.version, split.weight > 0
    if rules.HasField("canary") and rules.canary.status.state in UNDER_WAY:
        yield "canary.version", rules.canary.version, False
        yield "canary.stable_version", rules.canary.stable_version, False
    if rules.HasField("shadow"):
        yield "shadow.version", rules.shadow.version, False


def _all_splits(rules: traffic_pb2.Traffic) -> Iterable[Sequence[traffic_pb2.TrafficSplit]]:
    return (rules.splits, *(override.splits for override in rules.tenant_overrides))


def _bare(rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
    bare = _copy(rules)
    for name in ("etag", "update_time", "updated_by"):
        bare.ClearField(name)
    if bare.HasField("canary"):
        bare.canary.ClearField("status")
    return bare


def _bare_canary(canary: traffic_pb2.Canary) -> traffic_pb2.Canary:
    bare = traffic_pb2.Canary()
    bare.CopyFrom(canary)
    bare.ClearField("status")
    return bare


def _copy(rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
    copy = traffic_pb2.Traffic()
    copy.CopyFrom(rules)
    return copy


def _invalid(field: str, said: str) -> TrafficInvalid:
    return TrafficInvalid(f"{field}: {said}", fields=[_field(field, said)])


def _field(field: str, said: str) -> FieldViolation:
    return FieldViolation(f"traffic.{field}", said)
