"""Looks at everything the program stands on and says in plain words what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.egress import keys
from app.egress.relay_line import Connection
from app.errors import AppError
from app.library.vectors import VectorState
from app.services import Services
from models.seal import Sealed

_LOW_DISK_BYTES = 1_000_000_000
_LOW_MEMORY_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its name, whether it is well, what was seen, and fields of its own for scripts."""

    check: str
    ok: bool
    detail: str
    extra: Mapping[str, Any] = field(default_factory=dict)


def examine(
    house: Services, sealed: Sealed, *, courier: bool, connections: Sequence[Connection] = ()
) -> Iterator[Check]:
    """Every check, in the order a person would ask."""
    yield _seal(sealed)
    alive = "running; the only process that may reach a network" if courier else "not started"
    yield Check("courier", True, alive)
    yield from _models(house)
    yield _memory(house)
    yield _disk(house)
    yield _index(house)
    yield _keyring()
    yield _ledger(house)
    yield from _server(house, connections)


def _seal(sealed: Sealed) -> Check:
    words = {
        "system": f"enforced by the system ({sealed.detail}): no connection can leave this process or its children",
        "app": "enforced by the app only: Python code is refused, native code is not",
        "nothing": f"nothing keeps this process from the network: {sealed.detail}",
    }
    extra = {"enforced_by": sealed.enforced_by}
    return Check("seal", sealed.enforced_by == "system", words[sealed.enforced_by], extra)


def _models(house: Services) -> Iterator[Check]:
    found = house.models.shelf.models()
    for job, chosen in (
        ("writing", house.models.chosen.writer),
        ("listening", house.models.chosen.listener),
        ("searching", house.models.chosen.searcher),
    ):
        damaged = [model.trouble for model in found if model.job.value == job and model.state == "damaged"]
        name = f"{chosen.name} ({chosen.source})" if chosen else "no model"
        yield Check(
            "models", chosen is not None and not damaged, " · ".join([f"{job}: {name}", *damaged]), {"job": job}
        )


def _server(house: Services, connections: Sequence[Connection]) -> Iterator[Check]:
    """The server of vectors, when there is one, and every byte that went there and back."""
    address = str(house.settings.get("vectors_server"))
    if not address:
        return
    trouble = house.library.vector_trouble
    sent = sum(one.sent_bytes for one in connections)
    received = sum(one.received_bytes for one in connections)
    words = trouble or f"{address}: numbers and vectors only, never text or names"
    yield Check(
        "server",
        not trouble,
        f"{words}; {sent:,} bytes sent, {received:,} received since the start",
        {"address": address, "sent_bytes": sent, "received_bytes": received},
    )


def _memory(house: Services) -> Check:
    free, total = house.models.hardware.free_bytes, house.models.hardware.memory_bytes
    return Check("memory", free > _LOW_MEMORY_BYTES, f"{free / 1e9:.1f} of {total / 1e9:.1f} GB free")


def _disk(house: Services) -> Check:
    free = shutil.disk_usage(house.profile.data).free
    return Check("disk", free > _LOW_DISK_BYTES, f"{free / 1e9:.1f} GB free where the library is kept")


def _keyring() -> Check:
    """Not having one is no trouble for anything on this computer: it is said, not complained about."""
    try:
        name = keys.name()
    except AppError as error:
        said = f"{error.notice.happened} No key can be kept, so nothing can be sent; everything here works without it."
        return Check("keyring", True, said, {"there": False})
    return Check("keyring", True, f"{name} answers; keys are kept there and nowhere else", {"there": True})


def _ledger(house: Services) -> Check:
    """The list of what left: whether it is as Indoors wrote it."""
    verdict = house.cloud.ledger.verify()
    fields = {"entries": verdict.entries, "intact": verdict.intact, "chained": verdict.chained}
    more = " See `indoors ledger verify`." if verdict.broken else ""
    return Check("ledger", not verdict.broken, verdict.says + more, fields)


def _index(house: Services) -> Check:
    counts = house.library.counts()
    well = house.store.healthy() and house.library.vector_state is not VectorState.OFF
    missing = counts.passages - counts.with_meaning
    words = f"{counts.files:,} files, {counts.passages:,} passages, {counts.disk_bytes / 1e6:.0f} MB"
    if missing:
        words += f"; {missing:,} passages wait for their meaning (run `indoors index` again)"
    words += "".join(f"; {sentence}" for sentence in house.library.searcher_notices())
    if not house.store.healthy():
        words += "; the library file is damaged: restore the backup beside it"
    return Check("index", well and not missing, words)
