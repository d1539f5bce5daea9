"""Goes over the whole ledger and says whether it is as Indoors wrote it, or from which entry on it is not."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from app.cloud.ledger_chain import SEALED, Head, add_to_digest, is_next, seal_of
from app.cloud.ledger_entries import EntryKind
from app.cloud.ledger_figures import day_words
from app.store.ledger_rows import KeptBytes, LedgerRow

_LATEST = 32_503_680_000.0
"""The year 3000: a moment after it was not written by Indoors and has no date to say."""
_EMPTY = "The ledger is empty."
_NOBODY_KNOWS = "This computer has no keyring, so nobody can tell whether these entries were changed."
_NO_END = (
    "The keyring does not know this ledger, so entries may be missing or changed. This happens when the data folder "
    "was moved here or the keyring was made anew."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole ledger found."""

    entries: int
    intact: bool
    """Every entry is proved to be as it was written, none is missing."""
    chained: bool
    """There is a keyring, so that it can be told at all."""
    first_bad: int | None
    """The first entry that is not as it was written, or is gone; None too where only the end is unknown."""
    broken: bool
    """Something is wrong; False also where nothing can be told."""
    says: str
    """One sentence for a person."""
    unchecked: int = 0
    """Entries written while there was no keyring."""
    notes: tuple[str, ...] = ()
    """What was found earlier and taken note of."""
    good_until: float | None = None
    """When the last entry that certainly holds was written, seconds since 1970; None without trouble, or before all."""
    missing: bool = False
    """`first_bad` is gone, not changed."""


@dataclass(frozen=True, slots=True)
class _Bad:
    seq: int
    what: Literal["changed", "removed", "text"]
    before: LedgerRow | None
    """The last entry that holds."""


@dataclass(slots=True)
class _Walk:
    """What was seen so far on the way through the rows."""

    key: bytes
    head: Head | None
    last_anew: int
    now: float
    last: LedgerRow | None = None
    chained: LedgerRow | None = None
    bad: _Bad | None = None
    whole: Any = field(default_factory=hashlib.sha256)
    pending: list[LedgerRow] = field(default_factory=list)
    entries: int = 0
    unchecked: int = 0
    beyond: int = 0
    notes: list[str] = field(default_factory=list)
    textless: dict[int, LedgerRow | None] = field(default_factory=dict)
    marked: dict[int, LedgerRow] = field(default_factory=dict)
    wanted: frozenset[int] = frozenset()

    def note_bad(self, seq: int, what: Literal["changed", "removed", "text"], before: LedgerRow | None) -> None:
        if self.bad is None or seq < self.bad.seq:
            self.bad = _Bad(seq, what, before)

    def step(self, row: LedgerRow, kept: KeptBytes | None) -> None:
        self.entries += 1
        expected = self.last.seq + 1 if self.last else 1
        if row.seq != expected:
            self.note_bad(expected, "removed", self.last)
        good = bool(row.mac) and is_next(self.key, self.chained, row)
        if not row.mac:
            self.pending.append(row)
        elif not good:
            self.note_bad(row.seq, "changed", self.last)
        elif row.kind == EntryKind.ANEW:
            self._anew(row)
        elif self.pending:
            self.note_bad(self.pending[0].seq, "changed", self.chained)
        if row.mac:
            self.chained = row
            self.beyond += row.seq > (self.head.count if self.head else 0) and row.kind != EntryKind.ANEW
        if row.seq in self.wanted:
            self.marked[row.seq] = row
        self._text(row, kept, good=good)
        if row.seq < self.last_anew:
            add_to_digest(self.whole, row)
        self.last = row

    def _anew(self, row: LedgerRow) -> None:
        said = json.loads(row.entry)
        if not hmac.compare_digest(said["lines"], self.whole.hexdigest()):
            self.note_bad(row.seq, "changed", self.last)
            return
        self.unchecked += len(self.pending)
        self.pending = []
        if said["why"] != "no_keyring":
            # The person saw it and went on; that it was so stays written, and what was there cannot change again.
            self.bad = None
            self.textless = {}
            self.notes.append(f"On {day_words(said['at'], self.now)} you went on although: {said['found']}")

    def _text(self, row: LedgerRow, kept: KeptBytes | None, *, good: bool) -> None:
        if row.kind == EntryKind.ERASURE:
            # One that does not hold is named itself; what it erased need not be named before it.
            with suppress(ValueError, KeyError, TypeError):
                for seq in json.loads(row.entry)["of"]:
                    self.textless.pop(seq, None)
        elif good and f'"{SEALED}":"' in row.entry and not _holds(row, kept):
            self.textless[row.seq] = self.last

    def end(self) -> None:
        for seq, before in self.textless.items():
            self.note_bad(seq, "text", before)
        self.unchecked += len(self.pending)
        if self.head is None:
            return
        if self.pending and self.pending[0].seq <= self.head.count:
            self.note_bad(self.pending[0].seq, "changed", self.chained)
        at_end = self.marked.get(self.head.count)
        if at_end is None or not hmac.compare_digest(at_end.mac, self.head.mac):
            self._wrong_end(self.head)
        elif self.beyond > 1:
            self.note_bad(self.head.count + 2, "changed", at_end)

    def _wrong_end(self, head: Head) -> None:
        """The rows do not end as the keyring says. The marks tell between which two rows that begins; the walk may
        have found the very row."""
        good, wrong = None, head.count
        for seq, mac in head.marks:
            row = self.marked.get(seq)
            if row is None or not row.mac.startswith(mac):
                wrong = seq
                break
            good = row
        if self.bad is not None and self.bad.seq <= wrong:
            return
        last = self.last.seq if self.last else 0
        if last < wrong:
            self.note_bad(last + 1, "removed", self.last)
        else:
            self.note_bad(good.seq + 1 if good else 1, "changed", good)


