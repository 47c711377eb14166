"""Writes everything under `gen/` from one compiled image, and finds files that are out of date."""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
import tempfile
from pathlib import Path

from services.codegen import openapi
from services.codegen.descriptors import ROOT, VALIDATE, compile_bytes, compile_image, own_files, run_protoc

GEN = ROOT / "gen"
SDK_DOC = '"""The SDK: dataclasses and clients of every contract, async on grpclib and sync on grpcio. Made by betterproto2."""\n'


def generate(out: Path = GEN) -> None:
    """Fills `out` with stubs, the SDK, the descriptor set and the OpenAPI document. What was there is replaced."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "gen"
        fresh.mkdir()
        _stubs(fresh)
        _sdk(fresh)
        _descriptor_set(fresh)
        target = fresh / "openapi" / "openapi.json"
        target.parent.mkdir()
        target.write_text(openapi.render(compile_image(source_info=True)))
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(fresh, out)


def stale() -> list[str]:
    """The files under `gen/`, and of the deployment, that differ from what the contracts give now; empty when all are fresh."""
    from services.codegen.deploy import files  # noqa: PLC0415 - reads the stubs, which may not be there when `generate` runs

    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "gen"
        generate(fresh)
        names = _files(fresh) | _files(GEN)
        return sorted(n for n in names if not _same(fresh / n, GEN / n)) + files.stale()


def _stubs(out: Path) -> None:
    """protobuf classes with .pyi for every file, grpcio stubs with .pyi for the files that hold a service."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where protoc finds its plugins
    run_protoc(f"--python_out={out}", f"--pyi_out={out}", *own_files(), VALIDATE)
    with_services = [f.name for f in compile_image(source_info=False).file if f.service and f.name in own_files()]
    run_protoc(f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}", *with_services)


def _sdk(out: Path) -> None:
    package = out / "uat_sdk"
    package.mkdir()
    run_protoc(f"--python_betterproto2_out={package}", "--python_betterproto2_opt=client_generation=async_sync", *own_files())
    (package / "__init__.py").write_text(SDK_DOC)
    for source in sorted(package.rglob("*.py")):
        source.write_text("\n".join(line.rstrip() for line in source.read_text().splitlines()) + "\n")


def _descriptor_set(out: Path) -> None:
    """One set for Envoy, reflection and `buf breaking`; without comments."""
    folder = out / "descriptors"
    folder.mkdir()
    (folder / "uat.binpb").write_bytes(compile_bytes(source_info=False))


def _files(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def _same(a: Path, b: Path) -> bool:
    return a.exists() and b.exists() and filecmp.cmp(a, b, shallow=False)
