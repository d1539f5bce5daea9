"""Keeps the library up with the person's folders in the background: watches, looks anyway, rests when it should."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

import psutil

from app.errors import AppError, explain
from app.events import IndexDone, IndexEvent
from app.library.keeping_status import FolderStatus, KeepingState, KeepingStatus, Tally
from app.library.library import Library, kept_path
from app.library.watch import RESCAN_S, News, Target, watch
from app.store.roots import Root
from models.api import Cancel

LEAST_FREE_BYTES = 500_000_000
"""So much of the disk is left to the person, whatever the index would need."""
CHECK_S = 5.0
"""How often battery and disk are looked at."""
TRY_AGAIN_S = (5.0, 30.0, 120.0, 600.0)
"""Waits after the first, second … failure in a row."""
_TELL_S = 0.25
_KNOWN_PASSAGES = 1_000
_A_PASSAGE_BYTES = 4_000
"""What a passage takes on disk with its words and vectors, until this library tells by itself."""
_WORTH_SAYING_BYTES = 50_000_000
_LOG = logging.getLogger(__name__)

Told = Callable[[KeepingStatus], None]


def on_battery() -> bool:
    """Whether this computer runs on its battery now."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return battery is not None and not battery.power_plugged


def free_bytes(folder: Path) -> int:
    """Bytes left on the disk of a folder."""
    return shutil.disk_usage(folder).free


