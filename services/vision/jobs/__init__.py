"""vision's jobs: recognition, generation and analysis as work for `services.kit.jobs`.

`jobs.VisionJobs` is what callers can do with jobs, and the streams that are jobs; `work` is what a job of each kind does; `messages`
converts kit's records to the contract's messages.
"""
