"""The process that llama.cpp runs in. Run as a file with its settings as JSON in the first argument, by `llama_process.py` only.

It is a process of its own because loading a model holds Python's lock for as long as it takes, and because an assertion that fails in
llama.cpp ends the process it is in. llama.cpp serves on a Unix socket from its own threads; no Python runs for a token. The end of standard
input, which is also what the parent's death looks like, ends the process.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import xllamacpp


def main() -> None:
    """Loads the model, writes `ready`, and serves until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever llama.cpp prints goes to the log
    settings = json.loads(sys.argv[1])
    server = xllamacpp.Server(parameters(settings))
    print("ready", server.listening_address, file=answers, flush=True)
    sys.stdin.read()
    shutil.rmtree(Path(settings["socket"]).parent, ignore_errors=True)  # a parent that was killed can't
    os._exit(0)  # without waiting for running generations: their readers have gone


def parameters(settings: dict[str, Any]) -> xllamacpp.CommonParams:
    """llama.cpp's parameters."""
    params = xllamacpp.CommonParams()
    if settings["threads"]:
        params.cpuparams.n_threads = settings["threads"]
        params.cpuparams_batch.n_threads = settings["threads"]
    params.model.path = settings["path"]
    params.model_alias = {"model"}
    params.hostnames = [settings["socket"]]
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context_length"]
    params.n_gpu_layers = settings["gpu_layers"]
    params.n_batch = settings["batch_tokens"] or batch_tokens(settings["path"], params.cpuparams.n_threads)
    params.n_ubatch = min(512, params.n_batch)
    params.n_threads_http = settings["slots"] + 4
    params.cache_ram_mib = settings["prompt_cache_mib"]
    params.prefill_assistant = False  # an assistant's last turn is continued only where a call asks for it
    params.verbosity = 0
    params.ui = False
    params.endpoint_slots = True
    params.endpoint_props = True
    return params


def batch_tokens(path: str, threads: int) -> int:
    """The number of prompt tokens to read in one step, so that a step takes about a fifth of a second.

    llama.cpp can neither end a call nor serve the other slots within a step. On processors, steps half as long cost a tenth of the speed.
    """
    processor = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    if any(device["type"] != processor for device in xllamacpp.get_device_info()):
        return 2048
    operations = 3.2 * Path(path).stat().st_size  # a token's, for weights of about five bits each
    a_second = 50e9 * (threads if threads > 0 else os.cpu_count() or 1)  # measured on a server's processor of 2023
    return max(16, min(512, round(0.2 * a_second / operations / 16) * 16))


if __name__ == "__main__":
    main()
