"""Records that only the holder of a key can read: sealed on disk, since they hold answers as they came."""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["SALT_BYTES", "Seal", "SealBrokenError"]

SALT_BYTES = 16
_NONCE_BYTES, _KEY_BYTES = 12, 32
_COST, _BLOCK, _LANES = 2**14, 8, 1


class SealBrokenError(Exception):
    """A record was sealed with another key, or is damaged."""


class Seal:
    """Seals and opens records with AES-256-GCM; each record takes a new nonce.

    Args:
        key: What the key of the cipher is made from (scrypt), such as an API key.
        salt: `SALT_BYTES` random bytes, kept beside the records.
    """

    def __init__(self, key: str, salt: bytes) -> None:
        made = hashlib.scrypt(
            key.encode(errors="surrogateescape"), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_KEY_BYTES
        )
        self._cipher = AESGCM(made)

    def close(self, record: bytes) -> bytes:
        """A record that only the key opens."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, record, None)

    def open(self, sealed: bytes) -> bytes:
        """The record inside.

        Raises:
            SealBrokenError: The key is another one, or the bytes are not what was sealed.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError from error
