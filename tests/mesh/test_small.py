"""The small pieces: ports, secrets, identities, environments, logs, locks, states."""

from __future__ import annotations

import itertools
import json
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.identity.service_tokens import ServiceSigner, ServiceVerifier
from services.mesh import environment, identity, secrets
from services.mesh.config import External, MeshConfig
from services.mesh.errors import BadSetting, MeshError
from services.mesh.parts import external
from services.mesh.paths import MeshPaths
from services.mesh.ports import Ports
from services.mesh.supervisor import lock, logs
from services.mesh.supervisor.processes import ProcessId, birth_of, is_alive
from services.mesh.supervisor.state import Health, Kind, MeshState, Phase, ProcessState
from services.targets import TARGETS


def mode_of(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def config_in(folder: Path, **environ: str) -> MeshConfig:
    """A mesh as its environment describes it, its folder made."""
    config = MeshConfig.from_environ({"UAT_MESH_DIR": str(folder), **environ})
    config.paths.make()
    return config


def test_no_two_ports_of_a_mesh_are_the_same() -> None:
    numbers = [port for _, port in Ports().all()]
    assert len(set(numbers)) == len(numbers) == 2 * len(TARGETS) + 9


def test_an_offset_moves_every_port_alike() -> None:
    assert [(what, port + 1000) for what, port in Ports().all()] == list(Ports(1000).all())
    assert Ports(1000).edge == 9080


def test_meshes_a_thousand_apart_share_no_port() -> None:
    for one, two in itertools.combinations([Ports(offset) for offset in range(0, 4000, 1000)], 2):
        assert {port for _, port in one.all()}.isdisjoint(port for _, port in two.all())


@pytest.mark.parametrize("offset", [-3000, 60_000])
def test_an_offset_out_of_range_is_refused(offset: int) -> None:
    with pytest.raises(BadSetting, match=f"UAT_PORT_OFFSET={offset}"):
        Ports(offset)


def test_secrets_stay_the_same_and_are_their_owners_alone(mesh_paths: MeshPaths) -> None:
    first = secrets.load_or_make(mesh_paths.secrets)
    assert secrets.load_or_make(mesh_paths.secrets) == first
    assert mode_of(mesh_paths.secrets) == 0o600
    assert len({first.postgres_admin, *first.postgres.values(), *first.auth.values()}) == len(TARGETS) + 3
    assert not any(value in repr(first) for value in first.auth.values())


def test_a_secret_that_is_missing_is_made_and_the_others_are_kept(mesh_paths: MeshPaths) -> None:
    first = secrets.load_or_make(mesh_paths.secrets)
    lines = mesh_paths.secrets.read_text().splitlines()
    mesh_paths.secrets.write_text("\n".join(line for line in lines if "_CHAT=" not in line))
    second = secrets.load_or_make(mesh_paths.secrets)
    assert second.postgres["chat"] != first.postgres["chat"]
    assert second.postgres["auth"] == first.postgres["auth"]


def test_each_service_gets_a_key_that_speaks_for_it_alone(mesh_paths: MeshPaths) -> None:
    identity.issue(mesh_paths, ("chat", "auth"))
    public = json.loads(mesh_paths.jwks.read_text())["keys"]
    assert not any("d" in key for key in public)
    verifier, signer = ServiceVerifier(mesh_paths.jwks), ServiceSigner(mesh_paths.identity_key("chat"))
    token = signer.token("uat.auth.v1.AuthService")
    assert token is not None
    assert verifier.verify(token, "uat.auth.v1.AuthService").service == "chat"
    assert {mode_of(file) for file in mesh_paths.identity.iterdir()} == {0o600}


def test_issuing_again_keeps_the_keys(mesh_paths: MeshPaths) -> None:
    identity.issue(mesh_paths, ("chat",))
    first = mesh_paths.jwks.read_text()
    identity.issue(mesh_paths, ("chat",))
    assert mesh_paths.jwks.read_text() == first


@pytest.mark.parametrize("content", ["rubbish", "{}", '{"kid": "auth.1", "d": "x", "x": "y"}'])
def test_a_damaged_key_is_reported(mesh_paths: MeshPaths, content: str) -> None:
    mesh_paths.identity_key("chat").write_text(content)
    with pytest.raises(MeshError, match="isn't a private key of chat"):
        identity.issue(mesh_paths, ("chat",))


def test_each_service_is_given_its_own_role_and_only_auth_the_secrets_of_auth(tmp_path: Path) -> None:
    config = config_in(tmp_path, UAT_PORT_OFFSET="7")
    known = secrets.load_or_make(config.paths.secrets)
    user = {"UAT_LLM_ROUTER_OPENAI_KEY": "k", "PATH": "/bin", environment.PASSWORDS: "{}", **known.auth}
    chat, auth = (environment.for_service(name, config, known, user) for name in ("chat", "auth"))
    assert chat["UAT_POSTGRES_URL"] == f"postgresql://uat_chat:{known.postgres['chat']}@127.0.0.1:15439/uat"
    assert chat["UAT_REDIS_URL"] == "redis://127.0.0.1:16386/0"
    assert chat["UAT_NATS_URL"] == "nats://127.0.0.1:14229"
    assert chat["UAT_EDGE_URL"] == "http://127.0.0.1:8087"
    assert (chat["UAT_PORT_OFFSET"], chat["UAT_LOG_FORMAT"]) == ("7", "json")
    assert chat["UAT_IDENTITY_KEY_FILE"] == str(config.paths.identity_key("chat"))
    assert (chat["UAT_LLM_ROUTER_OPENAI_KEY"], chat["PATH"]) == ("k", "/bin")
    assert not any(name.startswith("UAT_AUTH_") or name == environment.PASSWORDS for name in chat)
    assert {name: auth[name] for name in known.auth} == known.auth
    others = set(known.postgres.values()) - {known.postgres["chat"]} | {known.postgres_admin, *known.auth.values()}
    assert not any(secret in value for secret in others for value in chat.values())


def test_a_migration_is_given_the_superuser_and_all_passwords(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    known = secrets.load_or_make(config.paths.secrets)
    given_env = environment.for_migration(config, known, {})
    assert given_env[environment.ADMIN_URL] == f"postgresql://postgres:{known.postgres_admin}@127.0.0.1:15432/uat"
    assert json.loads(given_env[environment.PASSWORDS]) == known.postgres


def test_servers_of_the_users_own_are_used_as_they_are_and_each_service_has_its_role_there(tmp_path: Path) -> None:
    config = config_in(tmp_path, UAT_POSTGRES_URL="postgresql://me:pw@db:99/mine?sslmode=require", UAT_NATS_URL="nats://bus:1")
    assert config.external == External(postgres="postgresql://me:pw@db:99/mine?sslmode=require", nats="nats://bus:1")
    known = secrets.load_or_make(config.paths.secrets)
    chat = environment.for_service("chat", config, known, {"UAT_POSTGRES_URL": "postgresql://me:pw@db:99/mine"})
    assert chat["UAT_POSTGRES_URL"] == f"postgresql://uat_chat:{known.postgres['chat']}@db:99/mine?sslmode=require"
    assert chat["UAT_NATS_URL"] == "nats://bus:1"
    assert environment.for_migration(config, known, {})[environment.ADMIN_URL] == config.external.postgres
    assert (external.nats("nats://bus").port, external.postgres("postgresql://db:99/x").port) == (4222, 99)
    for wrong in ("localhost", "redis://", "redis://host:port/0"):
        with pytest.raises(BadSetting, match="UAT_REDIS_URL isn't a URL"):
            config_in(tmp_path, UAT_REDIS_URL=wrong)


def test_a_shell_that_speaks_to_this_mesh_does_not_make_it_its_own_provider(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    known = secrets.load_or_make(config.paths.secrets)
    own = {"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1", "OPENAI_API_KEY": "ours"}
    assert not own.keys() & environment.for_service("llm_router", config, known, own).keys()
    other = {"OPENAI_BASE_URL": "https://elsewhere/v1", "OPENAI_API_KEY": "theirs"}
    assert environment.for_service("llm_router", config, known, other).items() >= other.items()


def test_a_long_log_is_put_aside_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        logs.cut(log, cap=100)
        assert log.stat().st_size == 100
        writer.write(b"y")
        logs.cut(log, cap=100)
        writer.write(b"new\n")
    assert log.read_text() == "new\n"
    assert (tmp_path / "one.log.1").stat().st_size == 101


def test_rotating_puts_the_last_run_aside(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    logs.rotate(log)
    log.write_text("old")
    logs.rotate(log)
    assert not log.exists()
    assert (tmp_path / "one.log.1").read_text() == "old"


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"])), max_size=30), st.integers(0, 40))
def test_the_tail_of_a_log_is_its_last_lines(tmp_path_factory: pytest.TempPathFactory, lines: list[str], count: int) -> None:
    log = tmp_path_factory.getbasetemp() / "tail.log"
    log.write_text("".join(f"{line}\n" for line in lines))
    assert logs.tail(log, count) == (lines[-count:] if count else [])


def test_the_tail_of_a_log_that_is_longer_than_one_read_is_whole(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("".join(f"{number:0100}\n" for number in range(5000)))
    assert [int(line) for line in logs.tail(log, 2000)] == list(range(3000, 5000))


def test_following_a_log_goes_on_after_it_was_cut(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.write_text("before\n")
    lines = logs.follow(log, every_s=0.01)
    append = threading.Timer(0.05, lambda: log.write_text("before\none\n"))
    append.start()
    assert next(lines) == "one\n"
    append.join()
    cut = threading.Timer(0.05, lambda: log.write_text("two\n"))
    cut.start()
    assert next(lines) == "two\n"
    cut.join()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("starting\nFATAL: no room\nbye\n", "FATAL: no room"),
        ("starting\nbye\n", "bye"),
        (
            '{"level": "error", "event": "can\'t start", "exception": "Traceback\\n  File\\nOSError: taken"}\n',
            "error: can't start: OSError: taken",
        ),
        ('{"level": "info", "event": "serving"}\nNone\n[1]\n', "[1]"),
    ],
)
def test_the_last_error_of_a_log_is_a_line_for_people(tmp_path: Path, text: str, expected: str) -> None:
    log = tmp_path / "one.log"
    log.write_text(text)
    assert logs.last_error(log) == expected


def test_a_lock_is_held_by_one_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not lock.is_held(path)
    held = lock.Lock.acquire(path)
    assert held is not None
    assert lock.is_held(path)
    assert lock.Lock.acquire(path, patience_s=0) is None
    assert held.is_in_place()
    path.unlink()
    path.touch()
    assert not held.is_in_place()
    held.release()


def test_a_process_is_told_from_a_later_one_with_its_pid() -> None:
    me = ProcessId(os.getpid(), birth_of(os.getpid()) or "")
    assert is_alive(me)
    assert not is_alive(ProcessId(me.pid, "another"))
    assert birth_of(2**22 + 1) is None


@given(
    st.builds(
        MeshState,
        st.builds(ProcessId, st.integers(), st.text()),
        st.integers(),
        st.sampled_from(Phase),
        fatal=st.text(),
        processes=st.lists(st.builds(ProcessState, st.text(), st.sampled_from(Kind), st.integers(), st.sampled_from(Health))).map(tuple),
    )
)
def test_a_state_survives_being_written_and_read(state: MeshState) -> None:
    assert MeshState.from_json(state.to_json()) == state
