"""Ed25519 signatures of records: a private key signs, the public key beside it checks."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Signer:
    """Signs records with the private key of a PEM file. Raises `UsageError` where the file holds none."""

    def __init__(self, file: Path) -> None:
        self._key = _read_private_key(file)

    def sign(self, content: bytes) -> str:
        """The signature of the content, in base64."""
        return b64encode(self._key.sign(content)).decode()


def _read_private_key(file: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(file.read_bytes(), None)
    except OSError as wrong:
        raise UsageError(f"`{file}`: {(wrong.strerror or 'cannot be read').lower()}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise UsageError(f"`{file}` is no private key of Ed25519 in PEM without a password; `compliance records key`")
    return found


def make_key(file: Path) -> Path:
    """Writes a new private key, which only its owner may read, and its public key beside it; gives the second's path.

    Raises `UsageError` where either file is there already.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = file.with_name(file.name + ".pub")
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    told = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    for path, content, mode in ((file, private, 0o600), (public, told, 0o644)):
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
                stream.write(content)
        except FileExistsError:
            raise UsageError(f"`{path}` is there already; a key is never written over") from None
    return public
