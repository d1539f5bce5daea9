"""What to include from a folder: three short lists of patterns in plain words, and what they would do, counted live."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.library.rules import Rules, tidy
from ui.window import library_words as words
from ui.window.house import Preview
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Ring
from ui.window.widgets.card import Card
from ui.window.widgets.label import Label
from ui.window.widgets.page_area import PageArea, page_side
from ui.window.widgets.paint import shape
from ui.window.widgets.push import Push
from ui.window.words import home_path

_TYPING_MS = 300
_LINES = 3


class PatternText(QPlainTextEdit):
    """Tells when the keyboard comes and goes: the ring around it is another's to paint."""

    focus_moved = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_moved.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_moved.emit()


class PatternField(Card):
    """A few lines to type patterns into. Tab leaves it."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, strong=True)
        self._theme = theme
        self.text = PatternText()
        self.text.focus_moved.connect(self.update)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(name)
        self.text.viewport().setAutoFillBackground(False)
        self.text.document().setDocumentMargin(0)
        self._inside = QVBoxLayout(self)
        self._inside.addWidget(self.text)
        theme.dress(self._dress)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is typed, one pattern a line."""
        return tidy(self.text.toPlainText().splitlines())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text.hasFocus():
            t = self._theme
            ring = QRectF(self.rect())
            shape(QPainter(self), ring, t.px("radius.card"), line=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        t = self._theme
        self._inside.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        font = t.font("exact")
        self.text.setFont(font)
        self.text.viewport().setFont(font)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + t.px(4))


class RulesView(PageArea):
    """`saved` brings the folder and its new rules, `typed` those that are being tried, `left` ends it."""

    saved = Signal(object, object)
    typed = Signal(object, object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, words.WHAT_TO_INCLUDE)
        self.root = Path()
        self._sheet = QWidget()
        self._narrowed = QWidget()
        self._outer, self._column = QHBoxLayout(self._sheet), QVBoxLayout(self._narrowed)
        self._head, self._foot = QHBoxLayout(), QHBoxLayout()
        self._groups: list[QVBoxLayout] = []
        self._titles = QVBoxLayout()
        self._back = Push(theme, words.BACK, kind="icon", icon="arrow-left")
        self.title = Label(theme, step="title", elide=True)
        self._where = Label(theme, color="text2", elide=True)
        self._line = Label(theme, words.INCLUDE_LINE, color="text2", wrap=True)
        self.leave_out = PatternField(theme, words.LEAVE_OUT)
        self.only = PatternField(theme, words.ONLY)
        self.also = PatternField(theme, words.ALSO)
        self._ring = Ring(theme)
        self.counted = Label(theme, color="text2", tabular=True, wrap=True)
        self.save = Push(theme, words.SAVE, kind="primary")
        self._cancel = Push(theme, words.CANCEL, kind="plain")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_TYPING_MS)
        self._build()
        self._ring.hide()
        self.hold(self._sheet)

    def _build(self) -> None:
        t = self._theme
        self._head.addWidget(self._back)
        self._head.addWidget(self.title, 1)
        self._outer.addWidget(self._narrowed, 1)
        self._outer.addStretch(0)
        self._column.addLayout(self._head)
        self._titles.addWidget(self._where)
        self._titles.addWidget(self._line)
        self._column.addLayout(self._titles)
        for name, line, field in (
            (words.LEAVE_OUT, words.LEAVE_OUT_LINE, self.leave_out),
            (words.ONLY, words.ONLY_LINE, self.only),
            (words.ALSO, words.ALSO_LINE, self.also),
        ):
            group = QVBoxLayout()
            put(group, Label(t, name, step="heading"), Label(t, line, color="text2", wrap=True), field)
            field.text.textChanged.connect(self._soon.start)
            self._groups.append(group)
            self._column.addLayout(group)
        self._foot.addWidget(self._ring)
        self._foot.addWidget(self.counted, 1)
        put(self._foot, self._cancel, self.save)
        self._column.addLayout(self._foot)
        self._column.addStretch()
        self._back.clicked.connect(self.left)
        self._cancel.clicked.connect(self.left)
        self.save.clicked.connect(lambda: self.saved.emit(self.root, self.rules))
        self._soon.timeout.connect(self.try_rules)

    # ------------------------------------------------------------ what it shows

    def show_rules(self, root: Path, rules: Rules) -> None:
        """The rules of a folder as they are."""
        self.root = root
        self.title.setText(words.INCLUDE_TITLE.format(name=root.name))
        self._where.setText(home_path(root))
        for field, patterns in ((self.leave_out, rules.leave_out), (self.only, rules.only), (self.also, rules.also)):
            field.text.setPlainText("\n".join(patterns))
        self.verticalScrollBar().setValue(0)
        self.leave_out.text.setFocus(Qt.FocusReason.TabFocusReason)
        self.try_rules()

    @property
    def rules(self) -> Rules:
        """What is typed."""
        return Rules(leave_out=self.leave_out.patterns, only=self.only.patterns, also=self.also.patterns)

    def try_rules(self) -> None:
        """Have counted what these rules would do."""
        self._soon.stop()
        self.counted.setText(words.COUNTING)
        self._ring.show()
        self.typed.emit(self.root, self.rules)

    def show_preview(self, preview: Preview) -> None:
        """What they would do, as far as it is counted."""
        self._ring.setVisible(not preview.whole)
        self.counted.setText(words.preview(preview.read, preview.left_out, preview.whole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self.save.click()
            return
        super().keyPressEvent(event)

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._outer.setContentsMargins(side, t.px(24), side, t.px(24))
        self._outer.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(16))
        self._head.setSpacing(t.px(8))
        self._foot.setSpacing(t.px(8))
        self._titles.setSpacing(0)
        for group in self._groups:
            group.setSpacing(t.px(4))
        self._narrowed.setMaximumWidth(t.px("composer_max"))
