"""Nothing sends a call again whose repetition could turn a success into a failure."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor
from uat.ml_inference.v1 import ml_inference_service_pb2
from uat.vector_db.v1 import vector_db_service_pb2

from services import contracts
from services.kit.rpc.contract import methods_of


def carries_a_version(message: Descriptor) -> bool:
    parts = [message, *(field.message_type for field in message.fields if field.message_type is not None)]
    return any(field.name in ("etag", "if_version") for part in parts for field in part.fields)


def test_no_change_with_a_precondition_is_retried_by_the_mesh() -> None:
    changes = [method for _, method in contracts.methods() if not method.read_only and carries_a_version(method.descriptor.input_type)]
    assert changes
    assert not [method.path for method in changes if method.mesh_may_retry or method.safe_to_repeat]


def test_an_update_of_a_model_and_an_upsert_of_points_are_among_them() -> None:
    named = {method.name: method for method in methods_of(ml_inference_service_pb2.DESCRIPTOR.services_by_name.values())}
    named |= {method.name: method for method in methods_of(vector_db_service_pb2.DESCRIPTOR.services_by_name.values())}
    assert not named["UpdateModel"].mesh_may_retry
    assert named["GetModel"].mesh_may_retry
