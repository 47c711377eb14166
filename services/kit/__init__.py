"""The platform under every service. It knows no service by name: what a service needs it is given in `app.py`."""

import os

# gRPC's fork handlers crash the child of a process whose gRPC threads are busy, between fork and exec (seen with fast_llm, which starts
# llama.cpp in a process of its own). Nothing here forks to go on with gRPC in the child, so they are turned off; gRPC reads this when it
# is first used.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
