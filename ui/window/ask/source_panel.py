"""The panel beside an answer: the quote and its state, and under it the page or the text it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.library.page_boxes import Place
from app.values import Anchor, Citation, DocumentKind, PageAnchor, Passage, QuoteCheck
from models.api import Cancel
from ui.window import words
from ui.window.ask.file_text import FileText
from ui.window.ask.page_view import PageView
from ui.window.ask.paper import PagePicture, PageTrouble, draw_page
from ui.window.house import House
from ui.window.jobs import Jobs
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Ground
from ui.window.widgets.label import Label
from ui.window.widgets.paint import shape
from ui.window.widgets.push import Push
from ui.window.widgets.state import CHECKS, State

_LONGEST_QUOTE = 420


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows: a passage, the quote in it, its check, and other quotes to be marked pale."""

    passage: Passage
    anchor: Anchor
    quote: str
    check: QuoteCheck | None
    others: tuple[str, ...] = ()

    @classmethod
    def of_citation(cls, citation: Citation, others: Sequence[Citation] = ()) -> Shown:
        """A citation, with the other citations of the same answer."""
        near = tuple(
            o.quote for o in others if o.n != citation.n and o.passage.document.id == citation.passage.document.id
        )
        return cls(citation.passage, citation.anchor, citation.quote, citation.check, near)

    @classmethod
    def of_passage(cls, passage: Passage) -> Shown:
        """A passage the search found."""
        return cls(passage, passage.anchor, passage.text, None)


def _places(house: House | None, shown: Shown, page: int) -> tuple[Place, ...]:
    """Where the quote stands on the page shown, if the library keeps that."""
    anchor = shown.anchor
    if house is None or not isinstance(anchor, PageAnchor) or anchor.page != page:
        return ()
    passage = shown.passage
    return house.library.page_places(passage.document.id, passage.section, anchor.start_char, anchor.end_char)


