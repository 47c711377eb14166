"""vision: reads, analyses and generates pictures.

It calls no other service but auth. Its models run in NVIDIA Triton: three for OCR (`ocr_detect`, `ocr_orient`, `ocr_recognize`) and those
that generate pictures; decoding, measurements, codes and faces run in worker processes. Uploads, jobs and cached pages are in PostgreSQL,
and NATS dispatches the jobs.

It promises:

- Content that is no picture, or breaks a limit, is refused by its header, before it is decoded, with the reason and both figures.
- Content that crashes or hangs a decoder costs a worker, never the service: the request is retried once and then refused.
- A page without text is an empty page; a page that can't be read does not keep the others from being read.
- Uploads and jobs belong to their user. Cached pages are keyed by content and options, for one tenant alone.
- While Triton is away requests fail with UNAVAILABLE and jobs wait; the service itself starts and stays up.

Start with `app.py`. A page's path: `recognition/recognition.py`, `workers/pool.py`, and in a worker `recognition/page_reader.py`.
"""
