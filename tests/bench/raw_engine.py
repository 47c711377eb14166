"""The raw engine in a process of its own: llama.cpp through xllamacpp, streaming through its callback, with nothing around it.

Run as `python -m tests.bench.raw_engine MODEL.gguf OPTIONS`, where OPTIONS is JSON. Reads one JSON request a line (prompts, max_tokens) and
writes one JSON list of samples a line; all times are of this process's monotonic clock and never include the pipe.
"""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import xllamacpp


def load(path: str, options: dict[str, Any]) -> Any:
    """Loads the model with the given settings and llama.cpp's defaults."""
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_parallel = options["slots"]
    params.n_ctx = options["context"]
    params.n_gpu_layers = options["gpu_layers"]
    params.warmup = True
    params.verbosity = -1
    if options["threads"]:
        params.cpuparams.n_threads = options["threads"]
        params.cpuparams_batch.n_threads = options["threads"]
    return xllamacpp.Server(params)


def generate(server: Any, prompt: str, max_tokens: int) -> dict[str, Any]:
    """Streams one answer and gives when it began, when its first text came, when it ended, and how many tokens it had."""
    sample: dict[str, Any] = {"first": None, "tokens": 0, "text": ""}
    request = {
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": max_tokens,
        "temperature": 0,
        "ignore_eos": True,
        "stream": True,
        "stream_options": {"include_usage": True},
    }

    def on_chunk(chunk: Any) -> bool:
        for event in chunk if isinstance(chunk, list) else [chunk]:
            if "error" in event or "code" in event:
                raise RuntimeError(str(event))
            for choice in event.get("choices") or ():
                if text := choice["delta"].get("content"):
                    sample["first"] = sample["first"] or time.monotonic()
                    sample["text"] += text
            if usage := event.get("usage"):
                sample["tokens"] = usage["completion_tokens"]
        return False

    sample["start"] = time.monotonic()
    server.handle_chat_completions(request, on_chunk)
    sample["end"] = time.monotonic()
    return sample


def main() -> None:
    """Loads, says so, and answers requests until its input ends."""
    answers = sys.stdout
    server = load(sys.argv[1], json.loads(sys.argv[2]))
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        prompts = asked["prompts"]
        together = threading.Barrier(len(prompts))

        def one(prompt: str, together: threading.Barrier = together, most: int = asked["max_tokens"]) -> dict[str, Any]:
            together.wait()
            return generate(server, prompt, most)

        with ThreadPoolExecutor(len(prompts)) as pool:
            samples = list(pool.map(one, prompts))
        print(json.dumps(samples), file=answers, flush=True)


if __name__ == "__main__":
    main()
