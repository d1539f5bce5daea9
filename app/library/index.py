"""One indexing run: what changed is read, kept file by file, and given its meaning; a kill loses at most one file."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.errors import NoModel
from app.events import FileEvent, IndexDone, IndexEvent, IndexProgress
from app.library.compare import Plan, Planner, Work
from app.library.folders import Folders
from app.library.keeping_status import Tally
from app.library.kinds import READER_VERSION, SUPPORTED, kind_of, kind_word
from app.library.meanings import Meanings
from app.library.pace import Pace
from app.library.reading import ReadFile, Reading, Refused, Stopped
from app.library.recording import DecodedAudio
from app.library.scan import Seen, hash_of, is_text, real
from app.library.split import split
from app.library.watch import Target
from app.store.documents import Cut, Documents, NewDocument
from app.store.rows import FileProblem
from app.values import DocumentKind, FileState, Section, TroubleKind
from models.api import Cancel, ModelError

Transcribe = Callable[[Path, Path, DecodedAudio, str, Cancel], Iterator[Section]]
"""(recording, its decoded 16 kHz mono s16le, what the decoder said, sha256 of the recording, stop) -> its sections of
kind "time", in order. Raises ModelError."""

_MOST_TRIES = 2
_LOOK_S = 1.0
_TICK_NS = 50_000_000
_GONE_FOR_S, _GONE_AT_MOST_S = 5.0, 120.0
"""A file that vanished may turn up under another name a moment later: so long it keeps what was read of it, and longer
while files that just came are not looked at yet."""


@dataclass(slots=True)
class _Counts:
    """How many files ended how, and the passages they hold."""

    states: dict[FileState, int] = field(default_factory=lambda: dict.fromkeys(FileState, 0))
    passages: int = 0
    removed: int = 0

    def add(self, event: FileEvent) -> FileEvent:
        self.states[event.state] += 1
        self.passages += event.passages
        return event

    def done(self, started: float, *, stopped: bool) -> IndexDone:
        return IndexDone(
            read=self.states[FileState.READ],
            unchanged=self.states[FileState.UNCHANGED],
            skipped=self.states[FileState.SKIPPED],
            failed=self.states[FileState.FAILED],
            passages=self.passages,
            seconds=time.monotonic() - started,
            stopped=stopped,
            removed=self.removed,
        )


class Indexing:
    """Brings the library up to date with the person's files."""

    def __init__(
        self,
        documents: Documents,
        *,
        folders: Folders,
        readings: Sequence[Reading],
        transcribe: Transcribe | None,
        meanings: Meanings,
        pace: Pace,
        own_folders: Sequence[Path] = (),
    ) -> None:
        """`readings`: as many files are read at once. `own_folders` hold our data and are not read."""
        self.documents = documents
        self.folders = folders
        self.transcribe = transcribe
        self._readers = len(readings)
        self._free: queue.SimpleQueue[Reading] = queue.SimpleQueue()
        for reading in readings:
            self._free.put(reading)
        self._meanings = meanings
        self._pace = pace
        self._planner = Planner(folders, own_folders=own_folders, listens=lambda: self.transcribe is not None)
        self._moving = threading.Lock()

    def run(
        self,
        targets: Sequence[Target],
        *,
        cancel: Cancel,
        more: Callable[[], Sequence[Target]] | None = None,
        tally: Tally | None = None,
    ) -> Iterator[IndexEvent]:
        """Index files and folders; events as in app/events.py, the last one an IndexDone.

        With `more` this is a round in the background: it lets people and runs they asked for go first, and asks `more`
        between files what happened meanwhile. Passages counted in the last event are those of all files seen in this
        run, read now or unchanged. Raises ProfileTrouble.
        """
        started = time.monotonic()
        counts, plan = _Counts(), Plan(tally or Tally())
        with ExitStack() as open_while:
            if more is None:
                open_while.enter_context(self._pace.run())
            open_while.enter_context(self._meanings.working(plan.tally))
            for target in dict.fromkeys(map(self._one_path, targets)):
                self._planner.look(plan, target, cancel=cancel)
                yield from self._planned(plan, counts)
            yield from self._files(plan, counts, cancel=cancel, more=more)
            yield from self._meanings.settle(cancel)
        yield counts.done(started, stopped=cancel.stopped)

    def _planned(self, plan: Plan, counts: _Counts) -> Iterator[FileEvent]:
        events, plan.events = plan.events, []
        for event in events:
            yield counts.add(event)

    def _files(
        self, plan: Plan, counts: _Counts, *, cancel: Cancel, more: Callable[[], Sequence[Target]] | None
    ) -> Iterator[IndexEvent]:
        """Read what the plan holds, several files at once where there are several readers."""
        reading: dict[Future[FileEvent], Work] = {}
        pool = ThreadPoolExecutor(self._readers, thread_name_prefix="reading")
        done = 0
        try:
            while not cancel.stopped:
                for target in more() if more is not None else ():
                    self._planner.look(plan, target, cancel=cancel)
                yield from self._planned(plan, counts)
                if more is not None:
                    self._pace.wait_in_background(cancel)
                settled = not plan.news_waiting and not reading
                self._drop_gone(plan, counts, patience_s=_GONE_FOR_S if settled else _GONE_AT_MOST_S)
                while plan.todo and len(reading) < self._readers and not cancel.stopped:
                    work = plan.pop()
                    plan.tally.begins(work.seen.path.name, work.folder)
                    yield IndexProgress(done, done + len(reading) + 1 + len(plan.todo), work.seen.path.name)
                    reading[pool.submit(self._file, work, plan, cancel=cancel)] = work
                if not reading:
                    break
                for future in wait(reading, timeout=_LOOK_S, return_when=FIRST_COMPLETED).done:
                    done += 1
                    yield counts.add(self._finished(reading.pop(future), future, plan))
        except Stopped:
            return
        finally:
            if reading:
                cancel.stop()
            pool.shutdown(wait=True, cancel_futures=True)
        if not cancel.stopped:
            self._drop_gone(plan, counts, patience_s=0.0)

    def _finished(self, work: Work, future: Future[FileEvent], plan: Plan) -> FileEvent:
        """Count a file that is done. Raises Stopped, ProfileTrouble."""
        event = future.result()
        plan.tally.done(work.folder, work.seen.size_bytes, event.passages, (event.seconds or 0.0) / self._readers)
        if event.state is FileState.READ:
            self._meanings.wake()
        return event

    def _one_path(self, target: Target) -> Target:
        """The real path of one that was named; what an older Indoors kept under a link moves there."""
        if target.news:
            return target
        link = target.path.absolute()
        path = real(link)
        if link != path and is_text(str(link)) and is_text(str(path)):
            self.documents.move(link, path)
            self.folders.roots.move(link, path)
        return replace(target, path=path)

    def _file(self, work: Work, plan: Plan, *, cancel: Cancel) -> FileEvent:
        """Bring one file up to date. Raises Stopped."""
        started = time.monotonic()
        seen, kind = work.seen, kind_of(work.seen.path)
        try:
            if kind is None:
                ending = seen.path.suffix.lower() or "no ending"
                raise _Skipped(f"Kind not supported ({ending})", hint=SUPPORTED, kind=TroubleKind.UNSUPPORTED)
            # Read again or not: what was known of a moved file moves with it.
            if (event := self._moved(work, plan)) and not work.target.again:
                return event
            _let_clock_tick(seen)
            sha256 = self._hash(seen, cancel)
            if (event := self._same_content(work, plan, sha256)) and not work.target.again:
                return event
            read = self._read(work, kind, sha256, cancel)
        except Refused as refusal:
            if not seen.path.exists():
                return self._vanished(work, plan)
            return self._refuse(seen, refusal, work.problem)
        steady = _steady(seen)
        new = NewDocument(
            path=seen.path,
            kind=kind,
            title=read.title,
            author=read.author,
            size_bytes=seen.size_bytes,
            mtime_ns=seen.mtime_ns if steady else 0,
            sha256=sha256 if steady else "",  # what was read may be neither the old file nor the new: look again
            pages=read.pages,
            duration_s=read.duration_s,
            sender=read.sender,
            written_at=read.written_at,
            unread_pages=len(read.pictures),
        )
        self.documents.keep(
            new, read.sections, read.cuts, parts=read.parts, troubles=read.troubles, reader=READER_VERSION
        )
        return FileEvent(
            seen.path,
            FileState.READ,
            kind.value,
            passages=read.passages,
            pages=read.pages,
            seconds=time.monotonic() - started,
        )

    def _hash(self, seen: Seen, cancel: Cancel) -> str:
        try:
            sha256 = hash_of(seen.path, cancel=cancel)
        except PermissionError as error:
            hint = "Ask its owner, or copy it to a folder of yours."
            raise Refused("No permission to open it", hint=hint, lasting=False) from error
        except FileNotFoundError as error:
            raise Refused("It does not exist any more", hint="Nothing to do.", lasting=False) from error
        except OSError as error:
            hint = "Check the disk, then read it again."
            raise Refused("The disk could not read it", hint=hint, lasting=False) from error
        if not sha256:
            raise Stopped
        return sha256

    def _vanished(self, work: Work, plan: Plan) -> FileEvent:
        """The event of a file that went after the scan: it may only have another name by now."""
        seen = work.seen
        if work.known:
            plan.lost({str(seen.path): work.known})
        state = FileState.FAILED if seen.named else FileState.UNCHANGED
        kind = kind_word(seen.path)
        return FileEvent(seen.path, state, kind, reason="It does not exist any more", hint="Nothing to do.")

    def _moved(self, work: Work, plan: Plan) -> FileEvent | None:
        """The event of a file whose folder was renamed: nothing of it is even opened."""
        if work.known:
            return None
        with self._moving:
            known = plan.moved_from(work.seen)
            return self._renamed(work.seen, known.id) if known else None

    def _same_content(self, work: Work, plan: Plan, sha256: str) -> FileEvent | None:
        """The event of a file that only got a new time, or a new name: its passages stay."""
        seen, known = work.seen, work.known
        if known and known.sha256 == sha256:
            self.documents.touch(known.id, size_bytes=seen.size_bytes, mtime_ns=seen.mtime_ns)
            return FileEvent(seen.path, FileState.UNCHANGED, known.kind, passages=known.passages, pages=known.pages)
        if known:
            return None
        with self._moving:
            for number, path in self.documents.with_content(sha256):
                if path.exists() or kind_of(path) is not kind_of(seen.path):
                    continue
                plan.gone.pop(str(path), None)
                return self._renamed(seen, number)
        return None

    def _renamed(self, seen: Seen, document: int) -> FileEvent:
        self.documents.touch(document, size_bytes=seen.size_bytes, mtime_ns=seen.mtime_ns, path=seen.path)
        moved = self.documents.known(seen.path)[str(seen.path)]
        return FileEvent(seen.path, FileState.UNCHANGED, moved.kind, passages=moved.passages, pages=moved.pages)

    def _read(self, work: Work, kind: DocumentKind, sha256: str, cancel: Cancel) -> ReadFile:
        seen, wish = work.seen, work.target
        if kind is DocumentKind.AUDIO and self.transcribe is None:
            raise _Skipped("No listening model to write it down", hint="Get one: indoors models list")
        reading = self._free.get()
        try:
            if kind is not DocumentKind.AUDIO:
                return reading.read(
                    seen.path,
                    size_bytes=seen.size_bytes,
                    cancel=cancel,
                    password=wish.password,
                    ocr=wish.ocr,
                    anyway=wish.anyway,
                )
            pcm, decoded = reading.decode(seen.path, size_bytes=seen.size_bytes, cancel=cancel)
        finally:
            self._free.put(reading)
        return self._listen(seen, pcm, decoded, sha256, cancel)

    def _listen(self, seen: Seen, pcm: Path, decoded: DecodedAudio, sha256: str, cancel: Cancel) -> ReadFile:
        """A recording the reader decoded: written down by `transcribe`, cut at its spoken lines."""
        assert self.transcribe is not None
        try:
            sections = tuple(self.transcribe(seen.path, pcm, decoded, sha256, cancel))
        except NoModel as error:
            raise _Skipped(error.notice.happened, hint=error.notice.do) from error
        except ModelError as error:
            raise Refused(str(error), hint=error.do or "Read it again.", lasting=False) from error
        finally:
            pcm.unlink(missing_ok=True)
        if cancel.stopped:
            raise Stopped
        cuts = cuts_of(sections)
        if not cuts:
            raise Refused("No speech in it", hint="Check that it is a recording of someone speaking.", lasting=True)
        return ReadFile(decoded.title or seen.path.stem, decoded.author, None, decoded.duration_s, sections, cuts)

    def _refuse(self, seen: Seen, refusal: Refused, before: FileProblem | None) -> FileEvent:
        same = before is not None and (before.size_bytes, before.mtime_ns) == (seen.size_bytes, seen.mtime_ns)
        tries = before.tries + 1 if before is not None and same else 1
        state = FileState.SKIPPED if isinstance(refusal, _Skipped) else FileState.FAILED
        self.documents.keep_problem(
            FileProblem(
                path=seen.path,
                state=state,
                kind=kind_word(seen.path),
                reason=refusal.reason,
                hint=refusal.hint,
                size_bytes=seen.size_bytes,
                mtime_ns=seen.mtime_ns,
                lasting=refusal.lasting or (refusal.ended_reader and tries >= _MOST_TRIES),
                reader=READER_VERSION,
                tries=tries,
                trouble=refusal.kind,
                estimate_s=refusal.estimate_s,
            )
        )
        event = FileEvent(seen.path, state, kind_word(seen.path), reason=refusal.reason, hint=refusal.hint)
        # Naming one file that cannot be read is a failure of that wish; in a folder it is only passed over.
        return replace(event, state=FileState.FAILED) if seen.named else event

    def _drop_gone(self, plan: Plan, counts: _Counts, *, patience_s: float) -> None:
        """Follow deleted files, once `patience_s` passed and each was looked for once more, and those left out."""
        gone = list(plan.left_out)
        plan.left_out = []
        if plan.gone and time.monotonic() - plan.gone_at >= patience_s:
            gone += [known.id for path, known in plan.gone.items() if not Path(path).exists()]
            plan.gone = {}
        if gone:
            self.documents.drop(gone)
            counts.removed += len(gone)


def _let_clock_tick(seen: Seen) -> None:
    """Wait a moment for a file that changed just now: another change could bear the same time, since clocks of file
    systems tick every few milliseconds, and would never be noticed."""
    left_ns = seen.mtime_ns + _TICK_NS - time.time_ns()
    if 0 < left_ns <= _TICK_NS:
        time.sleep(left_ns / 1e9)


def _steady(seen: Seen) -> bool:
    """Whether a file is still as it was when its folder was looked at."""
    try:
        now = seen.path.stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (seen.size_bytes, seen.mtime_ns)


class _Skipped(Refused):
    """A file that is not for us (yet): passed over, not failed."""

    def __init__(self, reason: str, *, hint: str, kind: TroubleKind = TroubleKind.OTHER) -> None:
        super().__init__(reason, hint=hint, lasting=True, kind=kind)


def cuts_of(sections: Sequence[Section]) -> tuple[Cut, ...]:
    """The cuts that tile sections made in this process (recordings)."""
    return tuple(
        Cut(position, piece.start, piece.end, piece.heading)
        for position, section in enumerate(sections)
        for piece in split(section)
    )
