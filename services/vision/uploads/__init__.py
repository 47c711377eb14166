"""Uploads: files that callers send in chunks and refer to in later requests, until they expire."""
