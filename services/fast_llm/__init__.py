"""fast_llm is the mesh's own engine for language models.

It calls no service but auth. It runs a fixed number of generations at once by continuous batching; a bounded queue in front refuses the
rest with the time to retry. A call that ends, however it ends, frees its slot at once. Two engines implement `engines/engine.py`:
llama.cpp in a process of its own, and models of an NVIDIA Triton, which are llama.cpp here and vLLM in a cluster.
"""
