"""Shows an answer while it is written: finished blocks stay, the open one is laid out anew, [n] becomes a chip."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from app.values import Citation
from ui.window.ask.address_card import whole_address
from ui.window.ask.markdown_blocks import MARKER, emphasis_in, find_quote, finished_length, plain_with_markers
from ui.window.theme import Theme
from ui.window.tokens import tokens
from ui.window.widgets.chip import chip_image, chip_size

_SPOKEN = re.compile("“[^”]{3,}”")
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class AnswerDocument(QTextDocument):
    """A document that knows no pictures but chips: a model's text can make it open neither files nor addresses."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._place = theme, parent
        self.setDocumentMargin(0)
        self.setUndoRedoEnabled(False)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        url = QUrl(name)
        if url.scheme() != "chip":
            return QImage()
        number, look = url.path().split("/")[:2]
        return chip_image(self._theme, int(number), look=look, ratio=self._place.devicePixelRatioF())  # type: ignore[arg-type]  # only `_chip` below makes these names


class AnswerText(QTextBrowser):
    """The text of one answer. `chip_opened` fires with the number of a citation, `chip_pointed` with number and
    global place, or 0 when the pointer left, `address_wanted` with the whole address of a link that was pressed."""

    chip_opened = Signal(int)
    chip_pointed = Signal(int, QPoint)
    address_wanted = Signal(str, QPoint)

    def __init__(self, theme: Theme, *, name: str, verbatim: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._verbatim = theme, verbatim
        self._text, self._laid, self._tail_at = "", 0, 0
        self._citations: Mapping[int, Citation] = {}
        self._open, self._pointed = 0, 0
        self.setDocument(AnswerDocument(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._point)
        self.anchorClicked.connect(self._follow)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.dress(self._dress)

    # ------------------------------------------------------------ what it shows

    @property
    def markdown(self) -> str:
        """Everything shown, as it was written."""
        return self._text

    def add(self, delta: str) -> None:
        """More text at the end; one call per batch."""
        self._text += delta
        done = finished_length(self._text)
        if done > self._laid:
            self._replace_tail(self._text[self._laid : done])
            # The tail has a block of its own: taking it away again must not touch the one before.
            ending = QTextCursor(self.document())
            ending.movePosition(QTextCursor.MoveOperation.End)
            ending.insertBlock(QTextBlockFormat(), QTextCharFormat())
            self._laid, self._tail_at = done, ending.position()
        self._replace_tail(self._text[self._laid :])

    def show_whole(self, text: str, citations: Mapping[int, Citation]) -> None:
        """Replace everything: the checked answer, or an old one from the history."""
        if text == self._text and text:
            self.set_citations(citations)
            return
        self._text, self._citations = text, dict(citations)
        self._lay_out_again()

    def set_citations(self, citations: Mapping[int, Citation]) -> None:
        """Quotes known so far; their words become serif where they stand in the text."""
        old, self._citations = self._citations, dict(citations)
        same = {n for n, citation in old.items() if n in citations and citations[n].quote == citation.quote}
        if same != old.keys():
            self._lay_out_again()
            return
        fresh = citations.keys() - same
        for place, number in self._chips():
            if number in fresh:
                cursor = QTextCursor(self.document().findBlock(place))
                self._mark_quote(cursor, cursor.block().text(), self._citations[number])
        self._chips_again()

    def set_open(self, number: int) -> None:
        """The citation that is open in the panel, or 0."""
        if number != self._open:
            self._open = number
            self._chips_again()

    def widest(self) -> int:
        """Pixels of 72 characters of reading text: a longer line loses the reader."""
        letters = QFontMetricsF(self._theme.font("reading")).horizontalAdvance("abcdefghijklmnopqrstuvwxyz ") / 27
        return round(letters * tokens().sizes["text_max_chars"])

    # ------------------------------------------------------------ laying out

    def _dress(self) -> None:
        self.document().setIndentWidth(self._theme.px(20))
        self.document().setDefaultFont(self._theme.font("quote" if self._verbatim else "reading"))
        self.setMaximumWidth(self.widest())
        self._lay_out_again()

    def _lay_out_again(self) -> None:
        self.document().clear()
        self._laid, self._tail_at = 0, 0
        self._replace_tail(self._text)

    def _replace_tail(self, markdown: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setPosition(self._tail_at)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if markdown.strip():
            first = cursor.blockNumber()
            cursor.insertMarkdown(markdown, _FEATURES)
            self._drop_empty(first)
            self._style(first)
        cursor.endEditBlock()

    def _drop_empty(self, number: int) -> None:
        # A list inserted into an empty paragraph leaves that paragraph standing above it.
        block = self.document().findBlockByNumber(number)
        if not block.text() and block.next().isValid():
            cursor = QTextCursor(block)
            following = QTextCursor(block.next())
            shape, marks = following.blockFormat(), following.currentList()
            cursor.deleteChar()
            cursor.setBlockFormat(shape)
            if marks is not None and cursor.currentList() is None:
                marks.add(cursor.block())

    def _style(self, first: int) -> None:
        block = self.document().findBlockByNumber(first)
        while block.isValid():
            self._style_block(QTextCursor(block))
            block = block.next()

    def _style_block(self, cursor: QTextCursor) -> None:
        t = self._theme
        before = cursor.block().previous()
        shape = cursor.blockFormat()
        shape.setLineHeight(t.line_px("reading"), _FIXED)
        # The gap belongs to the block below, so that a finished block never changes when another follows.
        in_list = cursor.currentList() is not None and before.textList() is not None
        shape.setTopMargin(0 if not before.isValid() else t.px(4 if in_list else 12))
        shape.setBottomMargin(0)
        cursor.setBlockFormat(shape)
        heading = shape.headingLevel() > 0
        self._even_weights(cursor, heading=heading)
        text = cursor.block().text()
        for found in _SPOKEN.finditer(text):
            self._to_serif(cursor, found.start(), found.end())
        markers = [(found.start(), found.end(), int(found.group(1))) for found in MARKER.finditer(text)]
        for number in {number for _, _, number in markers} & self._citations.keys():
            self._mark_quote(cursor, text, self._citations[number])
        for start, end, number in reversed(markers):
            self._chip(cursor, start, end, number)

    def _even_weights(self, cursor: QTextCursor, *, heading: bool) -> None:
        # Markdown's bold is 700 and its headings grow; the scale knows 400, 500, 600 and one size here.
        start = cursor.block().position()
        pieces: list[tuple[int, int, QTextCharFormat]] = []
        walk = cursor.block().begin()
        while not walk.atEnd():
            fragment = walk.fragment()
            pieces.append((fragment.position() - start, fragment.length(), fragment.charFormat()))
            walk += 1
        for offset, length, old in pieces:
            if old.isImageFormat():
                continue
            base = "exact" if old.fontFixedPitch() else "quote" if self._verbatim else "reading"
            font = self._theme.font(base)
            if heading or old.fontWeight() > QFont.Weight.Medium:
                font.setWeight(QFont.Weight.DemiBold)
            font.setItalic(old.fontItalic())
            new = QTextCharFormat()
            new.setFont(font)
            new.setForeground(self._theme.color("text"))
            address = whole_address(old.anchorHref()) if old.isAnchor() else ""
            if address:  # nothing else a link may name is one
                new.setAnchor(True)
                new.setAnchorHref(address)
                new.setFontUnderline(True)
                new.setForeground(self._theme.color("cloudText"))
            self._select(cursor, offset, offset + length).setCharFormat(new)

    def _mark_quote(self, cursor: QTextCursor, text: str, citation: Citation) -> None:
        found = find_quote(text, citation.quote)
        if found is None:
            return
        first, last = found
        self._to_serif(cursor, first, last)
        for start, end in emphasis_in(text[first:last], citation.quote, citation.emphasis):
            strong = QTextCharFormat()
            strong.setFontWeight(QFont.Weight.DemiBold)
            self._select(cursor, first + start, first + end).mergeCharFormat(strong)

    def _to_serif(self, cursor: QTextCursor, start: int, end: int) -> None:
        serif = QTextCharFormat()
        serif.setFontFamilies(self._theme.font("quote").families())
        self._select(cursor, start, end).mergeCharFormat(serif)

    def _chip(self, cursor: QTextCursor, start: int, end: int, number: int) -> None:
        wide, high = chip_size(self._theme, number)
        image = QTextImageFormat()
        image.setName(self._chip_name(number))
        image.setWidth(wide)
        image.setHeight(high)
        image.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        image.setAnchor(True)
        image.setAnchorHref(f"cite:{number}")
        place = self._select(cursor, start, end)
        plain = QTextCharFormat()
        plain.setFont(self._theme.font("reading"))
        place.insertText("\u00a0", plain)
        place.insertImage(image)

    def _chip_name(self, number: int) -> str:
        look = "open" if number == self._open else "quoted" if self._sourced(number) else "hollow"
        return f"chip:{number}/{look}/{self._theme.mode}/{self._theme.scale}/{self.devicePixelRatioF()}"

    def _chips_again(self) -> None:
        """Only the pictures of the chips: no text moves when a source is opened."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for place, number in self._chips():
            cursor.setPosition(place)
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
            image = cursor.charFormat().toImageFormat()
            image.setName(self._chip_name(number))
            cursor.setCharFormat(image)
        cursor.endEditBlock()

    def _chips(self) -> list[tuple[int, int]]:
        """Place and number of every chip, in reading order."""
        found = []
        block = self.document().begin()
        while block.isValid():
            walk = block.begin()
            while not walk.atEnd():
                style = walk.fragment().charFormat()
                if style.isImageFormat():
                    # Neighbouring equal chips share a fragment.
                    places = range(walk.fragment().position(), walk.fragment().position() + walk.fragment().length())
                    found += [(place, _number(style.anchorHref())) for place in places]
                walk += 1
            block = block.next()
        return found

    def _sourced(self, number: int) -> bool:
        # While the answer streams the passages are known before the quotes: a chip is hollow only once it is certain.
        return not self._citations or number in self._citations

    def _select(self, cursor: QTextCursor, start: int, end: int) -> QTextCursor:
        piece = QTextCursor(cursor.block())
        first = cursor.block().position()
        piece.setPosition(first + start)
        piece.setPosition(first + end, QTextCursor.MoveMode.KeepAnchor)
        return piece

    def _fit(self) -> None:
        high = round(self.document().size().height())
        if high != self.height():
            self.setFixedHeight(max(high, 1))

    # ------------------------------------------------------------ pointer and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the thread scrolls, never one answer inside it

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        number = _number(self.anchorAt(event.position().toPoint()))
        over = bool(self.anchorAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)
        if number != self._pointed:
            self._pointed = number
            self._rest.start(self._theme.ms("hover_card") if number else 0)

    def leaveEvent(self, event: object) -> None:
        self._pointed = 0
        self._rest.start(self._theme.ms("hover_card"))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pointed = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isdigit() and digit != "0" and not event.modifiers():
            self.chip_opened.emit(int(digit))
            return
        super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        first, last = cursor.selectionStart(), cursor.selectionEnd()
        numbers = [number for place, number in self._chips() if first <= place < last]
        data = QMimeData()
        raw = cursor.selectedText().replace("\u2029", "\n").replace("\u00a0\ufffc", "\ufffc")
        data.setText(plain_with_markers(raw, numbers))
        return data

    def _follow(self, url: QUrl) -> None:
        number = _number(url.toString())
        self._rest.stop()
        if number:
            self.chip_opened.emit(number)
        elif address := whole_address(bytes(url.toEncoded().data()).decode("ascii", "replace")):
            self.address_wanted.emit(address, QCursor.pos())

    def _point(self) -> None:
        self.chip_pointed.emit(self._pointed, self._chip_place(self._pointed))

    def _chip_place(self, number: int) -> QPoint:
        for place, found in self._chips():
            if found == number:
                cursor = QTextCursor(self.document())
                cursor.setPosition(place + 1)
                return self.viewport().mapToGlobal(self.cursorRect(cursor).bottomLeft())
        return QPoint()


def _number(href: str) -> int:
    kind, _, number = href.partition(":")
    return int(number) if kind == "cite" and number.isdigit() else 0
