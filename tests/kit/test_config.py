"""Configuration from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.kit.config import ConfigError, load


@dataclass(frozen=True)
class Example:
    name: str
    size: int = 3
    ratio: float = 0.5
    on: bool = False
    hosts: tuple[str, ...] = ()
    file: Path | None = None


def test_fields_are_read_by_their_types() -> None:
    environ = {"X_NAME": "n", "X_SIZE": "7", "X_RATIO": "0.25", "X_ON": "true", "X_HOSTS": "a, b", "X_FILE": "/tmp/f", "OTHER": "x"}
    assert load(Example, "X_", environ) == Example("n", 7, 0.25, True, ("a", "b"), Path("/tmp/f"))


def test_defaults_hold_and_an_empty_variable_counts_as_unset() -> None:
    assert load(Example, "X_", {"X_NAME": "n", "X_SIZE": ""}) == Example("n")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "X_NAME is not set"),
        ({"X_NAME": "n", "X_SIZE": "many"}, "X_SIZE='many': write a int"),
        ({"X_NAME": "n", "X_ON": "perhaps"}, "X_ON='perhaps': write true or false"),
    ],
)
def test_a_mistake_names_the_variable_and_what_would_be_right(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(Example, "X_", environ)
