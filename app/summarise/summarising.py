"""Summarises a document of any length, part by part, so that each sentence points back to its places."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.errors import AppError, NoModel
from app.events import SectionDone, SummaryDone, SummaryEvent, SummarySentence, Text
from app.evidence.check import check_sentence, nearest_sentence, overlap
from app.library.library import Library
from app.library.sentences import sentences
from app.store.db import Store
from app.store.summaries import Summaries, SummaryPart
from app.summarise.central import Weighed, pick, weigh
from app.summarise.parts import Line, Part, lines_from_row, lines_to_row, parts_of
from app.values import Anchor, AnswerMode, Document, QuoteCheck
from models.api import Cancel, ChatModel, ChatOptions, Embedder, Message, ModelError, Piece

_LENGTHS = {"short": (8, 1, 3), "medium": (4, 3, 8), "full": (3, 5, 20)}
"""Sentences of the text for each one of the summary, and the fewest and most of these."""
_STYLES = ("prose", "points", "minutes")
_OF_A_PART = 5
_WRITE = (
    "Summarise the text in one to three plain sentences. Copy numbers, dates and names exactly. "
    "Add nothing that is not in the text."
)


class Summarising:
    """Documents in, summaries out; a stopped one goes on where it ended."""

    def __init__(
        self,
        store: Store,
        library: Library,
        *,
        chat: ChatModel | None,
        embedder: Embedder | None,
        mode: Callable[[], AnswerMode],
    ) -> None:
        self._summaries = Summaries(store)
        self._library = library
        self._chat = chat
        self._embedder = embedder
        self._mode = mode

    def summarise(
        self, document: Document, *, length: str = "short", style: str = "prose", cancel: Cancel
    ) -> Iterator[SummaryEvent]:
        """Parts first, then the whole; ends with SummaryDone, also when stopped. Raises AppError, ModelError."""
        began = time.monotonic()
        writes = self._writes(length, style)
        parts = parts_of(self._library.passages_of(document.id))
        if not parts:
            raise AppError(f"{document.path.name} has no words of its own.", do="Choose one of the files inside it.")
        model = self._model(writes)
        kept = self._summaries.begin(document.id, sha256=document.sha256, model=model, length=length, style=style)
        ready = {part.position: part for part in self._summaries.parts(kept.id)}
        lines: list[Line] = []
        of_part: list[int] = []
        left_out = 0
        for position, part in enumerate(parts):
            if cancel.wait(0):
                break
            if position in ready:
                found, dropped = lines_from_row(ready[position].content)
            else:
                found, dropped = self._part(part, document, writes=writes, cancel=cancel)
                if cancel.stopped:
                    break
                row = lines_to_row(found, left_out=dropped)
                self._summaries.keep_part(kept.id, SummaryPart(position, part.title, row))
            lines += found
            of_part += [position] * len(found)
            left_out += dropped
            yield SectionDone(part.title or f"Part {position + 1}", position + 1, len(parts))
        total = sum(len(part.places()) for part in parts)
        chosen = self._whole(lines, _count(length, total), title=document.title)
        yield from _told([lines[at].text for at in chosen], style)
        covered = {of_part[at] for at in chosen}
        done = SummaryDone(
            summary=_joined([lines[at].text for at in chosen], style),
            sentences=tuple(SummarySentence(lines[at].text, lines[at].anchors) for at in chosen),
            not_covered=tuple(_anchor(part) for at, part in enumerate(parts) if at not in covered and part.places()),
            seconds=time.monotonic() - began,
            model=model,
            left_out=left_out,
            stopped=cancel.stopped,
        )
        if not cancel.stopped:
            self._summaries.finish(kept.id, {"summary": done.summary, "left_out": left_out})
        yield done

    def _writes(self, length: str, style: str) -> bool:
        """Whether the writer may write it; says what is missing where quoting is no substitute."""
        if length not in _LENGTHS or style not in _STYLES:
            raise AppError("That length or style is not known.", do="Lengths: short, medium, full.")
        writes = self._chat is not None and self._mode() is AnswerMode.WRITING
        if style == "minutes" and not writes:
            raise NoModel(
                "Minutes need a more capable writer than the one on this computer.",
                safe="Nothing was changed.",
                do="Get a writer. A summary in prose or points works without one.",
            )
        return writes

    def _model(self, writes: bool) -> str:
        if writes and self._chat is not None:
            return self._chat.facts().name
        return self._embedder.id.split(":", 1)[0] if self._embedder else "words alone"

    # ------------------------------------------------------------ one part

    def _part(self, part: Part, document: Document, *, writes: bool, cancel: Cancel) -> tuple[list[Line], int]:
        """The lines of one part and how many sentences were left out because nothing supports them."""
        if writes:
            lines, dropped = self._written(part, cancel)
            if lines or cancel.stopped:
                return lines, dropped
        return self._quoted(part, document), 0

    def _quoted(self, part: Part, document: Document) -> list[Line]:
        places = part.places()
        texts = [" ".join(passage.text[start:end].split()) for passage, start, end in places]
        title = " ".join(dict.fromkeys((document.title, part.title)))
        weighed = self._weigh(texts, title=title)
        lines = []
        for at in pick(weighed, _OF_A_PART):
            passage, start, end = places[at]
            lines.append(Line(texts[at], (self._library.anchor_of(passage, start, end),), weighed[at].score))
        return lines

    def _weigh(self, texts: Sequence[str], *, title: str) -> list[Weighed]:
        try:
            return weigh(texts, title=title, embedder=self._embedder)
        except ModelError:
            return weigh(texts, title=title, embedder=None)

    def _written(self, part: Part, cancel: Cancel) -> tuple[list[Line], int]:
        assert self._chat is not None
        text = "\n\n".join(" ".join(passage.text.split()) for passage in part.passages)
        messages = [Message("system", _WRITE), Message("user", text)]
        said = "".join(
            piece.text
            for piece in self._chat.chat(messages, options=ChatOptions(max_tokens=160), cancel=cancel)
            if isinstance(piece, Piece)
        )
        lines: list[Line] = []
        dropped = 0
        for start, end in sentences(said):
            sentence = " ".join(said[start:end].split())
            anchors = self._support(sentence, part)
            if anchors and sentence not in {line.text for line in lines}:
                lines.append(Line(sentence, anchors, 0.0))
            else:
                dropped += 1
        return lines, dropped

    def _support(self, sentence: str, part: Part) -> tuple[Anchor, ...]:
        """The places that hold what a written sentence says; empty when its facts or words stand nowhere."""
        sources = [passage.text for passage in part.passages]
        finding = check_sentence(sentence, sources)
        if finding.unsupported or finding.check is QuoteCheck.UNCHECKED:
            return ()
        best = max(part.passages, key=lambda passage: overlap(sentence, passage.text))
        return (self._library.anchor_of(best, *nearest_sentence(sentence, best.text)),)

    # ------------------------------------------------------------ the whole

    def _whole(self, lines: Sequence[Line], count: int, *, title: str) -> list[int]:
        """Which lines make the summary: those central to all lines together, in the order of the document."""
        if len(lines) <= count:
            return list(range(len(lines)))
        again = self._weigh([line.text for line in lines], title=title)
        return pick([replace(one, score=one.score + line.score) for one, line in zip(again, lines, strict=True)], count)


def _count(length: str, total: int) -> int:
    each, fewest, most = _LENGTHS[length]
    return max(fewest, min(most, round(total / each)))


def _anchor(part: Part) -> Anchor:
    return part.passages[0].anchor


def _told(texts: Sequence[str], style: str) -> Iterator[Text]:
    for at, text in enumerate(texts):
        yield Text(_between(at, style) + text)


def _joined(texts: Sequence[str], style: str) -> str:
    return "".join(_between(at, style) + text for at, text in enumerate(texts))


def _between(at: int, style: str) -> str:
    if style == "points":
        return ("\n" if at else "") + "- "
    return " " if at else ""
