"""A plan: the stages of processes and the commands of a mesh, in the order in which they start."""

from __future__ import annotations

from dataclasses import dataclass

from services.mesh.parts.external import ExternalServer
from services.mesh.parts.part import Part
from services.mesh.supervisor.child import Command
from services.mesh.supervisor.state import Kind


@dataclass(frozen=True)
class Stage:
    """Processes that start together. If one of a `required` stage fails to start, the mesh fails to start. The next step doesn't wait for a
    stage that is `beside` it.
    """

    kind: Kind
    parts: tuple[Part | ExternalServer, ...]
    required: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Job:
    """A command that must succeed before the next step."""

    name: str
    command: Command
    limit_s: float = 100.0


@dataclass(frozen=True)
class Plan:
    """The steps in starting order; the mesh stops in reverse order."""

    steps: tuple[Stage | Job, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The steps that are stages."""
        return tuple(step for step in self.steps if isinstance(step, Stage))
