"""Sources on hosts, fetched over https from a server of the test's own."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.errors import DigestMismatch, SourceRefused
from services.ml_inference.registry.sources import Sources
from tests.ml_inference.whole import sha256
from tests.ports import free_port


@dataclass
class Store:
    """A host with one archive, and what it was asked for."""

    host: str
    certificate: Path
    digest: str
    asked: list[str] = field(default_factory=list)

    def sources(self, folder: Path, *hosts: str, **given: object) -> Sources:
        return Sources(MlInferenceConfig(import_dir=folder, source_hosts=hosts, source_ca_file=self.certificate, **given))  # type: ignore[arg-type]


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("model.py", "pass\n")
    certificate, private = _certificate(tmp_path)
    found = Store(f"localhost:{free_port()}", certificate, sha256(archive))

    async def answer(request: web.Request) -> web.StreamResponse:
        found.asked.append(request.path)
        if request.path == "/away":
            raise web.HTTPFound("https://elsewhere.example/a.zip")
        if request.path == "/moved":
            raise web.HTTPFound("/a.zip")
        if request.path == "/round":
            raise web.HTTPFound("/round")
        if request.path == "/none":
            raise web.HTTPNotFound
        return web.Response(body=archive.read_bytes())

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    await web.TCPSite(runner, "127.0.0.1", int(found.host.partition(":")[2]), ssl_context=context).start()
    try:
        yield found
    finally:
        await runner.cleanup()


async def test_an_archive_comes_from_an_allowed_host_also_by_way_of_it(store: Store, tmp_path: Path) -> None:
    sources = store.sources(tmp_path, store.host, s3_endpoint=store.host)
    for number, uri in enumerate((f"https://{store.host}/a.zip", f"https://{store.host}/moved", "s3://bucket/models/a.zip")):
        await sources.fetch(uri, store.digest, tmp_path / f"got{number}")
        assert (tmp_path / f"got{number}" / "model.py").read_text() == "pass\n"
    assert store.asked[-1] == "/bucket/models/a.zip"
    with pytest.raises(DigestMismatch):
        await sources.fetch(f"https://{store.host}/a.zip", "0" * 64, tmp_path / "other")


async def test_a_host_that_is_not_allowed_is_not_asked(store: Store, tmp_path: Path) -> None:
    for hosts, uri in (
        ((), f"https://{store.host}/a.zip"),
        (("localhost",), f"https://{store.host}/a.zip"),
        ((store.host,), f"https://someone@{store.host}/a.zip"),
        ((store.host,), f"http://{store.host}/a.zip"),
        ((store.host,), "s3://bucket/a.zip"),
    ):
        with pytest.raises(SourceRefused):
            await store.sources(tmp_path, *hosts).fetch(uri, store.digest, tmp_path / "got")
    assert not store.asked
    for path in ("away", "round", "none"):
        with pytest.raises(SourceRefused):
            await store.sources(tmp_path, store.host).fetch(f"https://{store.host}/{path}", store.digest, tmp_path / "got")


async def test_a_host_that_sends_too_much_or_is_not_known_is_refused(store: Store, tmp_path: Path) -> None:
    uri = f"https://{store.host}/a.zip"
    with pytest.raises(SourceRefused, match="more than 10 bytes"):
        await store.sources(tmp_path, store.host, import_bytes=10).fetch(uri, store.digest, tmp_path / "got")
    with pytest.raises(SourceRefused, match="can't be fetched"):
        await Sources(MlInferenceConfig(source_hosts=(store.host,))).fetch(uri, store.digest, tmp_path / "got")
