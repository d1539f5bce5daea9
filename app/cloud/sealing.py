"""Encrypts what is kept of a parcel, so that the database alone tells nobody what was sent (AES-256-GCM)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Locked:
    """Bytes nobody reads without the key, with the number they were locked with."""

    nonce: bytes
    blob: bytes


def lock(key: bytes, plain: bytes, about: bytes) -> Locked:
    """Encrypt `plain` with a 32-byte key; it opens only together with the same `about`, which is not secret."""
    # Not at the top: opening the window must not wait for the library behind it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return Locked(nonce, AESGCM(key).encrypt(nonce, plain, about))


def unlock(key: bytes, locked: Locked, about: bytes) -> bytes | None:
    """The bytes again; None when they were changed, belong to something else or were locked with another key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(locked.nonce, locked.blob, about)
    except (InvalidTag, ValueError):
        return None
