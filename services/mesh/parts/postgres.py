"""PostgreSQL: the truth. Listens on 127.0.0.1 alone, every client gives a password, its data survives any end of the mesh."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from services.mesh.errors import PartFailed
from services.mesh.parts import binaries, system_user
from services.mesh.parts.part import NotReady, NotServing, bare_environment
from services.mesh.supervisor.child import Command

ADMIN = "postgres"
DATABASE = "uat"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of our own with an empty database `uat`. `durable=False` trades safety from power cuts for speed, for tests."""

    dir: Path
    port: int
    password: str = field(default="postgres", repr=False)
    durable: bool = True
    name: str = "postgres"

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.dir / "data"

    @property
    def url(self) -> str:
        """The superuser's URL of the database `uat`."""
        return f"postgresql://{ADMIN}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Makes the data directory on the first start; never touches one that is there. Raises PartFailed."""
        user = system_user.name_for_postgres(binaries.postgres().parent)
        self.dir.mkdir(parents=True, exist_ok=True)
        system_user.own(self.dir, user)
        system_user.open_way(self.dir, user)
        version = self.data / "PG_VERSION"
        if not version.exists():
            self._create(user)
        elif (found := version.read_text(encoding="ascii").strip()) != str(binaries.POSTGRES_MAJOR):
            raise PartFailed(
                f"{self.data} was made by PostgreSQL {found} and can't be opened by {binaries.POSTGRES_MAJOR}: move it away or upgrade it."
            )
        self._forget_dead_server()

    def command(self) -> Command:
        """The server in the foreground."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",  # a socket's path may not be as long as a folder's
            "max_connections": "400",  # a pool for each of the services
            "timezone": "UTC",
            "log_timezone": "UTC",
            "fsync": "on" if self.durable else "off",
        }
        options = [f"--{key}={value}" for key, value in settings.items()]
        program = binaries.postgres()
        return Command(
            argv=(str(program), "-D", str(self.data), "-p", str(self.port), *options),
            env=bare_environment(self.dir),
            cwd=self.dir,
            user=system_user.name_for_postgres(program.parent),
            stop_signal=signal.SIGINT,  # "fast": ends open sessions; SIGTERM would wait until every client has left by itself
        )

    async def ready(self) -> None:
        """Signs in as superuser and asks for one row."""
        await ask(self.url)

    async def drain(self) -> None:
        """Nothing: its clients are stopped before it."""

    def _create(self, user: str | None) -> None:
        # Made beside its place and moved there when whole: a half-made one is thrown away by the next try.
        fresh = self.dir / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        secret = self.dir / "password"
        try:
            secret.touch(mode=0o600)
            secret.write_text(self.password + "\n", encoding="utf-8")
            system_user.own(secret, user)
            self._run(
                user,
                [
                    str(binaries.postgres("initdb")),
                    "-D",
                    str(fresh),
                    "-U",
                    ADMIN,
                    f"--pwfile={secret}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                ]
                # The builtin locale is the same on every machine; the system's may be missing or sort differently.
                + ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
                + ([] if self.durable else ["--no-sync"]),
            )
            self._run(user, [str(binaries.postgres()), "--single", "-D", str(fresh), ADMIN], f"CREATE DATABASE {DATABASE}\n")
            fresh.rename(self.data)
        finally:
            secret.unlink(missing_ok=True)

    def _run(self, user: str | None, argv: list[str], said: str = "") -> None:
        done = subprocess.run(
            argv,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            env=bare_environment(self.dir),
            cwd=self.dir,
            user=user,
            group=system_user.group_of(user),
            extra_groups=None if user is None else [],
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise PartFailed(f"PostgreSQL can't make its data in {self.dir}: {lines[-1] if lines else 'no reason given'}")

    def _forget_dead_server(self) -> None:
        # After a power cut the old server's pid may belong to any process of the same user: PostgreSQL would take that one for its twin.
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        try:
            command = psutil.Process(pid).cmdline()
        except psutil.Error:
            command = []
        if str(self.data) in command and Path(command[0]).name == "postgres":
            raise PartFailed(f"Another PostgreSQL (pid {pid}) is using {self.data}: stop it with `kill -INT {pid}`.")
        lock.unlink(missing_ok=True)


async def ask(url: str) -> None:
    """Signs in at a PostgreSQL and asks for one row. Raises NotReady."""
    try:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=2, application_name="uat-mesh"
        ) as connection:
            await connection.execute("SELECT 1")
    except psycopg.Error as error:
        text = " ".join(str(error).split()) or type(error).__name__
        answered = "FATAL" in text
        raise (NotServing if answered else NotReady)(text) from error
