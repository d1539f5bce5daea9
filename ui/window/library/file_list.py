"""The list of files itself: arrows move, Enter opens, Space previews, Del takes out, F5 reads again."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QAbstractItemView

from app.store.listing import FileLine
from ui.window import library_words as words
from ui.window.library.file_rows import FilePainter, FileRows
from ui.window.theme import Theme
from ui.window.widgets.row_list import RowList

_KEYS = {
    Qt.Key.Key_Return: "open",
    Qt.Key.Key_Enter: "open",
    Qt.Key.Key_Space: "preview",
    Qt.Key.Key_Delete: "remove",
    Qt.Key.Key_F5: "again",
}


class FileList(RowList):
    """`wished` fires with a wish ("open", "preview", "remove", "again") and the file; `current_changed` with the file
    that has the keyboard; `end_near` when more rows are wanted."""

    wished = Signal(str, object)
    current_changed = Signal(object)
    end_near = Signal()

    def __init__(self, theme: Theme, rows: FileRows) -> None:
        super().__init__(theme, rows, FilePainter(theme, rows), name=words.SHOW_FILES, grows=False)
        self.files = rows
        self.setUniformItemSizes(True)  # a hundred thousand rows are not measured one by one
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().currentChanged.connect(lambda now, _: self.current_changed.emit(self._line(now)))
        self.doubleClicked.connect(lambda index: self._wish("open", index))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def current(self) -> FileLine | None:
        """The file that has the keyboard."""
        return self._line(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = _KEYS.get(Qt.Key(event.key()))
        if wish is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self._wish(wish, self.currentIndex())

    def _wish(self, wish: str, index: QModelIndex) -> None:
        line = self._line(index)
        if line is not None:
            self.wished.emit(wish, line)

    def _line(self, index: QModelIndex) -> FileLine | None:
        return self.files.rows[index.row()] if index.isValid() and index.row() < len(self.files.rows) else None

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if bar.maximum() and value > bar.maximum() - 2 * self.viewport().height():
            self.end_near.emit()
