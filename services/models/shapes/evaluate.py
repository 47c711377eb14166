"""Measures how often pictures match captions never seen in training: `python -m services.models.shapes.evaluate --count 500`.

Runs in Triton's environment or in the one of the training: the network in this process, the checker of `checker`. What scores pictures
made elsewhere, by a Triton for example, runs anywhere. Half of the captions hold
a pair of coloured shapes that training held out, where there are two or more; all are new by their seed. The checker's own accuracy is
measured in the same run: on true renders, which must match, and on those with one thing changed, which must not.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.models.manifest import file_digest
from services.models.shapes import checker, sampler, scenes, words

Pixels = NDArray[np.uint8]
WEIGHTS = Path(__file__).with_name("weights")
SEED = 20_000
"""Of the captions; the training's seeds are small numbers."""
STEPS, GUIDANCE = 12, 2.0
_TOGETHER = 8


@dataclass
class Rates:
    """Shares of pictures that match, with how many there were."""

    matched: int = 0
    count: int = 0

    def add(self, matches: bool) -> None:
        """Counts a picture."""
        self.matched += matches
        self.count += 1

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.matched / self.count if self.count else 0.0


@dataclass
class Result:
    """What was measured: overall and by kind of caption, with how often each complaint came up."""

    overall: Rates = field(default_factory=Rates)
    kinds: dict[str, Rates] = field(default_factory=lambda: defaultdict(Rates))
    complaints: Counter[str] = field(default_factory=Counter)


def captions(count: int, seed: int = SEED) -> list[scenes.Scene]:
    """Scenes with captions that training never saw; every second one of them with a pair that it held out."""
    random = np.random.default_rng(seed)
    return [scenes.sample(random, held_out=number % 2 == 0) for number in range(count)]


def paint(network: sampler.Network, wanted: Sequence[scenes.Scene], steps: int = STEPS, guidance: float = GUIDANCE) -> list[Pixels]:
    """A picture for each caption."""
    pictures: list[Pixels] = []
    for start in range(0, len(wanted), _TOGETHER):
        part = [
            sampler.begin(network, words.numbers(scene.caption), words.numbers(""), seed, steps, guidance)
            for seed, scene in enumerate(wanted[start : start + _TOGETHER], start=start)
        ]
        for _ in range(steps):
            sampler.advance(network, part)
        pictures += [painting.picture() for painting in part]
    return pictures


def score(wanted: Sequence[scenes.Scene], pictures: Sequence[Pixels]) -> Result:
    """Holds pictures against the captions of scenes."""
    result = Result()
    for scene, picture in zip(wanted, pictures, strict=True):
        found = checker.complaints(scene, picture)
        result.overall.add(not found)
        result.kinds[f"{len(scene.items)} shapes" if len(scene.items) > 1 else "1 shape"].add(not found)
        result.kinds["a held-out pair" if scene.held_out else "a new caption"].add(not found)
        if scene.relation:
            result.kinds["with a relation"].add(not found)
        result.complaints.update(found)
    return result


def checker_accuracy(count: int, seed: int = SEED + 1) -> tuple[float, float]:
    """How often the checker accepts true renders, and how often it refuses renders with one thing changed."""
    random = np.random.default_rng(seed)
    accepted, refused = Rates(), Rates()
    for scene in captions(count, seed):
        accepted.add(not checker.complaints(scene, scenes.render(scene)))
        refused.add(bool(checker.complaints(scene, scenes.render(changed(scene, random)))))
    return accepted.share, refused.share


def changed(scene: scenes.Scene, random: np.random.Generator) -> scenes.Scene:
    """A scene that doesn't match its caption any more: a shape has another form or colour, is missing, or stands where it mustn't."""
    items = list(scene.items)
    which = int(random.integers(len(items)))
    item = items[which]
    ways: list[Callable[[], object]] = [
        lambda: items.__setitem__(which, replace(item, shape=str(random.choice([s for s in scenes.SHAPES if s != item.shape])))),
        lambda: items.__setitem__(which, replace(item, color=str(random.choice([c for c in scenes.COLORS if c != item.color])))),
        lambda: items.pop(which),
    ]
    if scene.relation:
        ways.append(lambda: items.__setitem__(slice(None), _swapped(items)))
    while True:
        ways[int(random.integers(len(ways)))]()
        if sorted(i.kind for i in items) != sorted(i.kind for i in scene.items) or items != list(scene.items):
            return replace(scene, items=tuple(items))


def _swapped(items: Sequence[scenes.Item]) -> list[scenes.Item]:
    first, second = items
    return [replace(first, x=second.x, y=second.y), replace(second, x=first.x, y=first.y)]


def main() -> None:
    """Prints one JSON object."""
    from services.models.shapes.onnx_network import OnnxNetwork  # noqa: PLC0415 - not where only `score` is wanted

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--pictures", type=Path, help="writes the pictures there as .npy")
    parser.add_argument("--card", action="store_true", help="writes card.json beside the weights, which a build asks for")
    given = parser.parse_args()
    wanted = captions(given.count)
    pictures = paint(OnnxNetwork(given.weights), wanted, given.steps, given.guidance)
    if given.pictures:
        np.save(given.pictures, np.stack(pictures))
    result, (accepted, refused) = score(wanted, pictures), checker_accuracy(given.count)
    card = {
        "match": round(result.overall.share, 4),
        "count": result.overall.count,
        "steps": given.steps,
        "guidance": given.guidance,
        "by_kind": {kind: [round(rates.share, 4), rates.count] for kind, rates in sorted(result.kinds.items())},
        "complaints": dict(result.complaints.most_common(8)),
        "checker_accepts_true": round(accepted, 4),
        "checker_refuses_changed": round(refused, 4),
        "sha256": {file.name: file_digest(file) for file in sorted(given.weights.glob("*.onnx"))},
    }
    if given.card:
        (given.weights / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
