"""One card per folder: name, path, state; a bar while it is read; troubles with one reason and one action each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.values import FileState
from ui.window import words
from ui.window.house import FileIssue, FolderView
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Bar, Ring
from ui.window.widgets.card import Card
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.row_list import RowList, RowPainter, Rows
from ui.window.widgets.state import State, StateLook

_SHOWN_TROUBLES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the reading of a folder is; `left` is empty until it can be told honestly."""

    done: int
    of: int
    now: str
    left: str = ""


class _IssueRows(Rows[FileIssue]):
    def said(self, row: FileIssue) -> str:
        return f"{row.path.name}: {row.reason}. {row.hint}"


class _IssuePainter(RowPainter):
    """File, reason in grey; the hint as the tip of the row."""

    def high(self, row: object, width: int) -> int:
        return self.theme.px("row" if self._stacked(width) else "row_compact")

    def _stacked(self, width: float) -> bool:
        return 0 < width < self.theme.px("panel")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        issue: FileIssue = row  # type: ignore[assignment]  # the model holds nothing else
        t = self.theme
        side = t.px(16)
        mark = QRectF(where.left(), where.top(), side, where.height())
        paint_icon(painter, mark, "file-x", color=t.color("warn"), size_px=side)
        inner = where.adjusted(side + t.px(8), 0, -t.px(8), 0)
        stacked = self._stacked(where.width())
        if stacked:
            inner.setHeight(inner.height() / 2)
        painter.setFont(t.font("control"))
        painter.setPen(t.color("text"))
        metrics = painter.fontMetrics()
        room = int(inner.width() * (1 if stacked else 0.5))
        name = metrics.elidedText(issue.path.name, Qt.TextElideMode.ElideMiddle, room)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(inner, middle, name)
        shift = metrics.horizontalAdvance(name) + t.px(8)
        painter.setFont(t.font("body"))
        painter.setPen(t.color("text2"))
        rest = inner.translated(0, inner.height()) if stacked else inner.adjusted(shift, 0, 0, 0)
        reason = issue.reason.rstrip(".")
        shown = painter.fontMetrics().elidedText(reason, Qt.TextElideMode.ElideRight, int(rest.width()))
        painter.drawText(rest, middle, shown)


class _IssueLine(QWidget):
    """One trouble as a row with its one button."""

    def __init__(self, theme: Theme, issue: FileIssue) -> None:
        super().__init__()
        self._theme = theme
        self.issue = issue
        rows = _IssueRows()
        self._list = RowList(theme, rows, _IssuePainter(theme), name=f"{issue.path.name}: {issue.reason}")
        rows.put([issue])
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setToolTip(issue.hint)
        self._list.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.button = Push(theme, words.SHOW_IN_FOLDER, kind="plain")
        self.button.setToolTip(issue.hint)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._list, 1)
        self._row.addWidget(self.button)
        theme.dress(self._dress)

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(t.px(12))
        self.button.setMinimumWidth(t.px(148))


