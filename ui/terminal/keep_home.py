"""`indoors cloud hide` and `indoors cloud never-send`: what never leaves as written, and what never leaves at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.errors import UsageError
from app.library.library import kept_path
from app.services import Services
from app.store.hidden_words import HiddenWords
from ui.terminal.session import DONE, Session

Runs = Callable[[typer.Context, Callable[[Session], int]], None]


def add_lists(cloud_app: typer.Typer, run: Runs) -> None:
    """Hang the two commands on `indoors cloud`."""

    @cloud_app.command("hide")
    def hide(
        context: typer.Context,
        words: Annotated[
            list[str] | None, typer.Argument(help="Words or names; quote several that belong together.")
        ] = None,
        remove: Annotated[bool, typer.Option("--remove", help="Take them off the list.")] = False,
    ) -> None:
        """Your own list: these words are swapped for labels in everything that leaves. Without words: the list."""
        run(context, lambda session: hide_words(session, words or [], remove=remove))

    @cloud_app.command("never-send")
    def never_send(
        context: typer.Context,
        paths: Annotated[list[Path] | None, typer.Argument(help="Folders or files.")] = None,
        off: Annotated[bool, typer.Option("--off", help="They may be offered again.")] = False,
    ) -> None:
        """Folders and files of which nothing is ever sent, nor of anything made from them. Without paths: the list."""
        run(context, lambda session: mark_paths(session, paths or [], off=off))


def hide_words(session: Session, words: Sequence[str], *, remove: bool) -> int:
    """Add words to the person's list, take them off it, or show it."""
    with session.house(write=False) as house:
        listed = HiddenWords(house.store)
        for word in words:
            if not (listed.remove(word) if remove else listed.add(word)):
                why = "is not on your list" if remove else "is on your list already" if word.strip() else "is no word"
                session.screen.message(f"“{word}” {why}.")
        kept = listed.all()
        session.screen.lines([{"event": "hidden", "word": word} for word in kept])
        for word in kept:
            session.screen.say(word)
        if not kept:
            session.screen.message("Your list is empty.")
    return DONE


def mark_paths(session: Session, paths: Sequence[Path], *, off: bool) -> int:
    """Mark folders or files as never sent, or no longer, or show what is marked. Raises UsageError."""
    with session.house(write=bool(paths)) as house:
        for path in map(kept_path, paths):
            if not off and not path.exists():
                raise UsageError(f"{path} is not there.", do="Name a folder or a file.")
            if off:
                _may_be_unmarked(house, path)
            house.library.set_never_cloud(path, not off)
        marked = [root.path for root in house.library.folder_settings.roots.all() if root.never_cloud]
        session.screen.lines([{"event": "never_send", "path": str(path)} for path in marked])
        for path in marked:
            session.screen.say(str(path))
        if not marked:
            session.screen.message("Nothing is marked.")
    return DONE


def _may_be_unmarked(house: Services, path: Path) -> None:
    roots = house.library.folder_settings.roots
    root = roots.get(path)
    if root is None or not root.never_cloud:
        above = next((one.path for one in roots.above(path) if one.never_cloud), None)
        raise UsageError(f"{path} is not marked.", do=f"{above} is: take the mark off there." if above else "")