class _Quote(QWidget):
    """The quoted words, verbatim, with their bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.words = Label(theme, step="quote", wrap=True)
        self.state = State(theme, CHECKS[QuoteCheck.UNCHECKED])
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.words)
        self._column.addWidget(self.state)
        theme.dress(self._dress)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        shape(painter, where, t.px("radius.quote"), fill=t.color("quoteBg"))
        bar = QRectF(0, 0, t.px("line.quote_bar"), where.height())
        shape(painter, bar, t.px("line.quote_bar") / 2, fill=t.color("quoteBar"))

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(t.px(16), t.px(12), t.px(16), t.px(12))
        self._column.setSpacing(t.px(4))
        self.update()


class SourcePanel(Ground):
    """`closed` fires when the person closes it; `opened_outside` with the path to open in its own program."""

    closed = Signal()
    opened_outside = Signal(object)

    def __init__(self, theme: Theme, jobs: Jobs, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "surface", lines=("left",), parent=parent)
        self._theme, self._jobs = theme, jobs
        self._house: House | None = None
        self._shown: Shown | None = None
        self._page = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._fill)
        self._name = Label(theme, step="heading", elide=True)
        self._where = Label(theme, color="text2", tabular=True)
        self._outside = Push(theme, words.OPEN_IN_APP, kind="icon", icon="external-link")
        self._close = Push(theme, words.CLOSE, kind="icon", icon="x")
        self._outside.clicked.connect(self._open_outside)
        self._close.clicked.connect(self.closed)
        self._quote = _Quote(theme)
        self._note = Label(theme, color="text2", wrap=True)
        self._pages, self._text = PageView(theme), FileText(theme)
        self._pages.turned.connect(self._turn)
        self._pages.width_changed.connect(self._draw_again)
        self._head, self._all = QHBoxLayout(), QVBoxLayout(self)
        self._top = QVBoxLayout()
        self._build()
        self.setAccessibleName(words.SOURCES)
        theme.dress(self._dress)

    def _build(self) -> None:
        put(self._head, self._name, self._where)
        self._head.addStretch(1)
        put(self._head, self._outside, self._close)
        self._top.addLayout(self._head)
        self._top.addWidget(self._quote)
        self._top.addWidget(self._note)
        self._stack = QStackedWidget()
        self._sheet = QWidget()
        self._sheet_row = QVBoxLayout(self._sheet)
        self._sheet_row.addWidget(self._text)
        self._stack.addWidget(self._sheet)
        self._stack.addWidget(self._pages)
        self._ground = Ground(self._theme, "sunken", lines=("top", "left"))
        inside = QVBoxLayout(self._ground)
        inside.setContentsMargins(1, 1, 0, 0)
        inside.addWidget(self._stack)
        self._all.addLayout(self._top)
        self._all.addWidget(self._ground, 1)

    # ------------------------------------------------------------ what it shows

    def move_in(self, house: House) -> None:
        """The house is open."""
        self._house = house

    @property
    def shown(self) -> Shown | None:
        """What is open."""
        return self._shown

    def show_source(self, shown: Shown) -> None:
        """Open a citation or a passage."""
        self._shown = shown
        self._page = shown.anchor.page if isinstance(shown.anchor, PageAnchor) else 0
        document = shown.passage.document
        self._name.setText(f"{document.file.name} › {document.path.name}" if document.member else document.path.name)
        self._say_where(shown.passage.document.pages)
        self._fit_quote()
        self._quote.state.setVisible(shown.check is not None)
        if shown.check is not None:
            look = CHECKS[shown.check]
            whole = replace(look, words=words.FOUND_IN_FILE) if shown.check is QuoteCheck.WORD_FOR_WORD else look
            self._quote.state.set_look(replace(whole, color="text2") if whole.color == "ok" else whole)
        sure = shown.passage.ocr
        self._note.setText(words.read_from_a_picture(sure) if sure is not None else "")
        self._note.setVisible(sure is not None)
        self._soon.start(0)  # a panel that has just been opened does not know its width yet

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window keeps room for the page: the quote takes a third of the height at most."""
        super().resizeEvent(event)
        self._fit_quote()

    def _fit_quote(self) -> None:
        if self._shown is None:
            return
        t = self._theme
        quote = " ".join(self._shown.quote.split())
        lines = self.height() // 3 // t.line_px("quote")
        letters = max(1, self.width() - t.px(24) - 2 * t.px(16)) // (t.px(15) // 2)
        most = max(letters, min(_LONGEST_QUOTE, lines * letters))
        cut = quote if len(quote) <= most else quote[:most].rsplit(" ", 1)[0] + " …"
        if cut != self._quote.words.text():
            self._quote.words.setText(cut)

    def _fill(self) -> None:
        shown = self._shown
        drawn = (DocumentKind.PDF, DocumentKind.IMAGE)
        # The page of a file inside another one lies nowhere on the disk: its words are shown.
        inside = shown is not None and bool(shown.passage.document.member)
        if shown is not None and shown.passage.document.kind in drawn and self._page and not inside:
            self._pages.clear_page()
            self._stack.setCurrentWidget(self._pages)
            self._draw(self._page)
        else:
            self._fetch_text()

    # ------------------------------------------------------------ pages

    def _draw(self, page: int, *, keep_place: bool = False) -> None:
        shown = self._shown
        if shown is None:
            return
        house = self._house
        path, width, ratio = (
            shown.passage.document.path,
            self._pages.page_width(self._stack.width()),
            self.devicePixelRatioF(),
        )

        def work(cancel: Cancel) -> PagePicture | None:
            if cancel.stopped:
                return None
            try:
                return draw_page(
                    path,
                    page,
                    quote=shown.quote,
                    others=shown.others,
                    width_px=width,
                    ratio=ratio,
                    places=_places(house, shown, page),
                )
            except PageTrouble:
                return None

        def take(picture: PagePicture | None) -> None:
            if shown is not self._shown:
                return
            if picture is None:
                self._page_missing(path)
                return
            self._page = picture.page
            self._say_where(picture.pages)
            self._stack.setCurrentWidget(self._pages)
            self._pages.show_page(picture, keep_place=keep_place)

        self._jobs.once(work, on_value=take)

    def _draw_again(self) -> None:
        if self._stack.currentWidget() is self._pages and self._page:
            self._draw(self._page, keep_place=True)

    def _turn(self, step: int) -> None:
        picture = self._pages.picture
        if picture is not None and 1 <= self._page + step <= picture.pages:
            self._draw(self._page + step)

    def _page_missing(self, path: Path) -> None:
        self._note.setText(words.PAGE_NOT_SHOWN if path.exists() else words.NOT_THERE)
        self._note.show()
        self._fetch_text()

    # ------------------------------------------------------------ text

    def _fetch_text(self) -> None:
        shown, house = self._shown, self._house
        if shown is None:
            return
        self._stack.setCurrentWidget(self._sheet)
        passage = shown.passage

        def work(cancel: Cancel) -> tuple[str, bool]:
            found = house.library.section_text(passage.document.id, passage.section) if house is not None else ""
            return found, passage.document.file.exists()

        def take(value: tuple[str, bool]) -> None:
            if shown is not self._shown:
                return
            text, there = value
            start = passage.start_char if text else 0
            self._text.show_text(text or passage.text, start=start, quote=shown.quote, others=shown.others)
            if not there:
                self._note.setText(words.NOT_THERE)
                self._note.show()

        self._jobs.once(work, on_value=take)

    # ------------------------------------------------------------ small

    def _say_where(self, pages: int | None) -> None:
        shown = self._shown
        if shown is None:
            return
        if self._page and pages:
            self._where.setText(words.page_of(self._page, pages))
        else:
            self._where.setText(words.place(shown.anchor).capitalize())

    def _open_outside(self) -> None:
        if self._shown is not None:
            self.opened_outside.emit(self._shown.passage.document.file)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(0)
        self._top.setContentsMargins(t.px(16), t.px(12), t.px(12), t.px(12))
        self._top.setSpacing(t.px(12))
        self._head.setSpacing(t.px(8))
        self._ground.setMinimumHeight(t.px(48))
        self._sheet_row.setContentsMargins(t.px(16), t.px(16), t.px(4), 0)
