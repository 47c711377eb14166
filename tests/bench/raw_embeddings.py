"""onnxruntime in a process of its own, with nothing around it: the peer that embeddings through the mesh are held against.

Run in Triton's environment as `python tests/bench/raw_embeddings.py MODEL.onnx TOKENIZER.json THREADS SPIN`, SPIN being 1 for threads that
spin while they wait, as onnxruntime has it by default, and 0 for threads that sleep. Reads one JSON list of batches a
line, a batch being a list of texts, and writes `{"seconds": …, "first": […]}`: the time for all of them, and the first embedding.
"""

import json
import sys
import time
from typing import Any

import numpy
import onnxruntime
import tokenizers


def embed(session: Any, tokenizer: Any, texts: list[str]) -> Any:
    """Gives the embeddings of one batch, padded to its longest text."""
    encoded = tokenizer.encode_batch(texts)
    inputs = {
        "input_ids": numpy.array([e.ids for e in encoded], numpy.int64),
        "attention_mask": numpy.array([e.attention_mask for e in encoded], numpy.int64),
        "token_type_ids": numpy.array([e.type_ids for e in encoded], numpy.int64),
    }
    types = {given.name: numpy.int32 if "32" in given.type else numpy.int64 for given in session.get_inputs()}
    wanted = {name: inputs[name].astype(kind) for name, kind in types.items()}
    return session.run(None, wanted)[0]


def main() -> None:
    """Loads, says so, and answers until its input ends."""
    model, vocabulary, threads, spin = sys.argv[1:]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    options.add_session_config_entry("session.intra_op.allow_spinning", spin)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(vocabulary)
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        batches = json.loads(line)
        start = time.monotonic()
        answers = [embed(session, tokenizer, batch) for batch in batches]
        took = time.monotonic() - start
        print(json.dumps({"seconds": took, "first": answers[0][0].tolist()}), flush=True)


if __name__ == "__main__":
    main()
