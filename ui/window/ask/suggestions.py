"""Three questions the person's recent files can answer; sans, because Indoors wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window import words
from ui.window.house import SuggestedQuestion
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.row_list import RowList, RowPainter, Rows
from ui.window.widgets.state import kind_icon


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
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), name)
        room = inner.width() - metrics.horizontalAdvance(name) - t.px(16)
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
        return bool(self._rows.rows)

    def put(self, questions: Sequence[SuggestedQuestion]) -> None:
        """Show these; at most three."""
        self._rows.put(list(questions)[:3])

    def _dress(self) -> None:
        t = self._theme
        self._title.setContentsMargins(0, 0, 0, 0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(4))
        self._title.setIndent(t.px(12))
