"""Leave to send one exact body, once: signed where the person clicked, checked again where the bytes leave.

It guards against mistakes of our own (another body, host or model than the one shown, a second sending), not against a
main process that somebody else has taken over: that one could sign for itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.values import Permit

SECRET_BYTES = 32
LONGEST_S = 600.0
"""A permit that would live longer is refused: the person has looked away by then."""
_CAPS = ("max_completion_tokens", "max_tokens")

Flags = tuple[tuple[str, str], ...]


class PermitRefused(Exception):
    """The courier does not send this; the text says why, in our words, and quotes nothing of the body."""


@dataclass(frozen=True, slots=True)
class SignedPermit:
    """A permit as it travels to the courier. `nonce` is its name everywhere else (spending, ledger)."""

    values: Permit
    flags: Flags
    """Retention flags the body must hold, as (dotted name, JSON value): ("store", "false")."""
    nonce: str
    mac: str

    def as_header(self) -> dict[str, Any]:
        """As plain JSON."""
        return _fields(self.values, self.flags, self.nonce) | {"mac": self.mac}

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> SignedPermit:
        """Back from plain JSON. Raises PermitRefused when it is none."""
        try:
            values = Permit(
                body_sha256=str(header["body_sha256"]),
                host=str(header["host"]),
                model=str(header["model"]),
                ceiling_micros=int(header["ceiling_micros"]),
                expires_at=float(header["expires_at"]),
            )
            flags = tuple((str(name), str(value)) for name, value in header["flags"])
            return cls(values, flags, str(header["nonce"]), str(header["mac"]))
        except (KeyError, TypeError, ValueError) as error:
            raise PermitRefused("This is not a permit.") from error


def mint(
    secret: bytes,
    *,
    body_sha256: str,
    host: str,
    model: str,
    ceiling_micros: int,
    flags: Sequence[tuple[str, str]] = (),
    ttl_s: float = 120.0,
    now: Callable[[], float] = time.time,
) -> SignedPermit:
    """A permit valid for `ttl_s` seconds; `host` is "host" or "host:port" as in Provider.host."""
    values = Permit(body_sha256, host, model, ceiling_micros, now() + ttl_s)
    nonce, asked = secrets.token_hex(16), tuple(flags)
    return SignedPermit(values, asked, nonce, _mac(secret, values, asked, nonce))


class Gatekeeper:
    """Checks permits and remembers which were used; one per courier, safe from any thread."""

    def __init__(self, secret: bytes, *, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now
        self._used: set[str] = set()
        self._lock = threading.Lock()

    def admit(self, permit: SignedPermit, body: bytes, *, host: str) -> None:
        """Use the permit up for `body` to `host`. Raises PermitRefused; a permit that was refused for any reason but
        its signature is used up too."""
        values = permit.values
        mac = _mac(self._secret, values, permit.flags, permit.nonce)
        if not hmac.compare_digest(mac, permit.mac):
            raise PermitRefused("The permit was changed.")
        now = self._now()
        with self._lock:
            if permit.nonce in self._used:
                raise PermitRefused("The permit was used already.")
            self._used.add(permit.nonce)  # for good: a clock that is set back must not bring one back
        if not 0 < values.expires_at - now <= LONGEST_S:
            raise PermitRefused("The permit has expired.")
        if values.host != host:
            raise PermitRefused(f"The permit is for {values.host}, not for {host}.")
        if hashlib.sha256(body).hexdigest() != values.body_sha256:
            raise PermitRefused("The bytes are not the ones that were shown.")
        _check_body(body, permit)


def _check_body(body: bytes, permit: SignedPermit) -> None:
    """What the person was promised about the bytes must stand in the bytes themselves."""
    try:
        said = json.loads(body, object_pairs_hook=_once)
    except ValueError as error:
        raise PermitRefused("The bytes are not a request.") from error
    if not isinstance(said, dict) or said.get("model") != permit.values.model:
        raise PermitRefused("The bytes ask for another model than the permit.")
    if permit.values.ceiling_micros < 0:
        raise PermitRefused("The permit has no price.")
    caps = [said[name] for name in _CAPS if name in said]
    if not caps or not all(type(cap) is int and cap > 0 for cap in caps) or said.get("n", 1) != 1:
        raise PermitRefused("The bytes do not limit the answer, so its price has no ceiling.")
    for name, value in permit.flags:
        if json.dumps(_at(said, name)) != value:
            raise PermitRefused(f"The bytes do not ask for {name} = {value}.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two values under one name: we would read one and the provider perhaps the other.
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _at(said: Any, name: str) -> Any:
    for step in name.split("."):
        said = said.get(step) if isinstance(said, dict) else None
    return said


def _fields(values: Permit, flags: Flags, nonce: str) -> dict[str, Any]:
    return {
        "body_sha256": values.body_sha256,
        "host": values.host,
        "model": values.model,
        "ceiling_micros": values.ceiling_micros,
        "expires_at": values.expires_at,
        "flags": [list(flag) for flag in flags],
        "nonce": nonce,
    }


def _mac(secret: bytes, values: Permit, flags: Flags, nonce: str) -> str:
    signed = json.dumps(_fields(values, flags, nonce), sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()
