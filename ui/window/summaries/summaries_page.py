"""The Summaries page: sentence by sentence, each with its place in the document; what nothing supports is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout

from app.events import SectionDone, SummaryDone, SummarySentence, Text
from app.values import Passage, QuoteCheck
from ui.window import words
from ui.window.ask.markdown_blocks import find_quote
from ui.window.ask.source_panel import Shown
from ui.window.house import House, SummaryLength
from ui.window.jobs import Job, Jobs
from ui.window.theme import Theme
from ui.window.widgets.making_page import MakingPage
from ui.window.widgets.said_rows import SaidPainter, SaidRow
from ui.window.widgets.segments import Segments
from ui.window.widgets.state import CHECKS

_LENGTHS: dict[str, SummaryLength] = {words.SHORT: "short", words.MEDIUM: "medium", words.FULL: "full"}

_DOUBT = CHECKS[QuoteCheck.UNCHECKED]


class SummariesPage(MakingPage):
    """Short, medium or full; another length makes the summary again."""

    def __init__(self, theme: Theme, jobs: Jobs) -> None:
        super().__init__(
            theme,
            jobs,
            SaidPainter(theme, step="reading", place_px=76, chip_px=28, doubt=_DOUBT),
            title=words.SUMMARIES,
            choose=words.CHOOSE_DOCUMENT,
            empty=words.SUMMARIES_EMPTY,
            place=words.MADE_HERE,
            acts=True,
        )
        self._streamed = ""
        self._sentences: Sequence[SummarySentence] = ()
        self.list.chosen.connect(self.open_source)
        self._lengths = Segments(theme, tuple(_LENGTHS), name=words.SUMMARY_LENGTH)
        self._lengths.chosen.connect(self._again)
        row = QHBoxLayout()
        row.addWidget(self._lengths)
        row.addStretch()
        self._column.insertLayout(2, row)

    def _work(self, house: House, path: Path) -> Job[object]:
        self._streamed, self._sentences = "", ()
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
        self._sentences = done.sentences
        self.rows.put([_row(sentence, number) for number, sentence in enumerate(done.sentences, start=1)])
        found = sum(bool(sentence.anchors) for sentence in done.sentences)
        self.meta.setText(f"{words.took(done.seconds)} · {words.sentences_found(found, len(done.sentences))}")
        ends = words.SUMMARY_STOPPED if done.stopped else ""
        self.foot.setText(" ".join(part for part in (ends, words.left_out(done.left_out)) if part))

    def open_source(self, row: int) -> None:
        """Show the place in the document that supports a sentence, in the panel."""
        house, path = self._house, self.path
        if house is None or path is None or row >= len(self._sentences) or not self._sentences[row].anchors:
            return
        sentence = self._sentences[row]
        anchor = sentence.anchors[0]

        def take(passage: Passage | None) -> None:
            if passage is None:
                self.said.emit(words.PLACE_GONE)
                return
            said = find_quote(passage.text, sentence.text)
            quote = passage.text[said[0] : said[1]] if said else passage.text
            check = QuoteCheck.WORD_FOR_WORD if said else QuoteCheck.REWORDED
            self.source_wanted.emit(Shown(passage, anchor, quote, check))
            self._painter.open_chip = row + 1
            self.list.viewport().update()

        self._jobs.once(
            lambda cancel: house.passage_at(path, anchor, sentence.text), on_value=take, on_failed=self._failed
        )

    def _again(self) -> None:
        if self.path is not None:
            self.begin(self.path)


def _row(sentence: SummarySentence, number: int) -> SaidRow:
    where = words.place(sentence.anchors[0]) if sentence.anchors else words.NO_SOURCE
    return SaidRow(where, "", sentence.text, doubtful=not sentence.anchors, chip=number if sentence.anchors else 0)
