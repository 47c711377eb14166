"""What computes: one Protocol (`engine.py`), and one way so far to fulfil it, llama.cpp (`llama.py`).

An engine knows nothing of gRPC or of the contract's messages. It takes and gives the plain values of `engine.py` and raises the faults of
`errors.py`.
"""
