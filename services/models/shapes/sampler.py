"""From noise to a plan, and from noise and the plan to a picture, for several pictures at once that need not be at the same step.

Each picture's noise comes from its own seed by a generator that counts (Philox), and no row of a batch has to do with another, so a picture
is the same, whichever others are painted with it. This file is copied beside the Triton model and imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Numbers = NDArray[np.int64]
SIZE = 64
PLAN_VALUES, PLAN_STEPS = 10, 40
PLANS, ROOM = 4, 1.0
"""How many plans are tried, and the pixels that must lie between two shapes."""
NOISY = 4.0
"""How much longer the steps of painting stay where there is much noise."""


class Network(Protocol):
    """The trained networks, in whatever form."""

    def read(self, words: Numbers) -> Values:
        """The word vectors of captions: word numbers [B, L] → [B, L, W]."""

    def plan(self, states: Values, times: Values, words: Numbers, captions: Values) -> tuple[Values, Values, Values]:
        """The clean plans that noisy ones [B, 10] seem to hold, and scores of the items' shapes [B, 3, 7] and colours [B, 3, 8]."""

    def clean(self, pictures: Values, times: Values, states: Values, shapes: Values, colors: Values) -> Values:
        """The clean pictures that noisy ones [B, 3, 64, 64] seem to hold at times [B], given their plans."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a picture is to show: where its items lie, and which shape and colour each has, as rows with a single 1."""

    state: Values
    shapes: Values
    colors: Values


@dataclass(slots=True)
class Painting:
    """One picture on its way."""

    plan: Plan
    steps: int
    state: Values
    step: int = 0
    seen: Values | None = None

    @property
    def finished(self) -> bool:
        """Whether the last step is done."""
        return self.step >= self.steps

    def picture(self) -> NDArray[np.uint8]:
        """The picture [64, 64, 3] as it seems to become; after the last step it is what it has become."""
        assert self.seen is not None
        return ((self.seen.transpose(1, 2, 0) + 1) * 127.5 + 0.5).astype(np.uint8)


def begin(network: Network, words: Numbers, against: Numbers, seed: int, steps: int, guidance: float) -> Painting:
    """Plans a picture. `words` and `against` are word numbers [L]: of its caption, and of what its plan is led away from. A plan in which
    shapes lie on each other is made anew from other noise, a few times.
    """
    random = np.random.Generator(np.random.Philox(key=seed))
    for _ in range(PLANS):
        plan = make_plan(network, words, against, random.standard_normal(PLAN_VALUES, np.float32), guidance)
        if apart(plan):
            break
    return Painting(plan, steps, random.standard_normal((3, SIZE, SIZE), np.float32))


def apart(plan: Plan) -> bool:
    """Whether the squares around its shapes leave room between them."""
    x, y, radius = plan.state[:9].reshape(3, 3).T * np.array([[16], [16], [2]], np.float32) + np.array([[0], [0], [9.5]], np.float32)
    there = np.flatnonzero(plan.shapes.argmax(axis=1))
    pairs = [(a, b) for a in there for b in there if a < b]
    return all(max(abs(x[a] - x[b]), abs(y[a] - y[b])) >= radius[a] + radius[b] + ROOM for a, b in pairs)


def make_plan(network: Network, words: Numbers, against: Numbers, state: Values, guidance: float) -> Plan:
    """From noise to a plan. What the items are is read off the caption alone; guidance is about where they lie."""
    rows = words[None] if guidance == 1 else np.stack((words, against))
    captions = network.read(rows)
    seen, shapes, colors = state, np.zeros((0,), np.float32), np.zeros((0,), np.float32)
    for step in range(PLAN_STEPS):
        times = np.full(len(rows), step / PLAN_STEPS, np.float32)
        clean, shape_scores, color_scores = network.plan(np.repeat(state[None], len(rows), axis=0), times, rows, captions)
        seen = clean[0] if guidance == 1 else clean[1] + np.float32(guidance) * (clean[0] - clean[1])
        seen = np.clip(seen, -2, 2.3)
        state = state + (seen - state) / np.float32(PLAN_STEPS - step)
        shapes, colors = _choice(shape_scores[0]), _choice(color_scores[0])
    return Plan(seen, shapes, colors)


def advance(network: Network, paintings: Sequence[Painting]) -> None:
    """Takes each picture, none of them finished, one step further, in one run of the network."""
    rows = network.clean(
        np.stack([painting.state for painting in paintings]),
        np.array([time_of(painting.step, painting.steps) for painting in paintings], np.float32),
        np.stack([painting.plan.state for painting in paintings]),
        np.stack([painting.plan.shapes for painting in paintings]),
        np.stack([painting.plan.colors for painting in paintings]),
    )
    for painting, row in zip(paintings, rows, strict=True):
        seen = np.clip(row, -1, 1)
        now, then = time_of(painting.step, painting.steps), time_of(painting.step + 1, painting.steps)
        painting.state = painting.state + np.float32((then - now) / (1 - now)) * (seen - painting.state)
        painting.seen = seen
        painting.step += 1


def time_of(step: int, steps: int) -> float:
    """How far a picture is before this step: 0 is noise, 1 the picture."""
    even = step / steps
    return even / (even + NOISY * (1 - even))


def _choice(scores: Values) -> Values:
    """The best of each row, as rows with a single 1."""
    best: Values = np.eye(scores.shape[-1], dtype=np.float32)[scores.argmax(axis=-1)]
    return best
