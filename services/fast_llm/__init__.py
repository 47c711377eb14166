"""fast_llm: the mesh's own engine for language models.

It calls no service but auth. It promises continuous batching over a fixed number of slots, a bounded queue that says when to come back,
and that a call which ends, however it ends, frees its slot at once. What computes is behind `engines/engine.py`: llama.cpp in a process of
its own, or a model of NVIDIA Triton, which is llama.cpp here and vLLM in a cluster.
"""
