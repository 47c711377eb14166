"""The Open Inference Protocol: metadata and repository, streams over gRPC, and the JSON, binary and generate bodies of its HTTP API."""
