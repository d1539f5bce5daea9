"""The one door to the system's keyring: provider keys, which only a carrier reads, and secrets made by Indoors.

Only keyrings of the system count. A file, a null backend or one named by somebody's environment is refused, not used.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from app.errors import AppError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Indoors"
SECRET_BYTES = 32
VARIABLE = "PYTHON_KEYRING_BACKEND"
"""May choose among the system's keyrings or refuse them all, nothing else."""
_SYSTEMS = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring"),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
_CALLED = {
    "keyring.backends.SecretService": "The Secret Service (GNOME Keyring or another)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "Keychain",
    "keyring.backends.Windows": "Credential Manager",
}
_OURS, _KEYS = "secret: ", "key: "
_lock = threading.Lock()


class KeyringMissing(AppError):
    """There is no keyring of the system, it stays locked, or it failed."""

    def __init__(self, happened: str = "This computer has no keyring that Indoors can use.") -> None:
        super().__init__(
            happened,
            safe="Nothing was written to a file instead; everything on this computer works without it.",
            do="Install or unlock one: GNOME Keyring or KWallet on Linux, Keychain on a Mac, "
            "Credential Manager on Windows.",
        )


def name() -> str:
    """What the system's keyring is called here, once it answered. Raises KeyringMissing."""
    with _keyring() as keyring:
        keyring.get_password(SERVICE, _OURS + "a look")
        return _CALLED.get(type(keyring).__module__, "The keyring of the system")


def secret(name: str) -> bytes:
    """32 random bytes kept under `name`, made at the first call. Raises KeyringMissing."""
    with _lock:
        kept = read(name)
        if not kept:
            kept = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
            write(name, kept)
            # Another process may have made one at the same moment; the one that stayed counts.
            kept = read(name)
    return base64.b64decode(kept)


def read(name: str) -> str:
    """A small text of ours, empty when there is none. Raises KeyringMissing."""
    return _get(_OURS + name)


def write(name: str, text: str) -> None:
    """Keep a small text of ours. Raises KeyringMissing."""
    with _keyring() as keyring:
        keyring.set_password(SERVICE, _OURS + name, text)


def erase(name: str) -> None:
    """Forget a text of ours; nothing happens when there is none. Raises KeyringMissing."""
    _delete(_OURS + name)


def keep_key(key_name: str, key: str) -> None:
    """Keep a provider's key (Provider.key_name). Only in a carrier. Raises KeyringMissing."""
    with _keyring() as keyring:
        keyring.set_password(SERVICE, _KEYS + key_name, key)


def take_key(key_name: str) -> str:
    """A provider's key, empty when there is none. Only in a carrier. Raises KeyringMissing."""
    return _get(_KEYS + key_name)


def drop_key(key_name: str) -> None:
    """Remove a provider's key. Raises KeyringMissing."""
    _delete(_KEYS + key_name)


def with_key(key_names: Iterable[str]) -> list[str]:
    """Those of the names that have a key. Only in a carrier, for looking reads it. Raises KeyringMissing."""
    return [name for name in key_names if take_key(name)]


def _get(user: str) -> str:
    with _keyring() as keyring:
        return keyring.get_password(SERVICE, user) or ""


def _delete(user: str) -> None:
    from keyring.errors import PasswordDeleteError

    with _keyring() as keyring, suppress(PasswordDeleteError):
        keyring.delete_password(SERVICE, user)


@contextmanager
def _keyring() -> Iterator[KeyringBackend]:
    """The system's keyring; whatever it raises comes out as KeyringMissing."""
    from keyring.errors import KeyringError

    troubles: tuple[type[BaseException], ...] = (KeyringError, OSError, RuntimeError)
    with suppress(ImportError):
        troubles += (import_module("secretstorage.exceptions").SecretStorageException,)
        troubles += (import_module("jeepney").DBusErrorResponse,)
    chosen = _chosen(troubles)
    if chosen is None:
        raise KeyringMissing
    try:
        yield chosen
    except troubles as error:
        # The error's text may hold what was being kept.
        raise KeyringMissing(f"The keyring did not answer ({type(error).__name__}); it may be locked.") from None


def _chosen(troubles: tuple[type[BaseException], ...]) -> KeyringBackend | None:
    # keyring's own choice would also take backends from a configuration file, other packages or any module named in
    # the environment; the known classes are asked one by one instead.
    named = os.environ.get(VARIABLE, "")
    for place in _SYSTEMS.get(sys.platform, ()):
        if named and named != place:
            continue
        module, _, name = place.rpartition(".")
        with suppress(ImportError, *troubles):
            kind = getattr(import_module(module), name)
            if kind.priority > 0:
                made: KeyringBackend = kind()
                return made
    return None
