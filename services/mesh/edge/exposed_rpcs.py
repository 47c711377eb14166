"""What the edge takes from the contracts: which RPC is reachable, and on which service."""

from __future__ import annotations

from dataclasses import dataclass

from services import contracts
from services.kit.rpc.contract import Method

HOT = (
    "/uat.llm_router.v1.LlmRouterService/CreateChatCompletion",
    "/uat.llm_router.v1.LlmRouterService/CreateEmbeddings",
    "/uat.llm_router.v1.LlmRouterService/GenerateText",
    "/uat.chat.v1.ChatService/StreamReply",
)
"""Routes are tried in order, so the RPCs that are called most come first."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """An RPC that the outside may call, and the service that answers it."""

    target: str
    method: Method


def exposed() -> list[Rpc]:
    """Every RPC that the edge has a route to, the hot ones first."""
    rpcs = [Rpc(target, method) for target, method in contracts.methods() if method.exposed]
    return sorted(rpcs, key=lambda rpc: HOT.index(rpc.method.path) if rpc.method.path in HOT else len(HOT))


def transcoded_services() -> list[str]:
    """The names of the services with an RPC that can be called over REST."""
    return sorted({rpc.method.service for rpc in exposed() if rpc.method.http})
