"""The upstream that every gateway is measured against: Envoy answering an OpenAI chat completion by itself, in C++, with no delay."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.processes import running, state_folder, wait_for_http
from tests.ports import free_port

MODEL = "mock-model"
ANSWER = "The capital of France is Paris."

COMPLETION = {
    "id": "chatcmpl-mock",
    "object": "chat.completion",
    "created": 1700000000,
    "model": MODEL,
    "choices": [{"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 24, "completion_tokens": 8, "total_tokens": 32},
}
MODELS = {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1700000000, "owned_by": "mock"}]}


@contextlib.contextmanager
def running_mock() -> Iterator[str]:
    """Runs the mock for the length of the block and gives its OpenAI base URL."""
    port = free_port()
    config = state_folder("mock") / "envoy.json"
    config.write_text(json.dumps(envoy_config(port)))
    envoy = Path(sys.executable).parent / "envoy"
    # Without hot restart: its shared memory is how two Envoys on one machine disturb each other.
    command = [str(envoy), "-c", str(config), "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
    base = f"http://127.0.0.1:{port}/v1"
    with running("mock", command) as process:
        wait_for_http(f"{base}/models", process, "mock", timeout=20)
        yield base


def envoy_config(port: int) -> dict[str, Any]:
    """Gives the Envoy configuration: one listener on loopback, two fixed answers."""
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "mock",
        "codec_type": "AUTO",
        "generate_request_id": False,
        "http_filters": [
            {
                # Without it the answer is out before the question is read, and Envoy closes the connection, which no provider does.
                "name": "envoy.filters.http.buffer",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer",
                    "max_request_bytes": 1048576,
                },
            },
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            },
        ],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "mock",
                    "domains": ["*"],
                    "routes": [_fixed("/v1/chat/completions", COMPLETION), _fixed("/v1/models", MODELS)],
                }
            ]
        },
    }
    return {
        "static_resources": {
            "listeners": [
                {
                    "name": "mock",
                    "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                    "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}],
                }
            ]
        }
    }


def _fixed(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Gives a route that answers one path with one JSON body."""
    return {
        "match": {"path": path},
        "direct_response": {"status": 200, "body": {"inline_string": json.dumps(body)}},
        "response_headers_to_add": [
            {"header": {"key": "content-type", "value": "application/json"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        ],
    }
