"""The month's budget as a bar: spent solid, held pale, a tick where the bell rings; violet as all of the cloud."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.paint import shape


def paint_budget(
    painter: QPainter, where: QRectF, theme: Theme, *, spent: int, held: int, limit: int, bell: int = 0
) -> None:
    """Draw the bar so that it fills `where`; amounts in micro-dollars, `bell` 0 for no tick."""
    whole = max(1, limit)
    radius = where.height() / 2
    shape(painter, where, radius, fill=theme.color("border"))
    painter.save()
    inside = QPainterPath()
    inside.addRoundedRect(where, radius, radius)
    painter.setClipPath(inside)
    pale = theme.color("cloud")
    pale.setAlphaF(0.4)
    solid = max(where.height(), where.width() * min(1.0, spent / whole)) if spent > 0 else 0.0
    # What is held is seen beside what is spent, however little it is.
    both = max(solid + where.height() / 2, where.width() * min(1.0, (spent + held) / whole)) if held > 0 else 0.0
    for wide, color in ((both, pale), (solid, theme.color("cloud"))):
        if wide > 0:
            shape(painter, QRectF(where.left(), where.top(), wide, where.height()), radius, fill=color)
    painter.restore()
    if 0 < bell < limit:
        at = where.left() + where.width() * bell / whole
        tick = QRectF(round(at), where.top() - theme.px(4), max(1, theme.px("line.hair")), where.height() + theme.px(8))
        painter.fillRect(tick, theme.color("text2"))


class BudgetBar(QWidget):
    """The bar as a part of its own."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._amounts = {"spent": 0, "held": 0, "limit": 1, "bell": 0}
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_amounts(self, *, spent: int, held: int, limit: int, bell: int = 0, said: str = "") -> None:
        """Other amounts; `said` is the sentence for those who cannot see it."""
        self._amounts = {"spent": spent, "held": held, "limit": limit, "bell": bell}
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        high = self._theme.px(8)
        where = QRectF(0, (self.height() - high) / 2, self.width(), high)
        paint_budget(QPainter(self), where, self._theme, **self._amounts)
