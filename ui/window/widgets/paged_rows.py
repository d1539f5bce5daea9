"""Rows of a list far longer than what is kept: the view knows how many there are, pages come when looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView

from ui.window.theme import Theme
from ui.window.widgets.row_list import Index, RowList, RowPainter, Rows

Row = TypeVar("Row")

PAGE_ROWS = 100
PAGES_KEPT = 12
_NOWHERE = QModelIndex()
_SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class PagedRows(Rows[Row]):
    """`wanted` fires with the number of a page that is looked at and not there yet (or no longer true)."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._fresh: set[int] = set()
        self._asked: set[int] = set()
        self.total = 0
        self.rows = _Window(self)  # type: ignore[assignment]  # read as a list, kept as pages

    @property
    def kept(self) -> int:
        """Rows in memory now."""
        return sum(len(page) for page in self._pages.values())

    def row_at(self, number: int) -> Row | None:
        """A row; None while its page is on its way."""
        page, place = divmod(number, PAGE_ROWS)
        if page not in self._fresh and page not in self._asked:
            self._asked.add(page)
            self.wanted.emit(page)
        rows = self._pages.get(page, ())
        return rows[place] if place < len(rows) else None

    def show_page(self, page: int, rows: Sequence[Row], total: int) -> None:
        """A page that was asked for has come."""
        self._asked.discard(page)
        self._fresh.add(page)
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > PAGES_KEPT:
            gone, _ = self._pages.popitem(last=False)
            self._fresh.discard(gone)
        if total != self.total:
            self.beginResetModel()
            self.total = total
            self.endResetModel()
        elif rows:
            first = page * PAGE_ROWS
            self.dataChanged.emit(self.index(first), self.index(min(total, first + len(rows)) - 1))

    def renew(self) -> None:
        """What is shown may no longer be true: it is asked for again as it is looked at, and stands until then."""
        self._fresh.clear()
        self._asked = {0}
        self.wanted.emit(0)
        self.dataChanged.emit(self.index(0), self.index(max(0, self.total - 1)))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self.total

    def said_at(self, number: int) -> str:
        """The row in words; empty while it is on its way."""
        row = self.row_at(number)
        return self.said(row) if row is not None else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.said_at(index.row()) if index.isValid() and role in _SPOKEN else None


class _Window(Sequence[Row]):
    """The rows as the list reads them."""

    def __init__(self, model: PagedRows[Row]) -> None:
        self._model = model

    def __len__(self) -> int:
        return self._model.total

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        assert isinstance(at, int)
        return self._model.row_at(at)  # type: ignore[return-value]  # painters of paged rows paint None as nothing

    def __iter__(self) -> Iterator[Row]:
        raise AssertionError("nobody walks over all rows of a ledger")


class PagedList(RowList):
    """The view of such rows: all are equally high, none is measured."""

    def __init__(self, theme: Theme, rows: PagedRows[Row], painter: RowPainter, *, name: str, acts: bool) -> None:
        super().__init__(theme, rows, painter, name=name, grows=False, acts=acts)
        self.setUniformItemSizes(True)
        if acts:
            self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px(196))
