"""Progress of a start: a live table on a terminal, otherwise one line for each change."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from services.mesh.supervisor.state import Health, MeshState, ProcessState

COLOURS = {
    Health.READY: "green",
    Health.EXTERNAL: "green",
    Health.STARTING: "yellow",
    Health.RESTARTING: "red",
    Health.FAILED: "bold red",
    Health.WAITING: "bright_black",
    Health.STOPPED: "bright_black",
}
_TROUBLE = (Health.RESTARTING, Health.FAILED, Health.EXTERNAL)
_COLUMNS = 3


@dataclass(frozen=True)
class Plain:
    """Prints lines as they are: without markup, colours or line breaks of its own, so that they can be copied."""

    console: Console

    def line(self, text: str) -> None:
        """One line."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


class Progress:
    """Shows states as they come. Use as a context; showing the same state twice shows it once."""

    def __init__(self, console: Console) -> None:
        """Does not print yet."""
        self._console = console
        self._begun = time.monotonic()
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._seen: dict[str, tuple[Health, str]] = {}

    def __enter__(self) -> Self:
        """Starts the live table."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Ends the live table."""
        if self._live is not None:
            self._live.stop()

    def show(self, state: MeshState) -> None:
        """Shows the changes."""
        if self._live is not None:
            self._live.update(self._table(state), refresh=True)
            return
        for process in state.processes:
            seen = (process.health, _reason(process))
            if process.health is not Health.WAITING and self._seen.get(process.name) != seen:
                self._seen[process.name] = seen
                self._console.print(
                    f"{self._elapsed():5.1f} s  {process.name} {process.health}{_reason(process)}",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )

    def _table(self, state: MeshState) -> Group:
        grid = Table.grid(padding=(0, 3))
        for start in range(0, len(state.processes), _COLUMNS):
            grid.add_row(*(_cell(process) for process in state.processes[start : start + _COLUMNS]))
        ready = sum(process.ready for process in state.processes)
        line = Text(f"{self._elapsed():4.1f} s  {ready} of {len(state.processes)} ready  {state.step}", style="bold")
        return Group(line, grid, *(Text(f"{p.name}{_reason(p)}", style="red") for p in state.processes if _reason(p)))

    def _elapsed(self) -> float:
        return time.monotonic() - self._begun


def _cell(process: ProcessState) -> Text:
    mark = "●" if process.ready else "○"
    return Text.assemble((mark, COLOURS[process.health]), f" {process.name} ", (process.health.value, COLOURS[process.health]))


def _reason(process: ProcessState) -> str:
    return f": {process.error}" if process.error and process.health in _TROUBLE else ""
