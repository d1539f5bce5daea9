"""Notices changes in the added folders as they happen, and looks anyway now and then, since watching misses some."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.library.rules import half_written
from models.api import Cancel

QUIET_MS = 800
"""Changes are gathered until nothing happened for this long, so that a file being written is not read half-way."""
RESCAN_S = 900.0
"""Network folders and full watch lists miss changes; an unchanged folder of 2,000 files costs far under a second."""
UNWATCHED_S = 60.0
"""How often to look when this computer watches no more folders."""
AWAY_S = 3.0
"""How often to look for a folder whose disk is not there."""
MANY_CHANGES = 2_000
"""More changed paths than this are cheaper found by looking at the whole folder."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a run looks at. `again` reads also what did not change; `news` is a path inside an added folder where
    something happened: if nothing stands there any more, what was read of it goes."""

    path: Path
    again: bool = False
    news: bool = False
    asked: bool = True
    """False for looks of our own: a folder that is away then is no event each time."""
    password: str = ""
    """Opens this one file; never kept."""
    ocr: bool | None = None
    """Whether pictures in this one file are read; None as the settings say."""
    anyway: bool = False
    """Read this one file although it is too large."""


@dataclass(slots=True)
class News:
    """What happened since someone last took it. Any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _all: bool = False
    _changed: dict[Path, None] = field(default_factory=dict)
    _wishes: dict[Path, bool] = field(default_factory=dict)

    def everything(self) -> None:
        """Everything may have changed."""
        with self._lock:
            self._all = True

    def changed(self, paths: Iterable[Path]) -> None:
        """Something happened at these paths."""
        with self._lock:
            self._changed |= dict.fromkeys(paths)
            if len(self._changed) > MANY_CHANGES:
                self._all = True

    def wish(self, path: Path, *, again: bool) -> None:
        """The person asked for this path."""
        with self._lock:
            self._wishes[path] = again or self._wishes.get(path, False)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to take."""
        return self._all or bool(self._changed) or bool(self._wishes)

    def take(self, roots: Sequence[Path]) -> list[Target]:
        """All there is: what the person asked for first, then added folders as a whole or the changed paths."""
        with self._lock:
            everything, changed, wishes = self._all, list(self._changed), dict(self._wishes)
            self._all, self._changed, self._wishes = False, {}, {}
        targets = [Target(path, again=again) for path, again in wishes.items()]
        if everything:
            targets += [Target(root, asked=False) for root in roots if root not in wishes]
        else:
            targets += [Target(path, news=True) for path in changed if path not in wishes]
        return targets

    def put_back(self, targets: Iterable[Target]) -> None:
        """What was taken was not finished."""
        for target in targets:
            if target.news:
                self.changed([target.path])
            elif not target.asked:
                self.everything()
            else:
                self.wish(target.path, again=target.again)


def watch(
    folders: Callable[[], Sequence[Path]],
    news: Callable[[Iterable[Path] | None], None],
    *,
    cancel: Cancel,
    ended: threading.Event,
    rescan_s: float = RESCAN_S,
) -> None:
    """Tell `news` of changed paths at or below the folders, None for "look at everything", until stopped.

    The folders are asked for again each second: added ones are watched, those that are away waited for. After every
    `rescan_s` the watch begins anew, and whenever it does the folders themselves are told, to be looked at as a whole.
    `ended` ends it at once.
    """
    looked_at = time.monotonic()
    while not cancel.stopped:
        wanted = list(folders())
        present = [folder for folder in wanted if folder.exists()]
        due_s = max(0.0, looked_at + rescan_s - time.monotonic())
        if present:
            watched = _watch(present, wanted, folders, news, ended=ended, until_s=due_s)
        else:
            watched = True
            ended.wait(min(AWAY_S, due_s))
        if ended.is_set() or cancel.stopped:
            return
        if not watched:
            ended.wait(min(UNWATCHED_S, rescan_s))
        back = [folder for folder in wanted if folder not in present and folder.exists()]
        if back:
            news(back)
        if time.monotonic() >= looked_at + rescan_s:
            looked_at = time.monotonic()
            if not present:
                news(None)
        if not watched:
            news(None)


def _watch(
    present: Sequence[Path],
    wanted: Sequence[Path],
    folders: Callable[[], Sequence[Path]],
    news: Callable[[Iterable[Path] | None], None],
    *,
    ended: threading.Event,
    until_s: float,
) -> bool:
    """Watch until the time is over or the folders are others; False when the system watches no (more) folders."""
    import watchfiles  # only when something is watched

    until = time.monotonic() + until_s
    away = [folder for folder in wanted if folder not in present]
    begun = False
    try:
        for batch in watchfiles.watch(
            *present,
            watch_filter=_worth_a_look,
            debounce=QUIET_MS * 2,
            step=QUIET_MS // 4,
            rust_timeout=1000,
            yield_on_timeout=True,
            stop_event=ended,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            if not begun:
                # What happened before the system began to watch was told to nobody.
                begun = True
                news(present)
            if batch:
                news({Path(path) for _, path in batch})
            gone = [folder for folder in present if not folder.exists()]
            if gone:
                news(gone)
            if gone or time.monotonic() >= until or any(folder.exists() for folder in away):
                return True
            if list(folders()) != list(wanted):
                return True
    except (OSError, RuntimeError):
        # The system's list of watched folders is full, or the disk cannot be watched at all.
        return False
    return True


def _worth_a_look(_: object, path: str) -> bool:
    """Whether a changed path may matter: lock files and half-written ones do not."""
    name = path.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    return not name.startswith("~$") and not half_written(name)
