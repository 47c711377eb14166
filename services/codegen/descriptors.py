"""The descriptor sets that everything else is made from, compiled by the protoc inside grpcio-tools.

The contracts import google.api, google.rpc and buf.validate. They need no schema registry: the first two are .proto files
in the googleapis-common-protos wheel, the last is a descriptor inside the protovalidate wheel.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
VALIDATE = "buf/validate/validate.proto"
ERROR_DETAILS = "google/rpc/error_details.proto"
"""In the image although no contract imports it: clients that print errors need the types of their details."""


class CompileError(Exception):
    """protoc refused the contracts; what it said is on standard error."""


def own_files() -> list[str]:
    """Every contract of this repository, as protoc names it, sorted."""
    return sorted(p.relative_to(PROTOS).as_posix() for p in PROTOS.rglob("*.proto"))


def validate_file() -> FileDescriptorProto:
    """buf.validate as the installed protovalidate knows it."""
    file = FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())
    file.source_code_info.location.add(
        span=[0, 0, 0]
    )  # betterproto2's compiler asks every file for its comments, and stops where there is no table of them
    return file


def run_protoc(*arguments: str) -> None:
    """Runs protoc with every import path that the contracts need."""
    with tempfile.TemporaryDirectory() as folder:
        known = FileDescriptorSet(file=[_as_proto(m.DESCRIPTOR) for m in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2)])
        known.file.append(validate_file())
        dependencies = Path(folder) / "dependencies.binpb"
        dependencies.write_bytes(known.SerializeToString())
        googleapis = Path(str(distribution("googleapis-common-protos").locate_file("")))
        well_known = Path(str(files("grpc_tools") / "_proto"))
        command = [
            "protoc",
            f"--descriptor_set_in={dependencies}",
            f"--proto_path={PROTOS}",
            f"--proto_path={googleapis}",
            f"--proto_path={well_known}",
            *arguments,
        ]
        if protoc.main(command) != 0:
            raise CompileError("protoc failed")


def compile_image(*, source_info: bool) -> FileDescriptorSet:
    """All contracts with everything they import. With `source_info` comments and positions stay in, which lint and OpenAPI need."""
    return FileDescriptorSet.FromString(compile_bytes(source_info=source_info))


def compile_bytes(*, source_info: bool) -> bytes:
    """The same as protoc wrote it. Python would write it in another order once it knows the contracts' options."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "image.binpb"
        flags = ["--include_imports", f"--descriptor_set_out={out}"] + (["--include_source_info"] if source_info else [])
        run_protoc(*flags, *own_files(), ERROR_DETAILS)
        return out.read_bytes()


def as_buf_image(image: FileDescriptorSet) -> bytes:
    """The set in the form that buf reads: files that are only imported say so, and are left out of lint and breaking checks."""
    marked = FileDescriptorSet()
    marked.CopyFrom(image)
    own = set(own_files())
    for file in marked.file:
        if file.name not in own:
            file.MergeFromString(_BUF_IS_IMPORT)
    return marked.SerializeToString()


# Field 8042 of a file in a buf image, a message whose field 1 says that the file is an import.
_BUF_IS_IMPORT = bytes([0xD2, 0xF6, 0x03, 0x02, 0x08, 0x01])


def _as_proto(descriptor: object) -> FileDescriptorProto:
    proto = FileDescriptorProto()
    descriptor.CopyToProto(proto)  # type: ignore[attr-defined]
    return proto
