"""Child side of the codes: opens or fills the files, follows the journal, answers searches; never imports Chroma."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from app.errors import ProfileBusy, ProfileTrouble
from app.library.codes import Codes, CodesDamaged, read_head
from app.store.embeddings import Embeddings
from app.store.lock import ProfileLock
from models.api import ModelError, Trouble
from models.frames import Frame
from models.worker import Request

ROOM = "codes-"
POINTER = "codes.json"
LOCK = "codes.lock"
_STEP = 10_000
"""Rows per step of a filling: about 0.2 s, so that a search waits no longer than that."""
_AT_ONCE = 400
"""Changes a search follows itself before it answers: a file just saved is found at once."""
_DEAD_SHARE = 0.2
_SAMPLE = 12


class CodesDesk:
    """Keeps one set of codes in step with SQLite and searches it. One process writes; others read what it committed."""

    def __init__(self, embeddings: Embeddings, base: Path) -> None:
        self._embeddings = embeddings
        self._base = base
        self._lock: ProfileLock | None = None
        self._codes: Codes | None = None
        self._next: Codes | None = None
        """Fresh files being filled beside the ones in use."""
        self._change = 0

    def open(self, request: Request) -> Iterator[Frame]:
        """{} → {whole, count, wrong}: what is in use now; `wrong` says why files were thrown away."""
        wrong = ""
        self._take_lock()
        if self._codes is None:
            wrong = self._open()
        codes = self._codes
        yield Frame(
            {"whole": codes is not None and codes.head.whole, "count": codes.count if codes else 0, "wrong": wrong}
        )

    def step(self, request: Request) -> Iterator[Frame]:
        """{} → {done, of, whole, more}: one step of filling or following; `more` while there is more to do."""
        if self._lock is None:
            self._reload()
            yield Frame(
                {"more": False, "whole": self._codes is not None and self._codes.head.whole, "done": 0, "of": 0}
            )
            return
        if self._codes is None:
            self._codes = self._fresh()
        if self._next is None and self._codes.head.whole and self._codes.dead_share > _DEAD_SHARE:
            self._next = self._fresh()
        filling = self._next or self._codes
        more = self._fill(filling) if not filling.head.whole else self._follow(self._codes, _STEP)
        if self._next is not None and self._next.head.whole:
            self._codes.close()
            self._codes, self._next = self._next, None
            self._use(self._codes)
            self._change = self._codes.head.change
            more = True
        if not more:
            self._codes.commit(change=self._change)
        yield Frame(
            {"more": more, "whole": self._codes.head.whole, "done": filling.count, "of": self._embeddings.count()}
        )

    def search(self, request: Request) -> Iterator[Frame]:
        """{limit, documents?} + query blob → {hits: [[passage, cosine], …], count, whole}."""
        if self._codes is None:
            self._open()
        codes = self._codes
        if codes is None:
            raise ModelError(Trouble.MISSING, "There is no index of meanings yet.")
        if self._lock is None:
            self._reload()
        elif codes.head.whole and self._embeddings.journal()[1] - self._change <= _AT_ONCE:
            self._follow(codes, _AT_ONCE)
        codes = self._codes or codes
        documents = request.header.get("documents")
        hits = codes.search(request.payload, limit=int(request.header["limit"]), documents=documents)
        yield Frame({"hits": hits, "count": codes.count, "whole": codes.head.whole})

    def end(self, _: Request) -> Iterator[Frame]:
        """The parent is done with this process."""
        for codes in (self._codes, self._next):
            if codes is not None:
                if self._lock is not None and codes is self._codes and codes.head.whole:
                    codes.commit(change=self._change)
                codes.close()
        yield from ()

    # ------------------------------------------------------------ files in use

    def _take_lock(self) -> None:
        if self._lock is None:
            with suppress(ProfileBusy, ProfileTrouble):
                self._lock = ProfileLock.acquire(self._base / LOCK)

    def _room(self) -> Path | None:
        try:
            name = str(json.loads((self._base / POINTER).read_text(encoding="utf-8"))["room"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return self._base / name if name.startswith(ROOM) and name[len(ROOM) :].isdigit() else None

    def _open(self) -> str:
        """Open the files in use; what was wrong with them, if they had to be given up."""
        room = self._room()
        if room is None:
            return ""
        embeddings = self._embeddings
        try:
            codes = Codes.open(room, embeddings.name, embeddings.width, write=self._lock is not None)
        except (CodesDamaged, OSError) as error:
            return str(error)
        if wrong := self._differs(codes):
            codes.close()
            return wrong
        self._codes, self._change = codes, codes.head.change
        return ""

    def _differs(self, codes: Codes) -> str:
        """Why the files cannot be brought up to date by the journal, from a few rows and the totals; empty if they
        can."""
        first, last = self._embeddings.journal()
        if codes.head.change > last or (codes.head.change < first - 1 and codes.head.change < last):
            return "it is too far behind"
        held = dict(codes.sample(_SAMPLE))
        changed = set(self._embeddings.changed_since(codes.head.change, last)[0]) if codes.head.change < last else set()
        kept = self._embeddings.of(list(held))
        if any(kept.get(passage) != vector for passage, vector in held.items() if passage not in changed):
            return "it holds other vectors"
        count = self._embeddings.count()
        if codes.head.whole and codes.head.change == self._embeddings.journal()[1] and codes.count != count:
            return "it holds another number of passages"
        return ""

    def _reload(self) -> None:
        """Beside the process that writes: take over what it committed meanwhile."""
        room = self._room()
        with suppress(CodesDamaged):
            if self._codes is None or room != self._codes.folder or read_head(self._codes.folder) != self._codes.head:
                before, self._codes = self._codes, None
                self._open()
                if before is not None:
                    before.close()

    def _fresh(self) -> Codes:
        """Empty files in a room of their own, in use at once when there are no others."""
        in_use = self._codes.folder if self._codes is not None else None
        used = [int(path.name[len(ROOM) :]) for path in self._base.glob(f"{ROOM}*") if path.name[len(ROOM) :].isdigit()]
        for path in self._base.glob(f"{ROOM}*"):
            if path != in_use:
                shutil.rmtree(path, ignore_errors=True)
        folder = self._base / f"{ROOM}{max(used, default=0) + 1}"
        change = self._embeddings.journal()[1]
        codes = Codes.create(folder, self._embeddings.name, self._embeddings.width, change=change)
        if self._codes is None:
            self._use(codes)
            self._change = change
        return codes

    def _use(self, codes: Codes) -> None:
        new = self._base / f"{POINTER}.new"
        new.write_text(json.dumps({"room": codes.folder.name}), encoding="utf-8")
        new.replace(self._base / POINTER)
        for path in self._base.glob(f"{ROOM}*"):
            if path != codes.folder:
                shutil.rmtree(path, ignore_errors=True)

    # ------------------------------------------------------------ content

    def _fill(self, codes: Codes) -> bool:
        """One step of the first filling, in order of passage; what changes meanwhile is in the journal."""
        rows = list(islice(self._embeddings.after(codes.head.last), _STEP))
        codes.append(rows)
        codes.commit(last=rows[-1][0] if rows else codes.head.last, whole=len(rows) < _STEP)
        return True

    def _follow(self, codes: Codes, limit: int) -> bool:
        """Take over at most `limit` changes; whether there may be more."""
        changed, self._change = self._embeddings.changed_since(self._change, limit)
        if changed:
            codes.remove(changed)
            codes.append(self._embeddings.rows_of(changed))
        return bool(changed) and self._change < self._embeddings.journal()[1]
