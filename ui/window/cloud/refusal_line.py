"""Why Send is off, as one calm line with what helps: a key, a price, a budget, a cheaper model, or only the words."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.cloud.parcel import Refusal, Stop
from ui.window import money_words
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Destination
from ui.window.cloud.key_field import KeyField
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import shape
from ui.window.widgets.push import Push


class RefusalLine(QWidget):
    """One refusal. Its signals carry what the person typed: a key as bytes, prices in micro-dollars per million
    tokens, a budget in micro-dollars."""

    key_given = Signal(object)
    price_given = Signal(int, int)
    budget_given = Signal(int)
    cheaper_wanted = Signal()
    more_wanted = Signal()
    privacy_wanted = Signal()

    def __init__(self, theme: Theme, refusal: Refusal, destination: Destination | None, *, cheaper: bool) -> None:
        super().__init__()
        self._theme, self.stop = theme, refusal.stop
        self._name = destination.name if destination else ""
        notice = refusal.notice
        said = notice.happened
        if refusal.stop is Stop.NO_KEY and destination is not None:
            said = words.paste_key(destination.name, destination.keyring)
        self._said = Label(theme, said, step="control", wrap=True)
        rest = "" if refusal.stop is Stop.NO_KEY else " ".join(part for part in (notice.safe, notice.do) if part)
        self._rest = Label(theme, rest, color="text2", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._said)
        self._column.addWidget(self._rest)
        self._rest.setVisible(bool(rest))
        self.fields: list[QWidget] = []
        """What can be typed into or pressed, in order, for the keyboard's round."""
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._column.addLayout(self._row)
        self._furnish(refusal.stop, cheaper=cheaper)
        self._row.addStretch()
        self.setAccessibleName(f"{said} {rest}".strip())
        theme.dress(self._dress)

    def set_narrow(self, narrow: bool) -> None:
        """Fields under each other where there is no room beside each other."""
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row.setDirection(down if narrow else across)

    def wipe(self) -> None:
        """Forget a key that was typed and not kept."""
        for field in self.fields:
            if isinstance(field, KeyField):
                field.wipe()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        shape(painter, QRectF(self.rect()), t.px("radius.part"), fill=t.color("sunken"))
        icon = "key-round" if self.stop is Stop.NO_KEY else "circle-stop"
        where = QRectF(t.px(12), t.px(12), t.px(16), t.px(20))
        paint_icon(painter, where, icon, color=t.color("text2"), size_px=t.px(16))

    # ------------------------------------------------------------ what helps

    def _furnish(self, stop: Stop, *, cheaper: bool) -> None:
        match stop:
            case Stop.NO_KEY:
                self._key_field()
            case Stop.NO_PRICE:
                self._price_fields()
            case Stop.OVER_BUDGET:
                if cheaper:
                    self._act(words.CHEAPER).clicked.connect(self.cheaper_wanted)
                self._act(words.CHANGE_BUDGET).clicked.connect(self._budget_field)
            case Stop.COPIED_TEXT | Stop.NOT_OFFERED:
                self._act(words.SEND_MORE).clicked.connect(self.more_wanted)
            case Stop.BLOCKED | Stop.LEDGER_BROKEN:
                self._act(words.PRIVACY).clicked.connect(self.privacy_wanted)
            case (
                Stop.OFFLINE | Stop.NO_KEYRING | Stop.NOTHING_TICKED | Stop.DETECTOR_FAILED | Stop.NO_DESTINATION
                | Stop.NEVER_SEND | Stop.DETAIL_FOUND | Stop.DEARER
            ):  # fmt: skip
                pass
            case _:
                assert_never(stop)

    def _key_field(self) -> None:
        field = KeyField(self._theme, name=words.paste_key(self._name, ""))
        field.setMaximumWidth(self._theme.px(320))
        self._row.addWidget(field, 3)
        keep = self._act(words.KEEP_KEY)
        keep.setEnabled(False)
        field.changed.connect(keep.setEnabled)
        self.fields.insert(0, field)

        def give() -> None:
            if field.filled:
                self.key_given.emit(field.take())

        keep.clicked.connect(give)
        field.entered.connect(give)

    def _price_fields(self) -> None:
        first, second = self._amount(words.PRICE_IN), self._amount(words.PRICE_OUT)
        use = self._act(words.USE_PRICE)
        use.setEnabled(False)

        def read() -> tuple[int, int] | None:
            taken, given = money_words.typed(first.text()), money_words.typed(second.text())
            return None if taken is None or given is None else (taken, given)

        for field in (first, second):
            field.textChanged.connect(lambda _: use.setEnabled(read() is not None))

        def give() -> None:
            amounts = read()
            if amounts is not None:
                self.price_given.emit(*amounts)

        use.clicked.connect(give)

    def _budget_field(self) -> None:
        for field in self.fields:
            field.hide()
        field = self._amount(words.BUDGET_FIELD)
        put = self._act(words.SET_BUDGET)

        def give() -> None:
            amount = money_words.typed(field.text())
            if amount is not None:
                self.budget_given.emit(amount)

        put.clicked.connect(give)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _amount(self, name: str) -> QLineEdit:
        self._row.addWidget(Label(self._theme, name, color="text2"))
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setMaximumWidth(self._theme.px(96))
        self._row.addWidget(field)
        self.fields.append(field)
        return field

    def _act(self, said: str) -> Push:
        button = Push(self._theme, said, kind="plain")
        self._row.addWidget(button)
        self.fields.append(button)
        return button

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(t.px(12) + t.px(24), t.px(12), t.px(12), t.px(12))
        self._column.setSpacing(t.px(4))
        self._row.setSpacing(t.px(8))
        self._row.setContentsMargins(0, t.px(4) if self.fields else 0, 0, 0)
        self.update()
