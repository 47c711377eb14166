"""Which RPCs of the contracts answer UNIMPLEMENTED. `unbuilt.txt` beside this file is the list that a test holds this against."""

from __future__ import annotations

import base64
from dataclasses import replace

from services.kit.app import App
from services.kit.config import Settings
from services.targets import TARGETS


def apps() -> list[App]:
    """Every service, put together and not started, with addresses that are never called."""
    nowhere = replace(Settings(), postgres_url="postgresql://", redis_url="redis://", nats_url="nats://")
    return [target.build(nowhere) for target in TARGETS.values()]


def unbuilt() -> list[str]:
    """Their names, `package.Service/Method`, sorted."""
    return sorted(rpc for app in apps() for rpc in app.unbuilt())


STAND_IN = {"UAT_AUTH_KEY_ENCRYPTION_KEY": base64.urlsafe_b64encode(bytes(32)).decode()}
"""What must be in the environment for every service to be put together."""
