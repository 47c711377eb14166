"""Each RPC as its contract describes it, read from the descriptors: shape, policy, idempotency and HTTP paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor
from uat.options.v1 import policy_pb2

PRECONDITIONS = ("etag", "if_version")
"""Fields with which a request is refused unless the resource still has the version that the caller read."""
VERBS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class HttpRule:
    """A REST binding of an RPC. `path` is a google.api.http template."""

    verb: str
    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC as its contract describes it."""

    descriptor: MethodDescriptor
    path: str
    """`/package.Service/Method`, as gRPC sends it."""
    service: str
    name: str
    client_streaming: bool
    server_streaming: bool
    public: bool
    roles: frozenset[str]
    """Any of these lets a caller from outside in: `USER`, `OPERATOR`, `TENANT_ADMIN`."""
    scopes: frozenset[str]
    """A caller from outside needs all of these, besides a role."""
    callers: frozenset[str]
    """The services that may call."""
    rate_limit_class: str
    """`READ`, `WRITE`, `GENERATE` or `LOGIN`."""
    error_shape: str
    """`OPENAI`, `OPEN_INFERENCE`, or empty for `google.rpc.Status`."""
    read_only: bool
    safe_to_repeat: bool
    """Whether a call may be sent again after its answer was lost. Not with a precondition: the first call may have changed the `etag`,
    and the second would then report a failure of what succeeded. """
    http: tuple[HttpRule, ...]

    @property
    def mesh_may_retry(self) -> bool:
        """Whether the mesh may send a call again: it is safe to repeat, unary, and no model call, which only llm_router retries."""
        streams = self.client_streaming or self.server_streaming
        return self.safe_to_repeat and not streams and self.rate_limit_class != "GENERATE"

    @property
    def exposed(self) -> bool:
        """Whether the edge has a route to it."""
        return self.public or bool(self.roles)


def method_of(descriptor: MethodDescriptor) -> Method:
    """Reads one RPC's contract."""
    options = descriptor.GetOptions()
    policy: policy_pb2.Policy = options.Extensions[policy_pb2.policy]  # type: ignore[index]
    level = options.idempotency_level
    read_only = level == descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS
    service = descriptor.containing_service
    return Method(
        descriptor=descriptor,
        path=f"/{service.full_name}/{descriptor.name}",
        service=service.full_name,
        name=descriptor.name,
        client_streaming=descriptor.client_streaming,
        server_streaming=descriptor.server_streaming,
        public=policy.public,
        roles=frozenset(policy_pb2.Role.Name(r).removeprefix("ROLE_") for r in policy.roles),
        scopes=frozenset(policy.scopes),
        callers=frozenset(policy.callers),
        rate_limit_class=_rate_limit_class(policy, read_only),
        error_shape=policy_pb2.ErrorShape.Name(policy.error_shape).removeprefix("ERROR_SHAPE_") if policy.error_shape else "",
        read_only=read_only,
        safe_to_repeat=read_only or (level == descriptor_pb2.MethodOptions.IDEMPOTENT and not has_precondition(descriptor.input_type)),
        http=tuple(_http_rules(options.Extensions[annotations_pb2.http])),
    )


def has_precondition(request: Descriptor) -> bool:
    """Whether the request, or a resource in it, carries a version that must be the current one."""
    resources = [field.message_type for field in request.fields if field.message_type is not None]
    return any(field.name in PRECONDITIONS for message in (request, *resources) for field in message.fields)


def methods_of(services: Iterable[ServiceDescriptor]) -> Iterator[Method]:
    """Every RPC of these services, in the contract's order."""
    for service in services:
        for method in service.methods:
            yield method_of(method)


def _rate_limit_class(policy: policy_pb2.Policy, read_only: bool) -> str:
    if policy.rate_limit_class:
        return policy_pb2.RateLimitClass.Name(policy.rate_limit_class).removeprefix("RATE_LIMIT_CLASS_")
    return "READ" if read_only else "WRITE"


def _http_rules(rule: http_pb2.HttpRule) -> Iterator[HttpRule]:
    verb = rule.WhichOneof("pattern")
    if verb in VERBS:
        yield HttpRule(verb, getattr(rule, verb), rule.body)
    for binding in rule.additional_bindings:
        yield from _http_rules(binding)
