"""`indoors index`, `forget` and `search`: the library from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from app.errors import AppError, UsageError
from app.events import FileEvent, IndexDone, IndexEvent, IndexProgress
from app.library.keeping_status import KeepingStatus
from app.services import Services
from app.values import FileState, Understood
from ui.terminal.events_json import index_json, passage_json
from ui.terminal.screen import Meter, Screen, in_sentences
from ui.terminal.session import DONE, SOME_FAILED, WORLD, Session
from ui.terminal.spoken_places import count_words, place_words


def whole(path: Path) -> Path:
    """A path as it is printed and kept: absolute, and the file itself where links lead to it."""
    return path.resolve()


def existing(screen: Screen, paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The paths that exist, and how many do not; those are named. Raises AppError when none does."""
    found = [whole(path) for path in paths if path.exists()]
    missing = [whole(path) for path in paths if not path.exists()]
    if not found:
        raise AppError(f"{missing[0]} does not exist.", do="Check the spelling of the path.")
    for path in missing:
        screen.message(f"{path} does not exist. Check the spelling of the path.")
        failed = FileEvent(path, FileState.FAILED, "", reason="Does not exist", hint="Check the spelling of the path")
        screen.lines(index_json(failed))
    return found, len(missing)


def searched_part(house: Services, within: Sequence[Path]) -> list[Path]:
    """The paths of --in. Raises AppError for a path that holds nothing of the library, or when all of it is empty."""
    paths = [whole(path) for path in within]
    for path in paths:
        if not house.library.documents_in(path):
            raise AppError(f"Nothing of {path} is in the library.", do=f"Add it first: indoors index {path}")
    if not house.library.counts().files:
        raise AppError("The library is empty.", do="Add files first: indoors index PATH")
    return paths


def index(session: Session, paths: Sequence[Path], *, watch: bool, again: bool) -> int:
    """Read files and folders into the library; with `watch` keep on until stopped."""
    targets, missing = existing(session.screen, paths)
    with session.house(write=True) as house:
        code = show_index(session, house.library.index(targets, again=again, cancel=session.cancel))
        code = code or (SOME_FAILED if missing else DONE)
        if watch and not session.cancel.stopped:
            keep_watching(session, house)
        return code


def keep_watching(session: Session, house: Services) -> None:
    """Keep every added folder up to date until stopped, with a line for each file that is read or newly in trouble and
    one whenever the work rests."""
    screen, keeping_up = session.screen, house.keeping_up
    known = {(str(trouble.path), trouble.reason) for card in house.library.folders() for trouble in card.troubles}
    said = ""

    def happened(event: IndexEvent) -> None:
        match event:
            case FileEvent() if event.state is FileState.READ or (str(event.path), event.reason) not in known:
                if event.state is FileState.UNCHANGED:
                    return
                known.add((str(event.path), event.reason))
                screen.lines(index_json(event))
                what = in_sentences(event.reason, event.hint) or f"{count_words(event.passages, 'passage')} searchable."
                screen.say(f"{event.path}: {what}")
            case IndexDone() if event.removed:
                screen.lines(index_json(event))
                screen.say(f"{count_words(event.removed, 'file')} gone and removed from the library.")
            case _:
                pass

    def told(status: KeepingStatus) -> None:
        nonlocal said
        if status.says != said:
            said = status.says
            screen.message(said or "Going on.")

    folders = count_words(len(house.library.roots()), "added folder or file", "added folders and files")
    screen.message(f"Watching {folders}. Ctrl-C ends it.")
    keeping_up.on_event = happened
    end = keeping_up.subscribe(told)
    keeping_up.start()
    while not session.cancel.wait(1.0):
        pass
    end()
    keeping_up.close()


def show_index(session: Session, events: Iterator[IndexEvent]) -> int:
    """Print one indexing run as it goes; the exit code it deserves."""
    code = DONE
    with session.screen.meter() as meter:
        for event in events:
            session.screen.lines(index_json(event))
            code = _show_index_event(session.screen, event, meter)
    return code


