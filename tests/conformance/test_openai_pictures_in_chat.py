"""Pictures in chat messages through the official OpenAI SDK: a model that reads text only answers about them, and the caller is told."""

from __future__ import annotations

import base64
import io
from typing import Any

import openai
import pytest
from PIL import Image, ImageDraw

from tests.conformance.conftest import Mesh

MODEL = "smollm2"


@pytest.fixture(scope="module")
def client(mesh: Mesh) -> openai.OpenAI:
    return openai.OpenAI(api_key=mesh.exports["OPENAI_API_KEY"], base_url=mesh.exports["OPENAI_BASE_URL"], max_retries=0, timeout=60)


def page() -> bytes:
    """A page with two lines of text."""
    image = Image.new("RGB", (640, 200), "white")
    for y, line in ((30, "INVOICE 2026-117"), (110, "Total: 42.50 EUR")):
        ImageDraw.Draw(image).text((20, y), line, fill="black", font_size=40)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def asking(content: bytes | str, question: str = "What is the total on this invoice?") -> list[Any]:
    url = content if isinstance(content, str) else f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return [{"role": "user", "content": [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": url}}]}]


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_reads_text_answers_about_a_picture_and_the_header_says_so(client: openai.OpenAI, stream: bool) -> None:
    create = client.chat.completions.with_raw_response.create
    raw: Any = create(model=MODEL, messages=asking(page()), temperature=0, max_tokens=40, stream=stream)
    assert raw.headers["x-uat-image-text"] == "messages[0].content[1]"
    answer = raw.parse()
    text = "".join(c.choices[0].delta.content or "" for c in answer if c.choices) if stream else answer.choices[0].message.content
    assert "42.50" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("https://example.org/page.png", "invalid_request"),
        (b"a text file that is called page.png", "not_an_image"),
        (page()[:500], "content_corrupt"),
    ],
)
def test_what_is_no_picture_is_a_typed_400_that_names_the_part(client: openai.OpenAI, content: bytes | str, code: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=asking(content))
    assert (caught.value.param, caught.value.code) == ("messages[0].content[1]", code)
