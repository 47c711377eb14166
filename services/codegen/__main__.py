"""`python -m services.codegen`: `generate` writes gen/, `deploy` the cluster's files, `check` fails when either is stale; `lint` and
`breaking` run buf over the contracts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from services.codegen import style
from services.codegen.descriptors import ROOT, CompileError, as_buf_image, compile_image
from services.codegen.generate import generate, stale

BUF = Path(sys.executable).parent / "buf"
DESCRIPTORS = "gen/descriptors/uat.binpb"


@click.group()
def main() -> None:
    """Contracts to code."""


@main.command("generate")
def generate_command() -> None:
    """Writes gen/."""
    generate()


@main.command("deploy")
@click.option("--canary", metavar="SERVICE=PERCENT", help="Writes no file, but prints the service's routes with this share for its canary.")
def deploy_command(canary: str | None) -> None:
    """Writes istio/ and the generated part of the chart."""
    # Not at the top: the stubs that these read may be what `generate` is there to make.
    from services.codegen.deploy import files, traffic  # noqa: PLC0415
    from services.targets import TARGETS  # noqa: PLC0415

    if canary is None:
        files.write()
        return
    name, _, percent = canary.partition("=")
    if name not in TARGETS or not percent.isdecimal() or int(percent) > 100:
        raise click.BadParameter(f"{canary!r}: write, for example, chat=10; services: {', '.join(TARGETS)}", param_hint="--canary")
    click.echo(files.as_yaml([traffic.routes(name, int(percent))]), nl=False)


@main.command()
def check() -> None:
    """Fails when gen/ or the deployment is not what the contracts give."""
    names = stale()
    if names:
        raise click.ClickException(f"stale; run `make gen` and `python -m services.codegen deploy`. Different: {', '.join(names[:10])}")


@main.command()
def lint() -> None:
    """Checks the style of the contracts, by `buf lint` and by the rules of `services.codegen.style`."""
    image = compile_image(source_info=True)
    with _Image(as_buf_image(image)) as path:
        _buf("lint", path)
    found = style.faults(image)
    if found:
        raise click.ClickException("\n".join(["the contracts have faults of style", *found]))


@main.command()
@click.option("--against", default="main", help="The git revision whose contracts must not be broken.")
def breaking(against: str) -> None:
    """Runs `buf breaking` against another revision; does nothing where that revision has no contracts yet."""
    shown = subprocess.run(["git", "show", f"{against}:{DESCRIPTORS}"], cwd=ROOT, capture_output=True, check=False)
    if shown.returncode != 0:
        click.echo(f"no contracts at {against}: nothing to break")
        return
    with _Image(as_buf_image(compile_image(source_info=True))) as now, _Image(shown.stdout) as before:
        _buf("breaking", now, "--against", before, "--exclude-imports")


class _Image:
    """A descriptor set as a file, for as long as buf reads it."""

    def __init__(self, content: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "image.binpb"
        self._path.write_bytes(content)

    def __enter__(self) -> str:
        return str(self._path)

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _buf(*arguments: str) -> None:
    if subprocess.run([BUF, *arguments, "--config", str(ROOT / "buf.yaml")], cwd=ROOT, check=False).returncode != 0:
        raise click.ClickException(f"buf {arguments[0]} found faults")


if __name__ == "__main__":
    try:
        main()
    except CompileError as error:
        raise SystemExit(str(error)) from error
