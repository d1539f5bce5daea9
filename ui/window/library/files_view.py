"""The files of one folder: found by name, each with its state, and what can be done with the one chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.store.listing import FileLine
from app.values import FileState
from ui.window import library_words as words
from ui.window.library.file_list import FileList
from ui.window.library.file_rows import FileRows
from ui.window.library.trouble_row import TroubleRow
from ui.window.library.wishes import Attempt, wish_of, wish_of_scans
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Divider
from ui.window.widgets.label import Label
from ui.window.widgets.page_area import page_side
from ui.window.widgets.push import Push
from ui.window.widgets.segments import Segments
from ui.window.words import OPEN_IN_APP, PASSAGES

PAGE_ROWS = 500
_TYPING_MS = 120


class FilesView(QWidget):
    """`wanted` asks for rows: folder, words, only those that need the person, how many there are already. `wished` is
    what a key or a button asks for one file; `acted` the action of a file in trouble, with a password."""

    wanted = Signal(object, str, bool, int)
    wished = Signal(str, object)
    acted = Signal(object, object, str)
    stopped = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.root = Path()
        self._total, self._asked = 0, -1
        self._hidden: set[Path] = set()
        self._attempts: Mapping[Path, Attempt] = {}
        self.rows = FileRows()
        self.list = FileList(theme, self.rows)
        self._back = Push(theme, words.BACK, kind="icon", icon="arrow-left")
        self.title = Label(theme, step="title", elide=True)
        self.search = QLineEdit()
        self._which = Segments(theme, (words.ALL_FILES, words.NEED_YOU), name=words.SHOW_FILES)
        self.counted = Label(theme, color="text2", tabular=True)
        self.trouble: TroubleRow | None = None
        self._keys = Label(theme, words.FILES_KEYS, step="meta", color="text3", elide=True)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_TYPING_MS)
        self._soon.timeout.connect(self.reload)
        self._all, self._head, self._tools = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._foot, self._doings = QVBoxLayout(), QHBoxLayout()
        self._build()
        self._connect()
        theme.dress(self._dress)

    def _build(self) -> None:
        t = self._theme
        self.search.setPlaceholderText(words.FIND_FILE)
        self.search.setAccessibleName(words.FIND_FILE)
        self.search.setClearButtonEnabled(False)
        put(self._head, self._back)
        self._head.addWidget(self.title, 1)
        self._tools.addWidget(self.search, 1)
        put(self._tools, self._which, self.counted)
        self._buttons = [
            (name, Push(t, said, kind="icon", icon=icon))
            for name, said, icon in (
                ("open", OPEN_IN_APP, "external-link"),
                ("preview", PASSAGES, "panel-right"),
                ("again", words.READ_AGAIN, "refresh-cw"),
                ("never", words.NEVER_CLOUD, "cloud-off"),
                ("remove", words.REMOVE, "trash-2"),
            )
        ]
        self._doings.addWidget(self._keys, 1)
        for _, button in self._buttons:
            self._doings.addWidget(button)
        self._all.addLayout(self._head)
        self._all.addLayout(self._tools)
        self._all.addWidget(self.list, 1)
        self._all.addWidget(Divider(t))
        self._all.addLayout(self._foot)
        self._foot.addLayout(self._doings)

    def _connect(self) -> None:
        self._back.clicked.connect(self.left)
        self.search.textChanged.connect(lambda _: self._soon.start())
        self.search.returnPressed.connect(self.list.setFocus)
        self._which.chosen.connect(lambda _: self.reload())
        self.list.wished.connect(self._wish)
        self.list.end_near.connect(self._more)
        self.list.current_changed.connect(self._choose)
        for name, button in self._buttons:
            button.clicked.connect(lambda _=False, name=name: self._button(name))
        self._choose(None)

    # ------------------------------------------------------------ what it shows

    def show_root(self, root: Path, *, need_you: bool) -> None:
        """The files of a folder, from the top."""
        self.root = self.rows.root = root
        self.title.setText(root.name or str(root))
        self.search.clear()
        self._soon.stop()
        self._hidden.clear()
        self._which.choose(words.NEED_YOU if need_you else words.ALL_FILES)
        self.rows.put(())
        self.reload()
        self.search.setFocus(Qt.FocusReason.TabFocusReason)

    def reload(self) -> None:
        """Ask for the first rows anew."""
        self._soon.stop()
        self._asked = 0
        self.wanted.emit(self.root, self.search.text().strip(), self.need_you, 0)

    def show_lines(self, key: tuple[Path, str, bool, int], lines: Sequence[FileLine], total: int) -> None:
        """Rows that were asked for; those of an older question are dropped."""
        root, text, need_you, offset = key
        if (root, text, need_you) != (self.root, self.search.text().strip(), self.need_you):
            return
        self._total = total
        shown = [line for line in lines if line.path not in self._hidden]
        if offset:
            self.rows.add(shown)
        else:
            chosen = self.list.currentIndex().row()
            self.rows.put(shown)
            if shown and chosen >= 0:
                self.list.setCurrentIndex(self.rows.index(min(chosen, len(shown) - 1), 0))
        self._count()
        self._choose(self.list.current)

    def show_attempts(self, attempts: Mapping[Path, Attempt]) -> None:
        """What becomes of actions."""
        self._attempts = attempts
        if self.trouble is not None:
            self.trouble.show_attempt(attempts.get(self.trouble.wish.path))

    def hide_file(self, line: FileLine) -> None:
        """Take a file's row away at once, and those of what lies inside it."""
        gone = {row.path for row in self.rows.rows if row.path == line.path or (row.member and row.file == line.path)}
        at = self.list.currentIndex().row()
        self._hidden |= gone
        self.rows.put([row for row in self.rows.rows if row.path not in gone])
        if self.rows.rows:
            self.list.setCurrentIndex(self.rows.index(min(at, len(self.rows.rows) - 1), 0))
        self._count()

    def bring_back(self) -> None:
        """Undo of `hide_file`."""
        self._hidden.clear()
        self.reload()

    @property
    def need_you(self) -> bool:
        """Whether only files that failed are shown."""
        return self._which.current == words.NEED_YOU

    # ------------------------------------------------------------ its own

    def _count(self) -> None:
        number = max(0, self._total - len(self._hidden))
        self.counted.setText(words.listed(number, self.search.text().strip(), self.need_you))

    def _more(self) -> None:
        have = len(self.rows.rows) + len(self._hidden)
        if have < self._total and have != self._asked:
            self._asked = have
            self.wanted.emit(self.root, self.search.text().strip(), self.need_you, have)

    def _choose(self, line: FileLine | None) -> None:
        """The buttons of the file chosen, and its trouble with its action."""
        able = {
            "open": line is not None,
            "preview": line is not None and line.document is not None,
            "again": line is not None,
            "never": line is not None and not line.member,
            "remove": line is not None and not line.member,
        }
        for name, button in self._buttons:
            button.setEnabled(able[name])
        wish = None
        if line is not None:
            wish = wish_of(line) if line.state is FileState.FAILED else wish_of_scans(line)
        if self.trouble is not None and self.trouble.wish != wish:
            self._foot.removeWidget(self.trouble)
            self.trouble.hide()
            self.trouble.deleteLater()
            self.trouble = None
        if wish is not None and self.trouble is None:
            self.trouble = TroubleRow(self._theme, wish)
            self.trouble.acted.connect(lambda wish, password: self.acted.emit(self.root, wish, password))
            self.trouble.stopped.connect(self.stopped)
            self.trouble.show_attempt(self._attempts.get(wish.path))
            self._foot.insertWidget(0, self.trouble)

    def _button(self, wish: str) -> None:
        line = self.list.current
        if line is not None:
            self._wish(wish, line)

    def _wish(self, wish: str, line: FileLine) -> None:
        if (wish == "preview" and line.document is None) or (wish == "remove" and line.member):
            return
        self.wished.emit(wish, line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._all.setContentsMargins(side, t.px(24), side, t.px(12))
        self._all.setSpacing(t.px(12))
        self._head.setSpacing(t.px(8))
        self._tools.setSpacing(t.px(12))
        self._doings.setSpacing(t.px(4))
        self._foot.setSpacing(t.px(8))
        self.search.setFont(t.font("body"))
        self.counted.setVisible(self.width() >= t.px(560))
        self._keys.setVisible(self.width() >= t.px(560))
