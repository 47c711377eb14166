"""Text recognition: documents in, pages with text, blocks, tables and Markdown out.

`recognition.Recognition` reads documents page by page on the event loop; `page_reader.read_page` reads one page from its pixels to its
text, in a worker process that calls the OCR models in Triton itself (`models`). `layout/` has the steps between pixels, lines and blocks.
"""
