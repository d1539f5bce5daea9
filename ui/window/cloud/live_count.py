"""Counts what stands in the bytes themselves, so that the sentence on the sheet is true of them or not said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.cloud.parcel import Parcel, PartKind


@dataclass(frozen=True, slots=True)
class LiveCount:
    """Words of a request body: the person's, in how many parts, and everybody else's. `nothing_else` holds when no name
    of a file or folder and no earlier question stands outside the parts."""

    yours: int
    parts: int
    instructions: int
    nothing_else: bool


def live_count(parcel: Parcel) -> LiveCount:
    """Counted from `parcel.body`; a body that does not hold the parts as they are shown claims nothing."""
    said = list(_contents(parcel.body))
    rest = "\n".join(said)
    whole = True
    yours = 0
    # The longest first: a short part may stand inside a long one.
    for one in sorted(parcel.outgoing, key=lambda part: -len(part.text)):
        yours += len(one.text.split())
        if one.text and one.text in rest:
            rest = rest.replace(one.text, " ", 1)
        elif one.text:
            whole = False
    earlier = any(part.kind is PartKind.EARLIER for part in parcel.parts if part.id in _left(parcel))
    names = [name for part in parcel.parts if part.document for name in (part.document.name, part.document.parent.name)]
    named = any(name and name.casefold() in rest.casefold() for name in names)
    return LiveCount(
        yours=yours,
        parts=len(parcel.outgoing),
        instructions=len(rest.split()) if whole else 0,
        nothing_else=whole and not named and not earlier,
    )


def _left(parcel: Parcel) -> frozenset[str]:
    return frozenset(one.part for one in parcel.outgoing)


def _contents(body: bytes) -> Iterator[str]:
    try:
        read = json.loads(body)
    except ValueError:
        return
    for message in read.get("messages", ()) if isinstance(read, dict) else ():
        yield from _strings(message.get("content", "") if isinstance(message, dict) else "")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        yield from _strings(value.get("text", ""))
