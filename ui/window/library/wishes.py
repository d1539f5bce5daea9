"""The rows of a folder's card: each file, or kind of file, that gave nothing, with one reason and one action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.store.listing import FileLine
from app.values import TroubleKind
from ui.window import library_words as words
from ui.window.house import FileIssue, FolderView
from ui.window.words import files


@dataclass(frozen=True, slots=True)
class Wish:
    """One row. `path` is the file, or the folder where the row is about several files; `kind` an ending to hide."""

    path: Path
    name: str
    reason: str
    hint: str = field(compare=False)
    trouble: TroubleKind
    action: str
    kind: str = ""
    place: Path = Path()
    """The folder on the disk it lies in."""

    @property
    def needs_you(self) -> bool:
        """Whether a file failed; a kind nobody reads has not failed."""
        return self.trouble is not TroubleKind.UNSUPPORTED


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of an action: under way (`says` tells how far), or over with `says` for why it did not work."""

    busy: bool
    says: str = ""


def wish_of(issue: FileIssue | FileLine) -> Wish:
    """The row of one file that gave nothing."""
    trouble = issue.trouble
    inside = isinstance(issue, FileLine) and bool(issue.member)
    if (inside and trouble is not TroubleKind.LOCKED) or (trouble is TroubleKind.UNSUPPORTED and not issue.path.suffix):
        trouble = TroubleKind.OTHER  # nothing can be done to one file inside another, nor to a kind without a name
    if trouble is TroubleKind.TOO_LARGE and issue.estimate_s is None:
        trouble = TroubleKind.OTHER  # reading it anyway is offered only where it is known to be possible
    return Wish(
        path=issue.path,
        name=issue.path.name,
        reason=issue.reason.rstrip("."),
        hint=issue.hint,
        trouble=trouble,
        action=words.action(trouble, issue.estimate_s),
        kind=issue.path.suffix.lower().lstrip("."),
        place=issue.file.parent,
    )


def wish_of_scans(line: FileLine) -> Wish | None:
    """The row of a file that was read but for its pages that are pictures; None when there are none, or when it lies in
    another file, which is read whole or not at all."""
    if line.document is None or not line.unread_pages or line.member:
        return None
    return Wish(
        path=line.path,
        name=line.path.name,
        reason=words.unread_pages(line.unread_pages),
        hint=words.SCANS_TIP,
        trouble=TroubleKind.PICTURES,
        action=words.action(TroubleKind.PICTURES, None),
        place=line.file.parent,
    )


def wishes_of(folder: FolderView) -> list[Wish]:
    """The rows of a folder: what one press solves for many files first, then files by name."""
    rows = []
    if folder.not_downloaded:
        name = files(folder.not_downloaded)
        action = words.download(folder.not_downloaded)
        rows.append(Wish(folder.path, name, words.NOT_DOWNLOADED, words.DOWNLOAD_TIP, TroubleKind.CLOUD_ONLY, action))
    return rows + [wish_of(issue) for issue in folder.troubles]


def kinds_of(folder: FolderView) -> Sequence[Wish]:
    """The rows of kinds nobody reads, one for each."""
    return [
        Wish(
            path=folder.path if each.kind and each.example.suffix else each.example,
            name=words.files_like(each.example.name, each.files),
            reason=words.kind_not_read(each.kind),
            hint="",
            trouble=TroubleKind.UNSUPPORTED if each.example.suffix else TroubleKind.OTHER,
            action=words.HIDE_KIND if each.example.suffix else words.SHOW_IN_FOLDER,
            kind=each.example.suffix.lower().lstrip("."),
            place=each.example.parent,
        )
        for each in folder.left_out
    ]
