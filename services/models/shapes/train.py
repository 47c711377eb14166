"""Trains `shapes` from nothing: `python -m services.models.shapes.train planner FOLDER`, and `painter`, side by side on a core each.

Scenes are made as they are needed, so none is seen twice. The folder holds `planner.pt` and `painter.pt`, written every few minutes;
started again, a training goes on from there. Muon (Jordan et al., 2024) for the matrices of the layers, AdamW for the rest.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from services.models.shapes import plans, scenes, words
from services.models.shapes.network import COLORS, PLACE, SHAPES, Painter, Planner, TextEncoder

MUON_RATE = 0.01
AVERAGE = 0.998
NO_CAPTION, UNKNOWN_WORD = 0.1, 0.01
KINDS_WEIGHT = 0.3
SAVE_SECONDS = 120.0
Network = Callable[..., Any]


class Task(nn.Module):
    """What is trained: a network with its loss and the batches that it learns from."""

    batch, rate = 0, 0.0
    """How many scenes are learned from at once, and AdamW's rate."""

    @abstractmethod
    def loss(self, network: Network, parts: tuple[Tensor, ...], random: torch.Generator) -> Tensor:
        """`network` is this task, maybe compiled; `parts` are what `made` gave."""

    @staticmethod
    @abstractmethod
    def made(random: np.random.Generator) -> tuple[Any, ...]:
        """A batch as arrays."""


