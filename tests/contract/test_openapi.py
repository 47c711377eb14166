"""The OpenAPI document says what the contracts say: all that is exposed, nothing else, with bounds and comments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.codegen.comments import first_sentence, unwrap
from services.codegen.descriptors import compile_image, run_protoc
from services.codegen.openapi import UnsupportedRoute, UnsupportedRule, document, render

HEAD = """
syntax = "proto3";
package uat.sample.v1;
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/httpbody.proto";
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "uat/options/v1/policy.proto";
"""
USER = "option (uat.options.v1.policy) = {roles: [ROLE_USER]};"
KINDS = """
// Lists kinds.
enum Kind {
  // Is never valid.
  KIND_UNSPECIFIED = 0;
  // Is good.
  KIND_GOOD = 1;
}
"""


@pytest.fixture(scope="module")
def image() -> FileDescriptorSet:
    return compile_image(source_info=True)


@pytest.fixture(scope="module")
def whole(image: FileDescriptorSet) -> dict[str, Any]:
    return document(image)


@pytest.fixture
def sample(tmp_path: Path) -> Any:
    """Makes the document of one contract of the test's own, checked to be valid."""

    def make(body: str) -> dict[str, Any]:
        (tmp_path / "sample.proto").write_text(HEAD + body)
        out = tmp_path / "image.binpb"
        flags = ["--include_imports", "--include_source_info", f"--descriptor_set_out={out}"]
        run_protoc(f"--proto_path={tmp_path}", *flags, "sample.proto")
        made = document(FileDescriptorSet.FromString(out.read_bytes()))
        OpenAPIV31SpecValidator(made).validate()
        return made

    return make


@pytest.fixture
def field(sample: Any) -> Any:
    """Makes the schema of one field, and says whether it is required."""

    def make(declaration: str) -> tuple[dict[str, Any], bool]:
        rpc = f'rpc Ask(Q) returns (A) {{ option (google.api.http) = {{post: "/ask" body: "*"}}; {USER} }}'
        made = sample(KINDS + f"service S {{ {rpc} }} message A {{}} message Q {{ {declaration} }}")
        schema = made["components"]["schemas"]["sample.v1.Q"]
        return schema["properties"]["x"], "x" in schema.get("required", ())

    return make


def operations(doc: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for path in doc["paths"].values() for operation in path.values()}


def parameters(operation: dict[str, Any], place: str) -> dict[str, dict[str, Any]]:
    return {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == place}


