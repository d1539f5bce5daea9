"""One file as a row: icon, name and where it lies; at the right its passages, its size or its trouble."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.store.listing import FileLine
from app.values import FileState
from ui.window import library_words as words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import shape
from ui.window.widgets.row_list import RowPainter, Rows
from ui.window.widgets.state import kind_icon
from ui.window.words import passages, size

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def lies_in(line: FileLine, root: Path) -> str:
    """Where a file lies below its folder, or in which file; empty for the folder itself."""
    if line.member:
        return words.INSIDE_FILE.format(name=line.file.name)
    above = line.path.parent
    return "" if above == root or not above.is_relative_to(root) else above.relative_to(root).as_posix()


def state_of(line: FileLine) -> str:
    """The state of a file in words; empty when it is read whole."""
    if line.document is None:
        return line.reason.rstrip(".")
    return words.unread_pages(line.unread_pages) if line.unread_pages else ""


class FileRows(Rows[FileLine]):
    """Files of one folder."""

    root = Path()

    def said(self, row: FileLine) -> str:
        read = f"{passages(row.passages)}, {size(row.size_bytes)}" if row.document is not None else ""
        ocr = words.READ_BY_OCR if row.by_ocr else ""
        return ", ".join(part for part in (row.path.name, lies_in(row, self.root), state_of(row), ocr, read) if part)


class FilePainter(RowPainter):
    """Columns stand still from row to row; where it is narrow only the last one stays."""

    def __init__(self, theme: Theme, rows: FileRows) -> None:
        super().__init__(theme)
        self._rows = rows

    def high(self, row: object, width: int) -> int:
        return self.theme.px("row_compact")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, FileLine)
        t = self.theme
        indent = t.px(24) if row.member else 0
        inner = where.adjusted(t.px(8) + indent, 0, -t.px(8), 0)
        failed = row.document is None
        warn = failed and row.state is FileState.FAILED
        icon = "file-x" if warn else "file" if failed else kind_icon(row.kind)
        mark = QRectF(inner.left(), inner.top(), t.px(16), inner.height())
        ink = t.color("warn" if warn else "text2")
        paint_icon(painter, mark, icon, color=ink, size_px=t.px(16))
        right = self._right(painter, inner, row, warn=warn)
        left = QRectF(mark.right() + t.px(8), inner.top(), right - mark.right() - t.px(20), inner.height())
        self._name(painter, left, row, chosen=chosen)

    def _name(self, painter: QPainter, where: QRectF, row: FileLine, *, chosen: bool) -> None:
        t = self.theme
        painter.setFont(t.font("control"))
        painter.setPen(t.color("text" if row.document is not None or row.state is FileState.FAILED else "text2"))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(row.path.name, Qt.TextElideMode.ElideMiddle, int(where.width()))
        painter.drawText(where, _LEFT, name)
        taken = metrics.horizontalAdvance(name) + t.px(8)
        place = lies_in(row, self._rows.root)
        if place and where.width() - taken > t.px(48):
            painter.setFont(t.font("meta"))
            painter.setPen(t.color("text2" if chosen else "text3"))
            rest = where.adjusted(taken, 0, 0, 0)
            shown = painter.fontMetrics().elidedText(place, Qt.TextElideMode.ElideMiddle, int(rest.width()))
            painter.drawText(rest, _LEFT, shown)

    def _right(self, painter: QPainter, where: QRectF, row: FileLine, *, warn: bool) -> float:
        """Draw the columns at the right; the x where they begin."""
        t = self.theme
        wide = where.width() >= t.px(560)
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        sizes = QRectF(where.right() - t.px(64), where.top(), t.px(64), where.height())
        painter.drawText(sizes, _RIGHT, size(row.size_bytes))
        left = sizes.left() - t.px(8)
        state = state_of(row)
        if state:
            painter.setFont(t.font("state"))
            painter.setPen(t.color("warn" if warn else "text2"))
            room = int(where.width() * (0.45 if wide else 0.4))
            state = painter.fontMetrics().elidedText(state, Qt.TextElideMode.ElideRight, room)
            took = painter.fontMetrics().horizontalAdvance(state)
            painter.drawText(QRectF(left - took, where.top(), took + 1, where.height()), _RIGHT, state)
            return left - took
        if not wide:
            return self._ocr(painter, left, where, row)
        read = QRectF(left - t.px(96), where.top(), t.px(96), where.height())
        if row.passages:  # an archive has none of its own
            painter.drawText(read, _RIGHT, passages(row.passages))
        return self._ocr(painter, read.left(), where, row)

    def _ocr(self, painter: QPainter, right: float, where: QRectF, row: FileLine) -> float:
        """The mark of words recognised in pictures."""
        if not row.by_ocr:
            return right
        t = self.theme
        painter.setFont(t.font("digit"))
        wide = painter.fontMetrics().horizontalAdvance(words.READ_BY_OCR) + t.px(8)
        mark = QRectF(right - wide, where.center().y() - t.px(8), wide, t.px(16))
        shape(painter, mark, t.px("radius.label"), line=t.color("borderStrong"), width=t.px("line.hair"))
        painter.setPen(t.color("text2"))
        painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), words.READ_BY_OCR)
        return mark.left()
