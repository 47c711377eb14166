"""Traffic rules: validation, defaults, and the changes that a canary makes to them. Pure functions on the contract's messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from uat.ml_inference.v1 import traffic_pb2

from services.kit.errors import FieldViolation
from services.kit.sliding_window import Counts
from services.kit.times import duration, timestamp
from services.ml_inference.errors import TrafficInvalid, VersionNotFound, VersionNotReady

SELF = "ml_inference"
"""`updated_by` of rules that the service itself changed."""

TOLERANCE = 0.001
"""The default relative difference up to which numbers of a shadow copy count as equal."""
_STAGES = (1, 5, 25, 50)
_HOLD, _STAGE_REQUESTS = timedelta(minutes=10), 100
_INCREASE, _RATIO, _WINDOW, _MIN_REQUESTS = 0.01, 1.5, timedelta(minutes=1), 20
LIVE = (traffic_pb2.CANARY_STATE_RUNNING, traffic_pb2.CANARY_STATE_PASSED)
"""The states in which a canary gets requests."""
UNDER_WAY = (traffic_pb2.CANARY_STATE_WAITING, *LIVE)
"""The states of a canary that is neither promoted nor rolled back."""


def complete(
    requested: traffic_pb2.Traffic, current: traffic_pb2.Traffic | None, known: Collection[str], ready: Sequence[str], now: datetime
) -> traffic_pb2.Traffic:
    """The rules to store in place of the `current` ones. `ready` is highest first. Raises TrafficInvalid, VersionNotFound or
    VersionNotReady, with the field.

    An unchanged canary keeps its progress. One that was rolled back or promoted starts again, unless the request carries its status, which
    it does when a caller read the rules, changed something else, and writes them back.
    """
    rules = traffic_pb2.Traffic()
    rules.CopyFrom(requested)
    for name in ("etag", "update_time", "updated_by"):
        rules.ClearField(name)
    rules.stickiness = rules.stickiness or traffic_pb2.STICKINESS_TENANT
    if rules.HasField("shadow") and not rules.shadow.HasField("tolerance"):
        rules.shadow.tolerance = TOLERANCE
    if rules.HasField("canary"):
        _set_canary_defaults(rules, ready)
        _start(rules, requested, current, ready, now)
    _check(rules, known, ready)
    return rules


def stage_entered(rules: traffic_pb2.Traffic, stage: int, now: datetime) -> traffic_pb2.Traffic:
    """The rules with the canary in a stage, or past the last one."""
    changed = _copy(rules)
    status = changed.canary.status
    status.reason = ""
    if stage == len(changed.canary.stages):
        status.state = traffic_pb2.CANARY_STATE_PASSED
        status.reason = "it passed every stage and waits for PromoteCanary"
        return changed
    status.state, status.stage, status.weight = traffic_pb2.CANARY_STATE_RUNNING, stage, changed.canary.stages[stage].weight
    status.stage_time.CopyFrom(timestamp(now))
    return changed


def promoted(rules: traffic_pb2.Traffic) -> traffic_pb2.Traffic:
    """The rules with all of `splits` given to the canary."""
    changed = _copy(rules)
    del changed.splits[:]
    changed.splits.add(version=changed.canary.version, weight=100)
    changed.canary.status.state, changed.canary.status.weight = traffic_pb2.CANARY_STATE_PROMOTED, 100
    changed.canary.status.reason = ""
    return changed


def rolled_back(rules: traffic_pb2.Traffic, reason: str) -> traffic_pb2.Traffic:
    """The rules with no requests for the canary."""
    changed = _copy(rules)
    changed.canary.status.state, changed.canary.status.weight = traffic_pb2.CANARY_STATE_ROLLED_BACK, 0
    changed.canary.status.reason = reason
    return changed


def with_figures(rules: traffic_pb2.Traffic, status: traffic_pb2.CanaryStatus) -> traffic_pb2.Traffic:
    """Copies the figures of a status into the rules."""
    for name in ("canary", "stable"):
        if status.HasField(name):
            getattr(rules.canary.status, name).CopyFrom(getattr(status, name))
    return rules


def version_figures(version: str, counts: Counts, copies: int = 0, differences: int = 0) -> traffic_pb2.VersionFigures:
    """Counts as the contract has them."""
    median, slowest = counts.quantile(0.5), counts.quantile(0.99)
    return traffic_pb2.VersionFigures(
        version=version,
        requests=counts.requests,
        errors=counts.errors,
        latency_p50=None if median is None else duration(median),
        latency_p99=None if slowest is None else duration(slowest),
        shadow_requests=copies,
        shadow_differences=differences,
    )


def shared(rules: traffic_pb2.Traffic) -> set[str]:
    """The versions that the rules send requests or copies to, now or in a later stage of their canary."""
    found = {s.version for splits in _all_splits(rules) for s in splits if s.weight}
    if rules.HasField("canary") and rules.canary.status.state in UNDER_WAY:
        found.add(rules.canary.version)
    if rules.HasField("shadow"):
        found.add(rules.shadow.version)
    return found


def same(one: traffic_pb2.Traffic, other: traffic_pb2.Traffic) -> bool:
    """Whether two rules are equal but for the canary's progress and the change metadata."""
    return _bare(one) == _bare(other)


