"""`python -m services.codegen lint`: the contracts keep the rules of style, and each rule finds a contract that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.codegen import style
from services.codegen.descriptors import compile_image, run_protoc

HEAD = """
syntax = "proto3";
package uat.sample.v1;
import "google/api/annotations.proto";
import "uat/common/v1/error_reason.proto";
import "uat/options/v1/policy.proto";
"""
POLICY = "option (uat.options.v1.policy) = {roles: [ROLE_USER]};"
ADMIN = "option (uat.options.v1.policy) = {roles: [ROLE_USER] scopes: ['sample.admin']};"
IDEMPOTENT = "option idempotency_level = IDEMPOTENT;"


def test_our_contracts_have_no_fault() -> None:
    assert style.faults(compile_image(source_info=True)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            f'service S {{ rpc Get(Q) returns (Q) {{ option (google.api.http) = {{get: "/a:batch_get"}}; {POLICY} }} }} message Q {{}}',
            "uat.sample.v1.S.Get: write the custom verb batch_get in camelCase",
        ),
        (
            "service S { rpc ListThings(Q) returns (A); } message Q { int32 page_size = 1; } message A {}",
            "uat.sample.v1.S.ListThings: a List needs page_token, next_page_token",
        ),
        ("message Q { int64 if_version = 1; }", "uat.sample.v1.Q.if_version: use etag"),
        (
            f"service S {{ rpc Update(Q) returns (Q) {{ {IDEMPOTENT} }} }} message Q {{ T thing = 1; }} message T {{ string etag = 1; }}",
            "uat.sample.v1.S.Update: its request has an etag, so it isn't IDEMPOTENT",
        ),
        (
            "enum ErrorReason { ERROR_REASON_UNSPECIFIED = 0;\n// Example: a token.\nERROR_REASON_PAGE_TOKEN_INVALID = 1; }",
            "uat.sample.v1.ErrorReason: ERROR_REASON_PAGE_TOKEN_INVALID is declared in uat.common.v1.ErrorReason",
        ),
        ("enum ErrorReason { REASON_NONE = 0; }", "uat.sample.v1.ErrorReason: REASON_NONE isn't written ERROR_REASON_<NAME>"),
        (
            "enum ErrorReason { ERROR_REASON_UNSPECIFIED = 0;\n// It is red.\nERROR_REASON_RED = 1; }",
            "uat.sample.v1.ErrorReason: ERROR_REASON_RED has no example",
        ),
        ("message Q { string eta = 1; }", "uat.sample.v1.Q.eta: use estimated_end_time"),
        ("message Q {\n// Is the question.\nstring text = 1; }", "uat.sample.v1.Q.text: begin the comment with a noun, not with 'Is'"),
        (
            f"service S {{ rpc A(Q) returns (Q) {{ {ADMIN} }} }} message Q {{}}",
            "uat.sample.v1.S.A: an .admin scope and ROLE_USER contradict each other",
        ),
    ],
)
def test_a_contract_that_breaks_a_rule_is_refused(tmp_path: Path, body: str, fault: str) -> None:
    (tmp_path / "sample.proto").write_text(HEAD + body)
    out = tmp_path / "image.binpb"
    run_protoc(f"--proto_path={tmp_path}", "--include_imports", "--include_source_info", f"--descriptor_set_out={out}", "sample.proto")
    found = style.faults(FileDescriptorSet.FromString(out.read_bytes()))
    assert [each for each in found if each.startswith("uat.sample.")] == [fault]
