"""One place a question may be sent to: its name and address, whether its key is kept, what is known of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.window import cloud_setup_words as words
from ui.window.cloud.key_field import KeyField
from ui.window.privacy.price_fields import PriceFields
from ui.window.privacy.privacy_house import ProviderLine
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Card
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.state import State, StateLook


class ProviderCard(Card):
    """`key_typed` brings the provider and the key's bytes, which whoever takes them wipes; `priced` a model's price."""

    key_typed = Signal(str, object)
    key_removed = Signal(str)
    removed = Signal(str)
    priced = Signal(str, object)

    def __init__(self, theme: Theme, line: ProviderLine, *, may_keep: bool) -> None:
        super().__init__(theme)
        self._theme, self.line, self._may_keep = theme, line, may_keep
        self.name = Label(theme, line.name, step="control", elide=True)
        self._host = Label(theme, line.host, step="exact", color="text2", elide=True)
        self.state = State(theme, _look(line))
        self._retention = Label(theme, line.retention or words.not_known(line.name), color="text2", wrap=True)
        self._own = Label(theme, words.whose(line), color="text2", wrap=True)
        add = words.NEW_KEY if line.has_key else words.ADD_KEY
        self.add = Push(theme, add, kind="quiet", icon="key-round", flush=True)
        self.forget = Push(theme, words.REMOVE_KEY, kind="quiet", icon="eraser", flush=not may_keep)
        first = not (line.key_needed and may_keep) and not line.has_key
        self.price = Push(theme, words.TYPE_PRICE, kind="quiet", icon="pen-line", flush=first)
        self.remove = Push(theme, words.REMOVE, kind="quiet", icon="trash-2")
        for button in (self.add, self.forget, self.price, self.remove):
            button.setAccessibleName(f"{button.text()}: {line.name}")
        self.field: KeyField | None = None
        self._keep = Push(theme, words.KEEP_KEY, kind="plain")
        self._cancel = Push(theme, words.CANCEL, kind="plain")
        self._fields = PriceFields(theme, line.name)
        self._all, self._head, self._typing = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._doings = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self._ask(False)
        theme.dress(self._dress)

    def put_away(self) -> None:
        """The card goes: what was typed into it is wiped."""
        self._ask(False)

    def _build(self) -> None:
        self._head.addWidget(self.name)
        self._head.addWidget(self._host, 1)
        self._head.addWidget(self.state)
        put(self._typing, self._keep, self._cancel)
        put(self._doings, self.add, self.forget, self.price, self.remove)
        self._doings.addStretch(1)
        self._all.addLayout(self._head)
        put(self._all, self._own, self._retention)
        self._all.addLayout(self._typing)
        self._all.addWidget(self._fields)
        self._all.addLayout(self._doings)
        self._own.setVisible(bool(self._own.text()))
        self._fields.hide()
        self.add.clicked.connect(lambda: self._ask(True))
        self._cancel.clicked.connect(lambda: self._ask(False))
        self._keep.clicked.connect(self._hand_over)
        self.forget.clicked.connect(lambda: self.key_removed.emit(self.line.id))
        self.remove.clicked.connect(lambda: self.removed.emit(self.line.id))
        self.price.clicked.connect(lambda: self._fields.setVisible(self._fields.isHidden()))
        self._fields.typed.connect(lambda price: self.priced.emit(self.line.id, price))

    def _ask(self, asking: bool) -> None:
        """A field for the key in place of the buttons, or the buttons again; what was typed is wiped."""
        if self.field is not None:
            self.field.wipe()
            self._typing.removeWidget(self.field)
            self.field.hide()
            self.field.deleteLater()
            self.field = None
        if asking:
            self.field = KeyField(self._theme, name=words.key_of(self.line.name))
            self.field.entered.connect(self._hand_over)
            self.field.changed.connect(self._keep.setEnabled)
            self._keep.setEnabled(False)
            self._typing.insertWidget(0, self.field, 1)
            self.field.setFocus(Qt.FocusReason.TabFocusReason)
        line = self.line
        for part, seen in (
            (self._keep, asking),
            (self._cancel, asking),
            (self.add, not asking and line.key_needed and self._may_keep),
            (self.forget, not asking and line.has_key),
            (self.price, not asking),
            (self.remove, not asking and line.own),
        ):
            part.setVisible(seen)

    def _hand_over(self) -> None:
        if self.field is not None and self.field.filled:
            key = self.field.take()
            self._ask(False)
            self.key_typed.emit(self.line.id, key)

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < self._theme.px(460)
        self._doings.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(16), t.px(12), t.px(16), t.px(12))
        self._all.setSpacing(t.px(4))
        self._head.setSpacing(t.px(8))
        self._typing.setSpacing(t.px(8))
        self._doings.setSpacing(t.px(8))


def _look(line: ProviderLine) -> StateLook:
    if line.unpriced:
        return StateLook("triangle-alert", words.NO_PRICE_YET, "warn")
    if not line.key_needed:
        return StateLook("check", words.NO_KEY_NEEDED, "text2")
    return StateLook("check", words.HAS_KEY, "ok") if line.has_key else StateLook("key-round", words.NO_KEY, "text2")


class WordRow(QWidget):
    """One word or folder with what can be done about it."""

    removed = Signal(str)

    def __init__(self, theme: Theme, said: str, *, removable: bool) -> None:
        super().__init__()
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.addWidget(Label(theme, said, step="quote" if removable else "body", elide=True), 1)
        if removable:
            button = Push(theme, words.REMOVE, kind="icon", icon="x")
            button.setAccessibleName(f"{words.REMOVE}: {said}")
            button.clicked.connect(lambda: self.removed.emit(said))
            self._row.addWidget(button)
        theme.dress(self._dress)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(8))
