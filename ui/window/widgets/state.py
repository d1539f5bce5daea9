"""A state is always an icon, a word and a colour together; here are the ones of a checked quote."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.values import QuoteCheck
from ui.window import words
from ui.window.icons import paint_icon
from ui.window.theme import Theme


@dataclass(frozen=True, slots=True)
class StateLook:
    """Icon, words and colour of one state."""

    icon: str
    words: str
    color: str


CHECKS = {
    QuoteCheck.WORD_FOR_WORD: StateLook("check", words.CHECK_WORDS[QuoteCheck.WORD_FOR_WORD], "ok"),
    QuoteCheck.REWORDED: StateLook("list-indent-increase", words.CHECK_WORDS[QuoteCheck.REWORDED], "text2"),
    QuoteCheck.UNCHECKED: StateLook("triangle-alert", words.CHECK_WORDS[QuoteCheck.UNCHECKED], "warn"),
}

KIND_ICONS = {"audio": "mic", "mail": "mail", "table": "table", "html": "globe"}


def kind_icon(kind: str) -> str:
    """The icon of a kind of document."""
    return KIND_ICONS.get(kind, "file-text")


def paint_state(painter: QPainter, where: QRectF, theme: Theme, look: StateLook) -> float:
    """Draw a state against the right edge of `where`; returns the width it took."""
    font = theme.font("state")
    painter.setFont(font)
    color = theme.color(look.color)
    painter.setPen(color)
    wide = painter.fontMetrics().horizontalAdvance(look.words)
    painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), look.words)
    side = theme.px(14)
    left = where.right() - wide - theme.px("icon_to_word") - side
    paint_icon(painter, QRectF(left, where.top(), side, where.height()), look.icon, color=color, size_px=side)
    return wide + theme.px("icon_to_word") + side


def state_width(theme: Theme, look: StateLook) -> int:
    """Pixels a state takes."""
    words_px = QFontMetrics(theme.font("state")).horizontalAdvance(look.words)
    return words_px + theme.px(14) + theme.px("icon_to_word")


class State(QWidget):
    """A state as a small widget of its own; `color` may be overruled where the ground asks for it."""

    def __init__(self, theme: Theme, look: StateLook, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._look = theme, look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(look.words)
        theme.dress(self._dress)

    @property
    def look(self) -> StateLook:
        """What it shows."""
        return self._look

    def set_look(self, look: StateLook) -> None:
        """Another state."""
        self._look = look
        self.setAccessibleName(look.words)
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(state_width(self._theme, self._look), self._theme.line_px("state"))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_state(QPainter(self), QRectF(self.rect()), self._theme, self._look)

    def _dress(self) -> None:
        self.setFont(self._theme.font("state"))
        self.updateGeometry()
        self.update()
