"""The chain of the ledger: every line is bound to the one before it, and the end of the chain is kept elsewhere.

`mac(n) = HMAC-SHA256(key, mac(n-1) + seq + kind + canonical JSON)`. The key and the end (how many lines, the last MAC)
stand in the system keyring, the lines in the database. An edit, a deletion, another order and lines made without the
key break a link; a file cut short or an older copy put back ends before the end that the keyring knows; lines made anew
with the key, but without the keyring's leave to write, end in another MAC.

**A crash between the database and the keyring.** A line is committed and flushed first, the end is written to the
keyring second, and only then may a byte leave. So after a crash the file holds at most one line more than the keyring
knows, and that line must carry the right MAC, which nobody makes without the key: it is taken in and the end moved. The
line that may be lost to an attacker in that moment (cut off before the next start, unseen) is one for which nothing
had left yet, or the result of a parcel whose intent stays and is then shown as sent and never confirmed: never fewer
things than left. The other order, a "pending" end in the keyring first, would need two writes to the keyring for every
line and allows the same one line to be cut off. A second line beyond the end is never made, because each new line first
sees to it that the keyring knows the last one.

**What remains.** Whoever can write to the keyring as this person, or runs inside Indoors, can make a chain that holds.
Deleting the whole profile together with its keyring entries leaves nothing to compare. Lines written while there was no
keyring are not chained; a line that says how many of them there are is added once there is one, and that is all that
is known of them. A copy of the six words kept on paper, an export, and the provider's own usage page see further.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

from app.cloud.ledger_entries import EntryKind
from app.errors import AppError, ProfileBusy
from app.store.ledger_rows import KeptBytes, LedgerRow, LedgerRows
from app.store.lock import ProfileLock

CHAIN_KEY = "ledger key"
SEALED = "sealed"
"""The field of a line that binds what is kept with it to the chain: the fingerprint of the encrypted bytes."""
_LOCK_WAIT_S = 10.0
_MARK_CHARS = 8


class Secrets(Protocol):
    """The system keyring as the ledger needs it (app/egress/keys.py). Every method raises AppError without one."""

    def secret(self, name: str) -> bytes:
        """32 random bytes made at the first use."""

    def read(self, name: str) -> str | None:
        """A kept text."""

    def write(self, name: str, text: str) -> None:
        """Keep a text in place of an earlier one."""


class LedgerBroken(AppError):
    """The ledger was changed outside Indoors; nothing is sent before the person has seen that."""

    def __init__(self, says: str) -> None:
        super().__init__(
            says or "The ledger was changed outside Indoors.",
            safe="Nothing was sent.",
            do="Look at it with `indoors ledger verify`; with --go-on it begins anew and remembers this.",
        )


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as the keyring keeps it. `marks`: (seq, beginning of its MAC) of a few earlier lines, ever
    fewer the older they are, so that a chain made anew can be told from which line on."""

    count: int
    mac: str
    marks: tuple[tuple[int, str], ...] = ()

    def text(self) -> str:
        """As it stands in the keyring; below 1,200 characters for any length of the ledger (Windows takes 1,280)."""
        return json.dumps({"count": self.count, "mac": self.mac, "marks": self.marks}, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str | None) -> Head | None:
        """The inverse; None for nothing or for something else."""
        try:
            said = json.loads(text or "")
            marks = tuple((int(seq), str(mac)) for seq, mac in said["marks"])
            return cls(int(said["count"]), str(said["mac"]), marks)
        except (ValueError, KeyError, TypeError):
            return None

    def then(self, row: LedgerRow) -> Head:
        """The end after one more line. A mark at seq stays while the ledger is not longer than seq + 2 · its largest
        power of two: about two for each doubling."""
        marks = (*self.marks, (self.count, self.mac[:_MARK_CHARS])) if self.count else self.marks
        kept = tuple((seq, mac) for seq, mac in marks if row.seq - seq <= 2 * (seq & -seq))
        return Head(row.seq, row.mac, kept)


