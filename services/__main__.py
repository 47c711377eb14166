"""`python -m services <name>[,<name>…] | all | migrate | unbuilt`: one image, fifteen targets."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import uvloop

from services.kit import app
from services.kit.config import ConfigError, Settings
from services.targets import METRICS_OFFSET, TARGETS
from services.unbuilt import STAND_IN, unbuilt

USAGE = f"usage: python -m services <name>[,<name>…] | all | migrate | unbuilt; names: {', '.join(TARGETS)}"


def main(arguments: list[str]) -> int:
    """Runs what the one argument names; returns the exit status."""
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    if arguments[0] == "migrate":
        return migrate()
    if arguments[0] == "unbuilt":
        os.environ.update(STAND_IN)
        print("\n".join(unbuilt()))
        return 0
    names = list(TARGETS) if arguments[0] == "all" else arguments[0].split(",")
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        print(f"no service is named {unknown[0]!r}. {USAGE}", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment()
        if settings.processor is not None and settings.processor in os.sched_getaffinity(0):
            os.sched_setaffinity(0, {settings.processor})
        metrics = TARGETS[names[0]].port + settings.port_offset + METRICS_OFFSET
        uvloop.run(_run(names, settings, metrics))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _run(names: list[str], settings: Settings, metrics: int) -> None:
    await app.run([TARGETS[name].build(settings) for name in names], settings, metrics)


def migrate() -> int:
    """Brings every service's schema up to date as `UAT_POSTGRES_ADMIN_URL`; `UAT_POSTGRES_PASSWORDS` is JSON of service to password."""
    from services.kit.postgres.migrations.upgrade import upgrade  # noqa: PLC0415 (a service's start need not wait for Alembic)

    admin_url = os.environ.get("UAT_POSTGRES_ADMIN_URL")
    if not admin_url:
        print("UAT_POSTGRES_ADMIN_URL is not set: migrations need a role that may create schemas and roles", file=sys.stderr)
        return 2
    passwords: dict[str, str] = json.loads(os.environ.get("UAT_POSTGRES_PASSWORDS", "{}"))
    for name in TARGETS:
        folder = Path(__file__).parent / name / "migrations"
        if folder.is_dir():
            upgrade(admin_url, name, folder, passwords.get(name))
            print(f"{name}: schema is current")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