def _set_canary_defaults(rules: traffic_pb2.Traffic, ready: Sequence[str]) -> None:
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


def _start(
    rules: traffic_pb2.Traffic, requested: traffic_pb2.Traffic, current: traffic_pb2.Traffic | None, ready: Sequence[str], now: datetime
) -> None:
    """Keeps the canary's progress, or starts it."""
    canary = rules.canary
    if current is not None and current.HasField("canary") and _bare_canary(current.canary) == _bare_canary(canary):
        status = current.canary.status
        if status.state in UNDER_WAY or requested.canary.HasField("status"):
            canary.status.CopyFrom(status)
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
    for index, override in enumerate(rules.tenant_overrides):
        name = f"tenant_overrides[{index}]"
        if override.tenant_id in tenants:
            raise _invalid(f"{name}.tenant_id", f"{override.tenant_id!r} is there twice")
        tenants.add(override.tenant_id)
        _check_splits(f"{name}.splits", override.splits)
    if rules.HasField("canary"):
        _check_canary(rules)
    if rules.HasField("shadow") and any(s.version == rules.shadow.version and s.weight for s in rules.splits):
        raise _invalid("shadow.version", "has a share, and its responses can't be compared with themselves")
    for field, version, serves in _versions(rules):
        if version not in known:
            reason = f"{rules.model_name} has no version {version!r}"
            raise VersionNotFound(reason, fields=[_field(field, reason)], metadata={"model": rules.model_name, "version": version})
        if serves and version not in ready:
            reason = f"version {version} of {rules.model_name} is not ready: load it first"
            raise VersionNotReady(reason, fields=[_field(field, reason)], metadata={"model": rules.model_name, "version": version})


def _check_splits(field: str, splits: Sequence[traffic_pb2.TrafficSplit]) -> None:
    seen: set[str] = set()
    for index, split in enumerate(splits):
        if split.version in seen:
            raise _invalid(f"{field}[{index}].version", f"{split.version!r} is there twice")
        seen.add(split.version)
    total = sum(split.weight for split in splits)
    if splits and total != 100:
        raise _invalid(field, f"the weights sum to {total}, not to 100")


def _check_canary(rules: traffic_pb2.Traffic) -> None:
    canary = rules.canary
    if canary.version == canary.stable_version:
        raise _invalid("canary.version", "is also the stable version")
    weights = {split.version: split.weight for split in rules.splits}
    if canary.status.state in UNDER_WAY:
        if not canary.stable_version:
            raise _invalid("canary.stable_version", "no other version is ready")
        if not weights.get(canary.stable_version):
            raise _invalid("canary.stable_version", "has no share, so there is nothing to compare the canary with")
        if weights.get(canary.version):
            raise _invalid("canary.version", "has a share in `splits`")
    for index in range(1, len(canary.stages)):
        if canary.stages[index].weight <= canary.stages[index - 1].weight:
            raise _invalid(f"canary.stages[{index}].weight", "must be larger than that of the stage before")


def _versions(rules: traffic_pb2.Traffic) -> Iterable[tuple[str, str, bool]]:
    """Every version in the rules: its field, the version, and whether it answers requests."""
    for index, split in enumerate(rules.splits):
        yield f"splits[{index}].version", split.version, split.weight > 0
    for number, override in enumerate(rules.tenant_overrides):
        for index, split in enumerate(override.splits):
            yield f"tenant_overrides[{number}].splits[{index}].version", split.version, split.weight > 0
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


def _invalid(field: str, reason: str) -> TrafficInvalid:
    return TrafficInvalid(f"{field}: {reason}", fields=[_field(field, reason)])


def _field(field: str, reason: str) -> FieldViolation:
    return FieldViolation(f"traffic.{field}", reason)
