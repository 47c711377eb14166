"""The Open Inference Protocol's own forms: streams over gRPC, and over REST its JSON with raw tensors behind it, and the flat form."""
