"""The wire side of vision: one servicer out of the parts that answer documents, pictures and jobs."""

from __future__ import annotations

from typing import Any


class VisionServicer:
    """Answers `uat.vision.v1.VisionService`: each RPC by the part that has a method of its name."""

    def __init__(self, *parts: object) -> None:
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        for part in self._parts:
            if (found := getattr(part, name, None)) is not None:
                return found
        raise AttributeError(name)