def _show_index_event(screen: Screen, event: IndexEvent, meter: Meter) -> int:
    match event:
        case IndexProgress():
            meter(event.done, event.of, event.now)
        case FileEvent(state=FileState.FAILED | FileState.SKIPPED) if event.reason:
            screen.message(f"{event.path}: {in_sentences(event.reason, event.hint)}")
        case FileEvent():
            pass
        case IndexDone():
            screen.say(_done_words(event))
            if event.failed:
                return WORLD if event.failed == 1 and not event.read + event.unchanged else SOME_FAILED
        case _:
            assert_never(event)
    return DONE


def _done_words(done: IndexDone) -> str:
    parts = [f"{count_words(done.read, 'file')} read", f"{done.unchanged:,} unchanged"]
    if done.skipped:
        parts.append(f"{done.skipped:,} skipped")
    if done.removed:
        parts.append(f"{done.removed:,} gone and removed from the library")
    if done.failed:
        parts.append(f"{done.failed:,} could not be read")
    begin = "Stopped: " if done.stopped else ""
    return f"{begin}{', '.join(parts)}; {count_words(done.passages, 'passage')} searchable after {done.seconds:.1f} s."


def forget(session: Session, paths: Sequence[Path]) -> int:
    """Remove files or folders from the library; the files themselves stay where they are."""
    with session.house(write=True) as house:
        files, passages = house.library.forget([whole(path) for path in paths])
    session.screen.lines([{"event": "done", "files": files, "passages": passages}])
    if not files:
        session.screen.message("Nothing of that is in the library.")
    session.screen.say(f"Removed {count_words(files, 'file')} from the library. The files themselves are untouched.")
    return DONE


def show_understood(screen: Screen, understood: Sequence[Understood], notices: Sequence[str]) -> None:
    """Say what a search took from the words beyond the words themselves, and how to be without it."""
    for one in understood:
        match one.applied:
            case "corrected":
                screen.message(f"Searched for {one.meaning}; “{one.said}” occurs nowhere.")
            case "preferred":
                screen.message(f"“{one.said}”: {one.meaning}. For any time add date:any.")
            case "filter" if one.undo.endswith("date:any"):
                screen.message(f"“{one.said}”: {one.meaning}. For any time add date:any.")
            case "filter" | "phrase" | "without":
                screen.message(f"{one.said}: {one.meaning}.")
            case _:
                assert_never(one.applied)
    for notice in notices:
        screen.message(notice)


def search(session: Session, words: str, *, limit: int, within: Sequence[Path]) -> int:
    """Print the best passages for some words, with their places."""
    if not words.strip():
        raise UsageError("There is nothing to look for.", do="Type some words.")
    with session.house(write=False) as house:
        result = house.library.search(words, limit=limit, within=searched_part(house, within))
    screen = session.screen
    show_understood(screen, result.understood, result.notices)
    also_in = dict(result.also_in)
    screen.lines([{"event": "passage", **passage_json(rank, p)} for rank, p in enumerate(result.passages, 1)])
    counts = {"searched_files": result.searched_files, "unreadable_files": result.unreadable_files}
    screen.lines([{"event": "done", "seconds": round(result.seconds, 4), **counts}])
    for rank, passage in enumerate(result.passages, 1):
        screen.say(f"{rank}. {passage.document.path} · {place_words(passage.anchor)}", style="bold")
        screen.say("   " + " ".join(passage.text.split()))
        if others := also_in.get(passage.id):
            screen.say(f"   The same in {', '.join(path.name for path in others)}.")
        screen.say()
    if not result.passages and not result.notices:
        screen.say("No passage has these words.")
    unread = f", {count_words(result.unreadable_files, 'file')} could not be read" if result.unreadable_files else ""
    searched = count_words(result.searched_files, "file")
    screen.message(f"Searched {searched} in {result.seconds * 1000:.0f} ms{unread}.")
    return DONE
