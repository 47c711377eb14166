"""`python -m tests.bench [SECTION|all]`: measures, prints tables with ratios, and writes `.bench/report.json`.

Ends with 1 when something of our own could not be measured, else with 0: an aim that is missed is printed, and is no failure of the bench.
"""

import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType

import click

from tests.bench import edge, load, mock, peers
from tests.bench.edge import Plan, Row
from tests.bench.load import Target
from tests.bench.mesh import Mesh, attached_mesh, running_mesh
from tests.bench.processes import BenchError, only_run, resident_mib
from tests.bench.report import Report

SECTIONS = ("edge", "engine", "cancel", "embeddings", "pictures", "documents")
TOTAL_SECONDS = 840


@click.command()
@click.argument("what", type=click.Choice([*SECTIONS, "all"]), default="all")
@click.option("--rounds", default=3, show_default=True, help="How many turns each gateway gets.")
@click.option("--seconds", default=10.0, show_default=True, help="How long a turn measures.")
@click.option("--warm-up", default=3.0, show_default=True, help="How long a turn warms up.")
@click.option("--connections", default=32, show_default=True, help="How many connections load a gateway.")
@click.option("--mesh", type=click.Path(path_type=Path, file_okay=False), help="For all but edge: the folder of a mesh that is up already.")
@click.option("--peers-only", is_flag=True, help="For edge: leaves us out.")
def main(what: str, rounds: int, seconds: float, warm_up: float, connections: int, mesh: Path | None, peers_only: bool) -> None:
    """Runs the comparisons that WHAT names."""
    plan = Plan(rounds, warm_up, seconds, connections)
    report = Report({name: value for name, value in asdict(plan).items() if name != "deadline"})
    plan = replace(plan, deadline=time.monotonic() + TOTAL_SECONDS - 20)
    wanted = SECTIONS if what == "all" else (what,)
    failed = False
    try:
        with only_run(), bounded(TOTAL_SECONDS), section(report, "the bench"):
            run(report, plan, wanted, mesh, peers_only)
    except BenchError as error:  # before anything ran: the report of the run that is under way stays its own
        print(error, file=sys.stderr)
        sys.exit(1)
    except TimeUpError as error:
        report.faults.append(str(error))
        failed = True
    except KeyboardInterrupt:
        print("\nstopped; everything that was started has been ended.", file=sys.stderr)
        sys.exit(130)
    report.finish()
    sys.exit(1 if failed or any(fault.startswith(("ours", *SECTIONS, "the mesh", "the bench")) for fault in report.faults) else 0)


def run(report: Report, plan: Plan, wanted: tuple[str, ...], folder: Path | None, peers_only: bool) -> None:
    """Runs the wanted sections on one mesh, each failing on its own."""
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(mock.running_mock()) if "edge" in wanted else None
        ours: Mesh | None = None
        try:
            if folder is not None and "edge" not in wanted:
                ours = attached_mesh(folder)
            elif not peers_only:
                ours = stack.enter_context(running_mesh(upstream))
        except BenchError as error:
            report.faults.append(f"the mesh: {error}")
        stack.callback(signal.alarm, 0)  # from here on nothing interrupts the unwinding
        # The edge comes last: before it no peer runs that could take time from the engine.
        if ours and "engine" in wanted:
            with section(report, "engine"):
                run_engine(report, ours)
        if ours and "cancel" in wanted:
            with section(report, "cancel"):
                run_cancel(report, ours)
        if ours and "embeddings" in wanted:
            with section(report, "embeddings"):
                run_embeddings(report, ours)
        if ours and "pictures" in wanted:
            with section(report, "pictures"):
                run_pictures(report, ours)
        if ours and "documents" in wanted:
            with section(report, "documents"):
                run_documents(report, ours)
        if upstream:
            with section(report, "edge"):
                run_edge(report, plan, upstream, ours)


def run_edge(report: Report, plan: Plan, upstream: str, ours: Mesh | None) -> None:
    """Loads the mock itself, the peers that can be had, and us."""
    wrk = load.find_wrk()
    with contextlib.ExitStack() as stack:
        targets = [Target("the mock itself", upstream, mock.MODEL, {"Authorization": "Bearer mock"}, list)]
        for peer in peers.PEERS:
            try:
                targets.append(stack.enter_context(peers.running_peer(peer, upstream)))
            except BenchError as error:
                report.faults.append(str(error))
        us = ours.target() if ours else None
        if us:
            targets.append(us)
        before = ours.usage_rows() if ours else 0
        rows = [Row(target) for target in targets]
        our_row = next((row for row in rows if row.target is us), None)
        usage = None
        try:
            edge.compare(wrk, rows, plan)
            if ours and our_row:
                usage = {"answered": our_row.sent, "recorded": ours.usage_settled(before + our_row.sent) - before}
                report.notes.append(f"ours: the whole mesh, all services and the model, holds {resident_mib(ours.processes()):,.0f} MiB.")
        finally:
            report.edge(rows, our_row, usage)
            done = max(len(row.figures) for row in rows)
            if done < plan.rounds:
                report.notes.append(f"edge: there was time for {done} of {plan.rounds} rounds.")
        for name, aim in (("LiteLLM proxy", 10), ("Portkey gateway", 1.5)):
            report.bar(
                f"edge: requests/s against {name}",
                _ratio(our_row, rows, name),
                aim,
                at_least=True,
                sound=_sound(our_row, rows, name),
                unit="×",
            )


