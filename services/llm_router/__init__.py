"""llm_router: every request for text or for vectors goes to the model and provider that serve it, through here.

It speaks OpenAI's shapes at `/v1` and the same, typed, over gRPC. It is the only place in the mesh that tries a model call again, and the
place where usage is counted. It calls fast_llm for models of our own that write, ml_inference for those that make vectors, vision for what
a picture shows where a model reads text only, and providers outside over HTTP. Usage lies in PostgreSQL.
"""
