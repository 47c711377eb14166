"""`python -m services.codegen`: `generate` writes gen/, `check` fails when it is stale, `lint` and `breaking` run buf over the contracts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

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


@main.command()
def check() -> None:
    """Fails when gen/ is not what the contracts give."""
    names = stale()
    if names:
        raise click.ClickException(f"gen/ is stale; run `make gen`. Different: {', '.join(names[:10])}")


@main.command()
def lint() -> None:
    """Runs `buf lint` over the contracts."""
    with _image(as_buf_image(compile_image(source_info=True))) as path:
        _buf("lint", path)


@main.command()
@click.option("--against", default="main", help="The git revision whose contracts must not be broken.")
def breaking(against: str) -> None:
    """Runs `buf breaking` against another revision; does nothing where that revision has no contracts yet."""
    shown = subprocess.run(["git", "show", f"{against}:{DESCRIPTORS}"], cwd=ROOT, capture_output=True, check=False)
    if shown.returncode != 0:
        click.echo(f"no contracts at {against}: nothing to break")
        return
    with _image(as_buf_image(compile_image(source_info=True))) as now, _image(shown.stdout) as before:
        _buf("breaking", now, "--against", before, "--exclude-imports")


class _image:
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
