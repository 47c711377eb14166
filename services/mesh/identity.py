"""Who is who inside the mesh: one Ed25519 key, its public half for all, and for each service a token that says its name.

The tokens are signed anew at each `uat up` and each day, well before they end, so a service reads its file again rather than once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from services.mesh.errors import MeshError
from services.mesh.paths import MeshPaths, write_private

ISSUER = "uat-mesh"
AUDIENCE = "uat"
LIFETIME_S = 30 * 24 * 3600
RENEW_EVERY_S = 24 * 3600


def issue(paths: MeshPaths, services: Iterable[str]) -> None:
    """Makes the key if there is none, then writes `jwks.json` and a fresh token for each service. Raises MeshError."""
    key = _load_or_make(paths.identity / "key.pem")
    public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    kid = hashlib.sha256(str(public["x"]).encode("ascii")).hexdigest()[:16]
    write_private(paths.jwks, json.dumps({"keys": [{**public, "kid": kid, "alg": "EdDSA", "use": "sig"}]}, indent=1))
    now = int(time.time())
    for name in services:
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": f"service:{name}", "iat": now, "exp": now + LIFETIME_S}
        write_private(paths.token(name), jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid}))


def _load_or_make(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        write_private(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))
        return fresh
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise MeshError(f"{path} isn't a private key any more: remove it and run `uat down`, then `uat up`.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise MeshError(f"{path} isn't an Ed25519 key: remove it and run `uat down`, then `uat up`.")
    return key
