"""A house that says what it is told to: seeded files, fixed answers, no clock, no models; for tests and pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripted_cloud import ScriptedCloud
from scripted_models import ScriptedModels
from scripted_privacy import ScriptedPrivacy
from scripted_shelves import ScriptedLibrary

from app.ask.past import PastTurn
from app.events import (
    AnswerEvent,
    Checked,
    Cited,
    Finished,
    Passages,
    SectionDone,
    Started,
    Stopped,
    SummaryDone,
    SummaryEvent,
    SummarySentence,
    Text,
    TranscribeProgress,
    TranscriptDone,
    TranscriptEvent,
    TranscriptLine,
)
from app.store.listing import LeftOut
from app.values import (
    Anchor,
    AnswerMode,
    Citation,
    Confidence,
    Document,
    DocumentKind,
    Draft,
    FileState,
    OnDevice,
    PageAnchor,
    Passage,
    QuoteCheck,
    Route,
    TimeAnchor,
    TroubleKind,
    Understood,
)
from models.api import Cancel
from ui.window.house import Asking, Standing, SuggestedQuestion, SummaryLength

HOME = Path.home() / "Documents"
QUESTION = "How much notice do I have to give to end the lease?"
LEASE_QUOTE = (
    "Either party may end this agreement by giving not less than ninety (90) days written notice, "
    "measured from the date of service."
)
MAIL_QUOTE = "A notice sent by email alone is not valid unless the other party confirms receipt in writing."
CALL_QUOTE = "We’ll pick this up after the summer, nothing has gone out yet."
ANSWER = (
    "You have **ninety days**. Either side can end the lease, but the clock starts when the notice is *served*, not "
    "when you write it. [1] An email alone does not count unless the landlord confirms it in writing. [2]\n\n"
    "In the March call, Dana said the office would “pick this up after the summer”, so no notice had been served by "
    "then. [3]"
)


SPOKEN = (
    TranscriptLine(8.0, 14.0, "Before we get to the budget, where are we with the office? The lease runs.", "You"),
    TranscriptLine(16.0, 22.0, "It does. Kessler’s people asked about it again last week, and I said we would "
                   "come back to them.", "Dana", doubtful=True),
    TranscriptLine(24.0, 31.0, "We’ll pick this up after the summer, nothing has gone out yet.", "Dana"),
    TranscriptLine(33.0, 41.0, "And if we decide in September, is that early enough?", "You"),
)  # fmt: skip
SUMMARY = (
    SummarySentence("The lease runs for five years and continues from year to year.", (PageAnchor(4, 0, 10),)),
    SummarySentence("Either side may end it with ninety days’ written notice; an email alone is not enough.",
                    (PageAnchor(4, 20, 60),)),
    SummarySentence("The deposit of two months’ rent comes back within thirty days.", (PageAnchor(5, 0, 9),)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    path: Path
    trouble: TroubleKind
    reason: str
    hint: str = ""
    estimate_s: float | None = None
    state: FileState = FileState.FAILED

    @property
    def file(self) -> Path:
        return self.path


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path
    present: bool
    files_ready: int
    troubles: tuple[Issue, ...] = ()
    not_downloaded: int = 0
    left_out: tuple[LeftOut, ...] = ()
    never_cloud: bool = False
    paused: bool = False
    more_failed: int = 0
    single: bool = False

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def files_failed(self) -> int:
        return len(self.troubles) + self.not_downloaded + self.more_failed


def document(number: int, name: str, kind: DocumentKind, *, pages: int | None = None) -> Document:
    return Document(number, HOME / "Contracts" / name, kind, name, "", 10_000, 0, "0" * 64, pages, None, 0.0)


def passage(number: int, doc: Document, text: str, anchor: PageAnchor | TimeAnchor, *, start: int = 0) -> Passage:
    return Passage(number, doc, 3, start, start + len(text), anchor, "", text, 0.9, ("words",))


LEASE = document(1, "Office lease 2023.pdf", DocumentKind.PDF, pages=5)
CALL = document(2, "Call with Dana, 12 March.m4a", DocumentKind.AUDIO)
PASSAGES = (
    passage(1, LEASE, f"14.2 {LEASE_QUOTE}", PageAnchor(4, 880, 1010)),
    passage(2, LEASE, MAIL_QUOTE, PageAnchor(4, 1010, 1105)),
    passage(3, CALL, CALL_QUOTE, TimeAnchor(872.0, 878.0)),
)
CITATIONS = (
    Citation(1, PASSAGES[0], PASSAGES[0].anchor, LEASE_QUOTE, QuoteCheck.WORD_FOR_WORD),
    Citation(2, PASSAGES[1], PASSAGES[1].anchor, MAIL_QUOTE, QuoteCheck.REWORDED),
    Citation(3, PASSAGES[2], PASSAGES[2].anchor, CALL_QUOTE, QuoteCheck.WORD_FOR_WORD),
)


def finished(answer: str, **changes: object) -> Finished:
    plain = Finished(
        conversation=1, answer=answer, place="on_device", model="SmolLM2 135M", mode=AnswerMode.WRITING,
        passages_read=5, tokens_in=900, tokens_out=120, tokens_evaluated=900, seconds_to_first_text=0.6, seconds=6.4,
        confidence=Confidence.CERTAIN,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Finished by name


def usual_answer(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
    yield Started(1, question)
    yield Passages(PASSAGES)
    for place in range(0, len(ANSWER), 7):
        if cancel.stopped:
            yield Stopped(ANSWER[:place])
            return
        yield Text(ANSWER[place : place + 7])
    for citation in CITATIONS:
        yield Cited(replace(citation, check=QuoteCheck.UNCHECKED))
    yield Checked(CITATIONS, ANSWER)
    yield finished(ANSWER)


Answering = Callable[[str, Cancel], Iterator[AnswerEvent]]


@dataclass
class ScriptedTalk:
    house: ScriptedHouse
    id: int

    def prepare(
        self,
        question: str,
        *,
        within: Sequence[Path] = (),
        limit: int = 8,
        use_files: bool = True,
        cancel: Cancel | None = None,
    ) -> Draft:
        self.house.asked.append((question, tuple(within), use_files))
        if self.house.prepare_error is not None:
            raise self.house.prepare_error
        return Draft(
            conversation=self.id,
            question=question,
            standalone_question=question,
            messages=(),
            passages=PASSAGES,
            mode=self.house.mode,
            tokens=900,
            searched_files=412,
            unreadable_files=0,
            understood=self.house.understood,
            notices=self.house.notices,
        )

    def answer(self, draft: Draft, route: Route, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield from self.house.answering(draft.question, cancel)


@dataclass
class ScriptedAsking:
    house: ScriptedHouse

    def start(self) -> ScriptedTalk:
        return ScriptedTalk(self.house, 1)

    def resume(self, conversation: int) -> ScriptedTalk:
        return ScriptedTalk(self.house, conversation)


@dataclass
class ScriptedHouse:
    """Change the fields to change what happens."""

    folder_list: list[Folder] = field(default_factory=list)
    recent: list[tuple[int, str]] = field(default_factory=list)
    questions: list[SuggestedQuestion] = field(default_factory=list)
    answering: Answering = usual_answer
    mode: AnswerMode = AnswerMode.WRITING
    prepare_error: BaseException | None = None
    section: str = ""
    past: list[PastTurn] = field(default_factory=list)
    reads_until: int = 10_000
    """The file at which reading a folder waits for `gate`."""
    gate: threading.Event = field(default_factory=threading.Event)
    understood: tuple[Understood, ...] = ()
    notices: tuple[str, ...] = ()
    asked: list[tuple[str, tuple[Path, ...], bool]] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)
    real_asking: Asking | None = None
    """Conversations of a real library in place of the scripted ones."""
    addresses: list[str] = field(default_factory=list)
    lengths: list[str] = field(default_factory=list)
    closed: bool = False
    shelves: ScriptedLibrary = field(init=False)
    cloud: ScriptedCloud | None = None
    privacy: ScriptedPrivacy = field(default_factory=ScriptedPrivacy)
    models: ScriptedModels = field(default_factory=ScriptedModels)

    def __post_init__(self) -> None:
        self.shelves = ScriptedLibrary(self)

    @property
    def asking(self) -> Asking:
        return self.real_asking or ScriptedAsking(self)

    @property
    def library(self) -> ScriptedLibrary:
        return self.shelves

    def recent_conversations(self, limit: int) -> list[tuple[int, str]]:
        return self.recent[:limit]

    def turns(self, conversation: int) -> list[PastTurn]:
        return self.past

    def route(self) -> Route:
        return OnDevice("starter")

    def summarise(self, path: Path, length: SummaryLength, cancel: Cancel) -> Iterator[SummaryEvent]:
        self.lengths.append(length)
        yield SectionDone("Use of the premises", 1, 2)
        yield Text("The lease runs for five years.\n")
        self.gate.wait(10)
        yield SectionDone("Notices", 2, 2)
        yield SummaryDone("…", SUMMARY, (), 38.0, "SmolLM2 135M", left_out=2, stopped=cancel.stopped)

    def passage_at(self, path: Path, anchor: Anchor, said: str) -> Passage | None:
        return replace(PASSAGES[0], anchor=anchor, text=f"Before. {SUMMARY[0].text} After.")

    def transcribe(self, path: Path, cancel: Cancel) -> Iterator[TranscriptEvent]:
        for number, line in enumerate(SPOKEN):
            if cancel.stopped:
                break
            yield line
            yield TranscribeProgress(line.end_s, 41.0)
            if number == 1:
                self.gate.wait(10)
        yield TranscriptDone("en", 33.0, 8.0, 0.0, 0.0, 4.1, "Moonshine tiny", stopped=cancel.stopped)

    def status(self) -> Standing:
        return Standing("On this computer", "SmolLM2 135M", 58.0, 310_000_000, 16_000_000_000)

    def suggested_questions(self) -> list[SuggestedQuestion]:
        return self.questions

    def open_address(self, address: str) -> None:
        self.addresses.append(address)

    def open_document(self, path: Path) -> None:
        self.opened.append(path)

    def close(self) -> None:
        self.closed = True


def furnished() -> ScriptedHouse:
    """A house with three folders, questions and a past."""
    tax = HOME / "Tax"
    troubles = (
        Issue(tax / "Statement 2021.pdf", TroubleKind.LOCKED, "Locked with a password"),
        Issue(tax / "scan_0043.pdf", TroubleKind.PICTURES, "Pictures of text, no words to search", "", 40.0),
        Issue(tax / "old-ledger.xls", TroubleKind.DAMAGED, "File ends too early, it may be damaged", "Copy it again."),
    )
    return ScriptedHouse(
        folder_list=[
            Folder(HOME / "Contracts", True, 214),
            Folder(HOME / "Meetings", True, 198),
            Folder(tax, True, 789, troubles),
        ],
        recent=[(1, "Lease notice period"), (2, "Q3 budget assumptions"), (3, "What did Dana promise?")],
        questions=[
            SuggestedQuestion("What does the lease say about the deposit?", "Office lease 2023.pdf", "pdf"),
            SuggestedQuestion("What did Dana promise to do by December?", "Call with Dana, 12 March", "audio"),
            SuggestedQuestion("Which costs grew most since the second quarter?", "Q3 budget.html", "html"),
        ],
    )
