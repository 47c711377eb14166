"""The Dockerfile, as far as its text tells: no container engine runs here."""

from __future__ import annotations

import re

from services.codegen.descriptors import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
INSTRUCTIONS = re.sub(r"\\\n", " ", DOCKERFILE)


def test_it_ends_as_nobody_and_starts_any_target() -> None:
    last = INSTRUCTIONS.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER \d{4,}:\d{4,}$", last, re.M)
    assert 'ENTRYPOINT ["python", "-m", "services"]' in last
    assert set(re.findall(r"^FROM (\S+)", INSTRUCTIONS, re.M)) == {"python:3.12-slim"}


def test_every_wheel_comes_with_a_hash_and_the_second_stage_asks_no_registry() -> None:
    assert "--require-hashes --no-deps --only-binary=:all:" in INSTRUCTIONS
    installs = re.findall(r"(?:uv )?pip install [^&]*", INSTRUCTIONS)
    assert len(installs) == 2
    assert all("--no-index --find-links /wheels" in command for command in installs)


def test_no_registry_host_and_no_secret_is_named() -> None:
    assert not re.search(r"https?://|index-url|pypi\.|pythonhosted", DOCKERFILE)
    assert not re.search(r"^ARG|PASSWORD|TOKEN", DOCKERFILE, re.M)


def test_what_is_copied_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    sources = re.findall(r"^COPY (?!--from)(\S+)", INSTRUCTIONS, re.M)
    assert set(sources) == {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    assert all((ROOT / source).exists() for source in sources)