class FolderCardView(Card):
    """Signals carry the folder's path: read again, remove, stop reading; `place_wanted` the folder of a file."""

    again = Signal(object)
    removed = Signal(object)
    paused = Signal(object)
    place_wanted = Signal(object)

    def __init__(self, theme: Theme, folder: FolderView) -> None:
        super().__init__(theme)
        self._theme, self.path = theme, folder.path
        self._reading: Reading | None = None
        self._issues: list[FileIssue] = []
        self._whole = False
        self._all = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._below = QVBoxLayout()
        self._build()
        self.show_folder(folder)
        theme.dress(self._dress)

    def _build(self) -> None:
        t = self._theme
        self._icon = IconMark(t, "folder", color="text2")
        self._name = Label(t, step="heading", elide=True)
        self._where = Label(t, step="body", color="text2", elide=True)
        self._ring = Ring(t)
        self._state = State(t, StateLook("check", "", "ok"))
        self._progress = Label(t, color="text2", tabular=True)
        self._pause = Push(t, words.PAUSE_READING, kind="icon", icon="pause")
        self._more = Push(t, words.MORE_ACTIONS, kind="icon", icon="ellipsis")
        self._pause.clicked.connect(lambda: self.paused.emit(self.path))
        self._more.clicked.connect(self._menu)
        put(self._head, self._icon, self._name)
        self._head.addWidget(self._where, 1)
        put(self._head, self._ring, self._progress, self._state, self._pause, self._more)
        self._bar = Bar(t)
        self._now = Label(t, color="text2", elide=True)
        self._rest = Push(t, "", kind="quiet", icon="chevron-down")
        self._rest.clicked.connect(self._show_all)
        self._left_out = Label(t, color="text2", wrap=True)
        self._below.addWidget(self._bar)
        self._below.addWidget(self._now)
        self._lines = QVBoxLayout()
        self._below.addLayout(self._lines)
        self._below.addWidget(self._rest)
        self._below.addWidget(self._left_out)
        self._all.addLayout(self._head)
        self._all.addLayout(self._below)

    # ------------------------------------------------------------ what it shows

    def show_folder(self, folder: FolderView) -> None:
        """The folder as it stands in the library."""
        self._folder = folder
        self._name.setText(folder.name)
        self._where.setText(words.home_path(folder.path))
        self._icon_for(folder.path)
        self._issues = [issue for issue in folder.troubles if issue.state is FileState.FAILED]
        skipped = len(folder.troubles) - len(self._issues)
        self._left_out.setText(words.other_kinds(skipped))
        self._left_out.setVisible(skipped > 0)
        self._show_issues()
        self._show_state()

    def show_reading(self, reading: Reading | None) -> None:
        """How far the reading is; None when it is over."""
        self._reading = reading
        self._show_state()

    def _show_state(self) -> None:
        reading, folder = self._reading, self._folder
        busy = reading is not None
        for part in (self._ring, self._progress, self._pause, self._bar, self._now):
            part.setVisible(busy)
        self._state.setVisible(not busy)
        if reading is not None:
            self._progress.setText(words.folder_reading(reading.done, reading.of, reading.left))
            self._bar.set_share(reading.done / reading.of if reading.of else 0)
            self._now.setText(words.SMALL_FIRST.format(name=reading.now) if reading.now else "")
        elif not folder.present:
            self._state.set_look(StateLook("triangle-alert", words.FOLDER_GONE, "warn"))
        elif self._issues:
            look = StateLook("triangle-alert", words.folder_troubled(folder.files_ready, len(self._issues)), "warn")
            self._state.set_look(look)
        else:
            self._state.set_look(StateLook("check", words.folder_ready(folder.files_ready), "ok"))
        self._dress()

    def _show_issues(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            line = item.widget()
            if line is not None:
                line.deleteLater()
        shown = self._issues if self._whole else self._issues[:_SHOWN_TROUBLES]
        for issue in shown[:60]:
            line = _IssueLine(self._theme, issue)
            line.button.clicked.connect(lambda _=False, path=issue.path: self.place_wanted.emit(path))
            self._lines.addWidget(line)
        hidden = len(self._issues) - len(shown)
        self._rest.set_words(words.more_troubles(hidden))
        self._rest.setVisible(hidden > 0)

    def _show_all(self) -> None:
        self._whole = True
        self._show_issues()

    def _icon_for(self, path: Path) -> None:
        self._icon.set_icon("file-text" if path.suffix and not path.is_dir() else "folder")

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.READ_AGAIN).triggered.connect(lambda: self.again.emit(self.path))
        menu.addAction(words.SHOW_IN_FOLDER).triggered.connect(lambda: self.place_wanted.emit(self.path))
        menu.addSeparator()
        menu.addAction(words.REMOVE).triggered.connect(lambda: self.removed.emit(self.path))
        corner = self._more.mapToGlobal(QPoint(self._more.width(), self._more.height() + 4))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _dress(self) -> None:
        t = self._theme
        below = any(not part.isHidden() for part in (self._bar, self._rest, self._left_out)) or bool(self._issues)
        self._all.setContentsMargins(t.px(16), t.px(12), t.px(12), t.px(12))
        self._all.setSpacing(t.px(8 if below else 0))
        self._head.setSpacing(t.px(8))
        self._below.setContentsMargins(t.px(28), 0, t.px(4), t.px(4 if below else 0))
        self._below.setSpacing(t.px(8))
        self._lines.setSpacing(t.px(4))


def issues_of(folders: Sequence[FolderView]) -> int:
    """Files that need the person, over all folders."""
    return sum(issue.state is FileState.FAILED for folder in folders for issue in folder.troubles)
