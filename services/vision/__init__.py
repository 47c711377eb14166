"""vision: reading, describing and making pictures.

It calls no service of the mesh but auth. Its models run in NVIDIA Triton: three that read text (`ocr_detect`, `ocr_orient`,
`ocr_recognize`) and those that make pictures; what measures pictures and finds codes and faces runs in workers of its own. Uploads,
jobs and pages that were read before are in PostgreSQL, and NATS hands the jobs out.

It promises:

- What is no picture, or breaks a limit, is refused by its header, before anything is decoded, with the reason and both figures.
- Content that crashes or stops a decoder costs a worker, never the service: the request is tried once more and then refused.
- A page with nothing on it is an empty page; one that can't be read doesn't keep the others from being read.
- Uploads and jobs are their user's own. Pages are kept by what they are made of, for their tenant alone.
- With Triton away requests fail with UNAVAILABLE and jobs wait; the service itself comes up and stays up.

Start with `app.py`; a page's way is `recognition.py`, then `stages.py` for the steps in a worker and `engine.py` for those in Triton.
"""
