"""assistantd: assistants that answer from documents, with citations.

It calls llm_router, memory, vector_db and vision, never another assistant. No RPC of it is built yet: it serves its health, its
reflection and its contract.
"""
