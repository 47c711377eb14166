"""What an unmodified `tritonclient.http` sees of a server; run as a program in Triton's environment, prints JSON."""

import asyncio
import json
import sys

import numpy as np
import tritonclient.http as client
from tritonclient.http import aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype


def tensors(binary=True, **arrays):
    found = []
    for name, array in arrays.items():
        tensor = client.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        tensor.set_data_from_numpy(array, binary_data=binary)
        found.append(tensor)
    return found


def seen(result):
    response = result.get_response()
    outputs = {o["name"]: [str(v) for v in result.as_numpy(o["name"]).ravel().tolist()] for o in response["outputs"]}
    raw = {o["name"]: "binary_data_size" in o.get("parameters", {}) for o in response["outputs"]}
    shapes = {o["name"]: [o["datatype"], o["shape"]] for o in response["outputs"]}
    head = {key: response.get(key) for key in ("id", "model_name", "model_version")}
    return head | {"outputs": outputs, "raw": raw, "shapes": shapes}


def failure(call):
    try:
        call()
    except InferenceServerException as error:
        return [error.status(), bool(error.message())]
    return None


async def asynchronously(url, headers):
    async with aio.InferenceServerClient(url) as server:
        return seen(await server.infer("echo", tensors(x=np.array([[7]], np.float32)), "1", headers=headers))


def main(url, token):
    headers = {"authorization": f"Bearer {token}"}
    server = client.InferenceServerClient(url, concurrency=4)
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    words = np.array([["a", "\u00fc"], ["", "b" * 70_000]], dtype=object)
    found = {}

    def infer(model, inputs, **options):
        return seen(server.infer(model, inputs, headers=dict(headers), **options))

    found["live"] = [server.is_server_live(headers), server.is_server_ready(headers), server.is_model_ready("echo", headers=headers)]
    found["not ready"] = server.is_model_ready("nobody", headers=headers)
    found["metadata"] = server.get_model_metadata("words", headers=headers)
    config = server.get_model_config("counter", headers=headers)
    found["config"] = [config["name"], config["max_batch_size"], config["input"], config["output"], config["model_transaction_policy"]]
    index = server.get_model_repository_index(headers)
    found["index"] = sorted((m["name"], m["version"], m["state"]) for m in index)
    found["raw"] = infer("echo", tensors(x=x), request_id="r1", model_version="1")
    found["json"] = infer(
        "echo", tensors(binary=False, x=x), outputs=[client.InferRequestedOutput("y", binary_data=False)], model_version="1"
    )
    found["options"] = infer("echo", tensors(x=x), model_version="1", priority=1, timeout=5_000_000, parameters={"mine": "a"})
    found["sequence"] = infer("words", tensors(text=words), sequence_id=5, sequence_start=True)
    found["some outputs"] = infer("words", tensors(text=words), outputs=[client.InferRequestedOutput("count", binary_data=False)])
    mixed = [client.InferRequestedOutput("loud"), client.InferRequestedOutput("count", binary_data=False)]
    found["mixed"] = infer("words", tensors(binary=False, text=words), outputs=mixed)
    found["halves"] = infer("halves", tensors(x=np.array([0.5, 65504], np.float16)))
    for how in ("gzip", "deflate"):
        found[how] = infer("echo", tensors(x=x), model_version="1", request_compression_algorithm=how, response_compression_algorithm=how)
    body, size = client.InferenceServerClient.generate_request_body(tensors(x=x), request_id="made")
    made = server._post("v2/models/echo/versions/1/infer", body, headers | {"Inference-Header-Content-Length": size}, None)
    length = int(made.get("Inference-Header-Content-Length"))
    found["made"] = seen(client.InferenceServerClient.parse_response_body(made.read(), header_length=length))
    under_way = [
        server.async_infer("echo", tensors(x=np.array([[n]], np.float32)), request_id=str(n), headers=dict(headers), model_version="1")
        for n in range(8)
    ]
    found["async"] = [seen(request.get_result()) for request in under_way]
    (stats,) = server.get_inference_statistics("words", "1", headers=headers)["model_stats"]
    success = stats["inference_stats"]["success"]
    found["statistics"] = [
        stats["name"],
        stats["version"],
        success["count"] > 0,
        success["ns"] > 0,
        sorted(stats),
        sorted(stats["inference_stats"]),
    ]
    found["statuses"] = [
        failure(lambda: server.infer("nobody", tensors(x=x), headers=dict(headers))),
        failure(lambda: server.infer("echo", tensors(z=x), headers=dict(headers))),
        failure(lambda: server.infer("sleeper", tensors(seconds=np.array([-1], np.float32)), headers=dict(headers))),
        failure(lambda: server.get_model_metadata("nobody", headers=headers)),
        failure(lambda: server.load_model("echo", headers=headers)),
    ]
    found["aio"] = asyncio.run(asynchronously(url, dict(headers)))
    print(json.dumps(found))


main(*sys.argv[1:])
