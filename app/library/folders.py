"""What a person sets for the folders they added, and what is true of each: rules, rest, never to the cloud."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.library.rules import NO_RULES, Choice, Rules
from app.store.documents import Documents
from app.store.mounts import Mounts
from app.store.roots import Root, Roots
from app.store.rows import FileProblem
from app.values import Document, FileState


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What the person set for one added folder; `restore` puts it back after a removal was undone."""

    rules: Rules = NO_RULES
    never_cloud: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class FolderCard:
    """An added folder or file: what of it is searchable and what is not. files + len(troubles) is what was seen."""

    path: Path
    present: bool
    files: int
    passages: int
    troubles: tuple[FileProblem, ...]
    rules: Rules = NO_RULES
    never_cloud: bool = False
    paused: bool = False

    @property
    def failed(self) -> int:
        """Files that need the person."""
        return sum(trouble.state is FileState.FAILED for trouble in self.troubles)

    @property
    def skipped(self) -> int:
        """Files of kinds nobody reads, or that wait for a model."""
        return sum(trouble.state is FileState.SKIPPED for trouble in self.troubles)


class Folders:
    """Reads and changes what is set for added folders. Paths are those the library keeps (see library.kept_path)."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.roots = Roots(documents.store)
        self.mounts = Mounts(documents.store)
        self.on_change: Callable[[Path | None], None] = lambda path: None
        """Called with a folder after what is read of it changed, with None for the whole library."""

    def cards(self) -> list[FolderCard]:
        """Every added folder with counts that add up; a folder with settings of its own inside another counts once."""
        return [self._card(root) for root in self.roots.all()]

    def _card(self, root: Root) -> FolderCard:
        inner = self.roots.apart(root.path)
        known = [row for path, row in self.documents.known(root.path).items() if not within(path, inner)]
        problems = self.documents.problems(root.path).items()
        troubles = sorted((each for path, each in problems if not within(path, inner)), key=lambda each: each.path)
        return FolderCard(
            root.path,
            not self.away(root.path),
            len(known),
            sum(row.passages for row in known),
            tuple(troubles),
            Rules.parse(root.rules),
            root.never_cloud,
            root.paused,
        )

    def away(self, path: Path) -> bool:
        """Whether an added folder is not there, or only the empty place where its disk was: it keeps what it had."""
        return not path.exists() or self.mounts.unplugged(path)

    # ------------------------------------------------------------ what is read

    def settings(self, path: Path) -> FolderSettings:
        """What is set for an added folder; the defaults when nothing is."""
        root = self.roots.get(path)
        return FolderSettings(Rules.parse(root.rules), root.never_cloud, root.paused) if root else FolderSettings()

    def restore(self, path: Path, settings: FolderSettings) -> None:
        """Add a folder with what was set for it before."""
        self.roots.put(
            Root(path, time.time(), settings.rules.text(), never_cloud=settings.never_cloud, paused=settings.paused)
        )
        self.on_change(path)

    def library_rules(self) -> Rules:
        """The rules that hold for every folder."""
        return Rules.parse(self.roots.library_rules())

    def set_library_rules(self, rules: Rules) -> int:
        """Change the rules of every folder; the number of files that left the library with it."""
        self.roots.keep_library_rules(rules.text())
        gone = sum(self._leave_out(root.path) for root in self.roots.all())
        self.on_change(None)
        return gone

    def set_rules(self, path: Path, rules: Rules) -> int:
        """Change a folder's rules; what they leave out goes at once. The number of files that went."""
        self._change(path, rules=rules.text())
        gone = self._leave_out(path)
        self.on_change(path)
        return gone

    def set_never_cloud(self, path: Path, on: bool) -> None:
        """Mark a folder or file, added by itself or inside an added folder: nothing of it is ever sent."""
        self._change(path, never_cloud=on)
        root = self.roots.get(path)
        # A file that stood by itself only for its mark belongs to its folder again.
        if not on and root is not None and root.plain and path.is_file() and len(self.roots.above(path)) > 1:
            self.roots.remove(path)

    def set_paused(self, path: Path, on: bool) -> None:
        """Let a folder rest: what was read stays searchable, changes wait."""
        self._change(path, paused=on)
        self.on_change(path)

    def _change(self, path: Path, **changes: object) -> None:
        root = self.roots.get(path) or Root(path, time.time())
        self.roots.put(replace(root, **changes))  # type: ignore[arg-type]  # names and types are those above

    def choice(self, path: Path) -> tuple[Path, Choice]:
        """(the added folder whose rules hold at a path, those rules); the path itself when it was not added yet."""
        around = self.roots.above(path)
        rules = [self.library_rules(), *(Rules.parse(root.rules) for root in around[:1])]
        return (around[0].path if around else path), Choice(*rules)

    def _leave_out(self, path: Path) -> int:
        """Drop what the rules of a folder leave out now."""
        base, choice = self.choice(path)
        inner = self.roots.apart(path)
        documents = [one for one in self.documents.documents(path) if not within(str(one.path), inner)]
        out = [one for one in documents if not choice.allows(relative(one.file, base))]
        self.documents.drop(one.id for one in out)
        troubles = self.documents.problems(path).values()
        self.documents.clear_problems(
            str(each.path)
            for each in troubles
            if not within(str(each.path), inner) and not choice.allows(relative(each.path, base))
        )
        return len({one.file for one in out})

    # ------------------------------------------------------------ never to the cloud

    def never_cloud(self, which: Document | Path) -> bool:
        """Whether a document (also one inside a file) or path may never be sent, nor anything made of it."""
        if isinstance(which, Path):
            return self.roots.never_cloud(which)
        return self.roots.never_cloud(which.path) or self.roots.never_cloud_content(which.sha256)


def relative(path: Path, base: Path) -> str:
    """A path below an added folder as rules see it: slashes forward; a file that was added itself is its own name."""
    text = str(path)[len(str(base)) :].lstrip("/\\") or path.name
    return text.replace(os.sep, "/")


def within(path: str, folders: Sequence[Path]) -> bool:
    """Whether a path stands at or inside one of some folders."""
    return any(path == str(folder) or path.startswith(f"{folder}{os.sep}") for folder in folders)
