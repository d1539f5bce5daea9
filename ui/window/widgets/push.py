"""Buttons, painted: one primary, plain ones with a line, quiet ones without, and round-cornered icon buttons."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.pointed import Pointed

Kind = Literal["primary", "plain", "quiet", "icon", "send"]


class Push(Pointed):
    """A button of one of the kinds above. `icon` names an icon; an icon button says its words to screen readers and
    in its tip. `flush` starts a quiet one at its left edge, in line with the card above."""

    def __init__(
        self, theme: Theme, words: str, *, kind: Kind = "plain", icon: str = "", flush: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._flush = flush
        self._theme, self._kind, self._icon = theme, kind, icon
        self._color = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_words(words)
        theme.dress(self._dress)

    @property
    def kind(self) -> Kind:
        """Which of the kinds it is, for the lints."""
        return self._kind

    def set_words(self, words: str) -> None:
        """Other words."""
        self.setAccessibleName(words)
        if self._kind in ("icon", "send"):
            self.setToolTip(words)
        else:
            self.setText(words)
        self.updateGeometry()

    def set_icon(self, icon: str) -> None:
        """Another icon."""
        self._icon = icon
        self.update()

    def set_color(self, color: str) -> None:
        """A colour token for the words and the icon of a quiet button."""
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        t = self._theme
        if self._kind == "icon":
            return QSize(t.px(28), t.px(28))
        if self._kind == "send":
            return QSize(t.px("button"), t.px("button"))
        height = t.px("button_quiet" if self._kind == "quiet" else "button")
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        if self._icon:
            width += t.px(16) + t.px("icon_to_word")
        return QSize(width + 2 * t.px(4 if self._kind == "quiet" else 12) - (t.px(4) if self._flush else 0), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        t = self._theme
        where = QRectF(0, 0, self.width(), self.height())
        radius = t.px("radius.control")
        fill, line, words = self._colours()
        # On a filled button the ring has the button's own colour: it is seen by the gap between them.
        gap = 2 * t.px("line.focus") if seen_focus(self) and self._kind in ("primary", "send") else 0
        inner = where.adjusted(gap, gap, -gap, -gap)
        shape(painter, inner, max(4, radius - gap), fill=fill, line=line, width=t.px("line.hair"))
        self._paint_content(painter, where, words)
        if seen_focus(self):
            focus_ring(painter, where, radius, color=t.color("focus"), width=t.px("line.focus"))

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        t = self._theme
        strong = self._kind in ("primary", "send")
        if not self.isEnabled():
            line = t.color("border") if self._kind == "plain" else None
            return (t.color("pressed") if strong else None), line, t.color("disabled")
        if strong:
            return t.color("localHover" if self.over or self.isDown() else "local"), None, t.color("onLocal")
        held = t.color("pressed") if self.isDown() else t.color("hover") if self.over else None
        if self._kind == "plain":
            return held or t.color("surface"), t.color("borderStrong"), t.color(self._color or "text")
        return held, None, t.color(self._color or "text2")

    def _paint_content(self, painter: QPainter, where: QRectF, color: QColor) -> None:
        t = self._theme
        side = t.px(18 if self._kind in ("icon", "send") else 16)
        stroke = 2.25 if self._kind == "send" else None
        if self._kind in ("icon", "send"):
            paint_icon(painter, where, self._icon, color=color, size_px=side, stroke=stroke)
            return
        painter.setFont(self.font())
        painter.setPen(color)
        words = self.fontMetrics().horizontalAdvance(self.text())
        whole = words + (side + t.px("icon_to_word") if self._icon else 0)
        left = (where.width() - whole) / 2 if self._kind != "quiet" else 0 if self._flush else t.px(4)
        if self._icon:
            paint_icon(painter, QRectF(left, 0, side, where.height()), self._icon, color=color, size_px=side)
            left += side + t.px("icon_to_word")
        painter.drawText(QRectF(left, 0, words + 2, where.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())

    def _dress(self) -> None:
        self.setFont(self._theme.font("body" if self._kind == "quiet" else "control"))
        self.updateGeometry()
        self.update()
