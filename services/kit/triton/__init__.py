"""NVIDIA Triton: the client that services share, and its liveness watch."""