def run_engine(report: Report, ours: Mesh) -> None:
    """Compares the engines."""
    from tests.bench import engine  # needs the generated stubs, which the edge comparison does not

    figures = [comparison.as_json() for comparison in engine.compare(ours)]
    report.engine(figures)
    if (done := min(figure["rounds"] for figure in figures)) < engine.ROUNDS:
        report.notes.append(f"engine: there was time for {done} of {engine.ROUNDS} rounds.")
    for figure in figures:
        streams, sound = f"{figure['streams']} stream(s)", figure["sound"]
        report.bar(f"engine: tokens/s against the raw engine, {streams}", figure["ratio"], 0.95, at_least=True, sound=sound, unit="×")
        report.bar(f"engine: added time to first token, {streams}", figure["added_first_ms"], 10, at_least=False, sound=sound, unit="ms")


def run_cancel(report: Report, ours: Mesh) -> None:
    """Measures cancelling."""
    from tests.bench import cancel

    figure = cancel.measure(ours).as_json()
    report.cancel(figure)
    report.bar("cancel: p99 until the slot is free", figure["p99_ms"], cancel.BAR_MS, at_least=False, sound=figure["sound"], unit="ms")


def run_documents(report: Report, ours: Mesh) -> None:
    """Has documents read, and looks at what memory many pictures leave behind."""
    from tests.bench import documents

    figures = documents.measure(ours).as_json()
    report.told("documents", figures, documents.table(figures))
    report.bar("documents: share of words read", figures["word_share"], 0.95, at_least=True, sound=True)
    report.bar("documents: memory after 300 pictures against 50", figures["growth"], figures["most_growth"], at_least=False, sound=True)


def run_pictures(report: Report, ours: Mesh) -> None:
    """Has pictures painted and holds them against their captions."""
    from tests.bench import pictures

    figures = pictures.measure(ours).as_json()
    report.told("pictures", figures, pictures.table(figures))
    report.bar("pictures: share that match their captions", figures["share"], figures["bar"], at_least=True, sound=True)


def run_embeddings(report: Report, ours: Mesh) -> None:
    """Measures embeddings through ml_inference."""
    from tests.bench import embeddings

    figures = embeddings.measure(ours)
    report.embeddings(figures)
    for figure in figures["throughput"]:
        what, sound = f"batches of {figure['batch']} by {figure['callers']}", figure["sound"]
        report.bar(f"embeddings: texts/s against raw onnxruntime, {what}", figure["ratio"], 0.85, at_least=True, sound=sound, unit="×")
        report.bar(f"embeddings: texts/s int8 against float32, {what}", figure["int8_ratio"], 1, at_least=True, sound=sound, unit="×")
    for added in figures["added"]:
        what = f"embeddings: added p50 over direct Triton, {added['precision']}"
        report.bar(what, added["added_ms"], 1, at_least=False, sound=added["sound"], unit="ms")
    load, int8 = figures["load"], figures["int8"]
    report.bar("embeddings: p99 at half of saturation", load["p99_ms"], 100, at_least=False, sound=load["sound"], unit="ms")
    report.bar("embeddings: cosine of int8 to float32", int8["cosine"], 0.98, at_least=True, sound=True)
    lost = int8["recall_at_1"]["float32"] - int8["recall_at_1"]["int8"]
    report.bar("embeddings: recall@1 lost by int8", lost, 0.05, at_least=False, sound=True)


@contextlib.contextmanager
def section(report: Report, name: str) -> Iterator[None]:
    """Keeps the fault of one section from ending the others."""
    try:
        yield
    except BenchError as error:
        report.faults.append(f"{name}: {error}")


class TimeUpError(Exception):
    """The whole bench took too long."""


@contextlib.contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Ends the block after so many seconds, and on SIGTERM as on Ctrl-C. What is unwound then is not disturbed a second time."""

    def on_alarm(number: int, frame: FrameType | None) -> None:
        raise TimeUpError(f"the bench took longer than {seconds} s and was ended.")

    def on_stop(number: int, frame: FrameType | None) -> None:
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(signal_number, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, on_alarm)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _sound(ours: Row | None, rows: list[Row], name: str) -> bool:
    """Says whether both sides of a ratio were measured with the machine to themselves."""
    return bool(ours and ours.sound and all(row.sound for row in rows if row.target.name == name))


def _ratio(ours: Row | None, rows: list[Row], name: str) -> float | None:
    """Divides our requests/s by those of the peer of that name."""
    theirs = next((row for row in rows if row.target.name == name), None)
    if ours is None or theirs is None:
        return None
    mine, other = ours.median("requests_per_s"), theirs.median("requests_per_s")
    return mine / other if mine and other else None


if __name__ == "__main__":
    main()
