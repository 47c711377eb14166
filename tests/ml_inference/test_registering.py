"""Versions that come in from outside, over gRPC, on the whole service."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.kit.triton.client import arrays
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from services.models import live_repository, manifest
from tests.ml_inference.whole import BROKEN, CONFIG, READY, TRIPLES, House, Replica, house, sha256, version_folder
from tests.waiting import soon

X = np.array([[1, 2]], np.float32)


@pytest.fixture(scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("registering"), postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        yield made


@pytest.fixture(scope="module")
async def replica(shared: House) -> AsyncIterator[Replica]:
    async with shared.replica(source_hosts=("models.example",)) as made:
        yield made


async def register(replica: Replica, model: str, source: str, digest: str, **fields: Any) -> model_pb2.ModelVersion:
    found = await replica.call("RegisterModelVersion", model_name=model, source_uri=source, sha256=digest, **fields)
    return found.version  # type: ignore[no-any-return]


async def refusal(replica: Replica, model: str, source: str, digest: str = "0" * 64, **fields: Any) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await register(replica, model, source, digest, **fields)
    return reason_of(error), str(error.value.details())


async def test_a_registered_version_is_loaded_and_answers_beside_the_built_ones(shared: House, replica: Replica) -> None:
    digest = version_folder(shared.imports / "triples")
    version = await register(
        replica, "echo", "file:triples", digest, precision="fp32", scores={"recall@1": 0.9}, labels={"by": "me"}, request_id="r1"
    )
    assert (version.version, version.state, version.platform, version.precision) == ("4", model_pb2.MODEL_STATE_UNLOADED, "python", "fp32")
    assert (dict(version.scores), dict(version.labels), version.sha256) == ({"recall@1": 0.9}, {"by": "me"}, digest)
    assert version.config.name == "echo"
    assert not version.HasField("load_time")
    assert (await replica.infer("echo", x=X)).model_version == "3", "it gets no traffic before it is loaded"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.infer("echo", "4", x=X)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")

    loaded = (await replica.call("LoadModel", model_name="echo", version="4")).version
    assert (loaded.state, loaded.device) == (READY, "cpu")
    assert loaded.HasField("load_time")
    response = await replica.infer("echo", x=X)
    assert (response.model_name, response.model_version, arrays(response)["y"].tolist()) == ("echo", "4", [[3, 6]])
    assert arrays(await replica.infer("echo", "3", x=X))["y"].tolist() == [[2, 3]]
    assert (await replica.call("LoadModel", model_name="echo", version="4")).version.state == READY
    about = oip.ModelStatisticsRequest(name="echo", version="4")

    async def counted() -> bool:  # Triton answers first, and counts then
        stats = (await replica.oip.ModelStatistics(about, metadata=replica.user)).model_stats
        return [(s.name, s.version, s.inference_count > 0) for s in stats] == [("echo", "4", True)]

    await soon(counted)

    same = await register(
        replica, "echo", "file:triples", digest, precision="fp32", scores={"recall@1": 0.9}, labels={"by": "me"}, request_id="r1"
    )
    assert same.version == "4"
    assert (await refusal(replica, "echo", "file:triples", digest, request_id="r1"))[0] == "REQUEST_ID_REUSED"
    assert (await register(replica, "echo", "file:triples", digest, version="4")).version == "4"
    assert [v.version for v in (await replica.call("ListModelVersions", model_name="echo")).versions] == ["4", "3", "2", "1"]

    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("DeleteModelVersion", model_name="echo", version="4")
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "VERSION_IN_USE")
    await replica.call("UnloadModel", model_name="echo", version="4")
    await replica.call("DeleteModelVersion", model_name="echo", version="4")
    await replica.call("DeleteModelVersion", model_name="echo", version="4")
    assert not (shared.triton.repository / "echo@4").exists()
    assert not list((shared.triton.repository.parent / "incoming").glob("*"))


async def test_repeated_requests_register_one_version_also_at_once_and_after_a_caller_that_went_away(
    shared: House, replica: Replica
) -> None:
    digest = version_folder(shared.imports / "repeated")
    work = [asyncio.create_task(register(replica, "repeated", "file:repeated", digest, request_id="at once")) for _ in range(4)]
    assert {version.version for version in await asyncio.gather(*work)} == {"1"}
    gone = asyncio.create_task(register(replica, "repeated", "file:repeated", digest, request_id="gone"))
    await soon(lambda: list((shared.triton.repository.parent / "incoming").glob("*")) or gone.done())
    gone.cancel()
    assert (await register(replica, "repeated", "file:repeated", digest, request_id="gone")).version == "2"
    async with shared.replica(wait=False) as other:
        work = [
            asyncio.create_task(register(one, "repeated", "file:repeated", digest, request_id="two replicas")) for one in (replica, other)
        ]
        assert {version.version for version in await asyncio.gather(*work)} == {"3"}
    assert [v.version for v in (await replica.call("ListModelVersions", model_name="repeated")).versions] == ["3", "2", "1"]
    other_digest = version_folder(shared.imports / "repeated_other", TRIPLES + "# other\n")
    models = ("repeated", "repeated_too")
    both = [asyncio.create_task(register(replica, model, "file:repeated_other", other_digest, request_id="two models")) for model in models]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AioRpcError", "ModelVersion"]


async def test_a_version_may_take_other_inputs_than_its_siblings(shared: House, replica: Replica) -> None:
    code = TRIPLES.replace('"x")', '"z")')
    digest = version_folder(shared.imports / "other", code, "")
    config = model_config_pb2.ModelConfig(backend="python", max_batch_size=2)
    config.input.add(name="z", data_type=model_config_pb2.TYPE_FP32, dims=[-1])
    config.output.add(name="y", data_type=model_config_pb2.TYPE_FP32, dims=[-1])
    version = await register(replica, "echo", "file:other", digest, version="9", config=config)
    loaded = (await replica.call("LoadModel", model_name="echo", version="9")).version
    assert (version.version, loaded.state) == ("9", READY)
    assert arrays(await replica.infer("echo", "9", z=X))["y"].tolist() == [[3, 6]]
    assert arrays(await replica.infer("echo", "1", x=X))["y"].tolist() == [[1, 2]]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.infer("echo", "9", x=X)
    assert reason_of(error) == "TENSOR_MISMATCH"
    await replica.call("UnloadModel", model_name="echo", version="9")


def _tar(path: Path, add: Callable[[tarfile.TarFile], None]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        add(archive)
    return path


def _entry(name: str, content: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, io.BytesIO(content)


async def test_archives_hold_the_content_of_a_versions_folder(shared: House, replica: Replica) -> None:
    def add(archive: tarfile.TarFile) -> None:
        archive.addfile(*_entry("model.py", TRIPLES.encode()))
        archive.addfile(*_entry("config.pbtxt", CONFIG.encode()))
        archive.addfile(*_entry("./words/list.txt", b"one"))

    tar = _tar(shared.imports / "a.tar.gz", add)
    packed = shared.imports / "a.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.py", TRIPLES)
        archive.writestr("config.pbtxt", CONFIG)
        archive.writestr("words/list.txt", "one")
    first = await register(replica, "packed", "file:a.tar.gz", sha256(tar), task=model_pb2.MODEL_TASK_CLASSIFICATION)
    assert (await register(replica, "packed", "file:a.zip", sha256(packed), version="1")).version == first.version == "1"
    assert (shared.triton.repository / "packed@1" / "1" / "words" / "list.txt").read_text() == "one"
    assert (await replica.call("LoadModel", model_name="packed", version="1")).version.state == READY
    assert arrays(await replica.infer("packed", x=X))["y"].tolist() == [[3, 6]]
    assert (await replica.call("GetModel", model_name="packed")).model.task == model_pb2.MODEL_TASK_CLASSIFICATION
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("more.txt", "two")
    reason, _ = await refusal(replica, "packed", "file:a.zip", sha256(packed), version="1")
    assert reason == "VERSION_EXISTS"


async def test_a_digest_that_does_not_fit_is_refused_and_leaves_nothing(shared: House, replica: Replica) -> None:
    version_folder(shared.imports / "unfit")
    reason, said = await refusal(replica, "unfit", "file:unfit", "0" * 64)
    assert reason == "DIGEST_MISMATCH"
    assert "0" * 64 in said
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("GetModel", model_name="unfit")
    assert reason_of(error) == "MODEL_NOT_FOUND"


async def test_no_path_leads_out_of_the_import_folder(shared: House, replica: Replica, tmp_path: Path) -> None:
    outside = version_folder(tmp_path / "outside")
    (shared.imports / "link").symlink_to(tmp_path / "outside")
    (shared.imports / "holds_link").mkdir()
    (shared.imports / "holds_link" / "model.py").symlink_to("/etc/passwd")
    (shared.imports / "holds_folder_link").mkdir()
    (shared.imports / "holds_folder_link" / "f").symlink_to("/etc")
    (shared.imports / "pipe").mkdir()
    os.mkfifo(shared.imports / "pipe" / "model.py")
    sources = [
        f"file:{tmp_path}/outside",
        f"file://{tmp_path}/outside",
        "file:../outside",
        "file:x/../../outside",
        "file:%2e%2e/outside",
        "file:link",
        "file:link/model.py",
        "file:holds_link",
        "file:holds_folder_link",
        "file:pipe",
        "file:pipe/model.py",
        "file:",
        "file:.",
        "file:nobody",
        "file://elsewhere/x",
        "http://models.example/a.zip",
        "https://other.example/a.zip",
        "https://me@models.example/a.zip",
        "https://models.example:444/a.zip",
        "s3://bucket/a.zip",
        "ftp://models.example/a.zip",
        "nonsense",
    ]
    for source in sources:
        assert (await refusal(replica, "escape", source, outside))[0] == "SOURCE_REFUSED", source


async def test_archives_with_tricks_are_refused(shared: House, replica: Replica) -> None:
    bombs = shared.imports

    def zeros(archive: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("model.py")
        info.size = 200 * 1024 * 1024
        archive.addfile(info, _Zeros())

    def many(archive: tarfile.TarFile) -> None:
        for number in range(10_001):
            archive.addfile(*_entry(f"{number}"))

    def long_header(archive: tarfile.TarFile) -> None:
        archive.format = tarfile.PAX_FORMAT
        archive.addfile(*_entry("model.py", b"", pax_headers={"comment": "x" * 2_000_000}))

    tricks = {
        "up": lambda a: a.addfile(*_entry("../model.py", b"x")),
        "absolute": lambda a: a.addfile(*_entry("/model.py", b"x")),
        "link": lambda a: a.addfile(*_entry("model.py", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
        "hard": lambda a: a.addfile(*_entry("model.py", type=tarfile.LNKTYPE, linkname="/etc/passwd")),
        "device": lambda a: a.addfile(*_entry("model.py", type=tarfile.CHRTYPE)),
        "twice": lambda a: [a.addfile(*_entry("model.py", b"x")), a.addfile(*_entry("model.py", b"y"))],
        "under_file": lambda a: [a.addfile(*_entry("model.py", b"x")), a.addfile(*_entry("model.py/x", b"y"))],
        "bomb": zeros,
        "many": many,
        "long_header": long_header,
    }
    for name, add in tricks.items():
        path = _tar(bombs / f"{name}.tar.gz", add)
        reason, said = await refusal(replica, "trick", f"file:{name}.tar.gz", sha256(path))
        assert reason == "SOURCE_REFUSED", (name, said)

    for name, entry in (("up", "../model.py"), ("absolute", "/model.py"), ("windows", "a\\..\\model.py")):
        path = bombs / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(entry, "x")
        assert (await refusal(replica, "trick", f"file:{name}.zip", sha256(path)))[0] == "SOURCE_REFUSED", name
    link, bomb, junk, cut = bombs / "link.zip", bombs / "bomb.zip", bombs / "junk.zip", bombs / "cut.tar.gz"
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("model.py")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.py", bytes(200 * 1024 * 1024))
    junk.write_bytes(b"junk")
    cut.write_bytes((bombs / "many.tar.gz").read_bytes()[:3000])
    for path in (link, bomb, junk, cut):
        assert (await refusal(replica, "trick", f"file:{path.name}", sha256(path)))[0] == "SOURCE_REFUSED", path.name
    assert not [m.name for m in (await replica.call("ListModels")).models if m.name == "trick"]
    assert not list((shared.triton.repository.parent / "incoming").glob("*"))


class _Zeros(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        return bytes(size)


async def test_a_version_that_cannot_be_loaded_says_why_in_the_backends_words_and_harms_nobody(shared: House, replica: Replica) -> None:
    digest = version_folder(shared.imports / "broken", BROKEN)
    version = await register(replica, "echo", "file:broken", digest)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("LoadModel", model_name="echo", version=version.version)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "LOAD_FAILED")
    assert "no wish to be loaded" in error.value.details()
    failed = await replica.version("echo", version.version)
    assert failed.state == model_pb2.MODEL_STATE_FAILED
    assert "no wish to be loaded" in failed.error.message
    assert (await replica.infer("echo", x=X)).model_version == "3"
    assert await replica.all_ready()
    await replica.call("DeleteModelVersion", model_name="echo", version=version.version)


async def test_files_that_were_touched_after_registration_are_not_loaded(shared: House, replica: Replica) -> None:
    digest = version_folder(shared.imports / "touched")
    await register(replica, "touched", "file:touched", digest)
    (shared.triton.repository / "touched@1" / "1" / "model.py").write_text(TRIPLES + "\n# touched\n")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("LoadModel", model_name="touched", version="1")
    assert reason_of(error) == "DIGEST_MISMATCH"
    assert await replica.state("touched", "1") == "FAILED"
    await replica.call("DeleteModelVersion", model_name="touched", version="1")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("GetModel", model_name="touched")
    assert reason_of(error) == "MODEL_NOT_FOUND", "the model goes with its last version"


async def test_another_replica_knows_a_version_at_once_and_it_outlives_both(shared: House, replica: Replica) -> None:
    digest = version_folder(shared.imports / "lasting")
    async with shared.replica(read_seconds=60.0) as other:
        await register(replica, "lasting", "file:lasting", digest)
        await soon(lambda: _knows(other, "lasting"))
        assert (await other.call("LoadModel", model_name="lasting", version="1")).version.state == READY
        await soon(lambda: _is_ready(replica, "lasting"), 10)
        assert arrays(await replica.infer("lasting", x=X))["y"].tolist() == [[3, 6]]
    async with shared.replica() as later:
        assert arrays(await later.infer("lasting", x=X))["y"].tolist() == [[3, 6]]
        await later.call("UnloadModel", model_name="lasting", version="1")


async def _knows(replica: Replica, model: str) -> bool:
    return any(m.name == model for m in (await replica.call("ListModels")).models)


async def _is_ready(replica: Replica, model: str) -> bool:
    return list((await replica.call("GetModel", model_name=model)).model.ready_versions) == ["1"]


async def test_answers_of_a_deleted_version_are_not_those_of_its_successor(shared: House, replica: Replica) -> None:
    settings = model_pb2.ModelSettings(response_cache=model_pb2.ResponseCacheSettings(enabled=True))
    answers = []
    for factor in ("3", "5"):
        digest = version_folder(shared.imports / f"times{factor}", TRIPLES.replace("* 3", f"* {factor}"))
        await register(replica, "times", f"file:times{factor}", digest, version="1")
        await replica.call("UpdateModel", model=model_pb2.Model(name="times", settings=settings))
        await replica.call("LoadModel", model_name="times", version="1")
        answers += [arrays(await replica.infer("times", x=X))["y"].tolist() for _ in range(2)]
        await replica.call("UnloadModel", model_name="times", version="1")
        await replica.call("DeleteModelVersion", model_name="times", version="1")
    assert answers == [[[3, 6]], [[3, 6]], [[5, 10]], [[5, 10]]]


async def test_what_is_built_while_the_service_runs_is_taken_in(shared: House, replica: Replica) -> None:
    cache = shared.triton.cache
    models = manifest.read(cache)
    folder = cache / "repository" / "sleeper" / "2"
    shutil.copytree(cache / "repository" / "sleeper" / "1", folder)
    digest, size = manifest.digest(folder)
    sleeper = models["sleeper"]
    versions = {**sleeper.versions, 2: manifest.Built(digest, "int8", "python", size, {"recall@1": 0.5})}
    manifest.write(cache, {**models, "sleeper": dataclasses.replace(sleeper, versions=versions)})
    live_repository.link(cache, shared.triton.repository)
    await soon(lambda: _has(replica, "sleeper", "2"))
    assert dict((await replica.version("sleeper", "2")).scores) == {"recall@1": 0.5}
    assert (await replica.call("LoadModel", model_name="sleeper", version="2")).version.state == READY
    manifest.write(cache, models)
    live_repository.link(cache, shared.triton.repository)
    await soon(lambda: _lacks(replica, "sleeper", "2"))


async def _has(replica: Replica, model: str, version: str) -> bool:
    return version in {v.version for v in (await replica.call("ListModelVersions", model_name=model)).versions}


async def _lacks(replica: Replica, model: str, version: str) -> bool:
    return not await _has(replica, model, version)
