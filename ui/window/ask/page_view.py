"""Shows a drawn page as paper with its highlights, scrolled so that the passage stands at 38 % of the height."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.window import words
from ui.window.ask.paper import PagePicture
from ui.window.theme import Theme
from ui.window.tokens import tokens

_PASSAGE_AT = 0.38


class PageView(QAbstractScrollArea):
    """`turned` fires with -1 or +1 when the person pages beyond the top or the bottom; `width_changed` when the page
    should be drawn again for another width."""

    turned = Signal(int)
    width_changed = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: PagePicture | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that came and went would change the width the page is drawn for.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(words.SURROUNDING)
        self.viewport().setAutoFillBackground(False)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(tokens().durations_ms["press"])
        self._settled.timeout.connect(self.width_changed)
        self._drawn_for = 0
        theme.changed.connect(self.viewport().update)

    @property
    def picture(self) -> PagePicture | None:
        """The page shown."""
        return self._picture

    def page_width(self, outside_px: int = 0) -> int:
        """Logical pixels a page may take; `outside_px` is the width this view will get, if it is not shown yet."""
        inside = outside_px - self.verticalScrollBar().sizeHint().width() if outside_px else self.viewport().width()
        return max(self._theme.px(196), inside - 2 * self._theme.px(16))

    def show_page(self, picture: PagePicture, *, keep_place: bool = False) -> None:
        """Show a page; the passage at 38 % of the height, unless the place is to be kept."""
        self._picture = picture
        self._drawn_for = self.page_width()
        self._range()
        if not keep_place:
            boxes = picture.open_boxes
            top = boxes[0].top() if boxes else 0.0
            self.verticalScrollBar().setValue(round(top + self._theme.px(16) - self.viewport().height() * _PASSAGE_AT))
        self.viewport().update()

    def clear_page(self) -> None:
        """Show no page until the next one is drawn."""
        self._picture = None
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._range()
        if self._picture is not None and self.page_width() != self._drawn_for:
            self._settled.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_PageDown and bar.value() == bar.maximum():
            self.turned.emit(1)
        elif event.key() == Qt.Key.Key_PageUp and bar.value() == bar.minimum():
            self.turned.emit(-1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._picture
        if picture is None:
            return
        t = self._theme
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = float(self.page_width())
        scale = width / picture.width
        left, top = float(t.px(16)), t.px(16) - self.verticalScrollBar().value()
        sheet = QRectF(left, top, width, picture.height * scale)
        painter.drawImage(sheet, picture.image)
        # Multiplied, so that ink stays black: highlights are the light amber in both modes, because the page is paper.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        light = tokens().colors["light"]
        painter.setPen(Qt.PenStyle.NoPen)
        for boxes, name in ((picture.pale_boxes, "mark"), (picture.open_boxes, "markActive")):
            painter.setBrush(QColor(light[name]))
            whole = QPainterPath()  # one shape, so that lines that touch are not multiplied twice
            for box in boxes:
                line = QPainterPath()
                where = QRectF(box.left() * scale, box.top() * scale, box.width() * scale, box.height() * scale)
                line.addRoundedRect(where.translated(left, top).adjusted(-2, -2, 2, 2), 2, 2)
                whole = whole.united(line)
            painter.drawPath(whole)
        if t.mode == "dark":
            painter.fillRect(sheet, t.color("pagePaper"))

    def _range(self) -> None:
        if self._picture is None:
            return
        scale = self.page_width() / self._picture.width
        high = round(self._picture.height * scale) + 2 * self._theme.px(16)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._theme.px(24))
        bar.setRange(0, max(0, high - self.viewport().height()))
