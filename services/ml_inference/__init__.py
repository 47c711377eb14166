"""ml_inference: models behind the Open Inference Protocol v2, with their versions, traffic, memory and jobs.

It calls no service of the mesh but auth. NVIDIA Triton runs the models; ml_inference loads and unloads them there. Its promises:

- A request is validated against its model before it waits or costs anything. The queue of each version is bounded, by priority, fair
  between tenants, and refuses at once what can't be done within its deadline.
- Models that were built with the mesh are registered automatically. Which versions should be loaded is stored, so a restarted Triton gets
  them again, and every replica acts alike.
- Files of a registered version come only from configured places, have the stated digest, never change, and are verified at each load. No
  path and no archive leads out of its folder or exceeds its bounds.
- Loading and unloading lose no request: a version takes requests once it is ready, and is unloaded after its last one. To free memory, only
  versions that are neither pinned, nor in use, nor given traffic are evicted.
- Rules split traffic between versions. A canary that is worse than the stable version is rolled back automatically.
- Jobs survive the end of their call, of their replica and of Triton.

The packages, in the order of their imports: `triton` (protocol, repository, errors), `registry` (models and versions), `scheduling` and
`routing` (queues; which version), `lifecycle` (load, unload, recover), `inference` (the data path), `jobs`, and `open_inference` (the
protocol's HTTP bodies and streams). The servicers are in `service_*.py`; `app.py` builds everything.
"""
