"""Where a question may go: OpenAI, OpenRouter, and servers the person named by address; what each keeps, as it says."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from app.errors import UsageError

USER_AGENT = "Indoors"
_FACT = "cloud_servers"
_LOCAL_NAMES = (".local", ".lan", ".home.arpa", ".internal")
_USUAL_PORT = {"https": 443, "http": 80}

Kind = Literal["openai", "openrouter", "azure", "own"]


class Facts(Protocol):
    """Where the person's own servers are kept (the store)."""

    def fact(self, name: str) -> str:
        """A small kept fact, or an empty text."""

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a small fact."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One place a question may be sent to; it speaks OpenAI's chat completions."""

    id: str
    name: str
    base_url: str
    """Everything before "/chat/completions"."""
    kind: Kind
    own_network: bool
    """On this computer or on the person's own network, run by them."""
    retention: str
    """One sentence on what the provider keeps, with its date, or that it is not known."""
    key_needed: bool
    models: tuple[str, ...] = ()
    """Models the person named for this server; for the others the price sheet knows them."""

    @property
    def host(self) -> str:
        """host, or host:port where the port is not the usual one; what permits and the ledger name."""
        return host_of(self.base_url)

    @property
    def key_name(self) -> str:
        """Under which its key lies in the keyring. The host is part of it: a key never goes to another one."""
        return f"{self.id} at {self.host}"

    def body_extras(self, model: str) -> dict[str, Any]:
        """What asks the provider to keep less; merged into the body. Refused by the provider, nothing is resent."""
        match self.kind:
            case "openai":
                return {"store": False, **_openai_cache(model)}
            case "azure":
                return {"store": False}
            case "openrouter":
                return {"provider": {"zdr": True, "data_collection": "deny"}}
            case "own":
                # Not every server of this kind knows the field; on the person's own network it would say nothing.
                return {} if self.own_network else {"store": False}

    def flags_for(self, model: str) -> tuple[tuple[str, str], ...]:
        """The same as (dotted name, JSON value), for the sheet, the permit and the ledger."""
        return tuple(_flat("", self.body_extras(model)))

    def headers_shown(self, body_bytes: int = 0) -> tuple[tuple[str, str], ...]:
        """Every header that goes with the body, and no other; the key's place is named, never the key."""
        shown = [
            ("Host", self.host),
            ("Accept", "text/event-stream"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
            ("Content-Type", "application/json"),
            ("User-Agent", USER_AGENT),
        ]
        if self.key_needed:
            shown.append(("Authorization", "Bearer (your key)"))
        return (*shown, ("Content-Length", str(body_bytes)))


_BUILT_IN = (
    Provider(
        id="openai",
        name="OpenAI",
        base_url="https://api.openai.com/v1",  # openai client 3.52, _client.py
        kind="openai",
        own_network=False,
        # Data controls in the OpenAI platform, copy of 25 November 2025.
        retention="OpenAI says (November 2025): kept up to 30 days to look for abuse, unless the law asks for longer; "
        "not used for training unless you opted in.",
        key_needed=True,
    ),
    Provider(
        id="openrouter",
        name="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        kind="openrouter",
        own_network=False,
        # Zero data retention, OpenRouter's guide; a copy that announces a change for 27 October 2026.
        retention="Asked for: only companies that OpenRouter lists as keeping nothing. OpenRouter says (2026) that "
        "what its screening flags may be kept for review.",
        key_needed=True,
    ),
)


def known(facts: Facts) -> dict[str, Provider]:
    """Every provider by id, the built-in ones first."""
    own = (_own(row) for row in _rows(facts))
    return {provider.id: provider for provider in (*_BUILT_IN, *own)}


def add_server(facts: Facts, address: str, *, name: str = "", model: str = "", key: bool | None = None) -> Provider:
    """Add a server by address, or a model to one that is there. `key`: whether it asks for a key; None: unless it is
    on the person's own network. Raises UsageError."""
    base_url = base_url_of(address)
    rows = _rows(facts)
    for row in rows:
        if row["base_url"] == base_url:
            row["name"] = name or row["name"]
            row["models"] = sorted({*row["models"], model} - {""})
            row["key"] = row["key"] if key is None else key
            facts.keep_fact(_FACT, json.dumps(rows))
            return _own(row)
    taken = {provider.id for provider in _BUILT_IN} | {row["id"] for row in rows}
    wanted = re.sub(r"[^a-z0-9.]+", "-", (name or host_of(base_url)).lower()).strip("-.") or "server"
    number = next(at for at in range(1, len(taken) + 2) if _numbered(wanted, at) not in taken)
    needs = not is_own_network(base_url) if key is None else key
    row = {"id": _numbered(wanted, number), "name": name or host_of(base_url), "base_url": base_url, "key": needs}
    row |= {"models": [model] if model else []}
    facts.keep_fact(_FACT, json.dumps([*rows, row]))
    return _own(row)


def remove_server(facts: Facts, server: str) -> Provider:
    """Forget an added server by its id. Its key stays until it is removed. Raises UsageError."""
    rows = _rows(facts)
    gone = [row for row in rows if row["id"] == server]
    if not gone:
        raise UsageError(f"No server “{server}” was added.", do="See: indoors cloud servers")
    facts.keep_fact(_FACT, json.dumps([row for row in rows if row["id"] != server]))
    return _own(gone[0])


def base_url_of(address: str) -> str:
    """The base of a server from what a person types: "192.168.1.5:8080", "https://host", "https://host/v1".

    Raises UsageError; also for http:// to a host that is not on the person's own network.
    """
    text = address.strip().rstrip("/")
    if "://" not in text:
        text = ("http://" if is_own_network("http://" + text) else "https://") + text
    text = text.removesuffix("/chat/completions").rstrip("/")
    try:
        parts, port = urlsplit(text), urlsplit(text).port
    except ValueError as error:
        raise _no_address(address) from error
    wrong = parts.username or parts.password or parts.query or parts.fragment or parts.netloc.endswith(":")
    if parts.scheme not in _USUAL_PORT or not parts.hostname or wrong or re.search(r"[\s\\]", text):
        raise _no_address(address)
    if parts.scheme == "http" and not is_own_network(text):
        raise UsageError(
            f"{parts.hostname} is not on your own network, so it must be https://.",
            do="Without https anybody on the way could read the question and the key.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port in (None, _USUAL_PORT[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{place}{parts.path or _usual_path(parts.hostname)}"


def host_of(base_url: str) -> str:
    """host, or host:port where the port is not the scheme's usual one."""
    return urlsplit(base_url).netloc


def is_own_network(base_url: str) -> bool:
    """Whether the address is this computer's or a private one. A name is taken at its word here; the carrier looks
    at the address it leads to before it sends anything."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(_LOCAL_NAMES):
        return True
    return is_private(host) if re.fullmatch(r"[0-9.]+|.*:.*", host) else bool(host) and "." not in host


def is_private(address: str) -> bool:
    """Whether a numeric address is loopback, private or link-local."""
    try:
        numeric = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (numeric.is_private or numeric.is_link_local) and not numeric.is_unspecified


def _own(row: Mapping[str, Any]) -> Provider:
    base_url, name = str(row["base_url"]), str(row["name"])
    kind, near = _kind(base_url), is_own_network(base_url)
    said = f"How long {name} keeps it is not known to Indoors."
    if near:
        said = f"{name} is on your own network; what it keeps is up to whoever runs it."
    made = Provider(str(row["id"]), name, base_url, kind, near, said, bool(row["key"]), tuple(row["models"]))
    return replace(made, retention=_BUILT_IN[1].retention) if kind == "openrouter" else made


def _kind(base_url: str) -> Kind:
    host = urlsplit(base_url).hostname or ""
    if host == "api.openai.com":
        return "openai"
    if host == "openrouter.ai":
        return "openrouter"
    # Azure's v1 API (August 2025): the plain OpenAI client with this base and the resource's key.
    return "azure" if host.endswith((".openai.azure.com", ".services.ai.azure.com")) else "own"


def _usual_path(host: str) -> str:
    kind = _kind(f"https://{host}")
    return {"openrouter": "/api/v1", "azure": "/openai/v1"}.get(kind, "/v1")


def _openai_cache(model: str) -> dict[str, Any]:
    """How to keep a question out of the prompt cache, or in it for the shortest time (openai client 3.52, the notes of
    chat completion parameters): from 5.6 without a breakpoint nothing is cached; 5.5 allows 24 hours only; before it
    the cache can be kept to memory."""
    version = re.match(r"gpt-(\d+)(?:\.(\d+))?", model)
    at = (int(version[1]), int(version[2] or 0)) if version else (0, 0)
    if at >= (5, 6):
        return {"prompt_cache_options": {"mode": "explicit"}}
    return {"prompt_cache_retention": "in_memory"} if (5, 0) <= at <= (5, 4) else {}


def _flat(prefix: str, extras: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in extras.items():
        flat += _flat(f"{prefix}{name}.", value) if isinstance(value, dict) else [(prefix + name, json.dumps(value))]
    return flat


def _rows(facts: Facts) -> list[dict[str, Any]]:
    kept = facts.fact(_FACT)
    return list(json.loads(kept)) if kept else []


def _numbered(wanted: str, at: int) -> str:
    return wanted if at == 1 else f"{wanted}-{at}"


def _no_address(address: str) -> UsageError:
    return UsageError(f"“{address}” is no address of a server.", do="Write it as https://host or 192.168.1.5:8080.")
