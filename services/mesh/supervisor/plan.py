"""The shape of a mesh: what starts beside what, and after what."""

from __future__ import annotations

from dataclasses import dataclass

from services.mesh.parts.external import ExternalServer
from services.mesh.parts.part import Part
from services.mesh.supervisor.child import Command
from services.mesh.supervisor.state import Kind


@dataclass(frozen=True)
class Stage:
    """Processes that start side by side. With `required` the start of the mesh ends when one of them can't be had; with `beside` the

    next step doesn't wait for them.
    """

    kind: Kind
    parts: tuple[Part | ExternalServer, ...]
    required: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Job:
    """A command that must end well before the next stage."""

    name: str
    command: Command
    limit_s: float = 100.0


@dataclass(frozen=True)
class Plan:
    """The mesh, in the order in which it starts; it stops in the reverse."""

    steps: tuple[Stage | Job, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The steps that are processes which stay."""
        return tuple(step for step in self.steps if isinstance(step, Stage))
