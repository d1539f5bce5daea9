"""Scans inside other files (a scanned letter in a mail, photographs in an archive) become documents of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.library.kinds import kind_word
from app.library.members import scan_path
from app.library.received import ReadFile, Refused, Scan
from app.library.recognition import Recognition, pictures_only
from app.store.inside import Part, PartTrouble
from app.values import DocumentKind, TroubleKind
from models.api import Cancel


def with_scans(
    found: ReadFile,
    scans: Sequence[Scan],
    scratch: Path,
    recognition: Recognition | None,
    *,
    asked: bool | None,
    password: str,
    cancel: Cancel,
) -> ReadFile | None:
    """What was found in a file together with the words of scans inside it, which stand unpacked in `scratch`; None when
    stopped. Images without words are passed over like logos; scans that wait or failed are troubles.

    Raises Refused when a file that holds nothing but scans gave no words.
    """
    parts: list[Part] = []
    troubles: list[PartTrouble] = []
    passed_over = 0
    for scan in scans:
        read = _one(scan, scratch, recognition, asked=asked, password=password, cancel=cancel)
        match read:
            case None:
                return None
            case Part():
                parts.append(read)
            case PartTrouble() if scan.part.kind is DocumentKind.IMAGE and read.trouble is TroubleKind.EMPTY:
                passed_over += 1
            case PartTrouble():
                troubles.append(read)
    whole = replace(
        found,
        parts=(*found.parts, *parts),
        troubles=(*found.troubles, *troubles),
        other_kinds=found.other_kinds + passed_over,
    )
    if not whole.passages and not whole.pictures:
        raise _nothing(whole)
    return whole


def _one(
    scan: Scan,
    scratch: Path,
    recognition: Recognition | None,
    *,
    asked: bool | None,
    password: str,
    cancel: Cancel,
) -> Part | PartTrouble | None:
    part = scan.part
    bare = ReadFile(part.title, part.author, part.pages, None, (), (), pictures=scan.pictures)
    try:
        if recognition is None:
            raise pictures_only(None)
        path = scan_path(scratch, scan.number, part.member)
        read = recognition.complete(path, bare, asked=asked, password=password, cancel=cancel)
    except Refused as refusal:
        return PartTrouble(
            member=part.member,
            kind=kind_word(Path(part.member)),
            reason=refusal.reason,
            hint=refusal.hint,
            size_bytes=part.size_bytes,
            trouble=refusal.kind,
            estimate_s=refusal.estimate_s,
        )
    if read is None:
        return None
    return replace(part, sections=read.sections, cuts=read.cuts, unread_pages=len(read.pictures))


def _nothing(found: ReadFile) -> Refused:
    """Why a file is refused that holds scans and no words."""
    reasons = {trouble.reason for trouble in found.troubles}
    if len(reasons) == 1:
        first = found.troubles[0]
        times = [trouble.estimate_s for trouble in found.troubles if trouble.estimate_s is not None]
        estimate_s = sum(times) if times else None
        return Refused(first.reason, hint=first.hint, lasting=True, kind=first.trouble, estimate_s=estimate_s)
    if reasons:
        hint = f"The first of {len(found.troubles)} reasons: {found.troubles[0].reason}."
        return Refused("Nothing inside it could be read", hint=hint, lasting=True)
    return Refused("No words to search in it", hint="Check that it holds text.", lasting=True, kind=TroubleKind.EMPTY)
