"""The document: every RPC that the edge has a REST route for, with all that the contract says about it."""

from __future__ import annotations

import json

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.codegen.openapi.bounds import Schema
from services.codegen.openapi.contracts import Contracts
from services.codegen.openapi.operations import Operations
from services.codegen.openapi.routes import UnsupportedRoute, fill, route, shared_names

_INFO = {
    "title": "Universal AI Tools",
    "version": "v1",
    "summary": "AI services behind one edge, over REST.",
    "description": (
        "Generated from the Protobuf contracts; the same calls are there over gRPC. Fields have their proto names. Numbers of 64 bits are "
        "strings, field masks are paths joined by commas, and a field that is left out has its zero value."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token from `CreateSession`, or an API key."}


def document(image: FileDescriptorSet) -> Schema:
    """The OpenAPI 3.1 document of everything reachable over REST. Comments come from the image's source info; without it there are none.

    Raises UnsupportedRoute when two RPCs share a verb and path, or a binding can't be shown; nothing exposed is left out in silence.
    """
    contracts = Contracts(image)
    operations = Operations(contracts)
    rpcs = contracts.exposed()
    bindings = [(rpc, number, route(rule)) for rpc in rpcs for number, rule in enumerate(rpc.bindings)]
    names = shared_names(each for _, _, each in bindings)
    paths: dict[str, Schema] = {}
    for rpc, number, each in bindings:
        path = paths.setdefault(fill(each.path, names[each.path]), {})
        if each.verb in path:
            raise UnsupportedRoute(f"{each.verb} {each.template} of {rpc.name} is {path[each.verb]['operationId']}'s already")
        path[each.verb] = operations.operation(rpc, each, number=number, names=names[each.path])
    tags = {rpc.service.name: contracts.comment(rpc.name.rpartition(".")[0]) for rpc in rpcs}
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/", "description": "The edge that serves this document."}],
        "tags": [{"name": name, **({"description": said} if said else {})} for name, said in sorted(tags.items())],
        "paths": _sorted(paths),
        "components": {
            "schemas": _sorted(operations.schemas.components),
            "responses": _sorted(operations.responses),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


def render(image: FileDescriptorSet) -> str:
    """The document as JSON, the same bytes for the same contracts."""
    return json.dumps(document(image), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _sorted(entries: dict[str, Schema]) -> dict[str, Schema]:
    return dict(sorted(entries.items()))
