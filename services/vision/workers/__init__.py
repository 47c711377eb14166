"""Worker processes: decoders, OCR and image encoding run here, outside of the event loop and apart from the service.

`pool.WorkerPool` starts, limits and replaces the processes; `process` is the program that each of them runs.
"""
