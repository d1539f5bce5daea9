"""The Transcribe page: lines appear as they are written down, and the parts sum to the length of the recording."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer

from app.events import TranscribeProgress, TranscriptDone, TranscriptLine
from ui.window import words
from ui.window.house import House
from ui.window.jobs import Job, Jobs
from ui.window.theme import Theme
from ui.window.widgets.making_page import MakingPage
from ui.window.widgets.said_rows import SaidPainter, SaidRow
from ui.window.widgets.state import StateLook

_DOUBT = StateLook("triangle-alert", words.WORDS_TO_CHECK, "warn")


class TranscribePage(MakingPage):
    """Verbatim words, so serif; times and speakers beside them."""

    def __init__(self, theme: Theme, jobs: Jobs) -> None:
        super().__init__(
            theme,
            jobs,
            SaidPainter(theme, step="quote", place_px=56, name_px=84, doubt=_DOUBT),
            title=words.TRANSCRIBE,
            choose=words.CHOOSE_RECORDING,
            empty=words.DROP_RECORDING,
            place=words.WRITTEN_HERE,
        )
        self._words = 0

    def _work(self, house: House, path: Path) -> Job[object]:
        self._words = 0
        return self._jobs.start(lambda cancel: iter(house.transcribe(path, cancel)))

    def _take(self, values: list[object]) -> None:
        lines = [value for value in values if isinstance(value, TranscriptLine)]
        bar = self.list.verticalScrollBar()
        following = bar.value() >= bar.maximum() - self._theme.px("row")  # who scrolled up is reading
        self.rows.add([SaidRow(words.clock(x.start_s), x.speaker, x.text, doubtful=x.doubtful) for x in lines])
        self._words += sum(len(line.text.split()) for line in lines)
        if lines and following:
            self.list.scrollToBottom()
        for value in values:
            match value:
                case TranscribeProgress(done_s, of_s):
                    self.bar.set_share(done_s / of_s if of_s else 0)
                    self.meta.setText(words.of_length(done_s, of_s))
                case TranscriptDone():
                    self._done(value)
                case _:
                    pass

    def _ended(self, job: Job[object]) -> None:
        bar = self.list.verticalScrollBar()
        following = bar.value() >= bar.maximum() - self._theme.px("row")
        super()._ended(job)
        if following:  # the line about the whole recording takes room from the list only once it is laid out
            QTimer.singleShot(0, self.list.scrollToBottom)

    def _done(self, done: TranscriptDone) -> None:
        length_s = done.speech_s + done.silent_s + done.dropped_s + done.doubtful_s + done.left_s
        people = len({row.name for row in self.rows.rows if row.name})
        self.meta.setText(words.recording_line(length_s, people, self._words))
        left_s = done.left_s if done.stopped else None
        told = words.coverage(done.speech_s + done.doubtful_s, done.silent_s, done.dropped_s, left_s=left_s)
        self.foot.setText(f"{told}. {done.note}" if done.note else told)
