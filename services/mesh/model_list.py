"""`uat models list`: every version of every model that was built, was registered at run time, or is known to Triton."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from google.protobuf import text_format
from inference.grpc_service_pb2 import RepositoryIndexResponse
from inference.model_config_pb2 import ModelConfig, ModelInstanceGroup
from rich.table import Table
from rich.text import Text

from services.mesh import environment
from services.mesh.config import MeshConfig
from services.mesh.model_builds import Target
from services.mesh.parts import triton_client
from services.models import cache, manifest

Index = Sequence[RepositoryIndexResponse.ModelIndex]
READY, UNLOADED, NOT_BUILT, BUILT, NO_TRITON = "READY", "UNLOADED", "not built", "built", "built, no Triton"
OWN, ENGINE, REGISTERED, OUTSIDE = "own", "tensorrt", "registered", "outside"
"""Built by `uat models build`, for TensorRT too; put into the live repository while the mesh ran; known to Triton alone."""
_COLOURS = {READY: "green", UNLOADED: "yellow", "UNAVAILABLE": "red"}
_DEVICES = {
    ModelInstanceGroup.KIND_CPU: "cpu",
    ModelInstanceGroup.KIND_GPU: "gpu",
    ModelInstanceGroup.KIND_AUTO: "gpu, cpu",
    ModelInstanceGroup.KIND_MODEL: "its own",
}


@dataclass(frozen=True)
class Entry:
    """One version of a model; `version` is 0 where there is none yet. `origin` is OWN, ENGINE, REGISTERED or OUTSIDE."""

    name: str
    version: int
    state: str
    origin: str
    task: str = ""
    description: str = ""
    at_start: bool = False
    size_bytes: int = 0
    platform: str = ""
    precision: str = ""
    device: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def to_dict(self) -> dict[str, object]:
        """As JSON values."""
        return asdict(self)


async def look(config: MeshConfig, environ: Mapping[str, str]) -> list[Entry]:
    """All versions, sorted by name and version. Reads only."""
    index = await triton_client.index(environment.triton_url(config))
    return entries(config.root, environment.live_repository(config, environ), index)


def entries(root: Path, live: Path, index: Index | None) -> list[Entry]:
    """The versions in the caches below a root, in a live repository, and in Triton's index, if there is one."""
    states = _states(index)
    found = [*_built(root, states), *_registered(live, states)]
    known = {(entry.name, entry.version) for entry in found}
    found += [
        Entry(_model(name), version, state, OUTSIDE, note=reason)
        for (name, version), (state, reason) in (states or {}).items()
        if version and (_model(name), version) not in known
    ]
    return sorted(found, key=lambda entry: (entry.name, entry.version, entry.origin))


def table(found: Iterable[Entry]) -> Table:
    """As a table for terminals of 100 columns or more, without the notes."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("model", "version", "state", "size", "platform", "precision", "device", "origin", "scores"):
        right = title in ("version", "size")
        shown.add_column(title, justify="right" if right else "left", no_wrap=title in ("model", "state", "size"), overflow="fold")
    for entry in found:
        shown.add_row(
            entry.name,
            str(entry.version or "–"),
            Text(entry.state, style=_COLOURS.get(entry.state, "")),
            f"{entry.size_bytes / 2**20:.1f} MiB" if entry.size_bytes else "–",
            entry.platform or "–",
            entry.precision or "–",
            entry.device or "–",
            entry.origin,
            ", ".join(f"{name} {value:g}" for name, value in entry.scores.items()) or "–",
        )
    return shown


def notes(found: Iterable[Entry]) -> list[str]:
    """Notes on versions, a line each."""
    return [f"{entry.name}{f' {entry.version}' if entry.version else ''}: {' '.join(entry.note.split())}" for entry in found if entry.note]


def _built(root: Path, states: Mapping[tuple[str, int], tuple[str, str]] | None) -> Iterator[Entry]:
    sources, built = cache.sources(), manifest.read(Target.ONNX.cache(root))
    for name, source in sources.items():
        if name not in built:
            how = f"only on demand: uat models build {name}" if source.on_demand else f"uat models build {name}"
            platform, device = _config(source.folder / "config.pbtxt")
            yield Entry(name, 0, NOT_BUILT, OWN, source.task, source.description, platform=platform, device=device, note=how)
    for target in Target:
        for name, model in manifest.read(target.cache(root)).items():
            platform, device = _config(target.cache(root) / "repository" / name / "config.pbtxt")
            for number, version in model.versions.items():
                state, note = _state(states, name, number)
                if target is Target.TENSORRT:
                    state, note = BUILT, "for a Triton with the TensorRT backend, on a GPU like this one's"
                yield Entry(
                    name,
                    number,
                    state,
                    ENGINE if target is Target.TENSORRT else OWN,
                    model.task,
                    model.description,
                    number in model.default_versions,
                    version.size_bytes,
                    platform,
                    version.precision,
                    device,
                    version.scores,
                    note,
                )


def _registered(live: Path, states: Mapping[tuple[str, int], tuple[str, str]] | None) -> Iterator[Entry]:
    """Versions in the live repository that were not built here."""
    built = manifest.read(live.parent)
    for config in sorted(live.glob("*/config.pbtxt")):
        name = config.parent.name
        platform, device = _config(config)
        for folder in sorted(config.parent.iterdir()):
            number = int(folder.name) if folder.name.isdecimal() and folder.is_dir() else 0
            if number and (name not in built or number not in built[name].versions):
                state, note = _state(states, name, number)
                size = manifest.digest(folder)[1]
                yield Entry(_model(name), number, state, REGISTERED, size_bytes=size, platform=platform, device=device, note=note)


def _model(folder: str) -> str:
    """The model's name. ml_inference keeps a registered version in a repository folder of its own, `model@version`."""
    return folder.partition("@")[0]


def _states(index: Index | None) -> dict[tuple[str, int], tuple[str, str]] | None:
    """State and reason of each version; under version 0 those of models of which Triton knows no versions, because none was ever loaded."""
    if index is None:
        return None
    found = {}
    for model in index:
        reason = "" if model.reason in triton_client.UNLOADED else model.reason
        state = UNLOADED if model.state != READY and not reason else model.state
        found[model.name, int(model.version or 0)] = (state, reason)
    return found


def _state(states: Mapping[tuple[str, int], tuple[str, str]] | None, name: str, number: int) -> tuple[str, str]:
    if states is None:
        return NO_TRITON, ""
    if found := states.get((name, number)):
        return found
    if any(known == name for known, _ in states):
        return UNLOADED, ""
    return BUILT, "not in Triton's repository yet: uat restart triton"


def _config(path: Path) -> tuple[str, str]:
    """Platform and device of a config.pbtxt; empty where it can't be read."""
    try:
        config = text_format.Parse(path.read_text(encoding="utf-8"), ModelConfig())
    except (OSError, ValueError, text_format.ParseError):
        return "", ""
    devices = dict.fromkeys(_DEVICES.get(group.kind, "") for group in config.instance_group) or {"gpu, cpu": None}
    return config.platform or config.backend, ", ".join(devices)
