"""Names the secrets of one profile in the keyring that all profiles of a person share."""

from __future__ import annotations

import secrets

from app.egress import keys
from app.store.db import Store

_FACT = "profile_id"


class ProfileSecrets:
    """The keyring as the cloud rooms see it: each name is this profile's own. Methods raise KeyringMissing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def secret(self, name: str) -> bytes:
        """32 random bytes of this name, made at the first use."""
        return keys.secret(self._own(name))

    def read(self, name: str) -> str:
        """A small text, empty when there is none."""
        return keys.read(self._own(name))

    def write(self, name: str, text: str) -> None:
        """Keep a small text."""
        keys.write(self._own(name), text)

    def _own(self, name: str) -> str:
        return f"{name} of {self._profile()}"

    def _profile(self) -> str:
        known = self._store.fact(_FACT)
        if known:
            return known
        with self._store.write(durable=True) as db:
            # Another process may be first; whoever it was, both read the same afterwards.
            db.execute("INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)", (_FACT, secrets.token_hex(8)))
        return self._store.fact(_FACT)
