"""The command `uat`: reads arguments, calls one function, prints. An error that a person can mend is one sentence and exit code 1."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import click
from rich.console import Console

from services.mesh import down as downing
from services.mesh import status as statuses
from services.mesh.config import MeshConfig
from services.mesh.errors import MeshError, UnknownName
from services.mesh.supervisor import logs

P = ParamSpec("P")

NOT_READY = 3


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except MeshError as error:
        click.echo(f"uat: {error}", err=True)
        sys.exit(1)


def _friendly(command: Callable[P, None]) -> Callable[P, None]:
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with _one_sentence():
            command(*args, **kwargs)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The local mesh: the real parts and the fifteen services on this machine. State lies in .mesh/ (UAT_MESH_DIR)."""


@main.command()
@click.option("--question/--no-question", default=True, help="Ask a first question when everything is ready.")
@_friendly
def up(question: bool) -> None:
    """Start everything, wait until it is ready, ask a first question. Harmless when it is up: mends what is down."""
    # Not at the top: no command waits for what only another one needs, and the mesh is starting while the rest is imported.
    from services.mesh import up as upping  # noqa: PLC0415
    from services.mesh.progress import Plain, Progress  # noqa: PLC0415

    config = MeshConfig.from_environ(os.environ)
    console = Console()
    say = Plain(console).line
    try:
        with _models_built(config, say) as built:
            was_up = upping.bring_up(config, os.environ, Progress(console))
    except KeyboardInterrupt:
        click.echo("uat: stopped waiting; the mesh goes on starting. See `uat status`, end it with `uat down`.", err=True)
        sys.exit(130)
    from services.mesh import environment, secrets  # noqa: PLC0415
    from services.mesh.welcome import welcome  # noqa: PLC0415

    status = statuses.look(config)
    count = len(status.state.processes) if status.state else 0
    say(f"{'Already up' if was_up else 'Up'}: {count} of {count} ready, the edge is {config.edge_url}")
    if was_up and built:
        say("Triton goes on with the models it had: uat restart triton")
    for line in _broken_models(config):
        say(f"warning: {line}. See `uat logs triton`.")
    known = secrets.load_or_make(config.paths.secrets)
    password = environment.auth_settings(known, os.environ)[secrets.AUTH_PASSWORD]
    welcome(config.edge_url, config.paths.shell, password, console, ask=question)


@contextmanager
def _models_built(config: MeshConfig, say: Callable[[str], None]) -> Iterator[list[str]]:
    """Has the models built that are missing, beside what happens inside; gives which those were. Without Triton it says why, once."""
    from services.mesh import model_builds as building  # noqa: PLC0415
    from services.mesh.errors import BinaryMissing  # noqa: PLC0415
    from services.mesh.parts import triton_wheel  # noqa: PLC0415

    if config.external.triton:
        yield []
        return
    try:
        wheel = triton_wheel.find(config.root)
    except BinaryMissing as missing:
        say(f"warning: {missing} The mesh starts without Triton.")
        yield []
        return
    with building.built_beside(config.root, wheel, say, os.environ) as built:
        yield built


def _broken_models(config: MeshConfig) -> Sequence[str]:
    import asyncio  # noqa: PLC0415

    from services.mesh.environment import triton_url  # noqa: PLC0415
    from services.mesh.parts import triton_client  # noqa: PLC0415

    return asyncio.run(triton_client.broken_models(triton_url(config)))


@main.command()
@_friendly
def down() -> None:
    """Stop everything and wait until it is gone; data stays. Harmless when nothing is up."""
    was_up = downing.take_down(MeshConfig.from_environ(os.environ))
    click.echo("Down." if was_up else "Nothing was up.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_friendly
def status(as_json: bool) -> None:
    """Show every part. Exit code 0 when all are ready, 3 when not."""
    found = statuses.look(MeshConfig.from_environ(os.environ))
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    elif found.state is None:
        click.echo("The mesh is not up: start it with `uat up`.")
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(found.to_table())
        if found.state.fatal:
            click.echo(f"The last start failed: {found.state.fatal}")
    sys.exit(0 if found.ready else NOT_READY)


@main.command(name="logs")
@click.argument("name")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@click.option("-n", "--lines", default=50, show_default=True, type=click.IntRange(0), help="How many of the last lines to show.")
@_friendly
def show_logs(name: str, follow: bool, lines: int) -> None:
    """Show the log of one part or service, or of `supervisor` and `migrate`."""
    paths = MeshConfig.from_environ(os.environ).paths
    log = paths.log(name)
    if not log.exists():
        known = sorted(file.stem for file in paths.logs.glob("*.log"))
        raise UnknownName(f"There is no log of {name!r}. There are: {', '.join(known) or 'none yet'}.")
    for line in logs.tail(log, lines):
        click.echo(line)
    if follow:
        try:
            for text in logs.follow(log):
                click.echo(text, nl=False)
        except KeyboardInterrupt:
            sys.exit(130)


@main.group()
def models() -> None:
    """The models that Triton serves: build them, and see which there are."""


@models.command(name="build")
@click.argument("names", nargs=-1)
@click.option("--force", is_flag=True, help="Build anew what is up to date, too.")
@click.option("--target", type=click.Choice(["onnx", "tensorrt"]), default="onnx", show_default=True, help="What runs them.")
@click.option("--int8", is_flag=True, help="With --target tensorrt: a version in int8 as well.")
@_friendly
def build_models(names: tuple[str, ...], force: bool, target: str, int8: bool) -> None:
    """Build what is missing or out of date: the models of these NAMES, or all but those that are built on demand only."""
    from services.mesh import model_builds as building  # noqa: PLC0415
    from services.mesh.parts import triton_wheel  # noqa: PLC0415

    config = MeshConfig.from_environ(os.environ)
    wheel = triton_wheel.find(config.root)
    if target == building.Target.TENSORRT:
        building.build_engines(config.root, wheel, click.echo, names, int8=int8, environ=os.environ)
        click.echo(f"The engines are in {building.Target.TENSORRT.cache(config.root) / 'repository'}.")
    elif not building.ensure(config.root, wheel, click.echo, names, force=force, environ=os.environ):
        click.echo("All of them are up to date.")
    elif statuses.look(config).up and not config.external.triton:
        click.echo("Triton goes on with what it had: uat restart triton.")


@models.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_friendly
def list_models(as_json: bool) -> None:
    """Show each model with each of its versions, and what Triton says of it."""
    import asyncio  # noqa: PLC0415

    from services.mesh import model_list  # noqa: PLC0415

    found = asyncio.run(model_list.look(MeshConfig.from_environ(os.environ), os.environ))
    if as_json:
        click.echo(json.dumps([entry.to_dict() for entry in found], indent=2))
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(model_list.table(found))
        for line in model_list.notes(found):
            click.echo(line)


@main.command()
@click.argument("name")
@_friendly
def restart(name: str) -> None:
    """Stop one part or service gently and start it anew; wait until it is ready."""
    process = downing.restart(MeshConfig.from_environ(os.environ), name)
    click.echo(f"{name} is ready again, process {process.pid}.")
