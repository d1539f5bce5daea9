"""Draws one page of a PDF and finds the exact boxes of quotes on it; runs on a worker thread, away from the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from app.library.page_boxes import Place
from ui.window.ask.markdown_blocks import find_quote

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument

_LONGEST_SIDE_PX = 6000
_COLUMN_PAD_PT = 9.0


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as drawn: the picture, its width and height in logical pixels, boxes line by line in the same pixels."""

    image: QImage
    width: float
    height: float
    open_boxes: tuple[QRectF, ...]
    pale_boxes: tuple[QRectF, ...]
    page: int
    pages: int


class PageTrouble(Exception):
    """The file is gone, locked or not a PDF that can be drawn."""


def draw_page(
    path: Path,
    page: int,
    *,
    quote: str,
    others: Sequence[str],
    width_px: int,
    ratio: float,
    places: Sequence[Place] = (),
) -> PagePicture:
    """Page `page` (from 1), so large that its text column fills `width_px`, with the boxes of `quote` and `others`.

    Raises PageTrouble. Coordinates come from QtPdf: getSelectionAtIndex gives a box for every letter. `places` are
    those of the quote in fractions of the page where its text layer does not have it (scans, notes).
    """
    if path.suffix.lower() != ".pdf":
        return draw_picture(path, page, width_px=width_px, ratio=ratio, places=places)
    from PySide6.QtPdf import QPdfDocument  # costs 16 ms, and most starts show no page

    document = QPdfDocument(None)  # type: ignore[call-overload]  # Qt allows no parent, its type hints do not
    try:
        if document.load(str(path)) != QPdfDocument.Error.None_ or not 1 <= page <= document.pageCount():
            raise PageTrouble(str(path))
        paper = document.pagePointSize(page - 1)
        selection = document.getAllText(page - 1)
        column = _column(selection.boundingRectangle(), paper.width())
        scale = min(width_px / column.width(), _LONGEST_SIDE_PX / ratio / max(paper.width(), paper.height()))
        size = QSize(round(paper.width() * scale * ratio), round(paper.height() * scale * ratio))
        whole = document.render(page - 1, size)
        left = round(column.left() * scale * ratio)
        image = _on_paper(whole).copy(left, 0, round(column.width() * scale * ratio), size.height())
        image.setDevicePixelRatio(ratio)

        def boxes(words: str) -> tuple[QRectF, ...]:
            return tuple(
                QRectF((b.left() - column.left()) * scale, b.top() * scale, b.width() * scale, b.height() * scale)
                for b in _lines_of(document, page, selection.text(), words)
            )

        return PagePicture(
            image=image,
            width=column.width() * scale,
            height=paper.height() * scale,
            open_boxes=_shown(places, column, paper, scale) or boxes(quote),
            pale_boxes=tuple(box for other in others for box in boxes(other)),
            page=page,
            pages=document.pageCount(),
        )
    finally:
        document.close()


def _lines_of(document: QPdfDocument, page: int, text: str, words: str) -> list[QRectF]:
    """The lines of `words` on a page, in its own points; none where they are not found."""
    found = _find(text, words)
    if found is None:
        return []
    letters = document.getSelectionAtIndex(page - 1, found[0], found[1] - found[0]).bounds()
    return join_lines([polygon.boundingRect() for polygon in letters])


def draw_picture(path: Path, page: int, *, width_px: int, ratio: float, places: Sequence[Place]) -> PagePicture:
    """Page `page` (from 1) of an image file, as wide as `width_px`. Raises PageTrouble."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    if page > 1 and not reader.jumpToImage(page - 1):
        raise PageTrouble(str(path))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _LONGEST_SIDE_PX:
        reader.setScaledSize(size.scaled(_LONGEST_SIDE_PX, _LONGEST_SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise PageTrouble(str(path))
    wide = round(width_px * ratio)
    if image.width() > wide:
        image = image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
    image = _on_paper(image)
    width, height = float(width_px), width_px * image.height() / image.width()
    boxes = tuple(QRectF(x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height) for x0, y0, x1, y1 in places)
    pages = max(1, reader.imageCount()) if path.suffix.lower() in (".tif", ".tiff") else 1
    return PagePicture(image, width, height, boxes, (), page, pages)


def _shown(places: Sequence[Place], column: QRectF, paper: QSizeF, scale: float) -> tuple[QRectF, ...]:
    """Places in fractions of the sheet as boxes in the drawn column."""
    return tuple(
        QRectF(
            (left * paper.width() - column.left()) * scale,
            top * paper.height() * scale,
            (right - left) * paper.width() * scale,
            (bottom - top) * paper.height() * scale,
        )
        for left, top, right, bottom in places
    )


def join_lines(letters: Sequence[QRectF]) -> list[QRectF]:
    """Boxes of letters joined to one box per line: a letter belongs to the line its middle falls into."""
    lines: list[QRectF] = []
    for box in letters:
        if box.width() <= 0 and box.height() <= 0:
            continue
        middle = box.center().y()
        near = lines[-1] if lines else None
        slack = box.height() / 2  # a comma hangs below its line, a quotation mark above
        same = near is not None and near.top() - slack <= middle <= near.bottom() + slack
        if near is not None and same and box.left() >= near.left() - 1:
            lines[-1] = near.united(box)
        else:
            lines.append(box)
    return lines


def _find(text: str, quote: str) -> tuple[int, int] | None:
    found = find_quote(text, quote)
    words = quote.split()
    if found is None and len(words) > 12:
        # A quote over the page break: its first words are on this page, or its last ones.
        half = len(words) // 2
        found = find_quote(text, " ".join(words[:half])) or find_quote(text, " ".join(words[half:]))
    return found


def _column(text: QRectF, paper_width: float) -> QRectF:
    """The text column with a little air, or the whole sheet when there is little text on it."""
    if text.width() < paper_width / 3:
        return QRectF(0, 0, paper_width, 1)
    left = max(0.0, text.left() - _COLUMN_PAD_PT)
    return QRectF(left, 0, min(paper_width, text.right() + _COLUMN_PAD_PT) - left, 1)


def _on_paper(page: QImage) -> QImage:
    # Rendered pages are transparent where nothing is printed.
    paper = QImage(page.size(), QImage.Format.Format_RGB32)
    paper.fill(0xFFFFFFFF)
    painter = QPainter(paper)
    painter.drawImage(0, 0, page)
    painter.end()
    return paper