def _holds(row: LedgerRow, kept: KeptBytes | None) -> bool:
    """Whether what is kept with a line is what the line says; also when the line says that nothing is."""
    # The text of a line is canonical, so that the field can be looked for; what a provider named so is told apart.
    if kept is not None and f'"{SEALED}":"{seal_of(kept)}"' in row.entry:
        return True
    return SEALED not in json.loads(row.entry)


def check(
    rows: Iterable[tuple[LedgerRow, KeptBytes | None]],
    *,
    key: bytes | None,
    head: Head | None,
    last_anew: int,
    now: float,
) -> Verdict:
    """Go over every row. `key` None: no keyring; `last_anew`: the newest row at which the chain began anew, or 0."""
    if key is None:
        entries = sum(1 for _ in rows)
        return Verdict(entries, not entries, False, None, False, _NOBODY_KNOWS if entries else _EMPTY)
    walk = _Walk(key, head, last_anew, now)
    if head is not None:
        walk.wanted = frozenset({head.count, *(seq for seq, _ in head.marks)})
    for row, kept in rows:
        walk.step(row, kept)
    walk.end()
    entries, notes = walk.entries, tuple(walk.notes)
    if head is None and walk.chained is not None and entries > 1:
        return Verdict(entries, False, True, None, True, _NO_END, walk.unchecked, notes)
    if walk.bad is not None:
        says = _trouble(walk.bad, now)
        until = _moment(walk.bad.before)
        return Verdict(
            entries, False, True, walk.bad.seq, True, says, walk.unchecked, notes, until, walk.bad.what == "removed"
        )
    return Verdict(entries, True, True, None, False, _fine(walk), walk.unchecked, notes)


def _trouble(bad: _Bad, now: float) -> str:
    until = _moment(bad.before)
    since = day_words(until, now) if until is not None else ""
    match bad.what:
        case "removed":
            return f"Entries {f'after {since} ' if since else ''}were removed outside Indoors."
        case "changed":
            return f"Entries after {since} were changed outside Indoors." if since else _FROM_THE_FIRST
        case "text":
            after = f" after {since}" if since else ""
            return f"The text kept with an entry{after} was changed outside Indoors."


_FROM_THE_FIRST = "The entries from the first on were changed outside Indoors."


def _moment(row: LedgerRow | None) -> float | None:
    """When an entry was written; None where even that was made unreadable."""
    with suppress(ValueError, KeyError, TypeError):
        at = float(json.loads(row.entry)["at"]) if row else 0.0
        return at if 0 < at < _LATEST else None
    return None


def _fine(walk: _Walk) -> str:
    entries, unchecked = walk.entries, walk.unchecked
    if not entries:
        return _EMPTY
    held = entries - unchecked
    whole, wrote = (f"All {held:,} entries are", "them") if held > 1 else ("The entry is", "it")
    words = f"{whole} as Indoors wrote {wrote}." if held else ""
    if walk.notes:
        # The person went on: what is gone stays gone, and what was changed stays changed (a note says which).
        words = f"All {held:,} entries that are there are as Indoors wrote them or as they were when you went on."
    if unchecked:
        were = "was" if unchecked == 1 else "were"
        words += f" {unchecked:,} {were} written without a keyring and cannot be checked."
    return words.strip()
