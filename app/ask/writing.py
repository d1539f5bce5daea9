"""Lets a model compose an answer, and shows a sentence only after its citations and its facts were found true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.evidence.check import Finding, check_sentence
from app.evidence.cite import marked, markers
from app.evidence.wording import normal
from app.library.sentences import sentences
from app.values import Passage, QuoteCheck
from models.api import Cancel, ChatModel, ChatOptions, Message, Piece, Usage

MOST_SENTENCES = 8
_MOST_WORDS_OPEN = 90
"""A sentence that has not ended after so many words is a runaway."""
_NOT_FOUND = re.compile(r"^\W*not found\b", re.IGNORECASE)
_MARKER = re.compile(r"\[[^\]\n]{0,40}\]?")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that passed, with the passages it cites."""

    text: str
    cited: tuple[int, ...]
    finding: Finding

    @property
    def shown(self) -> str:
        """The sentence with its markers."""
        return marked(self.text, self.cited)


@dataclass(slots=True)
class Composition:
    """An answer as it grows: what passed, what was withdrawn, and everything the model said."""

    kept: list[Written] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    raw: str = ""
    usage: Usage | None = None
    ran_away: bool = False

    @property
    def answer(self) -> str:
        """What stands."""
        return " ".join(sentence.shown for sentence in self.kept)


def compose(
    chat: ChatModel,
    messages: Sequence[Message],
    into: Composition,
    *,
    passages: Mapping[int, Passage],
    question: str,
    options: ChatOptions,
    cancel: Cancel,
) -> Iterator[Written]:
    """Yield each sentence once it has passed the check; `into` holds all of it, also after a stop or a crash.

    `passages` are those the model was given, by number. A sentence without a valid citation, with a number, date or
    name that its passages do not hold, or said before, is withdrawn. Raises ModelError.
    """
    halt = Cancel()
    open_from = 0
    stream = chat.chat(messages, options=options, cancel=_Either(cancel, halt))
    for piece in stream:
        match piece:
            case Usage():
                into.usage = piece
            case Piece() if not halt.stopped and not cancel.stopped:
                into.raw += piece.text
                for sentence, end in _complete(into.raw, open_from):
                    open_from = end
                    written = _judge(sentence, into, passages=passages, question=question)
                    if written:
                        yield written
                if _runs_away(into, open_from):
                    into.ran_away = True
                    halt.stop()
            case Piece():
                pass
    if not cancel.stopped and not into.ran_away and into.raw[open_from:].strip():
        written = _judge(into.raw[open_from:], into, passages=passages, question=question)
        if written:
            yield written
    elif into.raw[open_from:].strip() and into.ran_away:
        into.withdrawn.append(into.raw[open_from:].strip()[:200])


class _Either(Cancel):
    """Stopped when either of two is: the person's stop, or ours when the model runs away."""

    __slots__ = ("_one", "_other")

    def __init__(self, one: Cancel, other: Cancel) -> None:
        super().__init__()
        self._one, self._other = one, other

    @property
    def stopped(self) -> bool:
        return self._one.stopped or self._other.stopped

    def wait(self, timeout_s: float) -> bool:
        return self._other.wait(0) or self._one.wait(timeout_s)


def _complete(raw: str, start: int) -> Iterator[tuple[str, int]]:
    """(sentence, end) of the sentences from `start` on that have ended, as told by the next one having begun.

    Markers are blanked out first, so that "… 900 euros. [2] The deposit …" gives [2] to the sentence before it.
    """
    open_text = raw[start:]
    masked = _MARKER.sub(lambda match: " " * len(match.group()), open_text)
    cursor = 0
    for _, (following, _) in pairwise(sentences(masked)):
        yield open_text[cursor:following], start + following
        cursor = following


def _judge(sentence: str, into: Composition, *, passages: Mapping[int, Passage], question: str) -> Written | None:
    plain, cited = markers(sentence, passages=frozenset(passages))
    if not re.search(r"\w", plain):
        return None
    if _NOT_FOUND.match(plain):
        return None
    said = {normal(one.text) for one in into.kept}
    sources = [passages[number].text for number in cited]
    finding = check_sentence(plain, sources, known=question) if cited else Finding(QuoteCheck.UNCHECKED, ("no source",))
    if not cited or finding.unsupported or finding.check is QuoteCheck.UNCHECKED or normal(plain) in said:
        into.withdrawn.append(plain)
        return None
    written = Written(plain, cited, finding)
    into.kept.append(written)
    return written


def _runs_away(into: Composition, open_from: int) -> bool:
    """Whether the model repeats itself, does not end its sentence, or does not end at all."""
    if len(into.raw[open_from:].split()) > _MOST_WORDS_OPEN or len(into.kept) >= MOST_SENTENCES:
        return True
    last = [normal(text) for text in into.withdrawn[-2:]]
    said = {normal(one.text) for one in into.kept}
    return len(into.withdrawn) > MOST_SENTENCES or (len(last) == 2 and (last[0] == last[1] or set(last) <= said))
