"""What an unmodified `tritonclient.grpc` sees of a server; run as a program in Triton's environment, prints JSON."""

import asyncio
import json
import os
import queue
import sys

import numpy as np
import tritonclient.grpc as client
from tritonclient.grpc import aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, shared_memory


def tensors(**arrays):
    found = []
    for name, array in arrays.items():
        tensor = client.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        tensor.set_data_from_numpy(array)
        found.append(tensor)
    return found


def seen(result):
    response = result.get_response()
    outputs = {o.name: [str(v) for v in result.as_numpy(o.name).ravel().tolist()] for o in response.outputs}
    final = response.parameters["triton_final_response"].bool_param if "triton_final_response" in response.parameters else None
    return {"model": response.model_name, "version": response.model_version, "id": response.id, "outputs": outputs, "final": final}


def streamed(server, headers, requests, answers):
    """The answers on one stream, as they came; an error is its text."""
    came = queue.Queue()
    server.start_stream(lambda result, error: came.put(("error", error.message()) if error else seen(result)), headers=headers)
    for model, inputs, options in requests:
        server.async_stream_infer(model, inputs, **options)
    found = [came.get(timeout=20) for _ in range(answers)]
    server.stop_stream()
    assert came.empty(), came.get()
    return found


def failure(call):
    try:
        call()
    except InferenceServerException as error:
        return error.status()
    return None


def in_shared_memory(server, headers):
    """Input and output lie in a region that client and Triton have in common."""
    name, x = f"uat_test_{os.getpid()}", np.arange(4, dtype=np.float32).reshape(1, 4)
    region = shared_memory.create_shared_memory_region(name, f"/{name}", 2 * x.nbytes)
    try:
        shared_memory.set_shared_memory_region(region, [x])
        server.register_system_shared_memory(name, f"/{name}", 2 * x.nbytes, headers=headers)
        known = [r.byte_size for r in server.get_system_shared_memory_status(name, headers=headers).regions.values()]
        (tensor,), output = tensors(x=x), client.InferRequestedOutput("y")
        tensor.set_shared_memory(name, x.nbytes)
        output.set_shared_memory(name, x.nbytes, offset=x.nbytes)
        response = server.infer("echo", [tensor], "1", [output], headers=headers).get_response()
        came = shared_memory.get_contents_as_numpy(region, np.float32, [1, 4], offset=x.nbytes).tolist()
        again = failure(lambda: server.register_system_shared_memory(name, f"/{name}", 2 * x.nbytes, headers=headers))
        server.unregister_system_shared_memory(name, headers=headers)
        gone = failure(lambda: server.infer("echo", [tensor], "1", headers=headers))
    finally:
        shared_memory.destroy_shared_memory_region(region)
    return {"known": known, "came": came, "sent": [len(raw) for raw in response.raw_output_contents], "again": again}, gone


async def asynchronously(url, headers):
    async with aio.InferenceServerClient(url) as server:
        one = seen(await server.infer("echo", tensors(x=np.array([[7]], np.float32)), "1", headers=headers))

        async def requests():
            yield {"model_name": "counter", "inputs": tensors(count=np.array([2], np.int32)), "request_id": "s"}

        stream = server.stream_infer(requests(), headers=headers)
        many = [seen(result) if error is None else error.message() async for result, error in stream]
    return one, many


def main(url, token):
    headers = {"authorization": f"Bearer {token}"}
    server = client.InferenceServerClient(url)
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    words = np.array([["a", "ü"], ["", "b" * 70_000]], dtype=object)
    found = {}
    found["live"] = [server.is_server_live(headers), server.is_server_ready(headers), server.is_model_ready("echo", headers=headers)]
    found["metadata"] = server.get_model_metadata("words", headers=headers, as_json=True)
    found["config"] = server.get_model_config("counter", headers=headers, as_json=True)["config"]["input"]
    found["index"] = sorted((m.name, m.version, m.state) for m in server.get_model_repository_index(headers).models)
    found["unary"] = seen(server.infer("echo", tensors(x=x), request_id="r1", headers=headers, model_version="1"))
    found["options"] = seen(
        server.infer("echo", tensors(x=x), model_version="1", priority=1, timeout=5_000_000, client_timeout=10, headers=headers)
    )
    found["sequence"] = seen(server.infer("words", tensors(text=words), sequence_id=5, sequence_start=True, headers=headers))
    found["some outputs"] = seen(
        server.infer("words", tensors(text=words), outputs=[client.InferRequestedOutput("count")], headers=headers)
    )
    found["halves"] = seen(server.infer("halves", tensors(x=np.array([0.5, 65504], np.float16)), headers=headers))
    compressed = server.infer("echo", tensors(x=x), model_version="1", headers=headers, compression_algorithm="gzip")
    found["compressed"] = seen(compressed)
    came = queue.Queue()
    for number in range(8):
        inputs = tensors(x=np.array([[number]], np.float32))
        server.async_infer(
            "echo", inputs, lambda result, error: came.put(seen(result)), request_id=str(number), headers=headers, model_version="1"
        )
    found["async"] = sorted((came.get(timeout=20) for _ in range(8)), key=lambda r: r["id"])
    count = tensors(count=np.array([3], np.int32))
    found["decoupled"] = streamed(server, headers, [("counter", count, {"request_id": "d"})], 3)
    final = {"request_id": "e", "model_version": "1", "enable_empty_final_response": True}
    found["final"] = streamed(
        server,
        headers,
        [
            ("counter", count, final),
        ],
        4,
    )
    plain = [
        ("echo", tensors(x=np.array([[n]], np.float32)), {"request_id": str(n), "model_version": "1", "sequence_id": 9}) for n in range(5)
    ]
    found["stream"] = streamed(server, headers, plain, 5)
    found["stream with final"] = streamed(server, headers, [("echo", tensors(x=x), final)], 1)
    bad = [
        ("sleeper", tensors(seconds=np.array([-1], np.float32)), {}),
        ("sleeper", tensors(seconds=np.array([0], np.float32)), {"request_id": "ok"}),
    ]
    found["stream goes on"] = sorted(map(str, (type(a).__name__ for a in streamed(server, headers, bad, 2))))
    found["none"] = streamed(server, headers, [("counter", tensors(count=np.array([0], np.int32)), final)], 1)
    found["shared memory"], gone = in_shared_memory(server, headers)
    found["statuses"] = [
        failure(lambda: server.infer("nobody", tensors(x=x), headers=headers)),
        failure(lambda: server.infer("echo", tensors(z=x), headers=headers)),
        failure(lambda: server.infer("sleeper", tensors(seconds=np.array([-1], np.float32)), headers=headers)),
        failure(lambda: server.get_model_metadata("nobody", headers=headers)),
        gone,
    ]
    (stats,) = server.get_inference_statistics("words", "1", headers=headers).model_stats
    found["statistics"] = [stats.name, stats.version, stats.inference_stats.success.count > 0]
    found["aio"] = asyncio.run(asynchronously(url, headers))
    print(json.dumps(found))


main(*sys.argv[1:])