def canonical(fields: Mapping[str, Any]) -> str:
    """JSON that is the same for the same values."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def mac_of(key: bytes, row: LedgerRow) -> str:
    """The MAC of a line over the one before it, its number, kind and text; hex."""
    return hmac.digest(key, f"{row.prev}\n{row.seq}\n{row.kind}\n{row.entry}".encode(), "sha256").hex()


def seal_of(kept: KeptBytes) -> str:
    """The fingerprint of what is kept, as it is kept; hex."""
    return hashlib.sha256(kept.nonce + kept.body).hexdigest()


def digest_of(rows: Sequence[LedgerRow] | Iterator[LedgerRow]) -> str:
    """A fingerprint of lines just as they stand, right or wrong."""
    whole = hashlib.sha256()
    for row in rows:
        add_to_digest(whole, row)
    return whole.hexdigest()


def add_to_digest(whole: Any, row: LedgerRow) -> None:
    """One line more of `digest_of`; `whole` is a hashlib object."""
    whole.update(f"{row.seq}\n{row.kind}\n{row.entry}\n{row.prev}\n{row.mac}\n".encode())


class Chain:
    """Adds lines to the chain, one at a time over all processes, and keeps the keyring's end in step."""

    def __init__(self, rows: LedgerRows, secrets: Secrets, *, now: Callable[[], float] = time.time) -> None:
        self._rows = rows
        self._secrets = secrets
        self._now = now
        self._one = RLock()
        self._held = False
        self._key: bytes | None = None
        path = rows.store.path.absolute()
        self._lock_file = Path(f"{path}-ledger-lock")
        self._head_name = f"ledger end {hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
        self.broken_now: Callable[[], str] = lambda: ""
        """Says what is wrong, empty when nothing but lines without a keyring follows the end; the whole check."""

    def keyring(self) -> tuple[bytes | None, Head | None]:
        """The chain's key and its end as the keyring knows them; (None, None) without a keyring."""
        try:
            self._key = self._key or self._secrets.secret(CHAIN_KEY)
            return self._key, Head.parse(self._secrets.read(self._head_name))
        except AppError:
            return None, None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else adds a line meanwhile, in this process or another. Raises ProfileBusy after ten seconds."""
        with self._one, ExitStack() as stack:
            if not self._held and not self._rows.store.read_only:
                stack.enter_context(self._file_lock())
                stack.callback(setattr, self, "_held", False)
                self._held = True
            yield

    def append(
        self,
        kind: EntryKind,
        fields: Mapping[str, Any],
        *,
        keep: Callable[[int], KeptBytes | None] = lambda seq: None,
        drop: Sequence[int] = (),
        must_hold: bool = False,
    ) -> LedgerRow:
        """Add a line; with a keyring the keyring's end is moved after it. Flushed to the disk when this returns.

        `keep` gives the bytes kept with it, by its number; `drop` names entries whose bytes go. With `must_hold` a
        chain that does not hold takes nothing: LedgerBroken. Otherwise a broken chain still takes the line, so that
        nothing goes unrecorded, and stays broken. Raises ProfileTrouble, and with `must_hold` AppError when the line
        is written but the end could not be moved.
        """
        with self.alone():
            key, known = self.keyring()
            trouble, head = self._catch_up(key, known or Head(0, "")) if key is not None else ("", Head(0, ""))
            if trouble and must_hold:
                raise LedgerBroken(trouble)
            kept = keep(self._next())
            if kept is not None:
                fields = {**fields, SEALED: seal_of(kept)}
            row = self._add(key, kind, fields, kept, drop)
            if key is not None and not trouble:
                # Where nothing waits for it, the next line moves the end along.
                with suppress(*(() if must_hold else (AppError,))):
                    self._move_head(head, row)
            return row

    def begin_anew(self, why: str, found: str) -> LedgerRow:
        """Go on after lines nobody can vouch for. Their fingerprint goes into the new line: they cannot change again.

        Raises AppError without a keyring.
        """
        with self.alone():
            key = self._secrets.secret(CHAIN_KEY)
            before = digest_of(row for row, _ in self._rows.all())
            fields = {"why": why, "found": found, "lines": before, "count": self._next() - 1}
            row = self._add(key, EntryKind.ANEW, fields, None, ())
            self._secrets.write(self._head_name, Head(row.seq, row.mac).text())
            return row

    def _catch_up(self, key: bytes, head: Head) -> tuple[str, Head]:
        """Bring the keyring's end and the file together where that is no more than a crash or a time without a
        keyring; what is wrong otherwise, and the end."""
        last = self._rows.last()
        at_head = self._rows.at(head.count) if head.count else None
        if hmac.compare_digest(at_head.mac if at_head else "", head.mac):
            if (last.seq if last else 0) == head.count:
                return "", head
            if last is not None and last.seq == head.count + 1 and is_next(key, at_head, last):
                return "", self._move_head(head, last)
        trouble = self.broken_now()
        if trouble:
            return trouble, head
        row = self.begin_anew("no_keyring", "")
        return "", Head(row.seq, row.mac)

    def _move_head(self, head: Head, row: LedgerRow) -> Head:
        moved = head.then(row)
        self._secrets.write(self._head_name, moved.text())
        return moved

    def _next(self) -> int:
        last = self._rows.last()
        return last.seq + 1 if last else 1

    def _add(
        self,
        key: bytes | None,
        kind: EntryKind,
        fields: Mapping[str, Any],
        keep: KeptBytes | None,
        drop: Sequence[int],
    ) -> LedgerRow:
        before = self._rows.last_chained() if key is not None else None
        entry = canonical({"at": self._now(), **fields})
        row = LedgerRow(self._next(), kind.value, entry, before.mac if before else "", "")
        if key is not None:
            row = LedgerRow(row.seq, row.kind, row.entry, row.prev, mac_of(key, row))
        self._rows.add(row, keep=keep, drop=drop, durable=True)
        return row

    def _file_lock(self) -> ProfileLock:
        until = time.monotonic() + _LOCK_WAIT_S
        while True:
            try:
                return ProfileLock.acquire(self._lock_file)
            except ProfileBusy:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


def is_next(key: bytes, before: LedgerRow | None, row: LedgerRow) -> bool:
    """Whether `row` is a line that was made with the key to follow `before`."""
    linked = row.prev == (before.mac if before else "")
    return bool(row.mac) and linked and hmac.compare_digest(mac_of(key, row), row.mac)
