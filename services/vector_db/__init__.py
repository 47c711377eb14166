"""vector_db: collections of vectors, searched with filters, with the recall measured.

It calls no service of the mesh but auth; vectors lie in Milvus or in RocksDB with HNSW. No RPC of it is built yet: it serves its health,
its reflection and its contract.
"""
