"""Compares folders with the library: what must be read and in which order, what is as it was, and what is gone."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.events import FileEvent
from app.library.folders import Folders, relative, within
from app.library.keeping_status import Tally
from app.library.kinds import READER_VERSION, kind_of, kind_word
from app.library.rules import Choice
from app.library.scan import Seen, Unseen, badly_named, is_text, made_by_programs_above, real, scan, shown
from app.library.watch import Target
from app.store.documents import Known
from app.store.rows import FileProblem
from app.values import DocumentKind, FileState
from models.api import Cancel


@dataclass(frozen=True, slots=True)
class Work:
    """One file to be brought up to date, and what was known of it when the folder was looked at."""

    seen: Seen
    folder: Path
    target: Target
    known: Known | None
    problem: FileProblem | None


@dataclass(slots=True)
class Plan:
    """What there is to do, shared by all folders of a run and growing while it goes on."""

    tally: Tally
    todo: list[tuple[tuple[bool, bool, int, int], Work]] = field(default_factory=list)
    events: list[FileEvent] = field(default_factory=list)
    gone: dict[str, Known] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    gone_at: float = 0.0
    news_waiting: int = 0
    """Files queued because something happened there just now."""
    _like: dict[tuple[str, int, int], str] = field(default_factory=dict)
    _queued: set[tuple[str, int, int]] = field(default_factory=set)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def push(self, work: Work, *, news: bool) -> None:
        """Queue a file: what just changed before the rest, small before large, recordings last of all."""
        key = (str(work.seen.path), work.seen.size_bytes, work.seen.mtime_ns)
        if key in self._queued:
            return
        self._queued.add(key)
        self.news_waiting += news
        recording = kind_of(work.seen.path) is DocumentKind.AUDIO
        heapq.heappush(self.todo, ((recording, not news, work.seen.size_bytes, next(self._order)), work))
        self.tally.found(work.folder, work.seen.size_bytes)

    def pop(self) -> Work:
        """The next file. Raises IndexError when there is none."""
        (_, old, _, _), work = heapq.heappop(self.todo)
        self.news_waiting -= not old
        self._queued.discard((str(work.seen.path), work.seen.size_bytes, work.seen.mtime_ns))
        return work

    def lost(self, gone: dict[str, Known]) -> None:
        """Files that are not where they were: they may only have another name."""
        self.gone |= gone
        self.gone_at = time.monotonic()
        self._like |= {(Path(path).name, known.size_bytes, known.mtime_ns): path for path, known in gone.items()}

    def moved_from(self, seen: Seen) -> Known | None:
        """What was known of a file with this name, size and time that is gone from elsewhere: its folder was renamed
        or moved. As sure as a file that looks unchanged, and as cheap."""
        before = self._like.pop((seen.path.name, seen.size_bytes, seen.mtime_ns), "")
        known = self.gone.get(before)
        return self.gone.pop(before) if known is not None and not Path(before).exists() else None


class Planner:
    """Looks at folders, by their rules, and adds what it finds to a plan."""

    def __init__(self, folders: Folders, *, own_folders: Sequence[Path], listens: Callable[[], bool]) -> None:
        """`own_folders` hold our data and are not read. `listens`: whether recordings can be written down."""
        self.folders = folders
        self.documents = folders.documents
        self._listens = listens
        self._own_folders = tuple({path for folder in own_folders for path in (folder, real(folder))})

    def look(self, plan: Plan, target: Target, *, cancel: Cancel) -> None:
        """Add what a target needs. A folder that is away keeps what it had: its disk may only be unplugged."""
        if not is_text(str(target.path)):
            if not target.news:
                plan.events.append(unseen_event(badly_named(target.path)))
            return
        base, choice = self.folders.choice(target.path)
        if target.news and not self._news_matters(target.path, base, choice):
            return
        if not target.news and self.folders.mounts.unplugged(target.path):
            if target.asked:
                plan.events.append(unseen_event(_away(target.path)))
            return
        self._compare(plan, target, base, choice, cancel)

    def _news_matters(self, path: Path, base: Path, choice: Choice) -> bool:
        around = self.folders.roots.above(path)
        if not around or around[0].paused or within(str(path), self._own_folders) or path.is_symlink():
            return False
        if self.folders.away(base) or made_by_programs_above(path, base):
            return False
        place = relative(path, base)
        return path == base or not path.exists() or choice.allows(place) or (path.is_dir() and _goes_in(choice, place))

    def _compare(self, plan: Plan, target: Target, base: Path, choice: Choice, cancel: Cancel) -> None:
        root = target.path
        inner = self.folders.roots.apart(root)
        known = {path: row for path, row in self.documents.known(root).items() if not within(path, inner)}
        problems = self.documents.problems(root)
        left, blind = dict(known), list[Path]()
        gone_problems = {path for path in problems if not within(path, inner)}
        for seen in scan(root, skip=(*self._own_folders, *inner), base=base, choice=choice, cancel=cancel):
            if isinstance(seen, Unseen):
                if seen.missing and target.news:
                    break
                blind.append(seen.path)
                if not seen.missing or target.asked:
                    plan.events.append(unseen_event(seen))
                if seen.lasting:
                    gone_problems.discard(str(seen.path))
                    self.documents.keep_problem(_unseen_problem(seen))
                if seen.missing:
                    return
                continue
            if target.news:
                seen = replace(seen, named=False)  # the system named it, not the person
            key = str(seen.path)
            left.pop(key, None)
            gone_problems.discard(key)
            work = Work(seen, base, target, known.get(key), problems.get(key))
            if event := self._unchanged(work):
                if not target.news:
                    plan.events.append(event)
            else:
                plan.push(work, news=target.news)
        if not cancel.stopped:
            self._keep_track(plan, target, left, blind, base=base, choice=choice)
            self.documents.clear_problems(gone_problems)

    def _keep_track(
        self, plan: Plan, target: Target, left: dict[str, Known], blind: list[Path], *, base: Path, choice: Choice
    ) -> None:
        """Sort what the scan did not meet: out by rules, gone, or only not seen; remember the folder as added."""
        hidden = {path for path in left if any(at in Path(path).parents or at == Path(path) for at in blind)}
        out = {path for path in left.keys() - hidden if not choice.allows(relative(Path(path), base))}
        plan.left_out += [left[path].id for path in out]
        plan.lost({path: known for path, known in left.items() if path not in hidden and path not in out})
        if not target.news:
            self.folders.roots.add(target.path)
            self.folders.mounts.note(base)

    def _unchanged(self, work: Work) -> FileEvent | None:
        """The event of a file that needs no work, told from its size and time of change alone."""
        seen, known, old = work.seen, work.known, work.problem
        if work.target.again:
            return None
        if known and (known.size_bytes, known.mtime_ns) == (seen.size_bytes, seen.mtime_ns):
            return FileEvent(seen.path, FileState.UNCHANGED, known.kind, passages=known.passages, pages=known.pages)
        if old and old.lasting and old.reader == READER_VERSION and not known:
            same = (old.size_bytes, old.mtime_ns) == (seen.size_bytes, seen.mtime_ns)
            waiting = kind_of(seen.path) is DocumentKind.AUDIO and self._listens()
            if same and not (waiting and old.state is FileState.SKIPPED):
                state = FileState.FAILED if seen.named else old.state
                return FileEvent(seen.path, state, old.kind, reason=old.reason, hint=old.hint)
        return None


def _goes_in(choice: Choice, folder: str) -> bool:
    """Whether a folder and all around it are looked into."""
    ends = [at for at, character in enumerate(folder) if character == "/"]
    return all(choice.goes_into(folder[:at]) for at in (*ends, len(folder)))


def _away(path: Path) -> Unseen:
    return Unseen(path, True, "Its disk is not there", "Plug it in. What was read of it is kept.")


def unseen_event(seen: Unseen) -> FileEvent:
    """The event of a file or folder that could not be looked at."""
    path = shown(seen.path)
    return FileEvent(path, FileState.FAILED, kind_word(path), reason=seen.reason, hint=seen.hint)


def _unseen_problem(seen: Unseen) -> FileProblem:
    return FileProblem(
        path=seen.path,
        state=FileState.FAILED,
        kind=kind_word(seen.path),
        reason=seen.reason,
        hint=seen.hint,
        size_bytes=0,
        mtime_ns=0,
        lasting=True,
        reader=READER_VERSION,
    )
