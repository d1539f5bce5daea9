"""What Transcribe and Summaries share: choose a file, watch it being worked on, read the result, stop, copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Notice
from ui.window import words
from ui.window.house import House
from ui.window.jobs import Job, Jobs
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Bar
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.pill import Pill
from ui.window.widgets.push import Push
from ui.window.widgets.row_list import RowList
from ui.window.widgets.said_rows import SaidPainter, SaidRows


class MakingPage(QWidget):
    """Subclasses say what is made and turn events into rows."""

    file_wanted = Signal()
    said = Signal(str)
    made = Signal()
    source_wanted = Signal(object)

    def __init__(
        self, theme: Theme, jobs: Jobs, painter: SaidPainter, *, title: str, choose: str, empty: str, place: str,
        acts: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._theme, self._jobs, self._title_words = theme, jobs, title
        self._house: House | None = None
        self.path: Path | None = None
        self._painter = painter
        self._job: Job[object] | None = None
        self.rows = SaidRows(painter.doubt)
        self.list = RowList(theme, self.rows, painter, name=title, grows=False, acts=acts)
        self.title = Label(theme, title, step="title", elide=True)
        self._choose = Push(theme, choose, kind="primary", icon="plus")
        self._stop = Push(theme, words.STOP, kind="plain", icon="square")
        self._copy = Push(theme, words.COPY_TEXT, kind="plain", icon="copy")
        self._place = Pill(theme, place, icon="house", look="house")
        self.meta = Label(theme, color="text2", tabular=True, elide=True)
        self.bar = Bar(theme)
        self.notice = NoticeLine(theme)
        self._empty = Label(theme, empty, step="reading", color="text2", wrap=True)
        self.foot = Label(theme, color="text2", wrap=True, tabular=True)
        self.head, self._under, self._column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        self._build()
        self.setAccessibleName(title)
        theme.dress(self._dress)

    def _build(self) -> None:
        self.head.addWidget(self.title, 1)
        put(self.head, self._stop, self._copy, self._choose)
        self._under.addWidget(self._place)
        self._under.addWidget(self.meta, 1)
        self._column.addLayout(self.head)
        self._column.addLayout(self._under)
        put(self._column, self.bar, self.notice, self._empty)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(self.foot)
        self._choose.clicked.connect(self.file_wanted)
        self._stop.clicked.connect(self.stop)
        self._copy.clicked.connect(self._copy_all)
        self._show(busy=False)
        self.notice.hide()

    # ------------------------------------------------------------ for the window

    def move_in(self, house: House) -> None:
        """The house is open."""
        self._house = house
        self._show(busy=False)

    @property
    def busy(self) -> bool:
        """Something is being made."""
        return self._job is not None

    def stop(self) -> None:
        """Stop; what is there stays."""
        if self._job is not None:
            self._job.stop()

    def begin(self, path: Path) -> None:
        """Work on a file; what was under way is stopped."""
        house = self._house
        if house is None:
            return
        self.stop()
        self.path = path
        self.title.setText(path.stem)
        self.rows.put(())
        self.meta.setText("")
        self.foot.setText("")
        self.bar.set_share(0)
        self.notice.hide()
        job = self._work(house, path)
        job.batch.connect(lambda values: self._take(values) if job is self._job else None)
        job.failed.connect(lambda notice: self._failed(notice) if job is self._job else None)
        job.ended.connect(lambda: self._ended(job))
        self._job = job
        self._show(busy=True)

    def mark_closed(self) -> None:
        """The source panel was closed."""
        self._painter.open_chip = 0
        self.list.viewport().update()

    # ------------------------------------------------------------ for subclasses

    def _work(self, house: House, path: Path) -> Job[object]:
        """Begin the work."""
        raise AssertionError("each page makes something")

    def _take(self, values: list[object]) -> None:
        """Show a batch of events."""
        raise AssertionError("each page shows something")

    # ------------------------------------------------------------ its own

    def _failed(self, notice: Notice) -> None:
        self.notice.say(notice)
        self.notice.show()

    def _ended(self, job: Job[object]) -> None:
        if job is self._job:
            self._job = None
            self._show(busy=False)
            self.made.emit()

    def _show(self, *, busy: bool) -> None:
        begun = self.path is not None
        self._stop.setVisible(busy)
        self.bar.setVisible(busy)
        self._copy.setVisible(not busy and bool(self.rows.rows))
        self._choose.setEnabled(self._house is not None)
        for part in (self._place, self.meta, self.list):
            part.setVisible(begun)
        self._empty.setVisible(not begun)
        self.foot.setVisible(bool(self.foot.text()))

    def _copy_all(self) -> None:
        lines = [" ".join(part for part in (row.place, row.name, row.words) if part) for row in self.rows.rows]
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")
        self.said.emit(words.COPIED_TEXT)

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(t.px(32), t.px(24), t.px(20), t.px(20))
        self._column.setSpacing(t.px(12))
        self.head.setSpacing(t.px(8))
        self._under.setSpacing(t.px(8))
