"""ml_inference: models behind the Open Inference Protocol v2, and their versions, traffic, memory and jobs.

It calls no service of the mesh but auth; the models run in NVIDIA Triton, which it loads and unloads them in. What is promised:

- A request is held against its model before anything waits or costs. The line before each version is bounded, goes by priority, is fair
  between tenants, and refuses at once what can't be in time.
- What was built for the mesh is registered by itself. What should be loaded is stored, so a Triton that was killed gets it again without
  anybody's doing, and a second replica does the same.
- Files of a registered version come from where the configuration allows, are held against the stated digest, never change, and are checked
  again at each load. No path and no archive leads out of its folder or grows past its bounds.
- Loading and unloading lose no request: a version takes none before it is ready, and is unloaded once those that it has have ended. To make
  room in memory, only what is neither pinned, nor in use, nor given traffic is unloaded.
- Traffic is split between versions by rules; a canary that is worse than the stable version loses its requests by itself.
- Jobs outlive the call, the replica and Triton.
"""
