"""The training of `shapes`, a few steps of it. It needs torch, which neither environment has: it runs in one with the group `train` and
pytest, as `python -m pytest --noconftest tests/models/test_shapes_training.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from services.models.shapes import train  # noqa: E402 - imports torch


@pytest.mark.parametrize("name", sorted(train.TASKS))
def test_a_few_steps_make_the_loss_smaller(name: str) -> None:
    torch.manual_seed(0)
    task = train.TASKS[name]()
    random, steps = torch.Generator().manual_seed(0), train.optimisers(task)
    parts = tuple(torch.from_numpy(part) for part in task.made(np.random.default_rng(0)))
    losses = []
    for _ in range(8):
        loss = task.loss(task, parts, random)
        loss.backward()
        for step in steps:
            step.step()
            step.zero_grad()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-2:]) < np.mean(losses[:2])


@pytest.mark.filterwarnings("ignore")  # torch warns of itself, where it compiles and where it exports
def test_what_was_trained_goes_on_and_is_exported(tmp_path: Path) -> None:
    export = pytest.importorskip("services.models.shapes.export", reason="onnx")
    for name in train.TASKS:
        train.train(name, tmp_path, minutes=1e-6, seed=1)
        assert (tmp_path / f"{name}.pt").exists()
    export.export(tmp_path, tmp_path / "onnx")
    assert {file.name for file in (tmp_path / "onnx").iterdir()} == {"text.onnx", "planner.onnx", "painter.onnx"}
