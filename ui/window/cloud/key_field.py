"""Takes a provider's key letter by letter into bytes that are wiped, so that no text field ever holds it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.paint import note_focus, shape

_MOST_BYTES = 512
_MOST_DOTS = 24


class KeyField(QWidget):
    """Shows dots, never letters. `changed` fires with whether it holds anything, `entered` at Enter. Not an input of
    Qt's: those keep what was typed in strings nobody can wipe, in their undo list and in the accessible text."""

    changed = Signal(bool)
    entered = Signal()

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._key = bytearray()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme.dress(self._dress)

    def take(self) -> bytearray:
        """The key, once: the field is empty afterwards and the caller wipes what it got."""
        taken, self._key = self._key, bytearray()
        self._said()
        return taken

    def wipe(self) -> None:
        """Forget what was typed."""
        wipe(self._key)
        self._key = bytearray()
        self._said()

    @property
    def filled(self) -> bool:
        """Whether anything was typed."""
        return bool(self._key)

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px("button"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px("button"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._key and not event.isAutoRepeat():
                self.entered.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            if self._key:
                self._key[-1] = 0
                del self._key[-1]
                self._said()
        elif event.key() == Qt.Key.Key_Delete:
            self.wipe()
        elif _is_letter(event):
            self._put(bytearray(event.text().encode("ascii", "ignore")))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._paste()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        line, width = ("focus", t.px("line.focus")) if self.hasFocus() else ("borderStrong", t.px("line.hair"))
        shape(painter, where, t.px("radius.control"), fill=t.color("surface"), line=t.color(line), width=width)
        painter.setFont(t.font("exact"))
        painter.setPen(t.color("text"))
        dots = "•" * min(_MOST_DOTS, len(self._key))
        inner = where.adjusted(t.px(12), 0, -t.px(12), 0)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), dots)
        if self.hasFocus():
            left = inner.left() + painter.fontMetrics().horizontalAdvance(dots) + 1
            painter.fillRect(QRectF(left, (where.height() - t.px(16)) / 2, 1, t.px(16)), t.color("text"))
        if self._key:
            painter.setFont(t.font("meta", tabular=True))
            painter.setPen(t.color("text2"))
            said = words.key_length(len(self._key))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), said)

    # ------------------------------------------------------------ its own

    def _put(self, piece: bytearray) -> None:
        for byte in piece:
            if 0x21 <= byte <= 0x7E and len(self._key) < _MOST_BYTES:
                self._grow(byte)
        wipe(piece)
        self._said()

    def _grow(self, byte: int) -> None:
        # A bytearray that grows may leave its old place unwiped: a fresh one each time, and the old one wiped.
        grown = bytearray(len(self._key) + 1)
        grown[:-1] = self._key
        grown[-1] = byte
        wipe(self._key)
        self._key = grown

    def _paste(self) -> None:
        # As bytes, not as text: a QByteArray can be overwritten, a string of Python's cannot.
        held = QGuiApplication.clipboard().mimeData().data("text/plain")
        with memoryview(held) as view:  # type: ignore[arg-type]  # it has the buffer protocol, its types do not say so
            piece = bytearray(view)
        held.fill("\0")  # type: ignore[arg-type]  # as above: a letter, the types want a number
        self._put(piece)

    def _said(self) -> None:
        self.setAccessibleDescription(words.key_length(len(self._key)))
        self.changed.emit(bool(self._key))
        self.update()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()


def wipe(key: bytearray) -> None:
    """Overwrite a key where it lies."""
    for place in range(len(key)):
        key[place] = 0


def _is_letter(event: QKeyEvent) -> bool:
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    return bool(event.text()) and event.text().isprintable() and not held
