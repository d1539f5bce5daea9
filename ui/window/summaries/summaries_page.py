"""The Summaries page: sentence by sentence, each with its place in the document; what nothing supports is left out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout

from app.events import SectionDone, SummaryDone, SummarySentence, Text
from ui.window import words
from ui.window.house import House, SummaryLength
from ui.window.jobs import Job, Jobs
from ui.window.theme import Theme
from ui.window.widgets.making_page import MakingPage
from ui.window.widgets.said_rows import SaidPainter, SaidRow
from ui.window.widgets.segments import Segments

_LENGTHS: dict[str, SummaryLength] = {words.SHORT: "short", words.MEDIUM: "medium", words.FULL: "full"}


class SummariesPage(MakingPage):
    """Short, medium or full; another length makes the summary again."""

    def __init__(self, theme: Theme, jobs: Jobs) -> None:
        super().__init__(
            theme,
            jobs,
            SaidPainter(theme, step="reading", place_px=84),
            title=words.SUMMARIES,
            choose=words.CHOOSE_DOCUMENT,
            empty=words.SUMMARIES_EMPTY,
            place=words.MADE_HERE,
        )
        self._streamed = ""
        self._lengths = Segments(theme, tuple(_LENGTHS), name=words.SUMMARY_LENGTH)
        self._lengths.chosen.connect(self._again)
        row = QHBoxLayout()
        row.addWidget(self._lengths)
        row.addStretch()
        self._column.insertLayout(2, row)

    def _work(self, house: House, path: Path) -> Job[object]:
        self._streamed = ""
        length = _LENGTHS[self._lengths.current]
        return self._jobs.start(lambda cancel: iter(house.summarise(path, length, cancel)))

    def _take(self, values: list[object]) -> None:
        for value in values:
            match value:
                case SectionDone(_, done, of):
                    self.bar.set_share(done / of if of else 0)
                    self.meta.setText(words.section_of(done, of))
                case Text(delta):
                    self._streamed += delta
                case SummaryDone():
                    self._done(value)
                    return
                case _:
                    pass
        if self._streamed.strip():
            self.rows.put([SaidRow("", "", part) for part in self._streamed.split("\n") if part.strip()])

    def _done(self, done: SummaryDone) -> None:
        self.rows.put([_row(sentence) for sentence in done.sentences])
        found = sum(bool(sentence.anchors) for sentence in done.sentences)
        self.meta.setText(f"{words.took(done.seconds)} · {words.sentences_found(found, len(done.sentences))}")
        self.foot.setText(words.left_out(done.left_out) if done.left_out else "")

    def _again(self) -> None:
        if self.path is not None:
            self.begin(self.path)


def _row(sentence: SummarySentence) -> SaidRow:
    where = words.place(sentence.anchors[0]) if sentence.anchors else words.NO_SOURCE
    return SaidRow(where, "", sentence.text, doubtful=not sentence.anchors)
