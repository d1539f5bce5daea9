"""Parent side of text recognition: decides which pictures are read, has them read, and knows how long it takes here."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.library.received import ReadFile, Received, Refused, refusal
from app.store.document_rows import Cut
from app.values import Section, TroubleKind
from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host

MEMORY_LIMIT_BYTES = 2 * 1024**3
"""Address space. Seen while reading pages of 2,000 pixels a side: 1.4 GB, of which 0.8 GB in memory."""
FEW_PAGES = 5
"""So many pictures in one file are read without asking."""
_PAGE_S = 7.0
"""Seconds for a page until one was measured here: a full page of print on two slow cores."""
_PAGE_LIMIT_S = 600.0
_NEW_WEIGHT = 0.2
_MOST_FAILURES = 3
_IDLE_S = 60.0
_KEPT_FILES = 4

Progress = Callable[[int, int], None]
"""(pages read, pages to read)."""
_Found = tuple[Section, tuple[Cut, ...]]
_Key = tuple[str, int, int]


class Recognition:
    """Reads words out of pictures in a sealed child process of its own, one page at a time; safe from any thread."""

    def __init__(
        self, *, pace_file: Path | None = None, policy: Callable[[], str] = lambda: "ask", host: Host | None = None
    ) -> None:
        """`pace_file` keeps how long a page takes on this computer. `policy` gives the setting: ask, always, never."""
        self.host = host or Host(
            "ocr", python_command("app.library.ocr_process"), idle_s=_IDLE_S, memory_limit_bytes=MEMORY_LIMIT_BYTES
        )
        self._policy = policy
        self._pace_file = pace_file
        self._page_s = _kept_pace(pace_file)
        self._lock = threading.Lock()
        self._half_read: dict[_Key, dict[int, _Found | None]] = {}

    def estimate_s(self, pages: int) -> float:
        """How long so many pages would take on this computer, by what was measured on it."""
        return pages * self._page_s

    def wanted(self, pages: int, *, asked: bool | None = None) -> bool:
        """Whether so many pictures of one file are read now. `asked` is what the person said for this file."""
        if asked is not None:
            return asked
        policy = self._policy()
        return policy == "always" or (policy == "ask" and pages <= FEW_PAGES)

    def complete(
        self,
        path: Path,
        found: ReadFile,
        *,
        cancel: Cancel,
        asked: bool | None = None,
        password: str = "",
        progress: Progress | None = None,
    ) -> ReadFile | None:
        """What was found in a file together with the words of its pictures; None when stopped. `pictures` of the
        answer are those that wait to be read. What was read of a file before a stop is not read again.

        Raises Refused: of kind PICTURES when nothing is searchable before the person says yes.
        """
        pages = found.pictures
        if not pages:
            return found
        if not self.wanted(len(pages), asked=asked):
            if not found.passages:
                raise pictures_only(self.estimate_s(len(pages)))
            return found
        key = _key(path)
        done = self._half_read.pop(key, {})
        failed: dict[int, Refused] = {}
        for number, page in enumerate(pages):
            if page not in done and not self._page(path, page, done, failed, password=password, cancel=cancel):
                self._keep_half(key, done)
                return None
            if progress is not None:
                progress(number + 1, len(pages))
        whole = _merged(found, [item for item in done.values() if item is not None], tuple(failed))
        if not whole.passages and failed:
            raise next(iter(failed.values()))
        if not whole.passages:
            hint = "Check that its letters can be read, and that they are not too small."
            raise Refused("No words to search in it", hint=hint, lasting=True, kind=TroubleKind.EMPTY)
        return whole

    def close(self) -> None:
        """End the child process."""
        self.host.close()

    def _page(
        self,
        path: Path,
        page: int,
        done: dict[int, _Found | None],
        failed: dict[int, Refused],
        *,
        password: str,
        cancel: Cancel,
    ) -> bool:
        """Read one page into `done`, or why not into `failed`; False when stopped. Raises Refused when pages keep
        ending the process."""
        got = Received(path)
        header = {"pages": [page], "password": password}
        seconds: float | None = None
        try:
            for frame in self.host.ask(
                "recognise", header, payload=os.fsencode(path), cancel=cancel, timeout_s=_PAGE_LIMIT_S
            ):
                if "page" in frame.header:
                    seconds = float(frame.header.get("seconds", 0.0))
                    if "refused" in frame.header:
                        failed[page] = refusal({"estimate_s": None} | dict(frame.header["refused"]))
                else:
                    got.take(frame)
        except (ModelError, ChildMistake) as error:
            failed[page] = _ended(error)
            if len(failed) >= _MOST_FAILURES and not done:
                raise failed[page] from error
            return not cancel.stopped
        if seconds is None or cancel.stopped:
            return False
        if page in failed:
            return True
        if seconds:
            self._learn(seconds)
        read = got.file()
        done[page] = (read.sections[0], read.cuts) if read.sections else None
        return True

    def _keep_half(self, key: _Key, done: dict[int, _Found | None]) -> None:
        self._half_read[key] = done
        while len(self._half_read) > _KEPT_FILES:
            self._half_read.pop(next(iter(self._half_read)))

    def _learn(self, seconds: float) -> None:
        """Let a measured page move the estimate, and keep it for the next start."""
        with self._lock:
            before = self._page_s
            self._page_s += _NEW_WEIGHT * (seconds - before)
            if self._pace_file is not None and abs(self._page_s - before) > 0.02 * before:
                with suppress(OSError):
                    self._pace_file.parent.mkdir(parents=True, exist_ok=True)
                    half = self._pace_file.with_suffix(".new")
                    half.write_text(json.dumps({"page_s": round(self._page_s, 2)}), encoding="utf-8")
                    half.replace(self._pace_file)


def pictures_only(estimate_s: float | None) -> Refused:
    """The refusal of a scan that waits for the person's yes."""
    return Refused(
        "Pictures of text, no words to search",
        hint="Read it with OCR.",
        lasting=True,
        kind=TroubleKind.PICTURES,
        estimate_s=estimate_s,
    )


def _ended(error: Exception) -> Refused:
    memory = isinstance(error, ModelError) and error.kind is Trouble.OUT_OF_MEMORY
    reason = "Reading its pictures needs more memory than it may have" if memory else "Its pictures could not be read"
    return Refused(reason, hint="Save it again and add it.", lasting=False, ended_reader=True)


def _merged(found: ReadFile, read: Sequence[_Found], failed: tuple[int, ...]) -> ReadFile:
    """Pages with words of their own and recognised ones, in the order of the pages."""
    recognised = {section.number for section, _ in read}
    own = [(section, cuts) for section, cuts in _by_section(found) if section.number not in recognised]
    sections: list[Section] = []
    cuts: list[Cut] = []
    for section, its_cuts in sorted([*own, *read], key=lambda item: item[0].number):
        cuts.extend(replace(cut, section=len(sections)) for cut in its_cuts)
        sections.append(section)
    return replace(found, sections=tuple(sections), cuts=tuple(cuts), pictures=failed)


def _by_section(found: ReadFile) -> Iterator[_Found]:
    for position, section in enumerate(found.sections):
        yield section, tuple(cut for cut in found.cuts if cut.section == position)


def _key(path: Path) -> _Key:
    try:
        info = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), info.st_size, info.st_mtime_ns


def _kept_pace(pace_file: Path | None) -> float:
    if pace_file is None:
        return _PAGE_S
    try:
        said = json.loads(pace_file.read_text(encoding="utf-8"))["page_s"]
        return min(_PAGE_LIMIT_S, max(0.1, float(said)))
    except (OSError, ValueError, KeyError, TypeError):
        return _PAGE_S
