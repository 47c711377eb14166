"""Where a version's files may come from: the import folder, and hosts that the configuration names."""

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
from services.ml_inference.registry.archives import Room, copy_folder, open_plain, sha256_of, unpack
from services.models import manifest

_MOST_REDIRECTS = 5
_DOWNLOAD_SECONDS, _STALLED_SECONDS = 6 * 3600.0, 60.0
_CHUNK = 1024 * 1024
_HEADERS = {"Accept-Encoding": "identity"}


class Sources:
    """Fetches what `source_uri` names."""

    def __init__(self, config: MlInferenceConfig) -> None:
        self._config = config
        self._hosts = frozenset(config.source_hosts)
        self._trust = ssl.create_default_context()
        if config.source_ca_file is not None:
            self._trust.load_verify_locations(config.source_ca_file)

    async def fetch(self, uri: str, sha256: str, target: Path) -> None:
        """Makes `target` with the content of a version's folder. Raises SourceRefused, or DigestMismatch when it isn't what was stated."""
        try:
            parts = urlsplit(uri)
        except ValueError as error:
            raise SourceRefused(f"{uri!r} is no address") from error
        if parts.scheme == "file":
            await asyncio.to_thread(self._take, self._inside(parts), sha256, target)
        elif parts.scheme in ("https", "s3"):
            with tempfile.TemporaryFile(dir=target.parent) as file:
                await self._download(self._allowed(parts), file)
                await asyncio.to_thread(self._unpack, file, sha256, target)
        else:
            raise SourceRefused(f"{parts.scheme or 'no'}: is no kind of source; there are file:, https: and s3:")

    def _inside(self, parts: SplitResult) -> Path:
        """The path of a `file:` source, which is inside the import folder, with no link on the way."""
        path = unquote(parts.path)
        folder = self._config.import_dir.resolve()
        if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or "\0" in path or not path:
            raise SourceRefused("a file: source is a path inside the import folder")
        place = folder / path
        if ".." in Path(path).parts or not place.is_relative_to(folder) or place == folder:
            raise SourceRefused("a file: source is a path inside the import folder, without ..")
        try:
            if place.resolve(strict=True) != place:
                raise SourceRefused("a file: source has no links on its way")
        except (OSError, RuntimeError) as error:
            raise SourceRefused(f"there is no {place.relative_to(folder)} in the import folder") from error
        return place

    def _take(self, place: Path, sha256: str, target: Path) -> None:
        try:
            if place.is_dir():
                copy_folder(place, target, self._room())
                _hold_against(manifest.digest(target)[0], sha256)
                return
            with open_plain(place) as file:
                self._unpack(file, sha256, target)
        except OSError as error:
            raise SourceRefused(f"{place.name} can't be read: {error.strerror}") from error

    def _unpack(self, file: IO[bytes], sha256: str, target: Path) -> None:
        _hold_against(sha256_of(file), sha256)
        unpack(file, target, self._room())

    def _allowed(self, parts: SplitResult) -> str:
        """The address to fetch, at a host that is allowed."""
        if parts.scheme == "s3":
            if not self._config.s3_endpoint:
                raise SourceRefused("s3: is not configured here; UAT_ML_INFERENCE_S3_ENDPOINT names the host that answers for it")
            parts = urlsplit(f"https://{self._config.s3_endpoint}/{parts.netloc}/{quote(unquote(parts.path.lstrip('/')))}")
        if parts.scheme != "https" or parts.username is not None or parts.netloc not in self._hosts:
            allowed = ", ".join(sorted(self._hosts)) or "none"
            raise SourceRefused(f"sources are not fetched from {parts.hostname or 'nowhere'}; allowed hosts: {allowed}")
        return parts.geturl()

    async def _download(self, address: str, file: IO[bytes]) -> None:
        timeout = aiohttp.ClientTimeout(total=_DOWNLOAD_SECONDS, sock_read=_STALLED_SECONDS, sock_connect=10)
        try:
            async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session:
                for _ in range(_MOST_REDIRECTS):
                    async with session.get(address, allow_redirects=False, headers=_HEADERS, ssl=self._trust) as answer:
                        if answer.status in (301, 302, 303, 307, 308):
                            address = self._allowed(urlsplit(urljoin(address, answer.headers.get("Location", ""))))
                            continue
                        if answer.status != 200:
                            raise SourceRefused(f"the source's host answers with the status {answer.status}")
                        await self._keep(answer.content, file)
                        return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SourceRefused(f"the source can't be fetched: {error or type(error).__name__}") from error
        raise SourceRefused("the source's host sends from one address to the next")

    async def _keep(self, content: aiohttp.StreamReader, file: IO[bytes]) -> None:
        room = self._room()
        async for chunk in content.iter_chunked(_CHUNK):
            room.take(len(chunk))
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)

    def _room(self) -> Room:
        return Room(self._config.import_bytes, self._config.import_files)


def _hold_against(found: str, stated: str) -> None:
    if found != stated:
        raise DigestMismatch(f"the source has the digest {found}, and {stated} was stated", metadata={"found": found, "stated": stated})
