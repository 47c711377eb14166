"""Fetches the files of a version from the import folder, or from a configured host over https or S3."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import aiohttp

from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.errors import DigestMismatch, SourceRefused
from services.ml_inference.registry.archives import Budget, copy_folder, open_regular, sha256_of, unpack
from services.models import manifest

_MOST_REDIRECTS = 5
_DOWNLOAD_SECONDS, _STALLED_SECONDS = 6 * 3600.0, 60.0
_CHUNK = 1024 * 1024
_HEADERS = {"Accept-Encoding": "identity"}


class Sources:
    """Fetches by `source_uri`."""

    def __init__(self, config: MlInferenceConfig) -> None:
        self._config = config
        self._hosts = frozenset(config.source_hosts)
        self._trust = ssl.create_default_context()
        if config.source_ca_file is not None:
            self._trust.load_verify_locations(config.source_ca_file)

    async def fetch(self, uri: str, sha256: str, target: Path) -> None:
        """Creates `target` with the content of a version's folder. Raises SourceRefused, or DigestMismatch for another digest."""
        try:
            parts = urlsplit(uri)
        except ValueError as error:
            raise SourceRefused(f"{uri!r} is not a URI") from error
        if parts.scheme == "file":
            await asyncio.to_thread(self._take, self._inside(parts), sha256, target)
        elif parts.scheme in ("https", "s3"):
            with tempfile.TemporaryFile(dir=target.parent) as file:
                await self._download(self._url(parts), file)
                await asyncio.to_thread(self._unpack, file, sha256, target)
        else:
            raise SourceRefused(f"the scheme {parts.scheme!r} is not supported; file:, https: and s3: are")

    def _inside(self, parts: SplitResult) -> Path:
        """The path of a `file:` source: inside the import folder, and without symbolic links."""
        path = unquote(parts.path)
        folder = self._config.import_dir.resolve()
        if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or "\0" in path or not path:
            raise SourceRefused("a file: source is a path inside the import folder")
        source = folder / path
        if ".." in Path(path).parts or not source.is_relative_to(folder) or source == folder:
            raise SourceRefused("a file: source is a path inside the import folder, without ..")
        try:
            if source.resolve(strict=True) != source:
                raise SourceRefused("the path of a file: source contains no links")
        except (OSError, RuntimeError) as error:
            raise SourceRefused(f"the import folder has no {source.relative_to(folder)}") from error
        return source

    def _take(self, source: Path, sha256: str, target: Path) -> None:
        try:
            if source.is_dir():
                copy_folder(source, target, self._budget())
                _check_digest(manifest.digest(target)[0], sha256)
                return
            with open_regular(source) as file:
                self._unpack(file, sha256, target)
        except OSError as error:
            raise SourceRefused(f"{source.name} can't be read: {error.strerror}") from error

    def _unpack(self, file: IO[bytes], sha256: str, target: Path) -> None:
        _check_digest(sha256_of(file), sha256)
        unpack(file, target, self._budget())

    def _url(self, parts: SplitResult) -> str:
        """The URL to fetch, on an allowed host."""
        if parts.scheme == "s3":
            if not self._config.s3_endpoint:
                raise SourceRefused("s3: is not configured; UAT_ML_INFERENCE_S3_ENDPOINT names its host")
            parts = urlsplit(f"https://{self._config.s3_endpoint}/{parts.netloc}/{quote(unquote(parts.path.lstrip('/')))}")
        if parts.scheme != "https" or parts.username is not None or parts.netloc not in self._hosts:
            allowed = ", ".join(sorted(self._hosts)) or "none"
            raise SourceRefused(f"{parts.hostname or 'no host'} is not an allowed host; allowed are: {allowed}")
        return parts.geturl()

    async def _download(self, url: str, file: IO[bytes]) -> None:
        timeout = aiohttp.ClientTimeout(total=_DOWNLOAD_SECONDS, sock_read=_STALLED_SECONDS, sock_connect=10)
        try:
            async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session:
                for _ in range(_MOST_REDIRECTS):
                    async with session.get(url, allow_redirects=False, headers=_HEADERS, ssl=self._trust) as response:
                        if response.status in (301, 302, 303, 307, 308):
                            url = self._url(urlsplit(urljoin(url, response.headers.get("Location", ""))))
                            continue
                        if response.status != 200:
                            raise SourceRefused(f"the host of the source responds with status {response.status}")
                        await self._write(response.content, file)
                        return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SourceRefused(f"the source can't be fetched: {error or type(error).__name__}") from error
        raise SourceRefused("the host of the source redirects too often")

    async def _write(self, content: aiohttp.StreamReader, file: IO[bytes]) -> None:
        budget = self._budget()
        async for chunk in content.iter_chunked(_CHUNK):
            budget.take_bytes(len(chunk))
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)

    def _budget(self) -> Budget:
        return Budget(self._config.import_bytes, self._config.import_files)


def _check_digest(digest: str, stated: str) -> None:
    if digest != stated:
        raise DigestMismatch(f"the source has the digest {digest}, and {stated} was stated", metadata={"found": digest, "stated": stated})
