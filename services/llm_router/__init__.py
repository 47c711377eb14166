"""llm_router: every request for text goes to the model and provider that serve it, through here.

It speaks OpenAI's shapes at `/v1` and the same, typed, over gRPC. It is the only place in the mesh that tries a model call again, and the
place where usage
is counted. It calls fast_llm for models of our own, and providers outside over HTTP. Usage lies in PostgreSQL.
"""
