"""llm_router routes every request for text or vectors to the model and provider that serve it.

It has OpenAI's API at `/v1`, and the same typed over gRPC. It is the only place in the mesh that repeats a model call, and the one that
records usage, in PostgreSQL. It calls fast_llm for the mesh's own models that write, ml_inference for those that embed, vision to describe
pictures to models that read text only, and external providers over HTTP.
"""
