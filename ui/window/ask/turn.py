"""One question and what came of it: heading, stages, passages first, then the answer with its checked sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.events import (
    AnswerEvent,
    Checked,
    Cited,
    Finished,
    Holding,
    Passages,
    Quoted,
    Sent,
    Spent,
    Started,
    Stopped,
    Text,
)
from app.values import AnswerMode, Citation, Confidence, Draft, Notice, Passage, QuoteCheck
from ui.window import words
from ui.window.ask.answer_text import AnswerText
from ui.window.ask.evidence_list import CitationPainter, CitationRow, CitationRows, PassagePainter, PassageRows
from ui.window.ask.turn_actions import TurnActions
from ui.window.ask.understood_lines import UnderstoodLines
from ui.window.cloud.crossing import Crossing
from ui.window.cloud.way_back import WayBack
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Ring
from ui.window.widgets.card import Card, Divider
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.pill import Pill
from ui.window.widgets.row_list import RowList

if TYPE_CHECKING:
    from app.ask.past import PastTurn

_MOST_PASSAGES = 5


class Turn(QWidget):
    """Built once per question. It is given events in batches and asks its page to open citations and passages."""

    citation_opened = Signal(Citation)
    passage_opened = Signal(Passage)
    chip_pointed = Signal(object, QPoint)
    again = Signal()
    without_files = Signal()
    everywhere = Signal()
    instead = Signal(str)
    """Ask this in its place."""
    copied = Signal()
    cloud_wanted = Signal()
    see_sent = Signal(int)
    address_wanted = Signal(str, QPoint)
    grew = Signal()

    def __init__(self, theme: Theme, question: str, *, scope: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.question, self._scope = theme, question, scope
        self.over, self._files, self._open = False, 0, 0
        self._mode = AnswerMode.QUOTING
        self._checked, self._found_nothing = False, False
        self.citations: dict[int, Citation] = {}
        self.draft: Draft | None = None
        self._passages: tuple[Passage, ...] = ()
        self._heading = Label(theme, question, step="title", wrap=True)
        self._card = Card(theme)
        self._actions = TurnActions(theme)
        self._build_card()
        self._connect_actions()
        self._column = QVBoxLayout(self)
        for part in (self._heading, self._card, self._actions):
            self._column.addWidget(part)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._show_ring)
        theme.dress(self._dress)

    # ------------------------------------------------------------ what happens to it

    def begin(self, files: int) -> None:
        """The question was taken; `files` will be searched."""
        self._files = files
        self._stage(words.searching(files))
        self._late.start(self._theme.ms("busy_mark_after"))

    def begin_cloud(self, draft: Draft, crossing: Crossing) -> None:
        """The question is on its way out: held first, and nothing has left."""
        self.draft = draft
        self._pill.hide()
        self.way.begin(crossing)
        self._stage(crossing.stage)

    def come_home(self) -> None:
        """The way there and back is over, whatever came of it."""
        if not self.over and self.way.crossing is not None:
            self._end(self.way.crossing.stopped_line)

    def take(self, events: Sequence[AnswerEvent]) -> None:
        """One batch: the text in it is laid out once."""
        if self.over:
            return
        text, cited = "", False
        for event in events:
            match event:
                case Started():
                    pass
                case Passages(passages):
                    self.show_passages(passages)
                case Text(delta):
                    self.way.came_back(event, before=self._text.markdown + text)
                    text += delta
                case Cited(citation):
                    self.citations[citation.n] = citation
                    cited = True
                case Checked() | Holding() | Sent() | Spent() | Quoted() | Stopped() | Finished():
                    self._write(text, cited=cited)
                    text, cited = "", False
                    self._settle(event)
                case _:
                    assert_never(event)
        self._write(text, cited=cited)
        self.grew.emit()

    def show_draft(self, draft: Draft) -> None:
        """What the search understood and found."""
        self.draft = draft
        if draft.understood or draft.notices:
            self._understood.say(draft.understood, draft.notices)
            self._understood.show()
        self.show_passages(draft.passages, mode=draft.mode)

    def show_passages(self, passages: Sequence[Passage], *, mode: AnswerMode | None = None) -> None:
        """The passages the answer will be made from: shown before a word is written."""
        self._mode = mode or self._mode
        self._passages = tuple(passages)
        self._passage_rows.put(self._passages[:_MOST_PASSAGES])
        self._passage_list.setVisible(bool(passages))
        if passages:
            self._stage(words.reading(len(passages)))
        self.grew.emit()

    def halt(self) -> None:
        """The person pressed Stop: from now on nothing that still arrives is shown."""
        crossing = self.way.crossing
        if self.over:
            return
        if crossing is None:
            self._end(words.STOPPED_KEPT)
        else:  # whether it had left is known only once the way is over
            crossing.stopping = True
            self._stage(crossing.stage)

    def fail(self, notice: Notice) -> None:
        """No answer came; the passages found so far stay."""
        if self.over:
            return
        self._end(words.found_passages(len(self._passages)) if self._passages else "")
        self._passage_list.setVisible(bool(self._passages) and not self.citations)
        self._notice.say(notice)
        self._notice.show()
        self.way.fail(notice)
        self.grew.emit()

    def show_past(self, past: PastTurn) -> None:
        """An answer from the history."""
        self.citations = {citation.n: citation for citation in past.citations}
        self._checked, self._mode = True, past.mode
        if past.confidence is Confidence.NONE:
            self._found_nothing = True
            self._text.show_whole(past.answer or words.nothing_found(self._scope), {})
        else:
            self._text.show_whole(past.answer, self.citations)
        self._text.show()
        self.way.show_past(past)
        self._pill.setVisible(past.place != "cloud")
        self._end(words.STOPPED_KEPT if past.stopped else _took(past.seconds, past.passages_read))
        self._show_rows()

    def set_open(self, number: int) -> None:
        """The citation shown in the panel, 0 for none of this answer's."""
        self._open = number
        self._text.set_open(number)
        self._show_rows()

    @property
    def open_number(self) -> int:
        """The citation of this answer shown in the panel."""
        return self._open

    def text_with_sources(self) -> str:
        """For the clipboard: the answer, then its sources with their places."""
        lines = [self._text.markdown.strip(), ""]
        for n, c in sorted(self.citations.items()):
            lines.append(
                f"[{n}] {c.passage.document.path.name}, {words.place(c.anchor)}: “{' '.join(c.quote.split())}”"
            )
        return "\n".join(lines).strip() + "\n"

    @property
    def answer(self) -> str:
        """The finished answer as it stands; empty while there is none."""
        return self._text.markdown.strip() if self.over and not self._found_nothing else ""

    def offer_cloud(self, offered: bool) -> None:
        """Whether a cloud model can be asked from here."""
        self._actions.cloud.setVisible(offered)

    def focus_answer(self) -> None:
        """Give the answer the keyboard: 1…9 open its sources."""
        self._text.setFocus()

    # ------------------------------------------------------------ events

    def _write(self, text: str, *, cited: bool) -> None:
        if text:
            if not self._text.markdown:
                self._stage(words.WRITING)
                self._text.show()
            self._text.add(text)
            self.way.marks.refresh()
        if cited:
            self._text.set_citations(self.citations)
            self._show_rows()

    def _settle(self, event: Checked | Holding | Sent | Spent | Quoted | Stopped | Finished) -> None:
        match event:
            case Checked():
                self.citations = {citation.n: citation for citation in event.citations}
                self._checked = True
                self._text.show_whole(event.answer, self.citations)
                self._show_rows()
            case Stopped():
                self._end(self.way.crossing.stopped_line if self.way.crossing else words.STOPPED_KEPT)
            case Finished():
                self._finish(event)
            case Holding() | Sent() | Spent():
                self._stage(self.way.cross(event))
            case Quoted():
                pass  # looked at in the envelope
            case _:
                assert_never(event)

    def _finish(self, event: Finished) -> None:
        self._mode = event.mode
        if event.confidence is Confidence.NONE:
            self._nothing(event.closest)
        elif self._text.markdown.strip() != event.answer.strip():
            self._text.show_whole(event.answer, self.citations)
        self._end(_took(event.seconds, event.passages_read))
        self._sure.setVisible(event.confidence is Confidence.UNSURE)
        self._suggestion.setText(event.suggestion)
        self._suggestion.setVisible(bool(event.suggestion))
        self._text.setVisible(bool(self._text.markdown.strip()))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words.answer_ready(len(self.citations))))

    def _nothing(self, closest: Sequence[Passage]) -> None:
        self._found_nothing = True
        said = words.nothing_answers(self._scope) if closest else words.nothing_found(self._scope)
        self.citations = {}
        self._text.show_whole(said, {})
        self._passages = tuple(closest)
        self._passage_rows.put(self._passages[:_MOST_PASSAGES])
        self._passage_list.setVisible(bool(closest))
        self._rows_list.hide()
        self._everywhere.setVisible(bool(self._scope))
        self._without.setVisible(self._mode is AnswerMode.WRITING)

    def _end(self, meta: str) -> None:
        self.over = True
        self._late.stop()
        self._ring.hide()
        done = "" if self._found_nothing else self._text.markdown.strip()
        self._pill.set_words(words.ANSWERED_HERE if done else words.SEARCHED_HERE)
        self.way.end(answered=bool(done))
        self._meta.setText(meta)
        if self.citations:
            self._passage_list.hide()
        self._actions.show()
        self._copy.setVisible(bool(done) and bool(self.citations))
        self._show_rows()
        self.grew.emit()

    def _show_rows(self) -> None:
        rows = [CitationRow(c, self._checked, n == self._open) for n, c in sorted(self.citations.items())]
        self._row_model.put(rows)
        self._rows_list.setVisible(bool(rows))
        self._divider.setVisible(bool(rows) or self._passage_list.isVisibleTo(self._card))
        right = sum(row.citation.check is QuoteCheck.WORD_FOR_WORD for row in rows)
        self._right.setText(words.word_for_word(right, len(rows)))
        self._right.setVisible(self._checked and len(rows) > 3 and right < len(rows))

    # ------------------------------------------------------------ building

    def _build_card(self) -> None:
        t = self._theme
        self._text = AnswerText(t, name=words.ASK)
        self.way = WayBack(t, self._text)
        self.way.cost.see_sent.connect(self.see_sent)
        self._pill = Pill(t, words.ON_THIS_COMPUTER, icon="house", look="house")
        self._ring = Ring(t)
        self._ring.hide()
        self._meta = Label(t, color="text2", tabular=True, elide=True)
        self._right = Label(t, color="text2", tabular=True)
        self._right.hide()
        self._top = QHBoxLayout()
        put(self._top, self._pill, self.way.pill, self._ring)
        self.way.pill.hide()
        self._top.addWidget(self._meta, 1)
        self._top.addWidget(self._right)
        self._text.hide()
        self._text.address_wanted.connect(self.address_wanted)
        self._text.chip_opened.connect(self._open_number)
        self._text.chip_pointed.connect(self._point)
        self._understood = UnderstoodLines(t)
        self._understood.instead.connect(self.instead)
        self._sure = Label(t, words.NOT_SURE, color="warn", wrap=True)
        self._suggestion = Label(t, color="text2", wrap=True)
        self._notice = NoticeLine(t, action=words.TRY_AGAIN)
        self._notice.acted.connect(self.again)
        self._divider = Divider(t)
        self._row_model, self._passage_rows = CitationRows(), PassageRows()
        self._rows_list = RowList(t, self._row_model, CitationPainter(t), name=words.SOURCES)
        self._rows_list.chosen.connect(self._row_chosen)
        self._passage_list = RowList(t, self._passage_rows, PassagePainter(t), name=words.PASSAGES)
        self._passage_list.chosen.connect(self._passage_chosen)
        self._inside = QVBoxLayout(self._card)
        self._inside.addLayout(self._top)
        later: tuple[QWidget, ...] = (
            self._sure, self._suggestion, self._notice, self.way.verbatim, self._divider, self._rows_list,
            self._passage_list, self.way.cost,
        )  # fmt: skip
        put(self._inside, self._understood, self._text, *later)
        for part in (self._understood, *later):
            part.hide()

    def _connect_actions(self) -> None:
        row = self._actions
        self._copy, self._again, self._everywhere, self._without = row.copy, row.again, row.everywhere, row.without
        for button, signal in (
            (row.copy, self.copied),
            (row.again, self.again),
            (row.everywhere, self.everywhere),
            (row.without, self.without_files),
            (row.cloud, self.cloud_wanted),
        ):
            button.clicked.connect(signal)

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(12))
        self._inside.setContentsMargins(t.px(20), t.px(16), t.px(20), t.px(16))
        self._inside.setSpacing(t.px(12))
        self._top.setSpacing(t.px(8))

    # ------------------------------------------------------------ small

    def _stage(self, stage: str) -> None:
        self._meta.setText(stage)

    def _show_ring(self) -> None:
        self._ring.setVisible(not self.over)

    def _row_chosen(self, row: int) -> None:
        self.citation_opened.emit(self._row_model.rows[row].citation)

    def _passage_chosen(self, row: int) -> None:
        self.passage_opened.emit(self._passage_rows.rows[row])

    def _open_number(self, number: int) -> None:
        if number in self.citations:
            self.citation_opened.emit(self.citations[number])

    def _point(self, number: int, place: QPoint) -> None:
        # What the panel shows needs no card of its own.
        self.chip_pointed.emit(self.citations.get(number) if number != self._open else None, place)


def _took(seconds: float, passages: int) -> str:
    return f"{words.took(seconds)} · {words.passages_read(passages)}"
