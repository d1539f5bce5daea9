"""Main side of keys: starts a carrier for each job; what it gets back is names and words, never a key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from app.egress.desktop_env import desktop
from app.egress.keys import KeyringMissing
from app.egress.providers import Provider
from app.errors import AppError
from models.child import bare_environment, python_command

_MODULE = "app.egress.carrier_keys"
_KEYRING_LIMIT_S = 120.0
"""The system may ask the person to unlock the keyring."""
_REMEMBERED_S = 20.0


class KeyDesk:
    """Needs no network and no courier: a keyring is on this computer."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, bool]] = {}
        self._lock = threading.Lock()

    def keep(self, provider: Provider, key: bytearray) -> None:
        """Hand a typed key to the keyring and wipe it here, whatever happens. Raises KeyringMissing, AppError."""
        try:
            self._ask(["keep", provider.key_name, provider.name], key)
        finally:
            key[:] = bytes(len(key))
        self._known.pop(provider.key_name, None)

    def ask_person(self, provider: Provider) -> None:
        """Let the carrier ask on this terminal, or read what is piped into this command: the key does not pass through
        this process. Raises KeyringMissing, AppError."""
        self._ask(["keep", provider.key_name, provider.name], None)
        self._known.pop(provider.key_name, None)

    def forget(self, provider: Provider) -> None:
        """Remove a key; nothing happens when there is none. Raises KeyringMissing."""
        self._ask(["drop", provider.key_name], bytearray())
        self._known.pop(provider.key_name, None)

    def which(self, providers: Iterable[Provider]) -> frozenset[str]:
        """Ids of the providers that have a key. Raises KeyringMissing."""
        asked = list(providers)
        now = time.monotonic()
        with self._lock:
            fresh = {name for name, (at, _) in self._known.items() if now - at < _REMEMBERED_S}
            unknown = sorted({provider.key_name for provider in asked} - fresh)
            if unknown:
                found = self._ask(["which", *unknown], bytearray()).get("names", [])
                self._known |= {name: (now, name in found) for name in unknown}
            return frozenset(one.id for one in asked if self._known.get(one.key_name, (0.0, False))[1])

    def _ask(self, words: list[str], given: bytearray | None) -> dict[str, Any]:
        """`given` is written to the carrier's input; None leaves it this process's own."""
        process = subprocess.Popen(
            python_command(_MODULE, *words),
            stdin=subprocess.PIPE if given is not None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if given is not None else None,
            env=bare_environment(desktop(), memory_limit_bytes=None),
            cwd=Path(sys.executable).anchor,
        )
        with process:
            if given is not None and process.stdin is not None:
                # Straight from the buffer to the pipe: a file object would keep a copy of its own.
                with suppress(BrokenPipeError):
                    os.write(process.stdin.fileno(), given)
                process.stdin.close()
            try:
                said = process.stdout.read() if process.stdout is not None else b""
                process.wait(_KEYRING_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                said = b""
        try:
            answer = cast(dict[str, Any], json.loads(said))
        except ValueError:
            raise KeyringMissing("The keyring did not answer.") from None
        if answer.get("missing"):
            raise KeyringMissing(str(answer["why"]))
        if not answer.get("ok"):
            raise AppError(str(answer.get("why")), safe="No key was changed.")
        return answer
