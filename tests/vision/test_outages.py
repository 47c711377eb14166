"""vision while what it stands on is killed, and after many pictures."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.vision.v1 import document_pb2, job_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.triton.blocking import BlockingTriton
from services.kit.triton.client import ModelDied
from services.mesh.parts.runner import running_part
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.vision.errors import ProcessingFailed
from services.vision.recognition.models import OcrModels
from tests.ml_inference import whole
from tests.ports import free_port
from tests.vision import sheets, soak
from tests.vision.house import Ground, House, reason, refused
from tests.waiting import soon


def scan(count: int, words: int = 60) -> bytes:
    pages = [sheets.page(words, seed) for seed in range(count)]
    return sheets.encoded(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)


async def test_a_worker_that_is_killed_under_load_costs_no_request(house: House) -> None:
    content = sheets.encoded(sheets.page(60))
    await house.read(content)
    reads = [asyncio.create_task(house.read(content)) for _ in range(6)]
    killed = 0
    for _ in range(3):
        await asyncio.sleep(0.4)
        for pid in house.workers.pids[:1]:
            os.kill(pid, signal.SIGKILL)
            killed += 1
    outcomes = await asyncio.gather(*reads, return_exceptions=True)
    good = [one for one in outcomes if isinstance(one, document_pb2.Document)]
    assert all(sheets.accuracy(one.text, sheets.words(60)) > 0.95 for one in good)
    told = [reason(one)[0] for one in outcomes if isinstance(one, grpc.aio.AioRpcError)]
    print(f"\n{killed} workers killed: {len(good)} of 6 read, {told}")
    assert len(good) + len(told) == 6
    assert set(told) <= {"PROCESSING_FAILED"}
    assert len(good) >= 4
    assert sheets.accuracy((await house.read(content)).text, sheets.words(60)) > 0.95


async def test_a_model_whose_process_is_killed_is_started_again_and_costs_no_request(
    ground: Ground, tmp_path: Path, triton_wheel_here: Wheel, models_built: Path
) -> None:
    content = sheets.encoded(sheets.page(60))
    parts = (ground.postgres, ground.nats, ground.issuer, ground.identity_folder)
    async with (
        whole.house(tmp_path, *parts, triton_wheel_here, cache=models_built) as below,
        below.replica(),  # ml_inference, which has dead processes started again
        ground.house(below.triton.url) as house,
    ):
        for _ in range(2):
            reads = [asyncio.create_task(house.read(content)) for _ in range(4)]
            await asyncio.sleep(0.6)
            below.kill_process("ocr_recognize")
            assert all(sheets.accuracy(document.text, sheets.words(60)) > 0.95 for document in await asyncio.gather(*reads))


async def test_with_nobody_to_start_a_dead_model_again_requests_are_unavailable_in_time(
    ground: Ground, tmp_path: Path, triton_wheel_here: Wheel, models_built: Path
) -> None:
    content = sheets.encoded(sheets.page(20))
    parts = (ground.postgres, ground.nats, ground.issuer, ground.identity_folder)
    async with whole.house(tmp_path, *parts, triton_wheel_here, cache=models_built) as below, ground.house(below.triton.url) as house:
        below.kill_process("ocr_detect")
        started = time.monotonic()
        assert (await refused(house.read(content)))[:2] == ("UNAVAILABLE", "DEPENDENCY_UNAVAILABLE")
        assert time.monotonic() - started < 25


class Dying(BlockingTriton):
    """A Triton whose model dies of each request, and is restarted each time."""

    def __init__(self) -> None:
        self.requests = self.counted = 0

    def send(self, *_: Any, **__: Any) -> Any:
        self.requests, self.counted = self.requests + 1, 3
        return self

    def wait(self) -> Any:
        raise ModelDied("the process died")

    def cancel(self) -> None:
        pass

    def failures(self, *_: Any, **__: Any) -> int:
        counted, self.counted = self.counted, max(0, self.counted - 1)
        return counted


def test_content_of_which_a_model_dies_twice_is_refused() -> None:
    triton = Dying()
    with pytest.raises(ProcessingFailed):
        OcrModels(triton, in_flight=2).upside_down(np.zeros((1, 48, 192, 3), np.uint8))
    assert triton.requests == 2


async def test_with_triton_killed_requests_are_unavailable_and_jobs_finish_when_it_is_back(
    ground: Ground, tmp_path: Path, triton_wheel_here: Wheel, models_built: Path
) -> None:
    part = Triton(tmp_path / "triton", free_port(), free_port(), free_port(), triton_wheel_here, models_built)
    page = sheets.encoded(sheets.page(40))
    async with ground.house(part.url) as house:  # it comes up without
        assert (await refused(house.read(page)))[0] == "UNAVAILABLE"
        models = (await house.stub.ListModels(pb.ListModelsRequest(), metadata=house.who)).models
        assert {model.id: model.ready for model in models}["pp-ocrv6-small"] is False
        assert (await refused(house.read(b"a text" * 300)))[1] == "NOT_AN_IMAGE"
        early = await _submit(house, page)
        async with running_part(part, limit_s=60):
            assert [e.page.number for e in await _events(house, early) if e.HasField("page")] == [1]
            assert sheets.accuracy((await house.read(page)).text, sheets.words(40)) > 0.95
            job = await _submit(house, scan(6))
            watching = asyncio.create_task(_events(house, job))
            begun = await _some_page(house, job)
            (server,) = [p for p in psutil.process_iter(["cmdline"]) if f"--grpc-port={part.port}" in (p.info["cmdline"] or ())]
            server.kill()
            await soon(lambda: not watching.done())
        started = time.monotonic()
        assert (await refused(house.read(page)))[:2] == ("UNAVAILABLE", "DEPENDENCY_UNAVAILABLE")
        assert time.monotonic() - started < 5
        async with running_part(part, limit_s=60):
            events = await watching
        assert events[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
        assert sorted(e.page.number for e in events if e.HasField("page")) == [1, 2, 3, 4, 5, 6]
        assert begun in [1, 2, 3, 4, 5, 6]
        assert all(sheets.accuracy(e.page.text, sheets.words(60, e.page.number - 1)) > 0.95 for e in events if e.HasField("page"))


async def test_a_job_that_is_cancelled_stops_and_keeps_what_is_read(house: House) -> None:
    job = await _submit(house, scan(12))
    await _some_page(house, job)
    begun = time.monotonic()
    await house.stub.CancelJob(pb.CancelJobRequest(job_id=job), metadata=house.who)
    events = await _events(house, job)
    assert time.monotonic() - begun < 5
    assert events[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_CANCELLED
    read = [e.page.number for e in events if e.HasField("page")]
    assert 1 <= len(read) < 12
    result = await house.stub.GetJobResult(pb.GetJobResultRequest(job_id=job), metadata=house.who)
    assert [page.number for page in result.document.pages] == sorted(read)


async def test_a_call_that_is_given_up_lets_go_of_everything(house: House) -> None:
    call = house.stub.RecognizeText(_asked(scan(10)), metadata=house.who)
    await asyncio.sleep(1.0)
    call.cancel()
    begun = time.monotonic()
    assert sheets.accuracy((await house.read(sheets.encoded(sheets.page(20)))).text, sheets.words(20)) > 0.95
    assert time.monotonic() - begun < 8


async def test_more_than_may_wait_are_refused_with_when_to_come_back(ground: Ground, triton: Triton) -> None:
    content = sheets.encoded(sheets.page(60))
    async with ground.house(triton.url, pages_at_once=1, pages_waiting=2) as house:
        outcomes = await asyncio.gather(*(house.read(content) for _ in range(8)), return_exceptions=True)
        refusals = [one for one in outcomes if isinstance(one, grpc.aio.AioRpcError)]
        assert len(refusals) == 5
        assert {(one.code().name, reason(one)[0]) for one in refusals} == {("RESOURCE_EXHAUSTED", "OVERLOADED")}


async def test_memory_is_flat_over_many_pictures_of_all_kinds(ground: Ground, triton: Triton) -> None:
    async with ground.house(triton.url) as house:

        def resident() -> dict[str, int]:
            models = [p.pid for p in psutil.process_iter(["cmdline"]) if f"_{triton.port}_" in " ".join(p.info["cmdline"] or ())]
            return soak.resident([os.getpid(), *house.workers.pids, *models])

        share = await soak.read(house.read, range(40))
        first = resident()
        share = min(share, await soak.read(house.read, range(40, 100)))
        second = resident()
        print(f"\nMiB after 40 pictures: {first}; after 100: {second}; words read: {share:.1%}")
        assert share > 0.9
        assert set(second) == {"others", "workers", "ocr_detect", "ocr_orient", "ocr_recognize"}
        for name, held in second.items():
            assert held < first[name] * 1.25 + 48, name


def _asked(content: bytes) -> Any:
    options = document_pb2.RecognitionOptions(skip_cache=True)
    return pb.RecognizeTextRequest(source=source_pb2.Source(content=content), options=options)


async def _submit(house: House, content: bytes) -> str:
    work = pb.RecognitionJob(source=source_pb2.Source(content=content), options=document_pb2.RecognitionOptions(skip_cache=True))
    return (await house.stub.SubmitJob(pb.SubmitJobRequest(recognition=work), metadata=house.who)).job.id  # type: ignore[no-any-return]


async def _events(house: House, job: str) -> list[job_pb2.JobEvent]:
    events = [answer.event async for answer in house.stub.WatchJob(pb.WatchJobRequest(job_id=job), metadata=house.who)]
    error = events[-1].ended.job.progress.error
    assert not error.code, reason(error)
    return events


async def _some_page(house: House, job: str) -> int:
    """Waits for the first page."""
    call = house.stub.WatchJob(pb.WatchJobRequest(job_id=job), metadata=house.who)
    async for answer in call:
        if answer.event.HasField("page"):
            call.cancel()
            return answer.event.page.number  # type: ignore[no-any-return]
    pytest.fail("the job ended without a page")
