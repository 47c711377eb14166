"""What other replicas counted: they say it every second, and what was not said again for some seconds counts no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from services.ml_inference.routing.canary import Trial
from services.ml_inference.routing.canary_analysis import Whole
from services.ml_inference.routing.windows import Tally

_FRESH = 3.5


class PeerCounts:
    """The newest counts of each replica, by model. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[str, dict[str, tuple[float, Mapping[str, Any]]]] = {}

    @staticmethod
    def packed(windows: Mapping[str, Tally], trial: Trial | None) -> dict[str, Any]:
        """What this replica says to the others."""
        said: dict[str, Any] = {"versions": {version: total.packed() for version, total in windows.items()}}
        if trial is not None:
            said["canary"] = {
                "try": _name(trial),
                "stage": _stage(trial),
                "in_stage": trial.in_stage,
                "whole": astuple(trial.whole),
                "canary": trial.canary.total.packed(),
                "stable": trial.stable.total.packed(),
            }
        return said

    async def take(self, owner: str, model: str, counts: Mapping[str, Any]) -> None:
        """Takes in what a replica said."""
        of_model = self._counts.setdefault(model, {})
        of_model[owner] = self._clock(), counts
        for gone in [name for name, (heard, _) in of_model.items() if self._clock() - heard > _FRESH]:
            del of_model[gone]

    def minute(self, model: str, version: str) -> Tally:
        """What the others counted of a version over the last minute."""
        total = Tally()
        for counts in self._fresh(model):
            if version in counts["versions"]:
                total.add(Tally.unpacked(counts["versions"][version]))
        return total

    def give(self, model: str, trial: Trial) -> None:
        """Gives a try what the others counted of it."""
        canary, stable, whole, in_stage = Tally(), Tally(), Whole(), 0
        for counts in self._fresh(model):
            said = counts.get("canary")
            if said is not None and said["try"] == _name(trial):
                canary.add(Tally.unpacked(said["canary"]))
                stable.add(Tally.unpacked(said["stable"]))
                whole = whole.plus(Whole(*said["whole"]))
                in_stage += said["in_stage"] if said["stage"] == _stage(trial) else 0
        trial.others_canary, trial.others_stable = canary, stable
        trial.others_whole, trial.others_in_stage = whole, in_stage

    def _fresh(self, model: str) -> Iterator[Mapping[str, Any]]:
        now = self._clock()
        return (counts for heard, counts in self._counts.get(model, {}).values() if now - heard <= _FRESH)


def _name(trial: Trial) -> str:
    return f"{trial.version} {trial.rules.status.start_time.ToJsonString()}"


def _stage(trial: Trial) -> str:
    return str(trial.rules.status.stage_time.ToJsonString())
