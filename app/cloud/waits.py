"""When Send waits for the person, and only then (look.md 3.3); when one line is enough instead of a sheet (3.4)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.cloud.parcel import Parcel, Part, PartKind, Quote, Wait, Waits
from app.store.db import Store

LONG_WORDS = 2000
DEAR_SHARE = 0.25
LIGHT_MICROS = 10_000
"""At most one cent."""
TELLING_KINDS: dict[str, str] = {
    "card": "a card number",
    "iban": "a bank account",
    "id": "an identity, tax or health number",
    "secret": "a password or key",
}
"""Kinds of detail that are looked at once before the first of them is near a parcel, and how they are called."""
_FACT = "cloud_acquainted"


class Acquainted:
    """Which providers and which kinds of personal detail a person has sent with before."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def providers(self) -> frozenset[str]:
        """Ids of providers something was sent to."""
        return frozenset(self._read()["providers"])

    def kinds(self) -> frozenset[str]:
        """Kinds of detail that were swapped in something sent."""
        return frozenset(self._read()["kinds"])

    def sent(self, parcel: Parcel) -> None:
        """Remember what a parcel that leaves makes familiar."""
        before = self._read()
        known = {
            "providers": sorted({*before["providers"], parcel.provider}),
            "kinds": sorted({*before["kinds"], *(swap.kind for swap in parcel.swaps)}),
        }
        if known != before:
            self._store.keep_fact(_FACT, json.dumps(known))

    def _read(self) -> dict[str, list[str]]:
        said = self._store.fact(_FACT)
        return json.loads(said) if said else {"providers": [], "kinds": []}


def waits(
    parcel: Parcel,
    quote: Quote | None,
    *,
    provider_name: str,
    acquainted: Acquainted,
    as_written: Sequence[tuple[str, str]] = (),
) -> tuple[Waits, ...]:
    """The lines to be opened before Send, in the order of the page. `as_written`: (kind, value) of telling details that
    leave as they are, because the level hides nothing."""
    found: list[Waits] = []
    if parcel.provider not in acquainted.providers():
        says = f"This is the first time something goes to {provider_name}."
        found.append(Waits(Wait.FIRST_USE, says, f"It goes to {parcel.host}, and nowhere else."))
    known = acquainted.kinds()
    for kind in sorted({swap.kind for swap in parcel.swaps} & TELLING_KINDS.keys() - known):
        swapped = [swap for swap in parcel.swaps if swap.kind == kind]
        detail = ", ".join(f"{swap.value} leaves as {swap.label}" for swap in swapped)
        found.append(Waits(Wait.NEW_KIND, f"Indoors found {TELLING_KINDS[kind]} for the first time.", detail))
    for kind in dict.fromkeys(kind for kind, _ in as_written):
        values = dict.fromkeys(value for of, value in as_written if of == kind)
        says = f"{TELLING_KINDS[kind].capitalize()} would leave as it is written."
        found.append(Waits(Wait.NEW_KIND, says, ", ".join(values)))
    words = sum(len(one.text.split()) for one in parcel.outgoing)
    if words > LONG_WORDS:
        found.append(Waits(Wait.LONG, f"{words:,} of your words would leave.", "Untick what is not needed."))
    if quote is not None and quote.ceiling_micros > DEAR_SHARE * max(quote.left_micros, 0):
        share = "more than a quarter of what is left this month"
        found.append(Waits(Wait.DEAR, f"At most it takes {share}.", "A cheaper model or fewer parts cost less."))
    held = [part for part in parcel.parts if part.kept_here]
    if held:
        count = "1 part stays" if len(held) == 1 else f"{len(held)} parts stay"
        found.append(Waits(Wait.NEVER_SEND, f"{count} here and cannot be ticked.", _reasons(held)))
    return tuple(found)


def is_light(parcel: Parcel, quote: Quote | None, found: Sequence[Waits]) -> bool:
    """Question only, nothing personal found, at most a cent, nothing to open: one line is enough."""
    offered = {part.kind for part in parcel.parts if part.id in {one.part for one in parcel.outgoing}}
    return (
        quote is not None
        and offered == {PartKind.QUESTION}
        and not parcel.swaps
        and not found
        and quote.ceiling_micros <= LIGHT_MICROS
    )


def _reasons(parts: Sequence[Part]) -> str:
    return "; ".join(dict.fromkeys(f"{part.title}: {part.kept_here}" for part in parts))
