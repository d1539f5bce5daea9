"""Shows that names never left: a label that came back fades into its name, and an unknown label is marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractAnimation, QObject, QVariantAnimation
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from ui.window.theme import Theme

Range = tuple[int, int]


class LabelMarks(QObject):
    """Lies over a text as extra selections and changes nothing in it. Feed it the ranges of each piece of text."""

    def __init__(self, theme: Theme, text: QTextEdit) -> None:
        super().__init__(text)
        self._theme, self._text = theme, text
        self._returning: list[tuple[str, int]] = []
        """A name and which of its occurrences fades now."""
        self._unknown: set[str] = set()
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(lambda _: self.refresh())
        self._fade.finished.connect(self._faded)

    def came(self, before: str, delta: str, restored: Sequence[Range], unresolved: Sequence[Range]) -> None:
        """One piece came after the text `before`."""
        for start, end in restored:
            name = delta[start:end]
            if name.strip():
                self._returning.append((name, (before + delta[:start]).count(name)))
        self._unknown |= {delta[start:end] for start, end in unresolved}
        if restored:
            still = self._theme.reduce_motion
            self._fade.setDuration(self._theme.ms("reduced_fade" if still else "names_return"))
            self._fade.stop()
            self._fade.start()
        elif unresolved:
            self.refresh()

    def know_unresolved(self, labels: Sequence[str]) -> None:
        """Labels of an earlier answer that nobody gave out."""
        self._unknown |= set(labels)
        self.refresh()

    @property
    def returning(self) -> list[str]:
        """The names that are fading in now."""
        return [name for name, _ in self._returning]

    @property
    def unknown(self) -> set[str]:
        """Labels that stay marked."""
        return self._unknown

    def refresh(self) -> None:
        """Lay the marks anew; also after the text was laid out anew."""
        running = self._fade.state() is QAbstractAnimation.State.Running
        done = float(self._fade.currentValue() or 0.0) if running else 1.0
        marks = [
            self._mark(place, self._black(done)) for name, nth in self._returning if (place := self._find(name, nth))
        ]
        for label in self._unknown:
            nth = 0
            while (place := self._find(label, nth)) is not None:
                marks.append(self._mark(place, self._dotted()))
                nth += 1
        self._text.setExtraSelections(marks)

    def _faded(self) -> None:
        self._returning.clear()
        self.refresh()

    def _find(self, words: str, nth: int) -> QTextCursor | None:
        cursor = QTextCursor(self._text.document())
        for _ in range(nth + 1):
            cursor = self._text.document().find(words, cursor)
            if cursor.isNull():
                return None
        return cursor

    def _black(self, done: float) -> QTextCharFormat:
        t = self._theme
        ground, ink = t.color("redactBg"), t.color("text")
        ground.setAlphaF(1.0 - done)
        look = QTextCharFormat()
        look.setBackground(ground)
        # In the first half only the black label is seen, in the second the name comes through.
        look.setForeground(_between(t.color("redactBg"), ink, max(0.0, 2 * done - 1)))
        return look

    def _dotted(self) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(self._theme.color("warn"))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        look.setUnderlineColor(self._theme.color("warn"))
        return look

    def _mark(self, place: QTextCursor, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = place
        mark.format = look
        return mark


def _between(first: QColor, last: QColor, share: float) -> QColor:
    def mixed(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        mixed(first.redF(), last.redF()), mixed(first.greenF(), last.greenF()), mixed(first.blueF(), last.blueF())
    )
