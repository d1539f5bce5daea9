"""Reads what comes back: prose with labels put back, a plan to be done here, prose from facts found here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.ask.blind import answer as worded_here
from app.ask.burst_words import over_ceiling
from app.ask.cloud_citations import confidence, read_citations
from app.ask.cloud_parts import passage_of
from app.ask.findings import Found
from app.ask.offers import Offers
from app.ask.parcel_making import Asked, Call, numbered
from app.ask.past import from_row, to_row
from app.ask.refine import added, kept_citations
from app.ask.synthesis import Markers, read_answer
from app.cloud.kept import Kept
from app.cloud.levels import claim
from app.cloud.parcel import Level, Part, PartKind, Wish
from app.cloud.purse import Paid
from app.cloud.rehydrate import Rehydrator, Restored
from app.events import AnswerEvent, Checked, Cited, Finished, Quoted, Text
from app.store.conversations import Turn
from app.values import AnswerMode, Citation, Confidence, Passage
from models.api import Cancel


@dataclass(slots=True)
class Ending:
    """What is known when the last word of a reply was read."""

    kept: Kept
    asked: Asked
    paid: Paid | None
    seconds: float
    first_text_s: float
    finish: str
    provider: str
    entry: int


@dataclass(slots=True)
class Reply:
    """Prose: labels are put back while it streams; what it cites is looked up here once it is whole."""

    offers: Offers
    asked: Asked
    labels: Mapping[str, str]
    passages: Mapping[int, Sequence[Passage]]
    """What may stand behind each number that was sent."""
    passages_read: int
    text: str = ""
    restored: int = 0
    unresolved: int = 0
    keeps_turn: bool = True
    found: Found | None = None
    cited_before: tuple[Citation, ...] = ()
    draft: str = ""
    """The answer that was sent to be refined."""
    _back: Rehydrator = field(init=False)
    _markers: Markers | None = field(init=False)
    _citations: tuple[Citation, ...] | None = None
    _says: str = ""

    def __post_init__(self) -> None:
        self._back = Rehydrator(self.labels)
        self._markers = Markers(self.found) if self.found is not None else None

    def feed(self, delta: str) -> Iterator[Text]:
        """The next piece, ready to be shown; no part of a label ever is."""
        yield from self._shown(self._back.feed(self._markers.feed(delta) if self._markers else delta))

    def rest(self) -> Iterator[Text]:
        """What was waited for, at the end."""
        if self._markers:
            yield from self._shown(self._back.feed(self._markers.end()))
        yield from self._shown(self._back.end())

    def _shown(self, piece: Restored) -> Iterator[Text]:
        if piece.text:
            self.text += piece.text
            self.restored += len(piece.restored)
            self.unresolved += len(piece.unresolved)
            yield Text(piece.text, piece.restored, piece.unresolved)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the text cites, checked; asked for once the text is whole."""
        if self._citations is None:
            self._citations = self._read()
        return self._citations

    def _read(self) -> tuple[Citation, ...]:
        if self.found is not None:
            read = read_answer(self.text, self.found, self.asked.question)
            self._says = read.says
            return read.citations
        if self.asked.call is Call.REFINE:
            self._says = added(self.text, self.draft, self.asked.question)
            return kept_citations(self.text, self.cited_before)
        library = self.offers.means.library
        return read_citations(self.text, self.passages, library=library, question=self.asked.question)

    @property
    def sure(self) -> Confidence:
        """How sure what it cites makes us."""
        return confidence(self.text, self.citations)

    def citation_rows(self) -> tuple[dict[str, Any], ...]:
        """The citations as they are kept."""
        return tuple(to_row(one) for one in self.citations)

    def checked(self) -> Iterator[AnswerEvent]:
        """Each citation, then all of them with their checks."""
        for one in self.citations:
            yield Cited(one)
        yield Checked(self.citations, self.text)

    def finished(self, ending: Ending, cancel: Cancel) -> Iterator[AnswerEvent]:
        """The last event."""
        yield _finished(self, ending, self.text, self.sure, self._suggestion(ending))

    def _suggestion(self, ending: Ending) -> str:
        quote = ending.kept.offer.quote
        said = [over_ceiling(ending.provider, ending.paid, quote) if quote else "", self._says]
        if not self.text.strip():
            said.append(
                f"{ending.provider} sent no words. Allow a longer answer (cloud_answer_tokens) or another model."
            )
        elif ending.finish == "length":
            said.append("The answer reached the length that was asked for and may be cut off.")
        if self.unresolved:
            count = "1 label" if self.unresolved == 1 else f"{self.unresolved} labels"
            said.append(f"{count} in it stand for nothing that was hidden; they are shown as they came.")
        return " ".join(line for line in said if line)


