"""Istio's AuthorizationPolicies from the contracts: callers by their ServiceAccounts, and the edge where the contract exposes the RPC.

It is the outer of two walls. A service reads the same contracts, and checks the caller's signed token itself.
"""

from __future__ import annotations

from services import contracts
from services.codegen.deploy import triton
from services.codegen.deploy.names import EDGE, EDGE_PORT, INGRESS, NAMESPACE, host, kube, principal, resource, selects
from services.kit.identity.trust import AUDIENCE, ISSUER
from services.kit.rpc.contract import Method
from services.mesh.edge.jwt_authn import JWKS_PATH
from services.mesh.edge.routes import FRONT, HEALTH, REFLECTION
from services.targets import METRICS_OFFSET, TARGETS

API = "security.istio.io/v1"
SCRAPER = "metrics_aggregator"
"""The service that scrapes all others; Prometheus itself scrapes the sidecars, which no policy restricts."""

INFERENCE = "inference.GRPCInferenceService"
INFER_AND_LOOK = (
    "ModelConfig",
    "ModelInfer",
    "ModelMetadata",
    "ModelReady",
    "ModelStatistics",
    "ModelStreamInfer",
    "RepositoryIndex",
    "ServerLive",
    "ServerMetadata",
    "ServerReady",
)

Resource = dict[str, object]


def callers(method: Method) -> tuple[str, ...]:
    """The principals of all ServiceAccounts that may call the RPC."""
    names = {*method.callers, *((EDGE,) if method.exposed else ())}
    return tuple(sorted(principal(name) for name in names))


def for_service(name: str) -> Resource:
    """The policy of one service: a rule per set of callers with its RPCs, then health for the namespace and metrics for the scraper."""
    paths: dict[tuple[str, ...], list[str]] = {}
    for target, method in contracts.methods():
        if target == name:
            paths.setdefault(callers(method), []).append(method.path)
    if name == FRONT:
        paths.setdefault((principal(EDGE),), []).extend(f"/{service}/ServerReflectionInfo" for service in REFLECTION)
        paths[principal(EDGE),].append(f"/{HEALTH}/*")
    rules = [_rule({"principals": list(who)}, sorted(what)) for who, what in sorted(paths.items())]
    rules.append(_rule({"namespaces": [NAMESPACE]}, [f"/{HEALTH}/Check", f"/{HEALTH}/Watch"]))
    rules.append(_scrape(TARGETS[name].port + METRICS_OFFSET))
    return _allow(name, rules)


def for_triton() -> Resource:
    """The policy of Triton: its clients may infer and read, and only ml_inference may load and unload models."""
    port = [str(triton.PORT)]
    everything = {"methods": ["POST"], "paths": [f"/{INFERENCE}/*"], "ports": port}
    some = {"methods": ["POST"], "paths": [f"/{INFERENCE}/{name}" for name in INFER_AND_LOOK], "ports": port}
    others = [principal(name) for name in triton.CLIENTS if name != triton.MANAGER]
    rules: list[Resource] = [
        {"from": [{"source": {"principals": [principal(triton.MANAGER)]}}], "to": [{"operation": everything}]},
        {"from": [{"source": {"principals": others}}], "to": [{"operation": some}]},
        _scrape(triton.METRICS_PORT),
    ]
    return _allow(triton.NAME, rules)


def for_edge() -> Resource:
    """The edge's policy: the ingress gateway may call everything; anyone may read the public keys, since istiod is outside the mesh."""
    gateway: Resource = {"from": [{"source": {"principals": list(INGRESS)}}]}
    keys: Resource = {"to": [{"operation": {"methods": ["GET"], "paths": [JWKS_PATH]}}]}
    return _allow(EDGE, [gateway, keys])


def nobody_else() -> Resource:
    """The default of the namespace: a policy without rules refuses what no other policy allows."""
    return resource(API, "AuthorizationPolicy", "nobody-else", {})


def mutual_tls() -> list[Resource]:
    """Strict mutual TLS everywhere but on the port of the edge, where the policy of the edge allows plain text for the public keys only."""
    everywhere = resource(API, "PeerAuthentication", "default", {"mtls": {"mode": "STRICT"}})
    edge = {"selector": selects(EDGE), "mtls": {"mode": "STRICT"}, "portLevelMtls": {str(EDGE_PORT): {"mode": "PERMISSIVE"}}}
    return [everywhere, resource(API, "PeerAuthentication", EDGE, edge)]


def user_tokens() -> list[Resource]:
    """Sidecars refuse invalid tokens, except at services with public RPCs, which by contract ignore tokens."""
    public = {target for target, method in contracts.methods() if method.public}
    return [resource(API, "RequestAuthentication", kube(name), _tokens(name)) for name in TARGETS if name not in public]


def _tokens(name: str) -> Resource:
    keys = f"http://{host(EDGE)}:{EDGE_PORT}{JWKS_PATH}"
    rule = {"issuer": ISSUER, "audiences": [AUDIENCE], "jwksUri": keys, "forwardOriginalToken": True}
    return {"selector": selects(name), "jwtRules": [rule]}


def _allow(name: str, rules: list[Resource]) -> Resource:
    return resource(API, "AuthorizationPolicy", kube(name), {"selector": selects(name), "action": "ALLOW", "rules": rules})


def _scrape(port: int) -> Resource:
    scrape = {"methods": ["GET"], "paths": ["/metrics"], "ports": [str(port)]}
    return {"from": [{"source": {"principals": [principal(SCRAPER)]}}], "to": [{"operation": scrape}]}


def _rule(source: dict[str, list[str]], paths: list[str]) -> Resource:
    return {"from": [{"source": source}], "to": [{"operation": {"methods": ["POST"], "paths": paths}}]}
