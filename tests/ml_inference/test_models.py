"""Models and their versions over gRPC, on the whole service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import numpy as np
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from inference import grpc_service_pb2 as oip
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.kit.triton.client import arrays
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests import small_models
from tests.ml_inference.whole import READY, House, Replica, house


@pytest.fixture(scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("models"), postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        yield made


@pytest.fixture(scope="module")
async def replica(shared: House) -> AsyncIterator[Replica]:
    async with shared.replica() as made:
        yield made


async def test_what_was_built_is_registered_and_ready_by_itself(replica: Replica) -> None:
    models = (await replica.call("ListModels")).models
    assert [m.name for m in models] == sorted(small_models.USUAL)
    echo = next(m for m in models if m.name == "echo")
    assert (echo.task, echo.version_count, list(echo.ready_versions)) == (model_pb2.MODEL_TASK_OTHER, 3, ["3", "2", "1"])
    version = await replica.version("echo", "2")
    assert (version.state, version.platform, version.source_uri, version.device) == (READY, "python", "built:echo", "cpu")
    assert version.config.max_batch_size == 8
    assert version.memory_bytes > 10_000_000
    assert len(version.sha256) == 64
    assert arrays(await replica.infer("echo", x=np.ones((1, 1), np.float32)))["y"].tolist() == [[2.0]]


async def test_settings_change_field_by_field_and_an_old_etag_is_refused(replica: Replica) -> None:
    first = (await replica.call("GetModel", model_name="words")).model
    settings = model_pb2.ModelSettings(pinned=True, queue=model_pb2.QueueSettings(max_size=7, priority_levels=2))
    asked = model_pb2.Model(name="words", description="Speaks loudly.", settings=settings, labels={"team": "a"}, etag=first.etag)
    second = (await replica.call("UpdateModel", model=asked)).model
    assert (second.description, second.settings, dict(second.labels)) == ("Speaks loudly.", settings, {"team": "a"})
    assert second.task == first.task
    assert second.etag != first.etag

    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("UpdateModel", model=asked)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.ABORTED, "ETAG_MISMATCH")

    mask = FieldMask(paths=["settings.queue.max_size", "settings.pinned", "labels"])
    third = (await replica.call("UpdateModel", model=model_pb2.Model(name="words"), update_mask=mask)).model
    assert (third.settings.pinned, third.settings.queue.max_size, third.settings.queue.priority_levels) == (False, 0, 2)
    assert (third.description, dict(third.labels)) == ("Speaks loudly.", {})
    mask = FieldMask(paths=["settings.queue"])
    fourth = (await replica.call("UpdateModel", model=model_pb2.Model(name="words"), update_mask=mask)).model
    assert not fourth.settings.HasField("queue")

    for path in ("name", "ready_versions", "settings.nothing", "etag"):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("UpdateModel", model=model_pb2.Model(name="words"), update_mask=FieldMask(paths=[path]))
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT, path
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("UpdateModel", model=model_pb2.Model(name="nobody", description="x"))
    assert reason_of(error) == "MODEL_NOT_FOUND"


async def test_models_and_versions_are_paged_and_picked(replica: Replica) -> None:
    names, token = [], ""
    while True:
        page = await replica.call("ListModels", page_size=2, page_token=token)
        names += [m.name for m in page.models]
        token = page.next_page_token
        if not token:
            break
    assert names == sorted(small_models.USUAL)
    first = await replica.call("ListModelVersions", model_name="echo", page_size=2)
    rest = await replica.call("ListModelVersions", model_name="echo", page_size=2, page_token=first.next_page_token)
    assert [v.version for v in (*first.versions, *rest.versions)] == ["3", "2", "1"]
    assert not first.versions[0].HasField("config")
    assert not (await replica.call("ListModels", task=model_pb2.MODEL_TASK_RERANKING)).models
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("ListModels", page_token=first.next_page_token)
    assert reason_of(error) == "PAGE_TOKEN_INVALID"
    for method, reason in (("GetModel", "MODEL_NOT_FOUND"), ("ListModelVersions", "MODEL_NOT_FOUND")):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call(method, model_name="nobody")
        assert reason_of(error) == reason
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("GetModelVersion", model_name="echo", version="7")
    assert (reason_of(error), "its versions: 1, 2, 3" in error.value.details()) == ("VERSION_NOT_FOUND", True)


async def test_only_operators_change_models(replica: Replica) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.ml.UnloadModel(pb.UnloadModelRequest(model_name="echo", version="1"), metadata=replica.user)
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert (await replica.ml.ListModels(pb.ListModelsRequest(), metadata=replica.user)).models


async def test_the_protocols_own_load_and_unload_work_on_all_versions(replica: Replica) -> None:
    metadata = replica.operator
    await replica.oip.RepositoryModelUnload(oip.RepositoryModelUnloadRequest(model_name="echo"), metadata=metadata)
    assert not (await replica.call("GetModel", model_name="echo")).model.ready_versions
    await replica.oip.RepositoryModelLoad(oip.RepositoryModelLoadRequest(model_name="echo"), metadata=metadata)
    assert list((await replica.call("GetModel", model_name="echo")).model.ready_versions) == ["3"]
    chosen = oip.RepositoryModelLoadRequest(model_name="echo")
    chosen.parameters["config"].string_param = '{"version_policy": {"specific": {"versions": [1, 2]}}}'
    await replica.oip.RepositoryModelLoad(chosen, metadata=metadata)
    assert list((await replica.call("GetModel", model_name="echo")).model.ready_versions) == ["2", "1"]
    chosen.parameters["config"].string_param = '{"version_policy": {"all": {}}}'
    await replica.oip.RepositoryModelLoad(chosen, metadata=metadata)
    assert list((await replica.call("GetModel", model_name="echo")).model.ready_versions) == ["3", "2", "1"]
    chosen.parameters["file:1/model.py"].string_param = "x"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.oip.RepositoryModelLoad(chosen, metadata=metadata)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_device_that_is_not_there_is_refused_before_anything_moves(replica: Replica) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.call("LoadModel", model_name="echo", version="1", device="gpu9")
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert await replica.state("echo", "1") == "READY"
