"""One card per folder: name, path, state; a bar while it is read; troubles with one reason and one action each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ui.window import library_words as words
from ui.window.house import FolderView, FolderWork
from ui.window.library.folder_name import FolderName
from ui.window.library.trouble_list import TroubleList
from ui.window.library.wishes import Attempt, kinds_of, wishes_of
from ui.window.library.work_look import WorkLook, look_of
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Bar, Ring
from ui.window.widgets.card import Card
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.state import State, StateLook
from ui.window.words import home_path


class FolderCardView(Card):
    """Signals carry the folder's path; `acted` a wish and, where it needs one, a password."""

    again = Signal(object)
    removed = Signal(object)
    paused = Signal(object, bool)
    read_now = Signal()
    place_wanted = Signal(object)
    files_wanted = Signal(object, bool)
    rules_wanted = Signal(object)
    never_cloud = Signal(object, bool)
    acted = Signal(object, object, str)
    stopped = Signal(object)

    def __init__(self, theme: Theme, folder: FolderView) -> None:
        super().__init__(theme)
        self._theme, self.path = theme, folder.path
        self._work: FolderWork | None = None
        self._all, self._head = QVBoxLayout(self), QHBoxLayout()
        self._state_box = QWidget()
        self._state_row = QHBoxLayout(self._state_box)
        self._narrow = False
        self._below_widget = QWidget()
        self._below = QVBoxLayout(self._below_widget)
        self._now_row, self._mark_row = QHBoxLayout(), QHBoxLayout()
        self._build_head()
        self._build_below()
        self._all.addLayout(self._head)
        self._all.addWidget(self._below_widget)
        self.show_folder(folder)
        theme.dress(self._dress)

    def _build_head(self) -> None:
        t = self._theme
        self.name = FolderName(t)
        self._where = Label(t, color="text2", elide=True)
        self._ring = Ring(t)
        self._progress = Label(t, color="text2", tabular=True)
        self._state = State(t, StateLook("check", "", "ok"))
        self._pause = Push(t, words.PAUSE, kind="icon", icon="pause")
        self._more = Push(t, words.MORE_ACTIONS, kind="icon", icon="ellipsis")
        self.name.clicked.connect(lambda: self.files_wanted.emit(self.path, False))
        self.name.wished.connect(self._key)
        self._pause.clicked.connect(self._pause_pressed)
        self._more.clicked.connect(lambda: self.menu().popup(self._menu_place()))
        self._head.addWidget(self.name)
        self._head.addWidget(self._where, 1)
        put(self._state_row, self._ring, self._progress, self._state)
        put(self._head, self._state_box, self._pause, self._more)

    def _build_below(self) -> None:
        t = self._theme
        self._bar = Bar(t)
        self._now = Label(t, color="text2", wrap=True)
        self._do = Push(t, words.READ_NOW, kind="quiet", flush=True)
        self._do.set_color("localText")
        self._do.clicked.connect(self.read_now)
        self._now_row.addWidget(self._now, 1)
        self._now_row.addWidget(self._do)
        self._mark = IconMark(t, "cloud-off", color="text2", side=14, name=words.NEVER_CLOUD)
        self._mark_words = Label(t, words.NEVER_CLOUD, step="meta", color="text2")
        self._mark_row.addWidget(self._mark)
        self._mark_row.addWidget(self._mark_words)
        self._mark_row.addStretch()
        self.troubles = TroubleList(t)
        self.kinds = TroubleList(t, first=0)
        for rows in (self.troubles, self.kinds):
            rows.acted.connect(lambda wish, password: self.acted.emit(self.path, wish, password))
            rows.stopped.connect(self.stopped)
        self.troubles.all_wanted.connect(lambda: self.files_wanted.emit(self.path, True))
        self.kinds.all_wanted.connect(lambda: self.files_wanted.emit(self.path, False))
        self._below.addWidget(self._bar)
        self._below.addLayout(self._now_row)
        self._below.addLayout(self._mark_row)
        put(self._below, self.troubles, self.kinds)

    # ------------------------------------------------------------ what it shows

    def show_folder(self, folder: FolderView) -> None:
        """The folder as it stands in the library."""
        self._folder = folder
        self.name.show_name(folder.name, icon="file-text" if folder.single else "folder")
        self._where.setText(home_path(folder.path))
        wishes = wishes_of(folder)
        shown_alone = folder.not_downloaded - (1 if folder.not_downloaded else 0)
        self.troubles.show_wishes(wishes, folder.files_failed - shown_alone)
        kinds = kinds_of(folder)
        left_out = sum(each.files for each in folder.left_out)
        self.kinds.show_wishes(kinds, len(kinds), fold_words=words.left_out(len(kinds), left_out))
        for part in (self._mark, self._mark_words):
            part.setVisible(folder.never_cloud)
        self._show_state()

    def show_work(self, work: FolderWork | None) -> None:
        """What is going on in it; None when nothing is."""
        if work != self._work:
            self._work = work
            self._show_state()

    def show_attempts(self, attempts: Mapping[Path, Attempt]) -> None:
        """What becomes of the actions of its rows."""
        self.troubles.show_attempts(attempts)

    @property
    def single(self) -> bool:
        """Whether it is a file that was added by itself."""
        return self._folder.single

    @property
    def state_words(self) -> str:
        """The state at the right of the card."""
        return self._progress.text() if self._progress.isVisibleTo(self) else self._state.look.words

    def _show_state(self) -> None:
        look: WorkLook = look_of(self._folder, self._work)
        self._ring.setVisible(look.busy)
        self._progress.setVisible(look.busy)
        self._progress.setText(look.state.words)
        self._state.setVisible(not look.busy)
        self._state.set_look(look.state)
        self._bar.setVisible(look.share is not None)
        self._bar.set_share(look.share or 0.0)
        self._now.setText(look.line)
        self._now.setVisible(bool(look.line))
        self._do.setVisible(look.offers_now)
        self._pause.setVisible(look.pause != "none")
        self._pause.set_icon("play" if look.pause == "resume" else "pause")
        self._pause.set_words(words.RESUME if look.pause == "resume" else words.PAUSE)
        self._show_below()

    def _show_below(self) -> None:
        parts = (self._bar, self._now, self._mark, self.troubles, self.kinds)
        below = any(not part.isHidden() for part in parts)
        self._below_widget.setVisible(below)
        self._all.setSpacing(self._theme.px(4 if below else 0))

    # ------------------------------------------------------------ what the person does

    def menu(self) -> QMenu:
        """The overflow menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.SHOW_FILES).triggered.connect(lambda: self.files_wanted.emit(self.path, False))
        menu.addAction(words.READ_AGAIN).triggered.connect(lambda: self.again.emit(self.path))
        if not self._folder.single:
            menu.addAction(words.WHAT_TO_INCLUDE).triggered.connect(lambda: self.rules_wanted.emit(self.path))
        menu.addAction(words.SHOW_IN_FOLDER).triggered.connect(lambda: self.place_wanted.emit(self.path))
        menu.addSeparator()
        never = menu.addAction(words.NEVER_CLOUD)
        never.setCheckable(True)
        never.setChecked(self._folder.never_cloud)
        never.triggered.connect(lambda on: self.never_cloud.emit(self.path, on))
        menu.addSeparator()
        menu.addAction(words.REMOVE).triggered.connect(lambda: self.removed.emit(self.path))
        return menu

    def _menu_place(self) -> QPoint:
        corner = self._more.mapToGlobal(QPoint(self._more.width(), self._more.height() + 4))
        return corner - QPoint(self.menu().sizeHint().width(), 0)

    def _pause_pressed(self) -> None:
        self.paused.emit(self.path, look_of(self._folder, self._work).pause == "pause")

    def _key(self, key: int) -> None:
        (self.removed if key == Qt.Key.Key_Delete else self.again).emit(self.path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where it is narrow the state stands under the name."""
        narrow = 0 < self.width() < self._theme.px(560)
        if narrow != self._narrow:
            self._narrow = narrow
            (self._all if self._narrow else self._head).removeWidget(self._state_box)
            if narrow:
                self._all.insertWidget(1, self._state_box, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                self._head.insertWidget(2, self._state_box)
        self._state_row.setContentsMargins(self._theme.px(32) if narrow else 0, 0, 0, 0)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(12), t.px(12), t.px(12), t.px(12))
        self._head.setSpacing(t.px(8))
        self._state_row.setSpacing(t.px(8))
        self._below.setContentsMargins(t.px(32), 0, t.px(4), t.px(4))
        self._below.setSpacing(t.px(8))
        self._now_row.setSpacing(t.px(8))
        self._mark_row.setSpacing(t.px("icon_to_word"))
        self._fit()
        self._show_below()