class KeepingUp:
    """One background worker for one library. Every method may be called from any thread and returns at once, except
    `close`, which waits for the file in hand to be given up."""

    def __init__(
        self,
        library: Library,
        *,
        may_on_battery: Callable[[], bool] = lambda: False,
        on_battery: Callable[[], bool] = on_battery,
        free_bytes: Callable[[Path], int] = free_bytes,
        rescan_s: float = RESCAN_S,
        check_s: float = CHECK_S,
    ) -> None:
        """`may_on_battery` reads the setting."""
        self.library = library
        self.on_event: Callable[[IndexEvent], None] = lambda event: None
        """Hears of every file, on a thread of its own."""
        self._may_on_battery = may_on_battery
        self._on_battery = on_battery
        self._free_bytes = free_bytes
        self._rescan_s = rescan_s
        self._check_s = check_s
        self._cancel, self._wake, self._ended = Cancel(), threading.Event(), threading.Event()
        self._news = News()
        self._targets: list[Target] = []
        self._away: set[Path] = set()
        self._paused = self._anyway = False
        self._resting: KeepingState | None = None
        self._says = ""
        self._checked_at = 0.0
        self._needed = self._failures = 0
        self._tally: Tally | None = None
        self._round: Cancel | None = None
        self._told: list[Told] = []
        self._threads: list[threading.Thread] = []

    # ------------------------------------------------------------ what a person does

    def start(self) -> None:
        """Begin: compare every folder with the library, then watch."""
        if self._threads:
            return
        self.library.folder_settings.on_change = self.look
        self._news.everything()
        for name, work in (("keeping up", self._work), ("watching", self._watch), ("warming", self._warm)):
            thread = threading.Thread(target=work, name=name)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """End; what is not finished is found again at the next start."""
        self._cancel.stop()
        self._ended.set()
        self._stop_round()
        self._wake.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None:
        """Add folders or files and read them; `again` reads also what did not change."""
        for path in map(kept_path, paths):
            self._news.wish(path, again=again)
        self._wake.set()

    def look(self, path: Path | None = None) -> None:
        """Compare a folder with the library again, or everything."""
        if path is None:
            self._news.everything()
        else:
            self._news.changed([path])
        self._wake.set()

    def pause(self) -> None:
        """Rest until `resume`; what was read stays searchable."""
        self._paused = True
        self._rest(KeepingState.PAUSED, "Paused.")
        self._wake.set()

    def resume(self) -> None:
        """Go on."""
        self._paused = False
        self._wake.set()

    def read_now(self) -> None:
        """Read although on battery, until the computer was plugged in again."""
        self._anyway = True
        self._wake.set()

    def yield_to_person(self) -> AbstractContextManager[None]:
        """While this is open, a question or a recording goes first: the background waits between files and batches."""
        return self.library.pace.person()

    # ------------------------------------------------------------ what it tells

    def status(self) -> KeepingStatus:
        """How far it is, now."""
        state, says = self._state()
        tally = self._tally
        passages, without = self.library.meaning_counts()
        status = KeepingStatus(state, passages=passages, without_meaning=without, says=says)
        if tally is not None:
            status = tally.told(status)
        if self._resting is not None:
            status = replace(status, seconds_left=None)
        folders = tuple(self._folder(root, state, tally) for root in self.library.roots())
        if not says and (away := [folder.path for folder in folders if folder.state is KeepingState.AWAY]):
            status = replace(status, says=f"“{away[0].name}” is not there. What was read of it is kept.")
        return replace(status, folders=folders)

    def _folder(self, root: Root, state: KeepingState, tally: Tally | None) -> FolderStatus:
        if root.paused:
            state = KeepingState.PAUSED
        elif self.library.folder_settings.away(root.path):
            state = KeepingState.AWAY
        counted = tally.folder(root.path, state) if tally is not None else FolderStatus(root.path, state)
        working = state in (KeepingState.READING, KeepingState.LOOKING, KeepingState.WAITING)
        if working and (tally is None or (counted.done == counted.of and tally.state is not KeepingState.LOOKING)):
            return replace(counted, state=KeepingState.UP_TO_DATE)
        return counted

    def _state(self) -> tuple[KeepingState, str]:
        tally = self._tally
        if self._cancel.stopped or not self._threads:
            return KeepingState.CLOSED, ""
        if self._resting is not None:
            return self._resting, self._says
        if tally is not None:
            return (KeepingState.WAITING if self.library.pace.person_waits else tally.state), ""
        if self._failures:
            return KeepingState.TROUBLE, self._says
        return (KeepingState.LOOKING if self._news.waiting else KeepingState.UP_TO_DATE), ""

    def subscribe(self, told: Told) -> Callable[[], None]:
        """Be told of changes, a few times a second at most, on the worker's thread; call the result to end it."""
        self._told.append(told)

        def end() -> None:
            if told in self._told:
                self._told.remove(told)

        return end

    def _tell(self) -> None:
        if not self._told:
            return
        try:
            status = self.status()
        except AppError as error:
            _LOG.warning("keeping up cannot tell how far it is: %s", type(error).__name__)
            return
        for told in tuple(self._told):
            told(status)

    # ------------------------------------------------------------ the worker

    def _work(self) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="round") as pool:
            while not self._cancel.stopped:
                self._wake.clear()
                self._look_around()
                if self._resting is not None or not self._news.waiting:
                    self._tell()
                    self._wake.wait(self._check_s)
                    continue
                done = pool.submit(self._one_round)
                while not done.done():
                    wait([done], timeout=_TELL_S)
                    if time.monotonic() - self._checked_at >= self._check_s:
                        self._look_around()
                    self._tell()
                self._judge(done.exception())

    def _judge(self, error: BaseException | None) -> None:
        """A round that failed is logged without anybody's words, said, and tried again later."""
        if error is None:
            self._failures = 0
            return
        _LOG.warning("a round of keeping up failed: %s", type(error).__name__)
        self._says = f"{explain(error).happened} It is tried again in a while."
        again_s = TRY_AGAIN_S[min(self._failures, len(TRY_AGAIN_S) - 1)]
        self._failures += 1
        self._tell()
        self._cancel.wait(again_s)

    def _one_round(self) -> None:
        """Everything that waits, to its end; what a stop or a failure left is put back."""
        self._note_away()
        self._targets = self._news.take([root.path for root in self.library.roots() if not root.paused])
        self._tally, self._round, whole = Tally(), Cancel(), False
        if self._resting is not None or self._cancel.stopped:
            self._round.stop()
        try:
            for event in self.library.keep_up(self._targets, more=self._more, tally=self._tally, cancel=self._round):
                self.on_event(event)
                whole = isinstance(event, IndexDone) and not event.stopped
        finally:
            self._tally = self._round = None
            if not whole:
                self._news.put_back(self._targets)

    def _more(self) -> list[Target]:
        """What happened since the last file."""
        if not self._news.waiting:
            return []
        new = self._news.take([root.path for root in self.library.roots() if not root.paused])
        self._targets += new
        return new

    def _stop_round(self) -> None:
        if (running := self._round) is not None:
            running.stop()

    # ------------------------------------------------------------ when to rest

    def _note_away(self) -> None:
        """Folders whose disk was away and is back are looked at, whoever missed their going."""
        away = {root.path for root in self.library.roots() if self.library.folder_settings.away(root.path)}
        if back := self._away - away:
            self._news.changed(back)
        self._away = away

    def _look_around(self) -> None:
        """Rest or go on, as the person, the battery and the disk say."""
        self._checked_at = time.monotonic()
        self._note_away()
        resting, says = self._must_rest()
        if self._paused:
            resting, says = KeepingState.PAUSED, "Paused."
        if resting is not None:
            self._rest(resting, says)
        elif self._resting is not None:
            self._resting, self._says = None, ""
            self.library.pace.rest(False)

    def _rest(self, resting: KeepingState, says: str) -> None:
        self._resting, self._says = resting, says
        self.library.pace.rest(True)
        self._stop_round()

    def _must_rest(self) -> tuple[KeepingState | None, str]:
        if not self._on_battery():
            self._anyway = False
        elif not self._may_on_battery() and not self._anyway:
            return KeepingState.ON_BATTERY, "Paused on battery."
        return self._disk_full()

    def _disk_full(self) -> tuple[KeepingState | None, str]:
        """Whether what is left of the disk would not hold the index as well as what the person needs."""
        free = self._free_bytes(self.library.store.path.parent)
        needed = self._needed_bytes()
        if free - needed >= LEAST_FREE_BYTES:
            return None, ""
        says = f"Stopped: {free / 1e9:.1f} GB left on this disk."
        if needed >= _WORTH_SAYING_BYTES:
            says += f" The index needs about {needed / 1e9:.1f} GB more."
        return KeepingState.DISK_FULL, says

    def _needed_bytes(self) -> int:
        tally = self._tally
        if tally is not None:
            passages, _ = self.library.meaning_counts()
            each = self.library.store.size_bytes() / passages if passages > _KNOWN_PASSAGES else _A_PASSAGE_BYTES
            self._needed = int(tally.passages_to_come() * each)
        return self._needed

    # ------------------------------------------------------------ the watcher

    def _watch(self) -> None:
        """Watch until the end; should the watch itself fail, everything is looked at and it begins again."""
        with ThreadPoolExecutor(1, thread_name_prefix="watch") as pool:
            while not self._ended.is_set():
                done = pool.submit(
                    watch, self._folders, self._changed, cancel=self._cancel, ended=self._ended, rescan_s=self._rescan_s
                )
                if (error := done.exception()) is not None:
                    _LOG.warning("watching failed: %s", type(error).__name__)
                    self._ended.wait(TRY_AGAIN_S[0])
                    self._changed(None)

    def _warm(self) -> None:
        """What cannot be read now is read by the first search, which can say what is wrong."""
        with suppress(AppError):
            self.library.warm(self._ended.is_set)

    def _folders(self) -> list[Path]:
        return [root.path for root in self.library.roots()]

    def _changed(self, paths: Iterable[Path] | None) -> None:
        if paths is None:
            self._news.everything()
        else:
            self._news.changed(paths)
        self._wake.set()
