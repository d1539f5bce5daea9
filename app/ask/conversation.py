"""One conversation: a question becomes a draft, the draft becomes a stream of answer events, the turn is kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.ask.confidence import NOTHING, confidence, lowered
from app.ask.exhaustive import Counted, count_all, lines
from app.ask.past import from_row, to_row
from app.ask.prompt import ANSWER_TOKENS, Layout, keep_turn, layout
from app.ask.quoting_answer import cited, quoted
from app.ask.standalone import Earlier, leans_back, standalone
from app.ask.suggesting import Suggesting
from app.ask.writing import Composition, Written, compose
from app.errors import AppError, NoModel
from app.events import AnswerEvent, Checked, Cited, Finished, Passages, Started, Stopped, Text
from app.evidence.check import nearest_sentence
from app.evidence.places import citation
from app.evidence.quoting import Reading, read
from app.evidence.wording import find
from app.library.library import Library
from app.store.conversations import Conversations, Turn
from app.store.full_text import Words
from app.values import AnswerMode, Citation, Cloud, Confidence, Draft, OnDevice, Passage, Route, Understood
from models.api import Cancel, ChatModel, ChatOptions, Embedder, Message, ModelError, Piece, Usage


@dataclass(frozen=True, slots=True)
class Tools:
    """What every conversation works with."""

    conversations: Conversations
    library: Library
    words: Words
    chat: ChatModel | None
    embedder: Embedder | None
    mode: Callable[[], AnswerMode]
    writer: Callable[[], str]
    suggesting: Suggesting


@dataclass(slots=True)
class _Answer:
    """One answer while it is made."""

    draft: Draft
    mode: AnswerMode
    began: float
    text: str = ""
    first_text_s: float = 0.0
    citations: tuple[Citation, ...] = ()
    sure: Confidence = Confidence.NONE
    suggestion: str = ""
    messages: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    evaluated: int = 0
    stopped: bool = False
    closest: tuple[Passage, ...] = ()

    def say(self, text: str) -> Text:
        """More text, and the time of the first."""
        if not self.text:
            self.first_text_s = time.monotonic() - self.began
        self.text += text
        return Text(text)


class Conversation:
    """Questions and answers that belong together. One question at a time."""

    def __init__(self, tools: Tools, number: int = 0) -> None:
        self._tools = tools
        self._counted: Counted | None = None
        self.id = number
        """0 until the first question is asked."""

    # ------------------------------------------------------------ before a word is written

    def prepare(
        self,
        question: str,
        *,
        within: Sequence[Path] = (),
        limit: int = 8,
        use_files: bool = True,
        cancel: Cancel | None = None,
    ) -> Draft:
        """Search for what the question needs and lay out what a model would be given. Raises AppError, ModelError."""
        question = " ".join(question.split())
        if not question:
            raise AppError("There is no question.", do="Type a question.")
        tools = self._tools
        if not self.id:
            self.id = tools.conversations.begin(question)
        turns = tools.conversations.turns(self.id)
        alone = standalone(question, _earlier(turns)) if use_files else question
        passages: tuple[Passage, ...] = ()
        searched = unreadable = 0
        understood: tuple[Understood, ...] = ()
        notices: tuple[str, ...] = ()
        self._counted = count_all(tools.library, question, within=within) if use_files else None
        if self._counted is not None:
            passages = self._counted.passages(limit)
            searched, unreadable = self._counted.found.searched_files, self._counted.found.unreadable_files
            understood = self._counted.found.understood
        elif use_files and not (cancel and cancel.stopped):
            found = tools.library.search(alone, limit=limit, within=within)
            passages, searched, unreadable = found.passages, found.searched_files, found.unreadable_files
            understood, notices = found.understood, found.notices
            if leans_back(question):
                passages = self._with_quoted(passages, turns, limit=limit, within=within)
        mode = tools.mode() if tools.chat is not None and self._counted is None else AnswerMode.QUOTING
        # Quoting gives the writer nothing to read, so it is not started only to count.
        counted = tools.chat if mode is AnswerMode.WRITING else None
        given = self._layout(question, passages, turns, chat=counted, use_files=use_files)
        return Draft(
            conversation=self.id,
            question=question,
            standalone_question=alone,
            messages=given.messages,
            passages=passages,
            mode=mode,
            tokens=counted.count(given.messages) if counted else None,
            searched_files=searched,
            unreadable_files=unreadable,
            understood=understood,
            notices=notices,
        )

    def _with_quoted(
        self, passages: tuple[Passage, ...], turns: Sequence[Turn], *, limit: int, within: Sequence[Path]
    ) -> tuple[Passage, ...]:
        """A follow-up is often answered right beside what was quoted before: that passage is read again."""
        before = [passage for passage, _ in _said(turns)[:1] if passage not in {one.id for one in passages}]
        held = () if within else self._tools.library.passages(before)
        return (*passages[: limit - len(held)], *held) if held else passages

    def _layout(
        self,
        question: str,
        passages: Sequence[Passage],
        turns: Sequence[Turn],
        *,
        chat: ChatModel | None,
        use_files: bool,
    ) -> Layout:
        def fits(messages: Sequence[Message]) -> bool:
            if chat is None:
                return True
            return chat.count(messages) + ANSWER_TOKENS <= chat.facts().context_tokens

        return layout(question, passages, turns, fits=fits, use_files=use_files)

    # ------------------------------------------------------------ the answer

    def answer(
        self, draft: Draft, route: Route, cancel: Cancel, *, mode: AnswerMode | None = None
    ) -> Iterator[AnswerEvent]:
        """Answer a draft; ends with Finished, or with Stopped when stopped. `mode` overrides the draft's.

        Raises AppError, ModelError; what was said until then is kept.
        """
        match route:
            case Cloud():
                raise AppError("Cloud answers are sent with a permit, not from here.", safe="Nothing was sent.")
            case OnDevice():
                pass
        answer = _Answer(draft, mode or draft.mode, time.monotonic())
        if self._tools.chat is None:
            answer.mode = AnswerMode.QUOTING
        yield Started(draft.conversation, draft.question)
        yield Passages(draft.passages)
        try:
            yield from self._made(answer, cancel)
        except ModelError:
            if answer.text:
                self._keep(replace_stopped(answer))
            raise
        if cancel.stopped:
            answer.stopped = True
            self._keep(answer)
            yield Stopped(answer.text)
            return
        self._keep(answer)
        yield self._finished(answer)

    def _made(self, answer: _Answer, cancel: Cancel) -> Iterator[AnswerEvent]:
        draft = answer.draft
        if self._counted is not None and self._counted.question == draft.question:
            yield from self._all(answer, self._counted, cancel)
            return
        without_files = not draft.passages and not draft.searched_files
        if without_files and draft.messages[0].content.startswith("You answer questions briefly"):
            yield from self._from_memory(answer, cancel)
        elif answer.mode is AnswerMode.WRITING and draft.passages:
            yield from self._write(answer, cancel)
        else:
            yield from self._quote(answer, self._read(draft, cancel), cancel)

    def _read(self, draft: Draft, cancel: Cancel) -> Reading:
        turns = self._tools.conversations.turns(draft.conversation)
        said = _said(turns) if leans_back(draft.question) else ()

        def by(embedder: Embedder | None) -> Reading:
            asked, passages = draft.standalone_question, draft.passages
            return read(asked, passages, embedder=embedder, rarity=self._rarity(), said=said, cancel=cancel)

        try:
            return by(self._tools.embedder)
        except (ModelError, NoModel):
            # The searcher stopped: words alone still tell something, and the person is not left without an answer.
            return by(None)

    def _rarity(self) -> Callable[[str], float]:
        """Inverse document frequency over passages: log((all + 1) / (holding + ½))."""
        everything = self._tools.library.documents.counts()[1]
        return lambda word: max(0.0, math.log((everything + 1) / (self._tools.words.frequency(word) + 0.5)))

    def _quote(self, answer: _Answer, reading: Reading, cancel: Cancel) -> Iterator[AnswerEvent]:
        answer.mode = AnswerMode.QUOTING
        answer.sure = confidence(reading)
        answer.suggestion = self._tools.suggesting.line(answer.draft, reading, answer.sure)
        if cancel.stopped:
            return
        if answer.sure is Confidence.NONE:
            yield from _nothing(answer)
            return
        found: list[Citation] = []
        for one, quote in zip(cited(self._tools.library, reading), reading.quotes, strict=True):
            if cancel.wait(0):
                break
            yield answer.say(("\n\n" if answer.text else "") + quoted(one.quote, one.n, cut=quote.cut))
            # The state is told when all are checked; until then the chip has none.
            yield Cited(one)
            found.append(one)
        answer.citations = tuple(found)
        yield Checked(answer.citations, answer.text)

    def _all(self, answer: _Answer, counted: Counted, cancel: Cancel) -> Iterator[AnswerEvent]:
        """Every file that holds the words, and how many were gone through."""
        answer.mode, answer.sure = AnswerMode.QUOTING, counted.sure
        found: list[Citation] = []
        for line in lines(self._tools.library, counted):
            if cancel.stopped:
                break
            yield answer.say(("\n\n" if answer.text else "") + line.text)
            if line.citation:
                yield Cited(line.citation)
                found.append(line.citation)
        answer.citations = tuple(found)
        if counted.found.unreadable_files:
            answer.suggestion = "The library says of each file that could not be read why."
        if answer.sure is Confidence.NONE and not cancel.stopped:
            answer.closest = self._tools.library.search(answer.draft.standalone_question, limit=3).passages
        yield Checked(answer.citations, answer.text)

    # ------------------------------------------------------------ written by a model

    def _write(self, answer: _Answer, cancel: Cancel) -> Iterator[AnswerEvent]:
        chat, draft = self._tools.chat, answer.draft
        assert chat is not None
        given = self._given(draft, chat)
        made = Composition()
        numbers = {number: passage for passage, number in given.numbers.items()}
        held = {passage.id: passage for passage in self._tools.library.passages(list(given.numbers))}
        passages = {number: held[passage] for number, passage in numbers.items() if passage in held}
        options = ChatOptions(max_tokens=ANSWER_TOKENS, conversation=f"conversation-{draft.conversation}")
        cites: dict[int, Citation] = {}
        for written in compose(
            chat, given.messages, made, passages=passages, question=draft.question, options=options, cancel=cancel
        ):
            yield answer.say((" " if answer.text else "") + written.shown)
            for number in written.cited:
                if number not in cites:
                    cites[number] = self._citation(written, number, passages[number])
                    yield Cited(cites[number])
        if made.usage:
            answer.tokens_in, answer.tokens_out = made.usage.tokens_in, made.usage.tokens_out
            answer.evaluated = made.usage.evaluated
        answer.messages = keep_turn(given, made.raw)
        answer.citations = tuple(cites[number] for number in sorted(cites))
        if cancel.stopped:
            return
        reading = self._read(draft, cancel)
        if not made.kept:
            yield from self._quote(answer, reading, cancel)
            return
        sure = confidence(reading)
        answer.sure = Confidence.UNSURE if sure is Confidence.NONE else lowered(sure) if made.withdrawn else sure
        answer.suggestion = self._tools.suggesting.line(draft, reading, answer.sure)
        yield Checked(answer.citations, answer.text, tuple(made.withdrawn))

    def _given(self, draft: Draft, chat: ChatModel) -> Layout:
        turns = self._tools.conversations.turns(draft.conversation)
        given = self._layout(draft.question, draft.passages, turns, chat=chat, use_files=True)
        # What is sent is what was shown: the draft's own messages, whenever the two agree on the passages.
        return replace(given, messages=draft.messages) if given.messages[-1] == draft.messages[-1] else given

    def _citation(self, written: Written, number: int, passage: Passage) -> Citation:
        span = find(written.text.rstrip(" .!?…"), passage.text) or nearest_sentence(written.text, passage.text)
        return citation(self._tools.library, passage, span, n=number, check=written.finding.check)

    def _from_memory(self, answer: _Answer, cancel: Cancel) -> Iterator[AnswerEvent]:
        """Without files: only a writer that passed its check may say anything."""
        chat = self._tools.chat
        if chat is None or answer.mode is not AnswerMode.WRITING:
            answer.suggestion = "Answering without your files needs a more capable writer. Get a writer."
            yield from _nothing(answer)
            return
        options = ChatOptions(max_tokens=ANSWER_TOKENS, conversation=f"conversation-{answer.draft.conversation}")
        for piece in chat.chat(answer.draft.messages, options=options, cancel=cancel):
            match piece:
                case Piece():
                    if not cancel.stopped:
                        yield answer.say(piece.text)
                case Usage():
                    answer.tokens_in, answer.tokens_out = piece.tokens_in, piece.tokens_out
                    answer.evaluated = piece.evaluated
        answer.sure = Confidence.UNSURE
        answer.suggestion = "Said from the model's memory, not from your files."

    # ------------------------------------------------------------ keeping

    def _model(self, answer: _Answer) -> str:
        """Which model wrote it; for quotes, which one found them."""
        if answer.mode is AnswerMode.WRITING:
            return self._tools.writer()
        embedder = self._tools.embedder
        return embedder.id.split(":", 1)[0] if embedder else "words alone"

    def _keep(self, answer: _Answer) -> None:
        self._tools.conversations.add(
            self.id or answer.draft.conversation,
            Turn(
                question=answer.draft.question,
                answer=answer.text,
                standalone_question=answer.draft.standalone_question,
                citations=tuple(to_row(one) for one in answer.citations),
                passages=tuple(passage.id for passage in answer.draft.passages),
                mode=answer.mode.value,
                model=self._model(answer),
                confidence=answer.sure.value,
                seconds=time.monotonic() - answer.began,
                stopped=answer.stopped,
                messages=answer.messages,
            ),
        )

    def _finished(self, answer: _Answer) -> Finished:
        return Finished(
            conversation=answer.draft.conversation,
            answer=answer.text,
            place="on_device",
            model=self._model(answer),
            mode=answer.mode,
            passages_read=len(answer.draft.passages),
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            tokens_evaluated=answer.evaluated,
            seconds_to_first_text=answer.first_text_s,
            seconds=time.monotonic() - answer.began,
            confidence=answer.sure,
            suggestion=answer.suggestion,
            closest=answer.closest,
        )


def replace_stopped(answer: _Answer) -> _Answer:
    """The same answer, marked as not complete."""
    answer.stopped = True
    return answer


def _nothing(answer: _Answer) -> Iterator[AnswerEvent]:
    answer.closest = answer.draft.passages[:3]
    yield answer.say(NOTHING)
    yield Checked((), answer.text)


def _said(turns: Sequence[Turn]) -> tuple[tuple[int, str], ...]:
    """What the turn before quoted, best first: (passage id, quote)."""
    citations = [from_row(row) for row in turns[-1].citations] if turns else []
    return tuple((one.passage.id, one.quote) for one in citations)


def _earlier(turns: Sequence[Turn]) -> Earlier | None:
    if not turns:
        return None
    last = turns[-1]
    citations = [from_row(row) for row in last.citations]
    names = [one.quote[start:end] for one in citations for start, end in one.emphasis]
    titles = list(dict.fromkeys(one.passage.document.title for one in citations))
    return Earlier(last.standalone_question, tuple(name for name in names if name[:1].isupper()), tuple(titles[:1]))
