"""One indexing run: what changed is read, kept file by file, and given its meaning; a kill loses at most one file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.errors import NoModel
from app.events import FileEvent, IndexDone, IndexEvent, IndexProgress
from app.library.kinds import READER_VERSION, SUPPORTED, kind_of, kind_word
from app.library.reading import ReadFile, Reading, Refused, Stopped
from app.library.recording import DecodedAudio
from app.library.scan import Seen, Unseen, badly_named, hash_of, is_text, real, scan, shown
from app.library.split import split
from app.store.documents import Cut, Documents, Known, NewDocument
from app.store.rows import FileProblem
from app.values import DocumentKind, FileState, Section, TroubleKind
from models.api import Cancel, ModelError

Transcribe = Callable[[Path, Path, DecodedAudio, str, Cancel], Iterator[Section]]
"""(recording, its decoded 16 kHz mono s16le, what the decoder said, sha256 of the recording, stop) -> its sections of
kind "time", in order. Raises ModelError."""

_MOST_TRIES = 2


@dataclass(slots=True)
class _Plan:
    """What one scan found to do."""

    todo: list[Seen] = field(default_factory=list)
    events: list[FileEvent] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    problems: dict[str, FileProblem] = field(default_factory=dict)
    gone: dict[str, Known] = field(default_factory=dict)


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
        reading: Reading,
        transcribe: Transcribe | None,
        embed: Callable[[Cancel], Iterator[IndexProgress]],
        own_folders: Sequence[Path] = (),
    ) -> None:
        """`embed` gives every passage without a vector its vector. `own_folders` hold our data and are not read."""
        self.documents = documents
        self.reading = reading
        self.transcribe = transcribe
        self._embed = embed
        self._own_folders = tuple({path for folder in own_folders for path in (folder, real(folder))})

    def run(self, paths: Sequence[Path], *, again: bool, cancel: Cancel) -> Iterator[IndexEvent]:
        """Index files and folders; events as in app/events.py, the last one an IndexDone.

        Passages counted in the last event are those of all files seen in this run, read now or unchanged.
        """
        started = time.monotonic()
        counts = _Counts()
        for path in dict.fromkeys(self._one_path(Path(path)) for path in paths):
            if not is_text(str(path)):
                yield counts.add(_unseen_event(badly_named(path)))
                continue
            yield from self._root(path, again=again, cancel=cancel, counts=counts)
        yield from self._embed(cancel)
        yield counts.done(started, stopped=cancel.stopped)

    def _root(self, root: Path, *, again: bool, cancel: Cancel, counts: _Counts) -> Iterator[IndexEvent]:
        plan = self._plan(root, again=again, cancel=cancel)
        for event in plan.events:
            yield counts.add(event)
        # New and small files first: the first answers come soon. Recordings take longest.
        plan.todo.sort(key=lambda seen: (kind_of(seen.path) is DocumentKind.AUDIO, seen.size_bytes))
        for number, seen in enumerate(plan.todo):
            if cancel.stopped:
                return
            yield IndexProgress(number, len(plan.todo), seen.path.name)
            try:
                event = self._file(seen, plan, again=again, cancel=cancel)
            except Stopped:
                return
            yield counts.add(event)
        counts.removed += self._drop_gone(plan)

    def _one_path(self, path: Path) -> Path:
        """The real path of one that was named; what an older Indoors kept under a link moves there."""
        link, path = path.absolute(), real(path.absolute())
        if link != path and is_text(str(link)) and is_text(str(path)):
            self.documents.move(link, path)
        return path

    def _plan(self, root: Path, *, again: bool, cancel: Cancel) -> _Plan:
        """Scan and compare. A root that is not there keeps what it had: the disk may only be unplugged."""
        plan = _Plan(known=self.documents.known(root), problems=self.documents.problems(root))
        left = dict(plan.known)
        blind: list[Path] = []
        gone_problems = set(plan.problems)
        for seen in scan(root, skip=self._own_folders, cancel=cancel):
            if isinstance(seen, Unseen):
                blind.append(seen.path)
                plan.events.append(_unseen_event(seen))
                if seen.lasting:
                    gone_problems.discard(str(seen.path))
                    self.documents.keep_problem(_unseen_problem(seen))
                if seen.missing:
                    return plan
                continue
            key = str(seen.path)
            left.pop(key, None)
            gone_problems.discard(key)
            if event := self._unchanged(seen, plan, again=again):
                plan.events.append(event)
            else:
                plan.todo.append(seen)
        if not cancel.stopped:
            hidden = [path for path in left if any(at in Path(path).parents or at == Path(path) for at in blind)]
            plan.gone = {path: known for path, known in left.items() if path not in set(hidden)}
            self.documents.clear_problems(gone_problems)
            self.documents.add_root(root)
        return plan

    def _unchanged(self, seen: Seen, plan: _Plan, *, again: bool) -> FileEvent | None:
        """The event of a file that needs no work, told from its size and time of change alone."""
        if again:
            return None
        key = str(seen.path)
        known = plan.known.get(key)
        if known and (known.size_bytes, known.mtime_ns) == (seen.size_bytes, seen.mtime_ns):
            return FileEvent(seen.path, FileState.UNCHANGED, known.kind, passages=known.passages, pages=known.pages)
        old = plan.problems.get(key)
        if old and old.lasting and old.reader == READER_VERSION and not known:
            same = (old.size_bytes, old.mtime_ns) == (seen.size_bytes, seen.mtime_ns)
            waiting = kind_of(seen.path) is DocumentKind.AUDIO and self.transcribe is not None
            if same and not (waiting and old.state is FileState.SKIPPED):
                state = FileState.FAILED if seen.named else old.state
                return FileEvent(seen.path, state, old.kind, reason=old.reason, hint=old.hint)
        return None

    def _file(self, seen: Seen, plan: _Plan, *, again: bool, cancel: Cancel) -> FileEvent:
        """Bring one file up to date. Raises Stopped."""
        started = time.monotonic()
        kind = kind_of(seen.path)
        try:
            if kind is None:
                ending = seen.path.suffix.lower() or "no ending"
                raise _Skipped(f"Kind not supported ({ending})", hint=SUPPORTED, kind=TroubleKind.UNSUPPORTED)
            sha256 = self._hash(seen, cancel)
            if not again and (event := self._same_content(seen, plan, sha256)):
                return event
            read = self._read(seen, kind, sha256, cancel)
        except Refused as refusal:
            return self._refuse(seen, refusal, plan.problems.get(str(seen.path)))
        new = NewDocument(
            path=seen.path,
            kind=kind,
            title=read.title,
            author=read.author,
            size_bytes=seen.size_bytes,
            mtime_ns=seen.mtime_ns,
            sha256=sha256,
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

    def _same_content(self, seen: Seen, plan: _Plan, sha256: str) -> FileEvent | None:
        """The event of a file that only got a new time, or a new name: its passages stay."""
        known = plan.known.get(str(seen.path))
        if known and known.sha256 == sha256:
            self.documents.touch(known.id, size_bytes=seen.size_bytes, mtime_ns=seen.mtime_ns)
            return FileEvent(seen.path, FileState.UNCHANGED, known.kind, passages=known.passages, pages=known.pages)
        if known:
            return None
        for number, path in self.documents.with_content(sha256):
            if path.exists() or kind_of(path) is not kind_of(seen.path):
                continue
            self.documents.touch(number, size_bytes=seen.size_bytes, mtime_ns=seen.mtime_ns, path=seen.path)
            plan.gone.pop(str(path), None)
            moved = self.documents.known(seen.path)[str(seen.path)]
            return FileEvent(seen.path, FileState.UNCHANGED, moved.kind, passages=moved.passages, pages=moved.pages)
        return None

    def _read(self, seen: Seen, kind: DocumentKind, sha256: str, cancel: Cancel) -> ReadFile:
        if kind is not DocumentKind.AUDIO:
            return self.reading.read(seen.path, size_bytes=seen.size_bytes, cancel=cancel)
        if self.transcribe is None:
            raise _Skipped("No listening model to write it down", hint="Get one: indoors models list")
        return self._listen(self.transcribe, seen, sha256, cancel)

    def _listen(self, transcribe: Transcribe, seen: Seen, sha256: str, cancel: Cancel) -> ReadFile:
        """A recording: decoded by the reader, written down by `transcribe`, cut at its spoken lines."""
        pcm, decoded = self.reading.decode(seen.path, size_bytes=seen.size_bytes, cancel=cancel)
        try:
            sections = tuple(transcribe(seen.path, pcm, decoded, sha256, cancel))
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
            )
        )
        event = FileEvent(seen.path, state, kind_word(seen.path), reason=refusal.reason, hint=refusal.hint)
        # Naming one file that cannot be read is a failure of that wish; in a folder it is only passed over.
        return replace(event, state=FileState.FAILED) if seen.named else event

    def _drop_gone(self, plan: _Plan) -> int:
        """Follow deleted files, checked once more, since the scan was a while ago; how many went."""
        gone = [known.id for path, known in plan.gone.items() if not Path(path).exists()]
        self.documents.drop(gone)
        return len(gone)


def _unseen_event(seen: Unseen) -> FileEvent:
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
