"""One operation of the document: an RPC at one of its REST bindings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from services.codegen.comments import first_sentence
from services.codegen.openapi.bounds import Schema
from services.codegen.openapi.contracts import STATUS, Contracts, Message, Rpc, in_oneof, is_repeated, value_name
from services.codegen.openapi.routes import Route
from services.codegen.openapi.schemas import HTTP_BODY, PLAIN, Schemas

_JSON, _EVENTS, _ANYTHING = "application/json", "text/event-stream", "*/*"
_STREAM = (
    "A stream of server-sent events; the `data` of each is one JSON object of this schema. A failure before the first event has its HTTP "
    "status and the error as its body; after it, the stream ends without another word."
)
_OPENAI_ERROR: Schema = {
    "type": "object",
    "required": ["message", "type"],
    "properties": {
        "message": {"type": "string", "description": "The message for people."},
        "type": {"type": "string", "description": "The kind of error."},
        "param": {"type": ["string", "null"], "description": "Name of the parameter at fault."},
        "code": {"type": ["string", "null"], "description": "The reason, for programs."},
    },
}


def _error_shape(description: str, error: Schema) -> Schema:
    return {"type": "object", "description": description, "properties": {"error": error}, "required": ["error"]}


_SHAPES = {
    "ERROR_SHAPE_OPENAI": ("OpenAIError", _error_shape("An error in OpenAI's shape.", _OPENAI_ERROR)),
    "ERROR_SHAPE_OPEN_INFERENCE": (
        "OpenInferenceError",
        _error_shape("An error in the Open Inference Protocol's shape.", {"type": "string", "description": "The message for people."}),
    ),
}


@dataclass(frozen=True)
class _Leaf:
    """A request field that is neither in the path nor in the body, with its name in the query."""

    name: str
    message: Message
    field: FieldDescriptorProto
    required: bool


class Operations:
    """Builds operations; shared schemas and responses are collected in `schemas` and `responses`."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.schemas = Schemas(contracts)
        self.responses: dict[str, Schema] = {}

    def operation(self, rpc: Rpc, route: Route, *, number: int, names: Sequence[str]) -> Schema:
        """The operation at the RPC's `number`th binding, its path variables called `names`."""
        comment = self._contracts.comment(rpc.name)
        request = self._contracts.messages[rpc.proto.input_type[1:]]
        bound = {v.field for v in route.variables}
        leaves = [] if route.body == "*" else list(self._leaves(request, bound | {route.body}))
        lost = ", ".join(f"`{leaf.name}`" for leaf in leaves if not _fits_query(leaf.field))
        suffix = f"_{number + 1}" if number else ""
        operation: Schema = {
            "tags": [rpc.service.name],
            "operationId": f"{rpc.service.name}_{rpc.proto.name}{suffix}",
            "summary": first_sentence(comment),
            "description": f"{comment}\n\nOver gRPC only: {lost}.".strip() if lost else comment,
            "parameters": [
                *self._path_parameters(request, route, names),
                *(self._query_parameter(leaf) for leaf in leaves if _fits_query(leaf.field)),
            ],
        }
        body = self._body(rpc, request, route, bound)
        if body:
            operation["requestBody"] = body
        operation["responses"] = {"200": self._success(rpc, route), "default": self._error(rpc)}
        return {**{k: v for k, v in operation.items() if v}, **_access(rpc)}

    def _path_parameters(self, request: Message, route: Route, names: Sequence[str]) -> Iterator[Schema]:
        for variable, name in zip(route.variables, names, strict=True):
            message, field = self._resolve(request, variable.field)
            schema = self.schemas.field(message, field)
            description = self.schemas.description(message, field)
            if variable.pattern:
                shape = "" if variable.pattern == "^.+$" else f" and matches `{variable.pattern}`"
                description = f"{description} May hold slashes{shape}.".strip()
            parameter: Schema = {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
            if name != variable.field:
                parameter["x-uat-field"] = variable.field
            yield {k: v for k, v in parameter.items() if v not in ("", None)}

    def _query_parameter(self, leaf: _Leaf) -> Schema:
        others = leaf.message.members(leaf.field.oneof_index) if in_oneof(leaf.field) else []
        rest = ", ".join(f"`{leaf.name.removesuffix(leaf.field.name)}{name}`" for name in others if name != leaf.field.name)
        parameter: Schema = {
            "name": leaf.name,
            "in": "query",
            "required": leaf.required,
            "description": " ".join(
                filter(None, [self.schemas.description(leaf.message, leaf.field), f"Excludes {rest}." if rest else ""])
            ),
            "schema": self.schemas.field(leaf.message, leaf.field),
        }
        return {k: v for k, v in parameter.items() if v not in (False, "")}

    def _leaves(self, message: Message, bound: set[str], outer: _Leaf | None = None, above: tuple[str, ...] = ()) -> Iterator[_Leaf]:
        """The fields that are left for the query, those of nested messages by their dotted path."""
        for field in message.proto.field:
            required = self.schemas.is_required(message, field) and (outer is None or outer.required)
            leaf = _Leaf(f"{outer.name}.{field.name}" if outer else field.name, message, field, required)
            inner = field.type_name[1:]
            if leaf.name in bound:
                continue
            if _fits_query(field) or is_repeated(field) or inner in above or inner.startswith("google."):
                yield leaf
            else:
                yield from self._leaves(self._contracts.messages[inner], bound, leaf, (*above, inner))

    def _body(self, rpc: Rpc, request: Message, route: Route, bound: set[str]) -> Schema | None:
        if not route.body:
            return None
        if route.body == "*":
            schema, required = self._whole_body(request, bound)
            name = request.name
        else:
            field = request.field(route.body)
            name = field.type_name[1:]
            if described := self._contracts.json_message(field):
                return {"content": {_JSON: {"schema": self.schemas.of_type(described)}}, "required": True}
            inside = {path.removeprefix(f"{field.name}.") for path in bound if path.startswith(f"{field.name}.")}
            plain = self.schemas.field(request, field)
            schema = self._without(self._contracts.messages[name], inside) if inside else plain
            required = self.schemas.is_required(request, field)
        kinds = _free_kinds(rpc) if name == HTTP_BODY else [_JSON]
        return {"content": {kind: {"schema": schema} for kind in kinds}, **({"required": True} if required else {})}

    def _whole_body(self, request: Message, bound: set[str]) -> tuple[Schema, bool]:
        left = [f for f in request.proto.field if f.name not in bound]
        required = any(self.schemas.is_required(request, f) for f in left)
        return (self._without(request, bound) if bound else self.schemas.of_type(request.name)), required

    def _without(self, message: Message, paths: set[str]) -> Schema:
        return {"title": message.name.removeprefix("uat."), **self.schemas.message(message, paths)}

    def _success(self, rpc: Rpc, route: Route) -> Schema:
        name = rpc.proto.output_type[1:]
        said = "" if name == HTTP_BODY else self._contracts.comment(name)
        schema = self.schemas.of_type(name)
        streams = rpc.proto.server_streaming
        if name == HTTP_BODY:
            kinds = [_JSON, _EVENTS] if streams else _free_kinds(rpc)
        else:
            kinds = [_EVENTS] if streams else [_JSON]
            said = f"{said}\n\n{_STREAM}".strip() if streams else said
        return {"description": said or "OK", "content": {kind: {"schema": schema} for kind in kinds}}

    def _error(self, rpc: Rpc) -> Schema:
        if shape := _SHAPES.get(rpc.error_shape):
            name, self.schemas.components[shape[0]] = shape
            said, schema = shape[1]["description"], {"$ref": f"#/components/schemas/{name}"}
        else:
            name, said, schema = "Error", "An error; `details` holds an ErrorInfo with its reason.", self.schemas.of_type(STATUS)
        self.responses[name] = {"description": said, "content": {_JSON: {"schema": schema}}}
        return {"$ref": f"#/components/responses/{name}"}

    def _resolve(self, message: Message, path: str) -> tuple[Message, FieldDescriptorProto]:
        *parents, last = path.split(".")
        for parent in parents:
            message = self._contracts.messages[message.field(parent).type_name[1:]]
        return message, message.field(last)


def _fits_query(field: FieldDescriptorProto) -> bool:
    """Whether a query can carry the field: not maps, lists of messages, free-form values, or what a message that holds itself repeats."""
    return field.type != FieldDescriptorProto.TYPE_MESSAGE or field.type_name[1:] in PLAIN


def _free_kinds(rpc: Rpc) -> list[str]:
    """The media types of an HttpBody, which names its own: mostly JSON, and with OpenAI always."""
    return [_JSON] if rpc.error_shape == "ERROR_SHAPE_OPENAI" else [_JSON, _ANYTHING]


def _access(rpc: Rpc) -> Schema:
    """Who may call, and which limit counts the call; a class that the policy leaves out follows from `idempotency_level`."""
    policy = rpc.policy
    limit = value_name(policy, "rate_limit_class")
    if limit == "RATE_LIMIT_CLASS_UNSPECIFIED":
        reads = rpc.proto.options.idempotency_level == rpc.proto.options.NO_SIDE_EFFECTS
        limit = "RATE_LIMIT_CLASS_READ" if reads else "RATE_LIMIT_CLASS_WRITE"
    access: Schema = {"security": [] if policy.public else [{"bearer": []}]}
    if rpc.roles:
        access["x-uat-roles"] = rpc.roles
    if policy.scopes:
        access["x-uat-scopes"] = list(policy.scopes)
    return {**access, "x-uat-rate-limit-class": limit}
