"""What an error looks like over REST: OpenAI's shape where the contract says so, `google.rpc.Status` elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envoy_data_plane.envoy.extensions.filters.http.lua import v3 as lua
from envoy_data_plane.envoy.extensions.filters.network.http_connection_manager import v3 as manager

from services.mesh.edge.typed import inline

FILTER = "envoy.filters.http.lua"


def error_bodies() -> Any:
    """The filter for errors that services send: puts their ready-made body in place, and says when to come back."""
    return lua.Lua(default_source_code=inline(Path(__file__).with_name("errors.lua").read_text(encoding="utf-8")))


def local_replies() -> Any:
    return manager.LocalReplyConfig()
