"""Engines: `engine.py` is the interface, `llama.py` runs llama.cpp in processes of its own, `triton.py` uses models of an NVIDIA Triton.

Requests and events are the contract's messages; faults are those of `services/fast_llm/errors.py`.
"""
