"""Batch inference: jobs that outlive their call, on the job queue of the kit."""