@dataclass(slots=True)
class PlanReply(Reply):
    """A plan: never shown, carried out here. Blind ends with an answer worded here, Findings with a second parcel."""

    keeps_turn: bool = False
    raw: str = ""

    def feed(self, delta: str) -> Iterator[Text]:
        self.raw += delta
        yield from ()

    def rest(self) -> Iterator[Text]:
        yield from ()

    def checked(self) -> Iterator[AnswerEvent]:
        yield from ()

    def finished(self, ending: Ending, cancel: Cancel) -> Iterator[AnswerEvent]:
        means = self.offers.means
        passages = means.library.passages(self.asked.passages)
        assert means.finder is not None
        found = means.finder.run(self.raw, passages=passages, labels=self.labels, cancel=cancel)
        parcel = ending.kept.offer.parcel
        if parcel.level is Level.FINDINGS and found.values:
            yield self._second(ending, found)
            return
        made = worded_here(found)
        self.text, self._citations = made.text, made.citations
        means.conversations.add(self.asked.conversation, self._turn(ending, made.text))
        yield Text(made.text)
        yield from super(PlanReply, self).checked()
        sure = Confidence.LIKELY if made.citations else Confidence.NONE
        yield _finished(self, ending, made.text, sure, "Looked up and worded on this computer.")

    def _second(self, ending: Ending, found: Found) -> Quoted:
        """Findings: the facts, each its own tick, as a parcel of its own."""
        parcel, wish = ending.kept.offer.parcel, ending.kept.wish
        question = next(part for part in parcel.parts if part.kind is PartKind.QUESTION)
        origins = self.offers.origins()
        facts = [part if part.kept_here else origins.hold(part) for part in found.parts]
        asked = Asked(Call.SYNTHESIS, self.asked.question, self.asked.conversation, self.asked.passages, found.to_row())
        again = Wish(Level.FINDINGS, parcel.provider, parcel.model, as_written=wish.as_written, hide=wish.hide)
        offer = self.offers.make(asked, again, (question, *facts))
        sent = [part.kind for part in (question, *facts) if not part.kept_here]
        says = claim(Level.FINDINGS, sent, compared=True).replace(" sent.", " to be sent.")
        return Quoted(offer.parcel.sha256, says)

    def _turn(self, ending: Ending, text: str) -> Turn:
        parcel, quote = ending.kept.offer.parcel, ending.kept.offer.quote
        return Turn(
            question=self.asked.question,
            answer=text,
            citations=self.citation_rows(),
            passages=self.asked.passages,
            mode="writing",
            model=parcel.model,
            place="cloud",
            confidence=(Confidence.LIKELY if self.citations else Confidence.NONE).value,
            seconds=ending.seconds,
            provider=ending.provider,
            ledger_seq=ending.entry,
            cost_micros=ending.paid.micros if ending.paid else None,
            estimate_micros=quote.likely_micros if quote else None,
        )


def reply_of(offers: Offers, asked: Asked, kept: Kept) -> Reply:
    """How the reply to a kept parcel is read."""
    parcel, means = kept.offer.parcel, offers.means
    labels = means.hiding.labels(parcel.conversation)
    parts = {part.id: part for part in parcel.parts}
    behind = {number: _behind(offers, parts[part]) for number, part in enumerate(numbered(parcel), 1)}
    passages = {number: found for number, found in behind.items() if found}
    if asked.call is Call.PLAN:
        return PlanReply(offers, asked, labels, {}, len(asked.passages))
    found = Found.from_row(asked.found) if asked.call is Call.SYNTHESIS else None
    draft = next((part.text for part in parcel.parts if part.kind is PartKind.DRAFT), "")
    before = _cited_by(offers, parcel.conversation, draft) if asked.call is Call.REFINE else ()
    return Reply(offers, asked, labels, passages, len(passages), found=found, cited_before=before, draft=draft)


def _behind(offers: Offers, part: Part) -> Sequence[Passage]:
    """The passages a numbered text holds: one, or all of a file."""
    library = offers.means.library
    number = passage_of(part.id)
    if number is not None:
        return library.passages([number])
    document = library.document(part.document) if part.document else None
    return library.passages_of(document.id) if document else ()


def _cited_by(offers: Offers, conversation: int, answer: str) -> tuple[Citation, ...]:
    """The citations of the turn whose answer was sent to be refined."""
    turns = offers.means.conversations.turns(conversation)
    turn = next((turn for turn in reversed(turns) if turn.answer.strip() == answer), None)
    return tuple(from_row(row) for row in turn.citations) if turn else ()


def _finished(reply: Reply, ending: Ending, text: str, sure: Confidence, suggestion: str) -> Finished:
    paid = ending.paid
    return Finished(
        conversation=reply.asked.conversation,
        answer=text,
        place="cloud",
        model=ending.kept.offer.parcel.model,
        mode=AnswerMode.WRITING,
        passages_read=reply.passages_read,
        tokens_in=paid.tokens_in if paid else 0,
        tokens_out=paid.tokens_out if paid else 0,
        tokens_evaluated=paid.tokens_in if paid else 0,
        seconds_to_first_text=ending.first_text_s,
        seconds=ending.seconds,
        confidence=sure,
        suggestion=suggestion,
    )
