"""Swaps found values for labels: one label per value, the same through a whole conversation, kept sealed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.cloud.parcel import Swap
from app.cloud.redact.found import STEMS, Found, Kind
from app.cloud.redact.own_words import folded
from app.store.db import Store
from app.store.label_rows import LabelRow, LabelRows

_SECRET = "labels"
_NONCE_BYTES = 12
"""What AES-GCM asks for (NIST SP 800-38D, 8.2.2: random nonces)."""
_EXACT = frozenset({Kind.SECRET, Kind.URL})
"""Kinds in which upper and lower case are different values."""


class Secrets(Protocol):
    """The part of app/egress/keys.py that is needed here."""

    def secret(self, name: str) -> bytes:
        """32 random bytes of this name, made at first use. Raises KeyringMissing."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """The texts as they may leave. `labels[i]` are (start_char, end_char, label) in `texts[i]`."""

    texts: list[str]
    labels: list[list[tuple[int, int, str]]]
    swaps: list[Swap]


def instruction(labels: Collection[str]) -> str:
    """The one line that asks a model to keep the labels; empty when there are none."""
    if not labels:
        return ""
    return (
        "Marks such as ⟦PERSON_1⟧ stand for words you are not shown. Where you need one, write it exactly as it "
        "stands, with its brackets; never translate, shorten, explain or guess it."
    )


class Surrogates:
    """The labels of one conversation; safe from any thread.

    Labels are kept before `swap` returns. For conversation 0, one that does not exist yet, they are held in memory
    until `take_over` gives them to the conversation that came of it.
    """

    def __init__(
        self,
        store: Store,
        secrets: Secrets,
        conversation: int,
        *,
        hidden: Sequence[str] = (),
        taken: Callable[[str], bool] | None = None,
    ) -> None:
        """`hidden`: the person's words, `taken`: whether a text stands in the library; no label may be one of them."""
        self._rows = LabelRows(store)
        self._secrets = secrets
        self._conversation = conversation
        self._hidden = "\n".join(hidden).casefold()
        self._taken = taken
        self._lock = threading.Lock()
        self._swaps: dict[str, Swap] | None = None
        self._written: set[str] = set()
        self._refused: set[str] = set()

    def known(self) -> dict[str, str]:
        """Every label of the conversation and what it stands for."""
        with self._lock:
            return {label: swap.value for label, swap in self._loaded().items()}

    def swap(self, texts: Sequence[str], found: Iterable[Found], as_written: Collection[str] = ()) -> Swapped:
        """The texts with labels in place of what was found, except the values the person lets leave as they are.

        A label that stands in one of the texts is not used, an old one neither, unless this very object wrote
        that text in an earlier call. Raises KeyringMissing.
        """
        free = {_same(value, "") for value in as_written} | {_same(value, Kind.SECRET) for value in as_written}
        places: dict[int, list[Found]] = {}
        for one in found:
            if _same(one.value, one.kind) not in free:
                places.setdefault(one.text, []).append(one)
        with self._lock:
            wanted = [one for number in sorted(places) for one in sorted(places[number], key=lambda one: one.start)]
            labels = self._labels(wanted, "\n".join(text for text in texts if text not in self._written).casefold())
            swaps = self._loaded()
        used: dict[str, Swap] = {}
        written: list[str] = []
        ranges: list[list[tuple[int, int, str]]] = []
        for number, text in enumerate(texts):
            out, marks, end, length = [], [], 0, 0
            for one in sorted(places.get(number, ()), key=lambda one: one.start):
                label = labels[_same(one.value, one.kind)]
                length += one.start - end
                out += [text[end : one.start], label]
                marks.append((length, length + len(label), label))
                length, end = length + len(label), one.end
                used.setdefault(label, swaps[label])
            written.append("".join([*out, text[end:]]))
            ranges.append(marks)
        self._written.update(written)
        return Swapped(written, ranges, list(used.values()))

    def take_over(self, swaps: Iterable[Swap]) -> None:
        """Keep labels that were given before the conversation existed; what it has already stays as it is."""
        with self._lock:
            known = self._loaded()
            self._keep([swap for swap in swaps if swap.label not in known])

    def _labels(self, found: Sequence[Found], input_folded: str) -> dict[str, str]:
        swaps = self._loaded()
        labels = {
            _same(swap.value, swap.kind): label
            for label, swap in swaps.items()
            if label not in self._refused and label.casefold() not in input_folded
        }
        self._refused.update(swaps.keys() - labels.values())
        counts: dict[str, int] = {}
        new: list[Swap] = []
        for one in found:
            same = _same(one.value, one.kind)
            if same in labels:
                continue
            stem = STEMS[one.kind]
            label = self._next(stem, counts, input_folded)
            labels[same] = label
            new.append(Swap(label, str(one.kind), one.value, str(one.by)))
        self._keep(new)
        return labels

    def _next(self, stem: str, counts: dict[str, int], input_folded: str) -> str:
        swaps = self._loaded()
        if stem not in counts:  # numbers only grow: a label refused once would mislead a later reader of the talk
            numbers = [label[len(stem) + 2 : -1] for label in swaps if label.startswith(f"⟦{stem}_")]
            counts[stem] = max((int(number) for number in numbers if number.isdigit()), default=0)
        while True:
            counts[stem] += 1
            label = f"⟦{stem}_{counts[stem]}⟧"
            plain = label.casefold()
            if label in swaps or plain in input_folded or plain in self._hidden or (self._taken and self._taken(label)):
                continue
            return label

    def _keep(self, new: Sequence[Swap]) -> None:
        if not new:
            return
        if self._conversation:
            cipher = AESGCM(self._secrets.secret(_SECRET))
            rows = []
            for swap in new:
                nonce = os.urandom(_NONCE_BYTES)
                plain = f"{swap.found_by}\n{swap.value}".encode()
                rows.append(
                    LabelRow(swap.label, swap.kind, nonce, cipher.encrypt(nonce, plain, self._bound(swap.label)))
                )
            self._rows.keep(self._conversation, rows)
        self._loaded().update({swap.label: swap for swap in new})

    def _loaded(self) -> dict[str, Swap]:
        if self._swaps is None:
            rows = self._rows.of(self._conversation) if self._conversation else []
            cipher = AESGCM(self._secrets.secret(_SECRET)) if rows else None
            swaps: dict[str, Swap] = {}
            for row in rows:
                assert cipher is not None
                by, _, value = cipher.decrypt(row.nonce, row.value, self._bound(row.label)).decode().partition("\n")
                swaps[row.label] = Swap(row.label, row.kind, value, by)
            self._swaps = swaps
        return self._swaps

    def _bound(self, label: str) -> bytes:
        """What a sealed value is bound to: it opens under no other label and in no other conversation."""
        return f"{self._conversation} {label}".encode()


def _same(value: str, kind: str) -> str:
    """Equal for values that are the same: case, accents and white space folded where they mean nothing."""
    plain = " ".join(value.split())
    return plain if kind in _EXACT else folded(plain)[0]
