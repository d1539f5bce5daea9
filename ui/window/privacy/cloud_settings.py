"""The cloud's part of the settings: where questions may go, keys, own servers, what to hide, what is never sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.values import Notice
from ui.window import cloud_setup_words as words
from ui.window import money_words
from ui.window.privacy.privacy_house import CloudSetup
from ui.window.privacy.provider_card import ProviderCard, WordRow
from ui.window.privacy_words import CLOUD, SETTINGS
from ui.window.spending_words import BUDGET_FIELD, HARD_STOP, MONTHLY_BUDGET, NO_AMOUNT
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.page_area import PageArea, page_side
from ui.window.widgets.push import Push


class CloudSettings(PageArea):
    """Shows a setup; everything applies at once and goes out as a signal."""

    card_made = Signal(object)
    server_added = Signal(str, str)
    word_added = Signal(str)
    word_removed = Signal(str)
    budget_typed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, SETTINGS)
        self.cards: dict[str, ProviderCard] = {}
        self._limit = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # arrows scroll it before anything in it is chosen
        self._sheet, self._narrowed = QWidget(), QWidget()
        self._outer, self._column = QHBoxLayout(self._sheet), QVBoxLayout(self._narrowed)
        self._groups: list[QVBoxLayout] = []
        self._rows: list[QHBoxLayout] = []
        self._fields: list[QLineEdit] = []
        self.title = Label(theme, SETTINGS, step="title")
        self.notice = NoticeLine(theme)
        self.notice.hide()
        self._build()
        self.hold(self._sheet)

    def _build(self) -> None:
        t = self._theme
        put(self._column, self.title, self.notice)
        self.keys = Label(t, color="text2", wrap=True)
        self._cards = QVBoxLayout()
        group = self._group(CLOUD, self.keys)
        group.addLayout(self._cards)
        self.address, self.server_name = QLineEdit(), QLineEdit()
        self.add_server = Push(t, words.ADD, kind="plain", icon="plus")
        group = self._group(words.SERVERS, Label(t, words.SERVERS_LINE, color="text2", wrap=True))
        fields = ((self.address, words.SERVER_ADDRESS, 2), (self.server_name, words.SERVER_NAME, 1))
        self._line(group, fields, self.add_server)
        self.budget = QLineEdit()
        self.wrong = Label(t, NO_AMOUNT, step="meta", color="warn", wrap=True)
        self.wrong.hide()
        group = self._group(f"{MONTHLY_BUDGET}, {HARD_STOP}", Label(t, words.BUDGET_LINE, color="text2", wrap=True))
        self._line(group, ((self.budget, BUDGET_FIELD, 0),), None)
        group.addWidget(self.wrong)
        self.word = QLineEdit()
        self.add_word = Push(t, words.ADD, kind="plain", icon="plus")
        self._words, self._never = QVBoxLayout(), QVBoxLayout()
        group = self._group(words.HIDE_ALWAYS, Label(t, words.HIDE_LINE, color="text2", wrap=True))
        group.addLayout(self._words)
        self._line(group, ((self.word, words.HIDE_FIELD, 1),), self.add_word)
        group = self._group(words.NEVER_SENT, Label(t, words.NEVER_SENT_LINE, color="text2", wrap=True))
        group.addLayout(self._never)
        self._column.addStretch(1)
        self._outer.addWidget(self._narrowed, 1)
        self._outer.addStretch(0)
        self.add_server.clicked.connect(self._server)
        self.address.returnPressed.connect(self._server)
        self.add_word.clicked.connect(self._word)
        self.word.returnPressed.connect(self._word)
        self.budget.editingFinished.connect(self._budget)

    def _group(self, title: str, line: Label) -> QVBoxLayout:
        group = QVBoxLayout()
        put(group, Label(self._theme, title, step="heading"), line)
        self._groups.append(group)
        self._column.addLayout(group)
        return group

    def _line(self, group: QVBoxLayout, fields: Sequence[tuple[QLineEdit, str, int]], button: Push | None) -> None:
        row = QHBoxLayout()
        for field, said, share in fields:
            field.setPlaceholderText(said)
            field.setAccessibleName(said)
            row.addWidget(field, share)
            self._fields.append(field)
        if button is None:
            row.addStretch(1)
        else:
            row.addWidget(button)
        self._rows.append(row)
        group.addLayout(row)

    # ------------------------------------------------------------ what it shows

    def show_setup(self, setup: CloudSetup) -> None:
        """Everything as it stands."""
        self.notice.hide()
        self.keys.setText(setup.no_keyring or words.KEYS_LINE.format(keyring=setup.keyring))
        for card in self.cards.values():
            card.put_away()
        self._clear(self._cards)
        self.cards = {}
        for line in setup.providers:
            card = ProviderCard(self._theme, line, may_keep=not setup.no_keyring)
            self.cards[line.id] = card
            self._cards.addWidget(card)
            self.card_made.emit(card)
        self._clear(self._words)
        for word in setup.hidden_words:
            row = WordRow(self._theme, word, removable=True)
            row.removed.connect(self.word_removed)
            self._words.addWidget(row)
        self._clear(self._never)
        for folder in setup.never_sent or (words.NO_NEVER_SENT,):
            self._never.addWidget(WordRow(self._theme, folder, removable=False))
        self._limit = setup.limit_micros
        if not self.budget.hasFocus():
            self.budget.setText(money_words.plain(setup.limit_micros))

    def show_trouble(self, notice: Notice) -> None:
        """Something did not go."""
        self.notice.say(notice)
        self.notice.show()
        self.verticalScrollBar().setValue(0)

    # ------------------------------------------------------------ its own

    def _clear(self, box: QVBoxLayout) -> None:
        while (item := box.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()

    def _taken(self, field: QLineEdit, tell: Callable[[str], object]) -> None:
        said = field.text().strip()
        if said:
            field.clear()
            tell(said)

    def _server(self) -> None:
        name = self.server_name.text().strip()
        self.server_name.clear()
        self._taken(self.address, lambda address: self.server_added.emit(address, name))

    def _word(self) -> None:
        self._taken(self.word, self.word_added.emit)

    def _budget(self) -> None:
        micros = money_words.budget(self.budget.text())
        self.wrong.setVisible(micros is None)
        if micros is not None and micros != self._limit:
            self._limit = micros
            self.budget_typed.emit(micros)

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._outer.setContentsMargins(side, t.px(24), side, t.px(24))
        self._outer.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(24))
        for group in self._groups:
            group.setSpacing(t.px(8))
        self._cards.setSpacing(t.px(12))
        self._words.setSpacing(t.px(4))
        self._never.setSpacing(t.px(4))
        for row in self._rows:
            row.setSpacing(t.px(8))
        for field in self._fields:
            field.setFont(t.font("body", tabular=field is self.budget))
        self.budget.setMaximumWidth(t.px(120))
        self._narrowed.setMaximumWidth(t.px("composer_max"))
