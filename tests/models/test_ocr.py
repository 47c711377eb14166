"""The models that read text, in Triton, asked directly."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from pathlib import Path

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip

from services.kit.triton.client import Triton as Client
from services.kit.triton.client import TritonFailed
from services.mesh.parts.triton import Triton
from services.vision.recognition import engine, models
from services.vision.recognition.layout import crops, detect
from tests.vision import sheets
from tests.waiting import soon

_LETTERS = """
    de ÄÖÜäöüß
    fr ÀÂÇÉÈÊËÎÏÔŒÙÛàâçéèêëîïôœùû
    es ÁÉÍÑÓÚÜáéíñóúü¿
    it ÀÈÉÌÒÙàèéìòù
    pt ÀÁÂÃÇÉÊÍÓÔÕÚàáâãçéêíóôõú
    nl ËÏëï
    sv ÅÄÖåäö
    da ÆØÅæøå
    nb ÆØÅæøå
    nn ÆØÅæøå
    is ÁÐÉÍÓÚÝÞÆÖáðéíóúýþæö
    fi ÄÖäö
    et ÄÕÖÜŠŽäõöüšž
    lv ĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūž
    lt ĄČĘĖĮŠŲŪŽąčęėįšųūž
    pl ĄĆĘŁŃÓŚŹŻąćęłńóśźż
    cs ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž
    sk ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽáäčďéíĺľňóôŕšťúýž
    sl ČŠŽčšž
    hr ČĆĐŠŽčćđšž
    bs ČĆĐŠŽčćđšž
    hu ÁÉÍÓÖŐÚÜŰáéíóöőúüű
    ro ĂÂÎȘȚăâîșț
    sq ÇËçë
    tr ÇĞİÖŞÜçğıöşü
    ca ÀÇÈÉÍÏÒÓÚÜàçèéíïòóúü
    gl ÁÉÍÑÓÚáéíñóú
    eu Ññ
    ga ÁÉÍÓÚáéíóú
    cy ÂÊÎÔÛŴŶâêîôûŵŷ
    mt ĊĠĦŻċġħż
    af ÊËÎÏÔÛêëîïôû
    eo ĈĜĤĴŜŬĉĝĥĵŝŭ
    zh-Hans 的一是不了人我在有他这为之大来以个中上们
    zh-Hant 的一是不了人我在有他這為之大來以個中上們
    ja あいうえおかきくけこアイウエオカキクケコ日本語
"""
LETTERS = dict(line.split() for line in _LETTERS.strip().splitlines())
"""Letters of the languages beside A to Z; those of English, Indonesian, Malay, Swahili and Latin are A to Z."""


def test_the_alphabet_has_every_letter_of_the_languages(models_built: Path) -> None:
    known = set(json.loads((models_built / "repository" / models.RECOGNIZE / "1" / "alphabet.json").read_text(encoding="utf-8")))
    plain = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?-()' ")
    assert plain <= known
    missing = {tag: "".join(c for c in letters if unicodedata.normalize("NFC", c) not in known) for tag, letters in LETTERS.items()}
    assert {tag: letters for tag, letters in missing.items() if letters and tag in engine.LANGUAGES} == {}
    assert set(engine.LANGUAGES) - set(LETTERS) == {"en", "id", "ms", "sw", "la"}


async def test_lines_of_one_width_go_together_whoever_asks(triton: Triton) -> None:
    page = np.asarray(sheets.page(40))
    cut = detect.plan_for(page.shape[1], page.shape[0])
    async with Client(triton.url) as client:
        answers = (await client.infer(models.DETECT, {"image": detect.tiles(page, cut)}))["probability"]
        quads, _ = detect.lines(detect.stitched(list(answers), cut), cut)
        line = crops.batches(page, quads, [0])[0].pixels
        before = await _executions(client)
        said = await asyncio.gather(*(client.infer(models.RECOGNIZE, {"line": line}) for _ in range(12)))
        assert len({bytes(one["text"][0]) for one in said}) == 1
        assert set(said[0]["text"][0].decode().split()) <= set(sheets.words(40))

        async def counted() -> tuple[int, int] | None:  # Triton answers first, and counts then
            after = await _executions(client)
            return after if after[0] >= before[0] + 12 else None

        after = await soon(counted)
        assert after[0] - before[0] == 12
        assert after[1] - before[1] < 12
        text, columns, steps = said[0]["text"][0].decode(), np.ravel(said[0]["columns"]), int(np.ravel(said[0]["steps"])[0])
        assert steps == line.shape[2] // 8
        assert (columns >= 0).sum() == len(text)
        assert (np.diff(columns[: len(text)]) > 0).all()


async def test_lines_that_stand_on_their_head_are_told(triton: Triton) -> None:
    page = np.asarray(sheets.page(40))
    cut = detect.plan_for(page.shape[1], page.shape[0])
    async with Client(triton.url) as client:
        answers = (await client.infer(models.DETECT, {"image": detect.tiles(page, cut)}))["probability"]
        quads, _ = detect.lines(detect.stitched(list(answers), cut), cut)
        lines = crops.samples(page, quads, range(len(quads)))
        for given, least, most in ((lines, 0.0, 0.1), (np.ascontiguousarray(lines[:, ::-1, ::-1]), 0.9, 1.0)):
            votes = np.ravel((await client.infer(models.ORIENT, {"line": given}))["upside_down"])
            assert ((least <= votes) & (votes <= most)).all()


async def test_a_picture_of_a_shape_that_does_not_fit_is_refused(triton: Triton) -> None:
    async with Client(triton.url) as client:
        with pytest.raises(TritonFailed) as failed:
            await client.infer(models.DETECT, {"image": np.zeros((1, 100, 77, 3), np.uint8)})
        assert failed.value.triton_code is grpc.StatusCode.INVALID_ARGUMENT


async def _executions(client: Client) -> tuple[int, int]:
    answer = await client.ask("ModelStatistics", oip.ModelStatisticsRequest(name=models.RECOGNIZE, version="1"))
    return answer.model_stats[0].inference_count, answer.model_stats[0].execution_count