class PlannerTask(Task):
    """From captions to plans."""

    batch, rate = 128, 1e-3

    def __init__(self) -> None:
        super().__init__()
        self.text, self.planner = TextEncoder(words.COUNT), Planner()

    def forward(self, state: Tensor, moment: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As Planner, from word numbers."""
        planned: tuple[Tensor, Tensor, Tensor] = self.planner(state, moment, numbers, self.text(numbers))
        return planned

    def loss(self, network: Network, parts: tuple[Tensor, ...], random: torch.Generator) -> Tensor:
        """The error of the speed along the path, as the predicted plan implies it, and of what the items are said to be."""
        numbers, state, shapes, colors = parts
        moment = torch.rand(len(state), generator=random)
        at = moment[:, None]
        mixed = at * state + (1 - at) * torch.randn(state.shape, generator=random)
        with torch.autocast("cpu", torch.bfloat16):
            clean, shape_scores, color_scores = network(mixed, moment, numbers)
        there = (shapes > 0).float()
        wanted = torch.cat((there.repeat_interleave(PLACE, dim=1), torch.ones(len(state), 1)), dim=1)
        error = ((clean.float() - state) ** 2 * wanted / (1 - at).clamp(min=0.1) ** 2).sum() / wanted.sum()
        told = (numbers[:, 1] != words.NONE).float()[:, None]
        of_shapes = F.cross_entropy(shape_scores.float().transpose(1, 2), shapes, reduction="none")
        of_colors = F.cross_entropy(color_scores.float().transpose(1, 2), colors, reduction="none") * there
        return error + KINDS_WEIGHT * ((of_shapes + of_colors) * told).sum(dim=1).mean()

    @staticmethod
    def made(random: np.random.Generator) -> tuple[Any, ...]:
        """Captions and their plans."""
        drawn = [scenes.sample(random) for _ in range(PlannerTask.batch)]
        numbers = np.stack([words.numbers(scene.caption) for scene in drawn])
        numbers[(random.random(numbers.shape) < UNKNOWN_WORD) & (numbers > words.UNKNOWN) & ~words.telling(numbers)] = words.UNKNOWN
        numbers[random.random(len(drawn)) < NO_CAPTION, 1:] = words.NONE
        return numbers, *(np.stack(part) for part in zip(*(plans.plan(scene) for scene in drawn), strict=True))


class PainterTask(Task):
    """From plans to pictures."""

    batch, rate = 16, 3e-3  # a plan leaves nothing open, so many small steps teach more than few large ones

    def __init__(self) -> None:
        super().__init__()
        self.painter = Painter()

    def forward(self, picture: Tensor, moment: Tensor, state: Tensor, shapes: Tensor, colors: Tensor) -> Tensor:
        """As Painter."""
        painted: Tensor = self.painter(picture, moment, state, shapes, colors)
        return painted

    def loss(self, network: Network, parts: tuple[Tensor, ...], random: torch.Generator) -> Tensor:
        """The error of the speed along the path, as the predicted picture implies it."""
        rendered, state, shapes, colors = parts
        pictures = rendered.permute(0, 3, 1, 2).float() / 127.5 - 1
        moment = torch.sigmoid(torch.randn(len(pictures), generator=random) * 2 - 1.5)
        at = moment[:, None, None, None]
        mixed = at * pictures + (1 - at) * torch.randn(pictures.shape, generator=random)
        one_hot = F.one_hot(shapes, SHAPES).float(), F.one_hot(colors, COLORS).float()
        with torch.autocast("cpu", torch.bfloat16):
            clean = network(mixed, moment, state, *one_hot)
        error: Tensor = ((clean.float() - pictures) ** 2 / (1 - at).clamp(min=0.2) ** 2).mean()
        return error

    @staticmethod
    def made(random: np.random.Generator) -> tuple[Any, ...]:
        """Pictures and their plans."""
        drawn = [scenes.sample(random) for _ in range(PainterTask.batch)]
        pictures = np.stack([scenes.render(scene) for scene in drawn])
        return pictures, *(np.stack(part) for part in zip(*(plans.plan(scene) for scene in drawn), strict=True))


TASKS: dict[str, type[Task]] = {"planner": PlannerTask, "painter": PainterTask}


def batches(name: str, seed: int) -> Iterator[tuple[Tensor, ...]]:
    """Batches of a task, made by a process of its own."""
    context = multiprocessing.get_context("spawn")
    ready = context.Queue(maxsize=8)
    context.Process(target=_make, args=(name, seed, ready), daemon=True).start()
    while True:
        yield tuple(torch.from_numpy(part) for part in ready.get())


def _make(name: str, seed: int, ready: Any) -> None:
    random = np.random.default_rng(seed)
    while True:
        ready.put(TASKS[name].made(random))


def optimisers(task: Task) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for everything else."""
    matrices: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, parameter in task.named_parameters():
        (matrices if parameter.ndim == 2 and "layers." in name else rest).append(parameter)
    return [
        torch.optim.Muon(matrices, lr=MUON_RATE, momentum=0.95, weight_decay=0.01, adjust_lr_fn="original"),
        torch.optim.AdamW(rest, lr=task.rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def train(name: str, folder: Path, minutes: float, seed: int) -> None:
    """Trains until the time is up, earlier runs of the same folder counted in, with a rate that falls to nothing by then."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    task = TASKS[name]()
    average = {name: value.clone() for name, value in task.state_dict().items()}
    steps, used = optimisers(task), 0.0
    rates = [[group["lr"] for group in step.param_groups] for step in steps]
    count, kept = 0, folder / f"{name}.pt"
    folder.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        task.load_state_dict(state["model"])
        average, count, used = state["average"], state["count"], state["used"]
        for step, saved in zip(steps, state["steps"], strict=True):
            step.load_state_dict(saved)
    fast = torch.compile(task)
    random, shown, begun, saved_at = torch.Generator().manual_seed(seed + count), 0.0, time.monotonic(), time.monotonic()
    for parts in batches(name, seed + count):
        spent = used + time.monotonic() - begun
        done = spent / (minutes * 60)
        if done >= 1:
            break
        scale = min(1.0, (count + 1) / 100) * max(0.01, 0.5 + 0.5 * math.cos(math.pi * max(0.0, done - 0.1) / 0.9))
        for step, given in zip(steps, rates, strict=True):
            for group, rate in zip(step.param_groups, given, strict=True):
                group["lr"] = rate * scale
        loss = task.loss(fast, parts, random)
        loss.backward()
        nn.utils.clip_grad_norm_(task.parameters(), 1.0)
        for step in steps:
            step.step()
            step.zero_grad(set_to_none=True)
        keep = min(AVERAGE, (count + 1) / (count + 10))
        with torch.no_grad():
            for key, value in task.state_dict().items():
                average[key].lerp_(value, 1 - keep)
        count += 1
        shown = float(loss.detach()) if count == 1 else shown * 0.98 + float(loss.detach()) * 0.02
        if count % 200 == 0:
            speed = count * task.batch / spent
            print(f"{spent / 60:5.1f} min  step {count}  {speed:.0f} scenes/s  loss {shown:.4f}  rate {scale:.3f}", flush=True)
        if time.monotonic() - saved_at > SAVE_SECONDS:
            saved_at = time.monotonic()
            _save(kept, task, average, steps, count, used + time.monotonic() - begun)
    _save(kept, task, average, steps, count, used + time.monotonic() - begun)


def _save(path: Path, task: Task, average: dict[str, Tensor], steps: list[torch.optim.Optimizer], count: int, used: float) -> None:
    new = path.with_suffix(".new")
    state = {"model": task.state_dict(), "average": average, "steps": [step.state_dict() for step in steps], "count": count, "used": used}
    torch.save(state, new)
    new.replace(path)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("network", choices=sorted(TASKS))
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--minutes", type=float, default=25.0)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    train(asked.network, asked.folder, asked.minutes, asked.seed)
