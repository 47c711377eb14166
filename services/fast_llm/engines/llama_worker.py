"""The process that llama.cpp runs in. Run as a file with its settings as JSON in the first argument, by `llama_process.py` only.

It is a process of its own because loading a model holds Python's lock for as long as it takes, and because an assertion that fails in llama.cpp ends
the process it is in. llama.cpp serves on a Unix socket from its own threads; no Python runs for a token. Lines on standard input are JSON schemas,
answered with `{"grammar"}` or `{"error"}`; the end of standard input, which is also what the parent's death looks like, ends the process.
"""

import json
import os
import signal
import sys

import xllamacpp


def main() -> None:
    """Loads the model, writes `ready`, and serves until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever llama.cpp prints goes to the log
    settings = json.loads(sys.argv[1])
    server = xllamacpp.Server(parameters(settings))
    answers.write(f"ready {server.listening_address}\n")
    for line in sys.stdin:
        answers.write(json.dumps(converted(line)) + "\n")
    os._exit(0)  # no waiting for what still runs: nobody listens any more


def parameters(settings: dict[str, object]) -> "xllamacpp.CommonParams":
    """Gives llama.cpp's parameters."""
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {"model"}
    params.hostnames = [settings["socket"]]
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context_length"]  # type: ignore[operator]
    params.n_gpu_layers = settings["gpu_layers"]
    params.n_batch = settings["batch_tokens"]
    params.n_ubatch = min(512, settings["batch_tokens"])  # type: ignore[call-overload]
    params.n_threads_http = settings["slots"] + 4  # type: ignore[operator]
    params.cache_ram_mib = settings["prompt_cache_mib"]
    params.prefill_assistant = False  # an assistant's last turn is continued only where a call asks for it
    params.verbosity = 0
    params.ui = False
    params.endpoint_slots = True
    params.endpoint_props = True
    if settings["threads"]:
        params.cpuparams.n_threads = settings["threads"]
        params.cpuparams_batch.n_threads = settings["threads"]
    return params


def converted(schema: str) -> dict[str, str]:
    """Gives a JSON schema's grammar, or what is wrong with it."""
    try:
        return {"grammar": xllamacpp.json_schema_to_grammar(schema)}
    except Exception as error:
        return {"error": str(error)}


if __name__ == "__main__":
    main()
