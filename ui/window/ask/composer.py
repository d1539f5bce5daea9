"""Where the question is typed: the field, the folders it is asked of, the place it is answered in, Ask or Stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from ui.window import words
from ui.window.cloud.place_switch import PlaceSwitch
from ui.window.theme import Theme
from ui.window.widgets.card import Card
from ui.window.widgets.paint import shape
from ui.window.widgets.pill import Pill
from ui.window.widgets.push import Push

_MOST_LINES = 6


class QuestionField(QPlainTextEdit):
    """Grows with its text to six lines. Enter asks, Shift+Enter makes a new line, Tab leaves."""

    entered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._step = theme, "reading"
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAccessibleName(words.QUESTION_FIELD)
        self.setPlaceholderText(words.ASK_ABOUT_FILES)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self.fit)
        theme.dress(self._dress)

    def set_step(self, step: str) -> None:
        """`big_input` on the empty page, `reading` under a conversation."""
        self._step = step
        self._dress()

    def fit(self) -> None:
        """As high as its lines, at most six."""
        line = self.fontMetrics().lineSpacing()
        lines = max(1, min(_MOST_LINES, round(self.document().size().height())))
        scroll = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines == _MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(scroll)
        self.setFixedHeight(max(line * lines, self._theme.line_px(self._step)) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def _dress(self) -> None:
        font = self._theme.font(self._step)
        self.setFont(font)
        self.viewport().setFont(font)  # the placeholder is painted in the viewport's font, which does not follow
        self.fit()


class Composer(Card):
    """`asked` fires with the question; `cloud_asked` when it is to be shown to the cloud, and it stays in the field;
    `stopped` when Stop is pressed; `resized` when it wants another height."""

    asked = Signal(str)
    cloud_asked = Signal(str)
    stopped = Signal()
    resized = Signal()
    file_wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, strong=True, parent=parent)
        self.field = QuestionField(theme)
        self.scope = Pill(theme, words.NO_FILES_YET, icon="folder", look="quiet", does_something=True)
        self.scope.setToolTip(words.CHOOSE_FOLDERS)
        self._clip = Push(theme, words.ADD_TO_LIBRARY, kind="icon", icon="paperclip")
        self.place = PlaceSwitch(theme)
        self.send = Push(theme, words.ASK_NOW, kind="send", icon="arrow-up")
        self._busy, self._able, self._files = False, False, 0
        self._folders: Sequence[tuple[Path, str, int]] = ()
        self._within: list[Path] = []
        self._partial = False
        self._row = QHBoxLayout()
        for part in (self.scope, self._clip):
            self._row.addWidget(part)
        self._row.addStretch()
        self._row.addWidget(self.place)
        self._row.addWidget(self.send)
        self._all = QVBoxLayout(self)
        self._all.addWidget(self.field)
        self._all.addLayout(self._row)
        self.field.entered.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        self.send.clicked.connect(self._pressed)
        self.scope.clicked.connect(self._choose_scope)
        self._clip.clicked.connect(self.file_wanted)
        self.place.cloud_pressed.connect(self.ask_cloud)
        self.place.changed.connect(self._fit_row)
        self._enable()
        theme.dress(self._dress)

    # ------------------------------------------------------------ what the page tells it

    def set_follow_up(self, follow_up: bool) -> None:
        """Under a conversation it is small and asks for a follow-up; on the empty page it is large."""
        self.field.setPlaceholderText(words.ASK_FOLLOW_UP if follow_up else words.ASK_ABOUT_FILES)

    def set_busy(self, busy: bool) -> None:
        """While an answer is written Stop stands where Ask was."""
        self._busy = busy
        self.send.set_icon("square" if busy else "arrow-up")
        self.send.set_words(words.STOP if busy else words.ASK_NOW)
        self._enable()

    def set_able(self, able: bool) -> None:
        """Whether the house is open and has files to ask."""
        self._able = able
        self._enable()

    def set_folders(self, folders: Sequence[tuple[Path, str, int]], *, partial: bool = False) -> None:
        """The folders that can be asked: path, name and number of files. `partial` when these are not all there are,
        so that they are named even when all of them are asked."""
        self._folders, self._partial = folders, partial
        known = {path for path, _, _ in folders}
        self._within = [path for path in self._within if path in known]
        self._show_scope()

    @property
    def within(self) -> tuple[Path, ...]:
        """The folders chosen; empty means all of the library."""
        if self._partial and not self._within:
            return tuple(path for path, _, _ in self._folders)
        return tuple(self._within)

    @property
    def scope_names(self) -> str:
        """The chosen folders in words: "Contracts and Meetings"; empty for all."""
        names = [name for path, name, _ in self._folders if path in self._within]
        return f"{', '.join(names[:-1])} {words.AND} {names[-1]}" if len(names) > 1 else "".join(names)

    @property
    def files(self) -> int:
        """Number of files that will be searched."""
        return sum(files for path, _, files in self._folders if not self._within or path in self._within)

    def ask_everywhere(self) -> None:
        """Back to all folders."""
        self._within = []
        self._show_scope()

    def put(self, text: str) -> None:
        """Put words into the field, caret at their end."""
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def ask_cloud(self) -> None:
        """Show what is typed to the cloud's envelope; with nothing typed the cloud is chosen for the next question."""
        self.place.choose_cloud()
        if self.place.to_cloud:
            self._ask()

    # ------------------------------------------------------------ its own

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.field.hasFocus():
            t = self._theme
            line = t.color("borderStrong")
            shape(QPainter(self), QRectF(self.rect()), t.px("radius.card"), line=line, width=1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_row()

    def _fit_row(self) -> None:
        """The folders give way before the place does: where a question goes is said as long as there is room."""
        margins, gaps = self._all.contentsMargins(), 4 * self._row.spacing()
        taken = self.scope.minimumSizeHint().width() + self._clip.sizeHint().width() + self.send.sizeHint().width()
        self.place.fit(self.width() - margins.left() - margins.right() - gaps - taken)

    def _ask(self) -> None:
        question = self.field.toPlainText().strip()
        if not question or not self._able or self._busy:
            return
        if self.place.to_cloud:
            self.cloud_asked.emit(question)
            return
        self.field.clear()
        self.asked.emit(question)

    def _pressed(self) -> None:
        if self._busy:
            self.stopped.emit()
        else:
            self._ask()

    def _typed(self) -> None:
        self._enable()
        self.updateGeometry()
        self.resized.emit()

    def _enable(self) -> None:
        self.send.setEnabled(self._busy or (self._able and bool(self.field.toPlainText().strip())))
        self.place.set_able(self._able and not self._busy)

    def _choose_scope(self) -> None:
        if not self._folders:
            self.file_wanted.emit()
            return
        menu = QMenu(self)
        everything = menu.addAction(words.ALL_FOLDERS)
        everything.setCheckable(True)
        everything.setChecked(not self._within)
        everything.triggered.connect(self.ask_everywhere)
        menu.addSeparator()
        for path, name, files in self._folders:
            action = menu.addAction(f"{name} · {words.files(files)}")
            action.setCheckable(True)
            action.setChecked(path in self._within)
            action.setData(path)
        menu.triggered.connect(lambda action: self._tick(action.data()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.scope.mapToGlobal(QPoint(0, self.scope.height() + 4)))

    def _tick(self, path: Path | None) -> None:
        if path is None:
            return
        self._within = (
            [kept for kept in self._within if kept != path] if path in self._within else [*self._within, path]
        )
        self._show_scope()

    def _show_scope(self) -> None:
        if not self._folders:
            self.scope.set_words(words.NO_FILES_YET)
            return
        chosen = len(self._within)
        where = words.folders(chosen) if chosen else words.ALL_FOLDERS
        self.scope.set_words(f"{where} · {words.files(self.files)}")
        self._fit_row()

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(16), t.px(12), t.px(12), t.px(12))
        self._all.setSpacing(t.px(12))
        self._row.setSpacing(t.px(8))
        self._fit_row()
