"""The few strokes all painted parts share: hairlines on whole device pixels, rounded shapes, focus rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.window.tokens import tokens

if TYPE_CHECKING:
    from ui.window.theme import Theme


def shape(
    painter: QPainter,
    where: QRectF,
    radius: float,
    *,
    fill: QColor | None = None,
    line: QColor | None = None,
    width: float = 1.0,
) -> None:
    """A rounded rectangle whose line lies inside `where`, at least one device pixel wide."""
    ratio = painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(where, radius, radius)
        return
    snapped = max(1.0, int(width * ratio)) / ratio
    painter.setPen(QPen(line, snapped))
    half = snapped / 2
    painter.drawRoundedRect(where.adjusted(half, half, -half, -half), radius - half, radius - half)


def dashed(
    painter: QPainter, where: QRectF, radius: float, *, fill: QColor | None = None, line: QColor, width: float = 1.0
) -> None:
    """`shape` with the broken line of everything that crosses the edge of this computer; used for nothing else."""
    ratio = painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    snapped = max(1.0, int(width * ratio)) / ratio
    painter.setPen(dash_pen(line, snapped))
    half = snapped / 2
    painter.drawRoundedRect(where.adjusted(half, half, -half, -half), radius - half, radius - half)


def dash_pen(color: QColor, width: float) -> QPen:
    """A pen of that broken line: three long, two apart, in units of its width."""
    pen = QPen(color, width)
    pen.setDashPattern(list(tokens().dash))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def raised_card(painter: QPainter, where: QRectF, theme: Theme) -> None:
    """A card that floats: its shadow lies in a margin of `where`, 24 at the sides and below, 12 above."""
    depth = theme.px(24)
    inner = where.adjusted(depth, theme.px(12), -depth, -depth)
    radius = theme.px("radius.popover")
    shadow = theme.color("shadow")
    shadow.setAlphaF(shadow.alphaF() / 10)
    for grow in range(depth, 0, -2):
        shape(painter, inner.adjusted(-grow, -grow / 2, grow, grow), radius + grow, fill=shadow)
    line = theme.color("border")
    shape(painter, inner, radius, fill=theme.color("raised"), line=line, width=theme.px("line.hair"))


def hairline(painter: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """A horizontal or vertical line one device pixel wide, filled rather than stroked so that it never blurs."""
    ratio = painter.device().devicePixelRatioF()
    thick = max(1.0, int(ratio)) / ratio
    across = start.y() == end.y()
    width = end.x() - start.x() if across else thick
    height = thick if across else end.y() - start.y()
    painter.fillRect(QRectF(start.x(), start.y(), width, height), color)


def focus_ring(painter: QPainter, where: QRectF, radius: float, *, color: QColor, width: float) -> None:
    """The ring of the keyboard's place, inside the widget's own rectangle."""
    shape(painter, where, radius, line=color, width=width)


def seen_focus(widget: QWidget) -> bool:
    """Whether the widget has the focus and got it by the keyboard."""
    return widget.hasFocus() and bool(widget.property("byKeyboard"))


def note_focus(widget: QWidget, reason: Qt.FocusReason) -> None:
    """Remember how the focus came; call from focusInEvent."""
    keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
    widget.setProperty("byKeyboard", reason in keys)
