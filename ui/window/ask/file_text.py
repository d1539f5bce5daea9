"""Shows the text around a passage for files without pages: serif, the open quote amber, other cited ones pale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ui.window import words
from ui.window.ask.markdown_blocks import find_quote
from ui.window.theme import Theme

AROUND_CHARS = 6_000
"""Shown before and after the passage: a longer text is cut there, so that a whole book never enters the window."""
_PASSAGE_AT = 0.38
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


class FileText(QTextBrowser):
    """Plain text only; nothing in a file can make it load anything."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text, self._quote, self._at = "", "", 0
        self._others: tuple[str, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(words.SURROUNDING)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._place = QTimer(self)
        self._place.setSingleShot(True)
        self._place.timeout.connect(self._to_passage)
        theme.dress(self._lay_out)

    def show_text(self, text: str, *, start: int, quote: str, others: Sequence[str]) -> None:
        """`text` of a section, the passage beginning at character `start` of it."""
        first = max(0, start - AROUND_CHARS)
        cut = text[first : start + AROUND_CHARS]
        self._text = ("… " if first else "") + cut + (" …" if start + AROUND_CHARS < len(text) else "")
        self._at = start - first + (2 if first else 0)
        self._quote, self._others = quote, tuple(others)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._theme.color("surface"))
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place.start(0)

    def _lay_out(self) -> None:
        t = self._theme
        self.document().setDocumentMargin(t.px(16))
        self.document().setDefaultFont(t.font("quote"))
        self.setPlainText(self._text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        shape = QTextBlockFormat()
        shape.setLineHeight(t.line_px("quote"), _FIXED)
        shape.setBottomMargin(t.px(4))
        cursor.mergeBlockFormat(shape)
        for other in self._others:
            self._mark(other, ground=t.color("mark"), ink=t.color("onMark"))
        found = self._mark(self._quote, ground=t.color("markActive"), ink=t.color("onMark"))
        if found is not None:
            self._at = found
        self._place.start(0)

    def _mark(self, quote: str, *, ground: QColor, ink: QColor) -> int | None:
        found = find_quote(self._text, quote, near=max(0, self._at - 40))
        if found is None:
            return None
        style = QTextCharFormat()
        style.setBackground(ground)
        style.setForeground(ink)
        cursor = QTextCursor(self.document())
        cursor.setPosition(found[0])
        cursor.setPosition(found[1], QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(style)
        return found[0]

    def _to_passage(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._at, max(0, self.document().characterCount() - 1)))
        bar = self.verticalScrollBar()
        top = self.cursorRect(cursor).top() + bar.value()
        bar.setValue(round(top - self.viewport().height() * _PASSAGE_AT))
