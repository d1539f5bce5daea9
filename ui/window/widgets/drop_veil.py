"""What lies over the window while files are dragged into it, and takes them when they are let go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.window import words
from ui.window.theme import Theme
from ui.window.widgets.paint import shape


class DropVeil(QWidget):
    """Over the whole window while files are dragged in: a solid moss line, because they go inside. `dropped` fires
    with the paths, at least one."""

    dropped = Signal(list)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(words.DROP_HERE)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._window:
            return False
        if isinstance(event, QDragEnterEvent):
            if any(url.isLocalFile() for url in event.mimeData().urls()):
                event.acceptProposedAction()
                self.setGeometry(self._window.rect())
                self.show()
                self.raise_()
        elif event.type() is QEvent.Type.DragLeave:
            self.hide()
        elif event.type() is QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        elif event.type() is QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            event.acceptProposedAction()
            paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
            if paths:
                self.dropped.emit(paths)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        ground = t.color("window")
        ground.setAlphaF(0.88)
        painter.fillRect(self.rect(), ground)
        inner = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        shape(painter, inner, t.px("radius.sheet"), line=t.color("local"), width=t.px(2))
        painter.setFont(t.font("title"))
        painter.setPen(t.color("localText"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), words.DROP_HERE)
