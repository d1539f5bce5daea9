"""Carries one question at a time from the composer to the house and its events back to a turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.events import AnswerEvent
from app.values import Draft, Notice
from models.api import Cancel
from ui.window import words
from ui.window.ask.turn import Turn
from ui.window.house import House, Talk
from ui.window.jobs import Job, Jobs


class Talker(QObject):
    """Knows which conversation is open. `busy_changed` tells the composer; `answered` that something was stored."""

    busy_changed = Signal(bool)
    answered = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._house: House | None = None
        self._talk: Talk | None = None
        self._job: Job[Draft | AnswerEvent] | Job[AnswerEvent] | None = None
        self._turn: Turn | None = None

    def move_in(self, house: House) -> None:
        """The house is open."""
        self._house = house

    @property
    def busy(self) -> bool:
        """An answer is being made."""
        return self._job is not None

    @property
    def conversation(self) -> int | None:
        """Id of the open conversation; None before its first question."""
        return self._talk.id if self._talk is not None else None

    def forget_talk(self) -> None:
        """The next question begins a new conversation."""
        self.stop()
        self._talk = None

    def reopen(self, talk: Talk) -> None:
        """Carry on an earlier conversation."""
        self.stop()
        self._talk = talk

    def ask(self, turn: Turn, *, within: Sequence[Path], use_files: bool = True) -> None:
        """Begin an answer; what is under way is stopped first."""
        house = self._house
        if house is None:
            return
        self.stop()
        self._turn = turn

        def work(cancel: Cancel) -> Iterator[Draft | AnswerEvent]:
            if self._talk is None:
                self._talk = house.asking.start()
            draft = self._talk.prepare(turn.question, within=tuple(within), use_files=use_files, cancel=cancel)
            if not cancel.stopped:
                yield draft
                yield from self._talk.answer(draft, house.route(), cancel)

        job = self._jobs.start(work)
        job.batch.connect(lambda values: _deliver(turn, values))
        job.failed.connect(lambda notice: self._failed(turn, notice))
        job.ended.connect(lambda: self._ended(job))
        self._job = job
        self.busy_changed.emit(True)

    def drafting(self, question: str, *, within: Sequence[Path], use_files: bool = True) -> Callable[[Cancel], Draft]:
        """How to make the draft of a question in the open conversation, on a worker thread; nothing is answered."""

        def make(cancel: Cancel) -> Draft:
            house = self._house
            if house is None:
                raise AppError(words.OPENING)
            if self._talk is None:
                self._talk = house.asking.start()
            return self._talk.prepare(question, within=tuple(within), use_files=use_files, cancel=cancel)

        return make

    def carry(
        self,
        turn: Turn,
        way: Callable[[Cancel], Iterator[AnswerEvent]],
        *,
        on_events: Callable[[Sequence[AnswerEvent]], None],
        on_over: Callable[[], None],
    ) -> None:
        """Begin an answer that comes from outside; the way there and back is somebody else's."""
        self.stop()
        self._turn = turn
        job = self._jobs.start(way)
        job.batch.connect(turn.take)
        job.batch.connect(on_events)
        job.failed.connect(lambda notice: self._failed(turn, notice))
        job.ended.connect(turn.come_home)
        job.ended.connect(lambda: self._ended(job))
        job.ended.connect(on_over)
        self._job = job
        self.busy_changed.emit(True)

    def stop(self) -> None:
        """Stop writing; the turn shows nothing that still arrives."""
        if self._job is None:
            return
        self._job.stop()
        if self._turn is not None:
            self._turn.halt()
        self._job = None
        self.busy_changed.emit(False)

    def _failed(self, turn: Turn, notice: Notice) -> None:
        turn.fail(notice)

    def _ended(self, job: Job[Draft | AnswerEvent] | Job[AnswerEvent]) -> None:
        if self._turn is not None and job is self._job:
            self._turn.halt()
        if job is self._job:
            self._job = None
            self.busy_changed.emit(False)
        self.answered.emit()


def _deliver(turn: Turn, values: list[Draft | AnswerEvent]) -> None:
    events: list[AnswerEvent] = []
    for value in values:
        if isinstance(value, Draft):
            if not turn.over:
                turn.show_draft(value)
        else:
            events.append(value)
    turn.take(events)
