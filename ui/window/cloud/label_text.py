"""The words of a part exactly as they leave, serif, with black labels where details were swapped; it loads nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from ui.window.cloud.cloud_words import label_words
from ui.window.theme import Theme
from ui.window.tokens import tokens
from ui.window.widgets.paint import shape

_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_OBJECT = "\ufffc"
Mark = tuple[int, int, str]


class LabelDocument(QTextDocument):
    """Knows no pictures but its labels, so that a part can name no file and no address."""

    def __init__(self, theme: Theme, place: QWidget) -> None:
        super().__init__(place)
        self._theme, self._place = theme, place
        self.labels: list[str] = []
        self.current = -1
        self.setDocumentMargin(0)
        self.setUndoRedoEnabled(False)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        url = QUrl(name)
        number = url.path().split("/")[0]
        if url.scheme() != "label" or not number.isdigit() or int(number) >= len(self.labels):
            return QImage()
        here = int(number) == self.current
        return label_image(
            self._theme, label_words(self.labels[int(number)]), ratio=self._place.devicePixelRatioF(), ringed=here
        )


def label_width(theme: Theme, words: str) -> int:
    """Pixels of a label with a little air at both ends."""
    return round(QFontMetricsF(theme.font("state")).horizontalAdvance(words)) + 2 * theme.px(8)


def label_image(theme: Theme, words: str, *, ratio: float, ringed: bool = False) -> QImage:
    """A black label as an inline picture."""
    font = theme.font("state")
    wide = label_width(theme, words)
    high = theme.px(18)
    image = QImage(round(wide * ratio), round(high * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    where = QRectF(theme.px(2), 0, wide - 2 * theme.px(2), high)
    line = theme.color("focus") if ringed else None
    shape(painter, where, theme.px("radius.label"), fill=theme.color("redactBg"), line=line, width=2 * theme.scale)
    painter.setFont(font)
    painter.setPen(theme.color("onRedact"))
    painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), words)
    painter.end()
    return image


class LabelText(QTextEdit):
    """`label_pressed` fires with a label and where it is; `hide_wanted` with the words selected when H is pressed;
    `selected` tells whether words are selected."""

    label_pressed = Signal(str, QPoint)
    hide_wanted = Signal(str)
    selected = Signal(bool)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme, self._color = theme, "text"
        self._pieces: list[tuple[str, tuple[Mark, ...]]] = []
        self._paper = LabelDocument(theme, self)
        self.setDocument(self._paper)
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self._paper.documentLayout().documentSizeChanged.connect(self._fit)
        self.selectionChanged.connect(lambda: self.selected.emit(self.chosen != ""))
        theme.dress(self._dress)

    def show_pieces(self, pieces: Sequence[tuple[str, Sequence[Mark]]], *, color: str = "text") -> None:
        """Stretches of the text, each with its labels as (start, end, label) in it; a new line between them."""
        self._color = color
        self._pieces = [(text, tuple(marks)) for text, marks in pieces]
        self._lay_out()

    @property
    def labels(self) -> list[str]:
        """Its labels in reading order."""
        return self._paper.labels

    def ring(self, number: int) -> None:
        """Put the keyboard's ring on a label, -1 for none."""
        if number != self._paper.current:
            self._paper.current = number
            self._lay_out()

    def label_place(self, number: int) -> QPoint:
        """Where a label ends, on the screen."""
        cursor = self.document().find(_OBJECT)
        for _ in range(number):
            cursor = self.document().find(_OBJECT, cursor)
        return self.viewport().mapToGlobal(self.cursorRect(cursor).bottomLeft())

    @property
    def chosen(self) -> str:
        """The words selected; nothing when a label is among them, because that is hidden already."""
        said = self.textCursor().selectedText().replace("\u2029", "\n").strip()
        return "" if _OBJECT in said else said

    # ------------------------------------------------------------ Qt's side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_H and not event.modifiers() and self.chosen:
            if not event.isAutoRepeat():
                self.hide_wanted.emit(self.chosen)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        number = self.anchorAt(event.position().toPoint()).removeprefix("label:")
        if number.isdigit() and not self.chosen:
            self.label_pressed.emit(self.labels[int(number)], event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = bool(self.anchorAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the parts scroll, never one of them inside itself

    def canInsertFromMimeData(self, source: object) -> bool:
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # ------------------------------------------------------------ its own

    def _lay_out(self) -> None:
        t = self._theme
        paper = self._paper
        paper.clear()
        paper.labels = []
        plain = QTextCharFormat()
        plain.setFont(t.font("quote"))
        plain.setForeground(t.color(self._color))
        cursor = QTextCursor(paper)
        block = QTextBlockFormat()
        block.setLineHeight(t.line_px("quote"), _FIXED)
        cursor.setBlockFormat(block)
        for number, (text, marks) in enumerate(self._pieces):
            if number:
                cursor.insertText("\n", plain)
            at = 0
            for start, end, label in sorted(marks):
                cursor.insertText(text[at:start], plain)
                self._insert_label(cursor, label)
                at = end
            cursor.insertText(text[at:], plain)
        self._fit()

    def _insert_label(self, cursor: QTextCursor, label: str) -> None:
        t = self._theme
        paper = self._paper
        number = len(paper.labels)
        paper.labels.append(label)
        image = QTextImageFormat()
        ring = int(number == paper.current)
        image.setName(f"label:{number}/{label}/{ring}/{t.mode}/{t.scale}/{self.devicePixelRatioF()}")
        image.setWidth(label_width(t, label_words(label)))
        image.setHeight(t.px(18))
        image.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        image.setAnchor(True)
        image.setAnchorHref(f"label:{number}")
        cursor.insertImage(image)

    def _fit(self) -> None:
        high = max(1, round(self.document().size().height()))
        if high != self.height():
            self.setFixedHeight(high)

    def _dress(self) -> None:
        self._paper.setDefaultFont(self._theme.font("quote"))
        self.setFont(self._theme.font("quote"))
        letters = QFontMetricsF(self.font()).horizontalAdvance("abcdefghijklmnopqrstuvwxyz ") / 27
        self.setMaximumWidth(round(letters * tokens().sizes["text_max_chars"]))  # a longer line loses the reader
        self._lay_out()
