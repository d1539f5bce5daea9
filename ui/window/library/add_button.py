"""The page's one primary button: Add folder, with other ways to add behind the arrow at its right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu

from ui.window import library_words as words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import hairline
from ui.window.widgets.push import Push


class AddButton(Push):
    """`folder_wanted` on a press, `files_wanted` from the menu, which Down opens, too."""

    folder_wanted = Signal()
    files_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, words.ADD_FOLDER, kind="primary", icon="folder-plus")
        self.setAccessibleDescription(words.MORE_WAYS)
        self._on_arrow = False
        self.clicked.connect(self._pressed)

    def menu_of_ways(self) -> QMenu:
        """Folder or files."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.ADD_FOLDER_DOTS).triggered.connect(self.folder_wanted)
        menu.addAction(words.ADD_FILES_DOTS).triggered.connect(self.files_wanted)
        return menu

    def sizeHint(self) -> QSize:
        plain = super().sizeHint()
        return QSize(plain.width() + self._arrow_px() - self._theme.px(4), plain.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._on_arrow = event.position().x() >= self.width() - self._arrow_px()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._on_arrow = False
        if event.key() == Qt.Key.Key_Down:
            self._open_menu()
            return
        super().keyPressEvent(event)

    def _pressed(self) -> None:
        if self._on_arrow:
            self._on_arrow = False
            self._open_menu()
        else:
            self.folder_wanted.emit()

    def _open_menu(self) -> None:
        menu = self.menu_of_ways()
        corner = self.mapToGlobal(QPoint(self.width(), self.height() + 4))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _arrow_px(self) -> int:
        return self._theme.px(28)

    def _paint_content(self, painter: QPainter, where: QRectF, color: QColor) -> None:
        arrow = self._arrow_px()
        super()._paint_content(painter, where.adjusted(0, 0, -arrow, 0), color)
        t = self._theme
        left = where.right() - arrow
        line = QColor(color)
        line.setAlphaF(0.35)
        hairline(painter, QPointF(left, where.top() + t.px(8)), QPointF(left, where.bottom() - t.px(8)), line)
        place = QRectF(left, where.top(), arrow, where.height())
        paint_icon(painter, place, "chevron-down", color=color, size_px=t.px(14))