def test_the_document_is_valid_openapi_3_1(whole: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(whole).validate()
    assert whole["openapi"].startswith("3.1.")


def test_rendering_twice_gives_the_same_bytes(image: FileDescriptorSet) -> None:
    text = render(image)
    assert text == render(image)
    assert text.endswith("}\n")
    assert list(json.loads(text)["paths"]) == sorted(json.loads(text)["paths"])


def test_every_exposed_binding_is_there_and_nothing_else(image: FileDescriptorSet, whole: dict[str, Any]) -> None:
    pool = DescriptorPool()
    for file in image.file:
        pool.Add(file)
    options_of = message_factory.GetMessageClass(pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
    http: Any = pool.FindExtensionByName("google.api.http")
    policy: Any = pool.FindExtensionByName("uat.options.v1.policy")
    expected = set()
    for service, method in ((s, m) for f in image.file for s in f.service for m in s.method):
        options: Any = options_of.FromString(method.options.SerializeToString())
        rule, rights = options.Extensions[http], options.Extensions[policy]
        if options.HasExtension(http) and (rights.public or rights.roles):
            name = f"{service.name}_{method.name}"
            expected |= {name} | {f"{name}_{i}" for i, _ in enumerate(rule.additional_bindings, 2)}
    assert set(operations(whole)) == expected
    assert "ChatService_StreamReply" in expected


def test_only_messages_that_an_operation_reaches_are_described(whole: dict[str, Any]) -> None:
    components: dict[str, Any] = whole["components"]["schemas"]
    reached: set[str] = set()
    todo = [json.dumps(whole["paths"]) + json.dumps(whole["components"]["responses"])]
    while todo:
        text = todo.pop()
        for name in components.keys() - reached:
            if f'"#/components/schemas/{name}"' in text:
                reached.add(name)
                todo.append(json.dumps(components[name]))
    assert reached == components.keys()


def test_chat_carries_its_comments_and_bounds(whole: dict[str, Any]) -> None:
    found = operations(whole)
    reply = found["ChatService_StreamReply"]
    assert reply["summary"] == "Stores a message, asks the model, and streams its reply."
    assert reply["description"].endswith("what was made stays stored and billed.")
    assert reply["tags"] == ["ChatService"]
    assert reply["security"] == [{"bearer": []}]
    assert reply["x-uat-roles"] == ["ROLE_USER"]
    assert reply["x-uat-scopes"] == ["chat.write"]
    assert reply["x-uat-rate-limit-class"] == "RATE_LIMIT_CLASS_GENERATE"
    assert parameters(reply, "path")["conversation_id"]["schema"].items() >= {"type": "string", "minLength": 1, "maxLength": 64}.items()
    body = reply["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["text"]["maxLength"] == 1048576
    assert "conversation_id" not in body["properties"]

    append = found["ChatService_AppendMessage"]["requestBody"]
    assert append["required"]
    assert append["content"]["application/json"]["schema"]["required"] == ["role", "text"]

    size = parameters(found["ChatService_ListConversations"], "query")["page_size"]
    assert size["description"] == "Maximum number of results on a page, 1 to 1000. Default: 50."
    assert size["schema"] == {"type": "integer", "format": "int32", "minimum": 0, "maximum": 1000}
    assert parameters(found["ChatService_SearchMessages"], "query")["query"]["required"]
    assert found["ChatService_ListConversations"]["x-uat-rate-limit-class"] == "RATE_LIMIT_CLASS_READ"

    schemas = whole["components"]["schemas"]
    metadata = schemas["chat.v1.Conversation"]["properties"]["metadata"]
    assert metadata["maxProperties"] == 16
    assert metadata["propertyNames"].items() >= {"minLength": 1, "maxLength": 64}.items()
    assert metadata["additionalProperties"].items() >= {"type": "string", "maxLength": 512}.items()
    assert schemas["chat.v1.ReplyOptions"]["properties"]["top_p"]["exclusiveMinimum"] == 0
    assert schemas["chat.v1.ReplyOptions"]["properties"]["stop"]["items"]["maxLength"] == 256
    assert "`MESSAGE_ROLE_ASSISTANT`: The model." in schemas["chat.v1.MessageRole"]["description"]
    tags = {tag["name"]: tag["description"] for tag in whole["tags"]}
    assert tags["ChatService"].startswith("Keeps conversations and has a model answer in them.")


def test_verbs_of_one_path_share_the_names_of_its_variables(whole: dict[str, Any]) -> None:
    path = whole["paths"]["/chat/v1/conversations/{conversation_id}"]
    assert {"get", "patch", "delete"} <= path.keys()
    assert parameters(path["patch"], "path")["conversation_id"]["x-uat-field"] == "conversation.id"
    assert "id" not in path["patch"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert "/chat/v1/conversations/{conversation.id}" not in whole["paths"]


def test_a_typed_stream_is_described_by_its_events(whole: dict[str, Any]) -> None:
    content = operations(whole)["ChatService_StreamReply"]["responses"]["200"]["content"]
    assert content == {"text/event-stream": {"schema": {"$ref": "#/components/schemas/chat.v1.StreamReplyResponse"}}}
    event = whole["components"]["schemas"]["chat.v1.ReplyEvent"]
    assert event["properties"]["sequence"]["type"] == "string"
    assert "At most one of `started`, `delta`, `finished`, `failed` is set." in event["description"]
    assert [option["title"] for option in event["oneOf"]] == ["started", "delta", "finished", "failed", "none"]


def test_errors_have_the_shape_that_the_policy_names(sample: Any) -> None:
    made = sample(
        'service S { rpc A(Q) returns (stream google.api.HttpBody) { option (google.api.http) = {post: "/v1/a" body: "*"};'
        " option (uat.options.v1.policy) = {public: true error_shape: ERROR_SHAPE_OPENAI}; }"
        f' rpc B(Q) returns (google.api.HttpBody) {{ option (google.api.http) = {{get: "/b"}}; {USER} }}'
        ' rpc C(Q) returns (google.api.HttpBody) { option (google.api.http) = {get: "/v2/c"};'
        " option (uat.options.v1.policy) = {public: true error_shape: ERROR_SHAPE_OPEN_INFERENCE}; } } message Q {}"
    )
    found, responses = operations(made), made["components"]["responses"]
    assert found["S_A"]["security"] == []
    assert found["S_A"]["responses"]["200"]["content"] == {"application/json": {"schema": {}}, "text/event-stream": {"schema": {}}}
    assert found["S_A"]["responses"]["default"] == {"$ref": "#/components/responses/OpenAIError"}
    assert list(found["S_B"]["responses"]["200"]["content"]) == ["application/json", "*/*"]
    assert found["S_B"]["responses"]["default"] == {"$ref": "#/components/responses/Error"}
    assert found["S_C"]["responses"]["default"] == {"$ref": "#/components/responses/OpenInferenceError"}
    assert list(found["S_C"]["responses"]["200"]["content"]) == ["application/json", "*/*"]
    assert made["components"]["schemas"]["OpenInferenceError"]["properties"]["error"]["type"] == "string"
    assert responses["Error"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/google.rpc.Status"}


def test_queries_take_nested_fields_by_dots_and_say_what_they_cannot_take(sample: Any) -> None:
    made = sample(
        KINDS + f'service S {{ rpc Get(Q) returns (A) {{ option (google.api.http) = {{get: "/a/{{inner.name=**}}:get"}}; {USER} }} }}'
        " message A {} message Inner { string name = 1; int64 size = 2 [(buf.validate.field).int64.gte = 1]; Inner again = 3; }"
        " message Q { Inner inner = 1; repeated Kind kinds = 2; map<string, string> labels = 3; google.protobuf.Timestamp since = 4;"
        " oneof by { string word = 5; string tag = 6; } }"
    )
    operation = made["paths"]["/a/{inner.name}:get"]["get"]
    query = parameters(operation, "query")
    assert list(query) == ["inner.size", "kinds", "since", "word", "tag"]
    assert query["kinds"]["schema"] == {"type": "array", "items": {"$ref": "#/components/schemas/sample.v1.Kind"}}
    assert query["since"]["schema"] == {"type": "string", "format": "date-time"}
    assert query["word"]["description"] == "Excludes `tag`."
    assert "required" not in query["inner.size"]
    assert parameters(operation, "path")["inner.name"]["description"] == "May hold slashes."
    assert operation["description"] == "Over gRPC only: `inner.again`, `labels`."


def test_a_message_may_hold_itself(sample: Any) -> None:
    made = sample(
        f'service S {{ rpc Put(Node) returns (Node) {{ option (google.api.http) = {{put: "/n" body: "*"}}; {USER} }} }}'
        " message Node { repeated Node children = 1; }"
    )
    node = made["components"]["schemas"]["sample.v1.Node"]
    assert node["properties"]["children"]["items"] == {"$ref": "#/components/schemas/sample.v1.Node"}


def test_two_rpcs_at_one_path_are_refused(sample: Any) -> None:
    rpcs = "".join(
        f'rpc {n}(Q) returns (Q) {{ option (google.api.http) = {{get: "/a/{{{f}}}"}}; {USER} }}' for n, f in (("A", "x"), ("B", "y"))
    )
    with pytest.raises(UnsupportedRoute, match="S_A's already"):
        sample(f"service S {{ {rpcs} }} message Q {{ string x = 1; string y = 2; }}")


INT64 = {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"}


@pytest.mark.parametrize(
    ("declaration", "schema"),
    [
        ("int64 x = 1;", INT64),
        ("bytes x = 1;", {"type": "string", "contentEncoding": "base64"}),
        ("Kind x = 1;", {"$ref": "#/components/schemas/sample.v1.Kind"}),
        ("google.protobuf.Duration x = 1;", {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9})?s$"}),
        ("google.protobuf.FieldMask x = 1;", {"type": "string", "format": "google-fieldmask"}),
        ("google.protobuf.Struct x = 1;", {"type": "object"}),
        ("google.protobuf.Value x = 1;", {}),
        ("google.protobuf.Any x = 1;", {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]}),
        ("map<string, int64> x = 1;", {"type": "object", "additionalProperties": INT64}),
        (
            "map<int32, bool> x = 1;",
            {"type": "object", "additionalProperties": {"type": "boolean"}, "propertyNames": {"pattern": "^-?[0-9]+$"}},
        ),
    ],
)
def test_types_have_the_form_that_proto_json_gives_them(field: Any, declaration: str, schema: dict[str, Any]) -> None:
    assert field(declaration) == (schema, False)


@pytest.mark.parametrize(
    ("declaration", "keywords", "required"),
    [
        ("string x = 1 [(buf.validate.field).required = true];", {"minLength": 1}, True),
        ("string x = 1 [(buf.validate.field).string = {prefix: 'a.', max_len: 5}];", {"pattern": "^a\\.", "maxLength": 5}, True),
        ("optional string x = 1 [(buf.validate.field).string.min_len = 1];", {"minLength": 1}, False),
        (
            "string x = 1 [(buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE, (buf.validate.field).string.uuid = true];",
            {"format": "uuid"},
            False,
        ),
        ("string x = 1 [(buf.validate.field).ignore = IGNORE_ALWAYS, (buf.validate.field).string.min_len = 1];", {}, False),
        ("string x = 1 [(buf.validate.field).string = {in: ['a', 'b']}];", {"enum": ["a", "b"]}, True),
        ("string x = 1 [(buf.validate.field).string.pattern = '^a?$'];", {"pattern": "^a?$"}, False),
        ("int32 x = 1 [(buf.validate.field).int32 = {gt: 0, lt: 9}];", {"exclusiveMinimum": 0, "exclusiveMaximum": 9}, True),
        ("uint32 x = 1 [(buf.validate.field).uint32.gte = 2];", {"minimum": 2}, True),
        ("uint64 x = 1 [(buf.validate.field).uint64 = {in: [0, 7]}];", {"enum": ["0", "7"]}, False),
        ("float x = 1 [(buf.validate.field).float.lte = 0.1];", {"maximum": 0.1}, False),
        ("bytes x = 1 [(buf.validate.field).bytes.max_len = 4];", {"maxLength": 8}, False),
        ("Kind x = 1 [(buf.validate.field).enum = {not_in: [0]}];", {"not": {"enum": ["KIND_UNSPECIFIED"]}}, True),
        ("Kind x = 1 [(buf.validate.field).enum = {in: [1]}];", {"enum": ["KIND_GOOD"]}, True),
        (
            "repeated string x = 1 [(buf.validate.field).repeated = {min_items: 1, unique: true}];",
            {"minItems": 1, "uniqueItems": True},
            True,
        ),
        (
            "repeated Kind x = 1 [(buf.validate.field).repeated.items.enum.not_in = 0];",
            {"items": {"$ref": "#/components/schemas/sample.v1.Kind", "not": {"enum": ["KIND_UNSPECIFIED"]}}},
            False,
        ),
        (
            "map<string, string> x = 1 [(buf.validate.field).map = {min_pairs: 1, max_pairs: 2}];",
            {"minProperties": 1, "maxProperties": 2},
            True,
        ),
        ("google.protobuf.Duration x = 1 [(buf.validate.field).duration.lte.seconds = 60];", {"description": "At most 60s."}, False),
        (
            "google.protobuf.Timestamp x = 1 [(buf.validate.field).timestamp.gt.seconds = 0];",
            {"description": "More than 1970-01-01T00:00:00Z."},
            False,
        ),
        (
            "int32 x = 1 [(buf.validate.field).cel = {id: 'even', message: 'must be even', expression: 'this % 2 == 0'}];",
            {"description": "Rule: must be even."},
            False,
        ),
    ],
)
def test_rules_become_keywords(field: Any, declaration: str, keywords: dict[str, Any], required: bool) -> None:
    plain, _ = field(f"{declaration.partition(' [')[0]};")
    ruled, is_required = field(declaration)
    changed = {key: value for key, value in ruled.items() if plain.get(key) != value}
    assert (changed, is_required) == (keywords, required)


def test_a_rule_that_has_no_keyword_yet_is_refused(field: Any) -> None:
    with pytest.raises(UnsupportedRule, match="suffix"):
        field("string x = 1 [(buf.validate.field).string.suffix = '.txt'];")


def test_a_required_oneof_takes_exactly_one(sample: Any) -> None:
    made = sample(
        f'service S {{ rpc A(Q) returns (Q) {{ option (google.api.http) = {{post: "/a" body: "*"}}; {USER} }} }}'
        " message Q { oneof x { option (buf.validate.oneof).required = true; string a = 1; string b = 2; } }"
    )
    schema = made["components"]["schemas"]["sample.v1.Q"]
    assert schema["oneOf"] == [{"title": "a", "required": ["a"]}, {"title": "b", "required": ["b"]}]
    assert schema["description"] == "Exactly one of `a`, `b` is set."


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [
        ("Returns `a. b` of google.rpc.Status. Fails never.", "Returns `a. b` of google.rpc.Status."),
        ("Has no stop", "Has no stop"),
        ("Goes on\nnever.", "Goes on"),
    ],
)
def test_the_summary_is_the_first_sentence(comment: str, sentence: str) -> None:
    assert first_sentence(comment) == sentence


def test_comments_lose_their_line_breaks_but_not_their_paragraphs() -> None:
    assert unwrap(" One\n two.\n\n Three:\n - a\n   b\n - c\n") == "One two.\n\nThree:\n- a b\n- c"
