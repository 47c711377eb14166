"""Names of resources in the cluster. Kubernetes allows no underscore: `llm_router` is `llm-router` there."""

from __future__ import annotations

NAMESPACE = "uat"
"""Principals are written out in the policies, so the namespace is fixed."""
EDGE = "edge"
EDGE_PORT = 8080
INGRESS = (
    "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",  # as istioctl installs it
    "cluster.local/ns/istio-system/sa/istio-ingressgateway",  # as the Helm chart istio/gateway does, under this name
)
"""Principals of the ingress gateway. Istio reads `cluster.local` as the trust domain of its own mesh."""


def kube(name: str) -> str:
    """The name of a service's Deployment, Service and ServiceAccount."""
    return name.replace("_", "-")


def host(name: str, namespace: str = NAMESPACE) -> str:
    """The DNS name of a service."""
    return f"{kube(name)}.{namespace}.svc.cluster.local"


def principal(name: str) -> str:
    """The Istio principal of a service: its ServiceAccount, authenticated by mutual TLS."""
    return f"cluster.local/ns/{NAMESPACE}/sa/{kube(name)}"


def secret(name: str) -> str:
    """The name of the Secret of a service."""
    return f"uat-{kube(name)}"


def resource(api: str, kind: str, name: str, spec: dict[str, object]) -> dict[str, object]:
    """A resource of the mesh's namespace."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec}


def selects(name: str) -> dict[str, object]:
    """The pods of a service."""
    return {"matchLabels": {"app": kube(name)}}
