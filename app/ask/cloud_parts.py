"""From a draft to the parts a person can tick: each with the files its words come from, however far back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.ask.past import from_row
from app.cloud.body import whole
from app.cloud.copied import Lookup, copied
from app.cloud.parcel import Level, Part, PartKind, Wish
from app.library.library import Library
from app.store.conversations import Turn
from app.values import Document, Draft, Passage

QUESTION = "question"
DRAFT = "draft"
_NEVER = "This file is never sent."
_RESTS_ON_NEVER = "It rests on a file that is never sent."
_REPEATS = "It repeats words of a file that is never sent."
_UNKNOWN = "Indoors can no longer tell which files it rests on."
_EARLIER_TURNS = 3
_MOST_FILE_CHARS = 400_000
"""A longer file is only offered when the person attached it."""

Sources = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where texts come from, and whether that may be sent. `library` is asked afresh each time."""

    library: Library
    lookup: Lookup

    def never_send(self, path: str, sha256: str) -> bool:
        """Whether a document may never be sent: by its path, or because the same content lies in such a folder."""
        folders = self.library.folder_settings
        return self.library.never_cloud(Path(path)) or folders.roots.never_cloud_content(sha256)

    def repeats(self, text: str) -> bool:
        """Whether a text holds a run of words of a file that may never be sent: a copy by hand, an export, a quotation
        in another file are its words too."""
        if not self.guarded():
            return False
        known: dict[Path, bool] = {}

        def never(path: Path) -> bool:
            if path not in known:
                known[path] = self.never_send(str(path), "")
            return known[path]

        return bool(copied(text, lambda phrase: [held for held in self.lookup(phrase) if never(held.path)]))

    def guarded(self) -> bool:
        """Whether anything at all may never be sent."""
        return any(root.never_cloud for root in self.library.roots())

    def of_turn(self, turn: Turn) -> tuple[Sources, bool]:
        """The documents an answer rests on, and whether all of them could be told."""
        cited = [from_row(row).passage.document for row in turn.citations]
        read = self.library.passages(turn.passages)
        known = len(read) == len(turn.passages)
        return sources([*cited, *(passage.document for passage in read)]), known

    def of_turns(self, turns: Sequence[Turn]) -> tuple[Sources, bool]:
        """The documents behind several answers, and whether all of them could be told."""
        found = [self.of_turn(turn) for turn in turns]
        return tuple(dict.fromkeys(one for told, _ in found for one in told)), all(known for _, known in found)

    def hold(self, part: Part, *, known: bool = True, why: str = _RESTS_ON_NEVER) -> Part:
        """The part, kept here when it rests on what may never be sent or nobody can tell any more."""
        if any(self.never_send(path, sha256) for path, sha256 in part.rests_on):
            return replace(part, kept_here=why)
        if not known and self.guarded():
            return replace(part, kept_here=_UNKNOWN)
        return replace(part, kept_here=_REPEATS) if self.repeats(part.text) else part


def sources(documents: Sequence[Document]) -> Sources:
    """(path, sha256) of documents, each once."""
    return tuple(dict.fromkeys((str(document.path), document.sha256) for document in documents))


def passage_part(number: int) -> str:
    """The id of the part that holds passage `number`."""
    return f"p{number}"


def passage_of(part: str) -> int | None:
    """The passage a part holds; None for other parts."""
    return int(part[1:]) if part[:1] == "p" and part[1:].isdigit() else None


def parts_of(
    draft: Draft,
    wish: Wish,
    turns: Sequence[Turn],
    *,
    origins: Origins,
    answer: str = "",
    attached: Sequence[Path] = (),
    rests_on: Sequence[Path] = (),
) -> tuple[Part, ...]:
    """Everything that could leave for a draft at the level of a wish, in the order of the sheet.

    `answer` is the one made here, offered in place of the documents when the wish says so; `rests_on` names files it
    was made from besides the draft's passages (a summary's, a transcript's). `attached` are files the person added.
    """
    asked = whole(" ".join((wish.question or draft.question).split()))
    parts = [Part(QUESTION, PartKind.QUESTION, "Your question", asked)]
    if wish.level in (Level.BLIND, Level.FINDINGS):
        return tuple(parts)
    if wish.refine and answer.strip():
        parts.append(_draft(draft, answer, turns, origins, rests_on))
    else:
        parts += [_passage(passage, origins) for passage in draft.passages if passage.text.strip()]
        if wish.level is Level.FULL:
            parts += _files(draft, attached, origins)
    for turn in turns[-_EARLIER_TURNS:]:
        if turn.answer.strip() and turn.answer != answer:
            parts.append(_earlier(turn, turns[: turns.index(turn) + 1], origins))
    return tuple(parts)


def ticked(parts: Sequence[Part], wish: Wish) -> tuple[Part, ...]:
    """The parts that leave: what may, unless unticked; what is only sent when asked for, when it is."""
    return tuple(
        part
        for part in parts
        if not part.kept_here and part.id not in wish.unticked and (not part.unasked or part.id in wish.ticked)
    )


def _passage(passage: Passage, origins: Origins) -> Part:
    document = passage.document
    title = " › ".join(part for part in (document.title, passage.heading) if part)
    part = Part(
        id=passage_part(passage.id),
        kind=PartKind.PASSAGE,
        title=title or document.path.name,
        text=whole(passage.text.strip()),
        document=document.path,
        rests_on=sources([document]),
    )
    return origins.hold(part, why=_NEVER)


def _draft(draft: Draft, answer: str, turns: Sequence[Turn], origins: Origins, rests_on: Sequence[Path]) -> Part:
    """The answer made here rests on what its writer read: this question's passages and every turn before."""
    others = [document for path in rests_on if (document := origins.library.document(path))]
    told: list[tuple[str, str]] = list(sources([*(passage.document for passage in draft.passages), *others]))
    told += [(str(path), "") for path in rests_on]
    before, known = origins.of_turns(turns)
    told += before
    part = Part(
        id=DRAFT,
        kind=PartKind.DRAFT,
        title="The answer made here",
        text=whole(answer.strip()),
        rests_on=tuple(dict.fromkeys(told)),
    )
    return origins.hold(part, known=known)


def _earlier(turn: Turn, until: Sequence[Turn], origins: Origins) -> Part:
    """An earlier answer rests on what its writer read: its own passages and, in front of them, every turn before."""
    told, known = origins.of_turns(until)
    part = Part(
        id=f"e{turn.id}",
        kind=PartKind.EARLIER,
        title=turn.question,
        text=whole(f"{turn.question.strip()}\n{turn.answer.strip()}"),
        rests_on=told,
        unasked=True,
    )
    return origins.hold(part, known=known)


def _files(draft: Draft, attached: Sequence[Path], origins: Origins) -> Iterator[Part]:
    library = origins.library
    given = [document for path in attached if (document := library.document(path))]
    shown = {document.id: document for document in (*given, *(passage.document for passage in draft.passages))}
    for document in shown.values():
        asked = document in given
        text = "\n\n".join(section.text for section in library.sections(document.id)).strip()
        if not text or (not asked and len(text) > _MOST_FILE_CHARS):
            continue
        part = Part(
            id=f"f{document.id}",
            kind=PartKind.FILE,
            title=f"{document.title or document.path.name}, whole",
            text=whole(text),
            document=document.path,
            rests_on=sources([document]),
            unasked=not asked,
        )
        yield origins.hold(part, why=_NEVER)
