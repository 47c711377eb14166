"""The command itself, in a process of its own, on a mesh that isn't up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def uat(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    env = {**os.environ, "UAT_MESH_DIR": str(folder), **environ}
    return subprocess.run(
        [sys.executable, "-m", "services.mesh", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_status_of_nothing_is_3(tmp_path: Path) -> None:
    said = uat(tmp_path / ".mesh", "status")
    assert (said.returncode, said.stdout) == (3, "The mesh is not up: start it with `uat up`.\n")
    as_json = uat(tmp_path / ".mesh", "status", "--json")
    assert as_json.returncode == 3
    assert json.loads(as_json.stdout)["phase"] == "down"
    assert not (tmp_path / ".mesh").exists()


def test_down_of_nothing_is_harmless(tmp_path: Path) -> None:
    said = uat(tmp_path / ".mesh", "down")
    assert (said.returncode, said.stdout, said.stderr) == (0, "Nothing was up.\n", "")


def test_an_error_is_one_sentence_and_1(tmp_path: Path) -> None:
    for arguments, sentence in (
        (("restart", "auth"), "uat: The mesh is not up: start it with `uat up`.\n"),
        (("logs", "auth"), "uat: There is no log of 'auth'. There are: none yet.\n"),
    ):
        said = uat(tmp_path / ".mesh", *arguments)
        assert (said.returncode, said.stdout, said.stderr) == (1, "", sentence)


def test_a_setting_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    said = uat(tmp_path, "status", UAT_PORT_OFFSET="many")
    assert (said.returncode, said.stderr) == (1, "uat: UAT_PORT_OFFSET='many' is not a whole number.\n")
    said = uat(tmp_path, "up", UAT_PORT_OFFSET="60000")
    assert said.returncode == 1
    assert "outside of 1024 to 32767" in said.stderr


def test_logs_shows_the_last_lines(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "auth.log").write_text("one\ntwo\nthree\n")
    assert uat(tmp_path, "logs", "auth", "-n", "2").stdout == "two\nthree\n"
