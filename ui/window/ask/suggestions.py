"""Three questions the person's recent files can answer; sans, because Indoors wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window import words
from ui.window.house import SuggestedQuestion
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.row_list import RowList, RowPainter, Rows
from ui.window.widgets.state import kind_icon

_MOST = 3


class _QuestionRows(Rows[SuggestedQuestion]):
    def said(self, row: SuggestedQuestion) -> str:
        return f"{row.question} {row.file_name}"


class _QuestionPainter(RowPainter):
    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, SuggestedQuestion)
        t = self.theme
        side = t.px(16)
        icon = QRectF(where.left() + t.px(12), where.top(), side, where.height())
        paint_icon(painter, icon, kind_icon(row.kind), color=t.color("text2"), size_px=side)
        inner = where.adjusted(t.px(12) + side + t.px(12), 0, -t.px(12), 0)
        painter.setFont(t.font("meta"))
        painter.setPen(t.color("text2"))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(row.file_name, Qt.TextElideMode.ElideMiddle, int(inner.width() * 0.4))
        room = inner.width() - metrics.horizontalAdvance(name) - t.px(16)
        painter.setFont(t.font("control"))
        if painter.fontMetrics().horizontalAdvance(row.question) > room:
            room = inner.width()  # the name of the file goes first
        else:
            painter.setFont(t.font("meta"))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), name)
            painter.setFont(t.font("control"))
        painter.setPen(t.color("text"))
        question = painter.fontMetrics().elidedText(row.question, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), question)


class Suggestions(QWidget):
    """`asked` fires with the question chosen. Nothing is shown when there is none."""

    asked = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = Label(theme, words.THINGS_TO_ASK, step="group", color="text2")
        self._rows = _QuestionRows()
        self._questions: list[SuggestedQuestion] = []
        self._list = RowList(theme, self._rows, _QuestionPainter(theme), name=words.THINGS_TO_ASK)
        self._list.chosen.connect(lambda row: self.asked.emit(self._rows.rows[row].question))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._list)
        self._column.addStretch()
        theme.dress(self._dress)

    @property
    def any(self) -> bool:
        """Whether there is something to suggest."""
        return bool(self._questions)

    def put(self, questions: Sequence[SuggestedQuestion]) -> None:
        """Show these; at most three."""
        self._questions = list(questions)[:_MOST]
        self._rows.put(self._questions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Only whole rows: what does not fit is left out, last ones first."""
        super().resizeEvent(event)
        room = self.height() - self._theme.line_px("group") - self._theme.px(4)
        self._rows.put(self._questions[: max(0, room // self._theme.px("row"))])

    def _dress(self) -> None:
        t = self._theme
        self._title.setContentsMargins(0, 0, 0, 0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(4))
        self._title.setIndent(t.px(12))
