"""The cost meter over the strip: the month and its budget, what the last answers cost, and the hard stop."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui.window import money_words
from ui.window import spending_words as words
from ui.window.privacy.privacy_house import AnswerCost, MonthMoney
from ui.window.privacy_words import ERASED_BY_YOU, FREE, not_confirmed
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.budget_bar import BudgetBar
from ui.window.widgets.card import Divider
from ui.window.widgets.floating import Floating
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.row_list import RowList, RowPainter, Rows

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = int(Qt.AlignmentFlag.AlignLeft | _MIDDLE), int(Qt.AlignmentFlag.AlignRight | _MIDDLE)
_COST_PX, _SAID_PX, _PAD_PX = 64, 72, 20


class _CostRows(Rows[AnswerCost]):
    def said(self, row: AnswerCost) -> str:
        said = money_words.about(row.estimate_micros) if row.estimate_micros is not None else ""
        parts = (row.question or ERASED_BY_YOU, f"{words.SAID_ABOUT} {said}" if said else "", what_of(row))
        return ", ".join(part for part in parts if part)


def what_of(row: AnswerCost) -> str:
    """The price of a row, or what may become of it."""
    if row.state == "held":
        return words.held_row(row.cost_micros)
    if row.state == "unconfirmed":
        return not_confirmed(row.cost_micros)
    return money_words.cost(row.cost_micros)


class _CostPainter(RowPainter):
    def high(self, row: object, width: int) -> int:
        assert isinstance(row, AnswerCost)
        low = self.theme.px(32)
        return low if row.state == "settled" else low + self.theme.line_px("meta")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, AnswerCost)
        t = self.theme
        inner = where.adjusted(t.px(8), 0, -t.px(8), 0)
        first = QRectF(inner.left(), inner.top(), inner.width(), t.px(32))
        settled = row.state == "settled"
        painter.setFont(t.font("control", tabular=True))
        painter.setPen(t.color("text" if settled else "text2"))
        cost = money_words.cost(row.cost_micros) if settled else money_words.at_most(row.cost_micros)
        painter.drawText(first, _RIGHT, cost)
        painter.setFont(t.font("body", tabular=True))
        painter.setPen(t.color("text2"))
        said = money_words.about(row.estimate_micros) if row.estimate_micros is not None else ""
        painter.drawText(first.adjusted(0, 0, -t.px(_COST_PX), 0), _RIGHT, said)
        rest = first.adjusted(0, 0, -t.px(_COST_PX) - t.px(_SAID_PX), 0)
        painter.setFont(t.font("quote" if row.question else "body"))
        painter.setPen(t.color("text" if row.question else "text2"))
        name = row.question or ERASED_BY_YOU
        painter.drawText(
            rest, _LEFT, painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(rest.width()))
        )
        if not settled:
            painter.setFont(t.font("meta", tabular=True))
            painter.setPen(t.color("warn" if row.state == "unconfirmed" else "text2"))
            below = QRectF(inner.left(), first.bottom() - t.px(4), inner.width(), t.line_px("meta"))
            painter.drawText(below, _LEFT, what_of(row))


class CostMeter(Floating):
    """`budget_typed` brings micro-dollars, `opened` an entry."""

    budget_typed = Signal(int)
    opened = Signal(int)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window)
        self._limit = 0
        self._dividers = [Divider(theme), Divider(theme)]
        self._build_month()
        self._build_answers()
        self._build_budget()
        self._area, self._sheet = QScrollArea(), QWidget()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setAccessibleName(words.COST_METER)
        self._column, self._all = QVBoxLayout(self._sheet), QVBoxLayout(self)
        self._column.addLayout(self._month)
        self._column.addWidget(self._dividers[0])
        self._column.addLayout(self._answers)
        self._column.addWidget(self._dividers[1])
        self._column.addLayout(self._budget)
        self._area.setWidget(self._sheet)
        self._area.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)
        self._all.addWidget(self._area)
        self.setAccessibleName(words.COST_METER)
        theme.dress(self._dress)

    # ------------------------------------------------------------ what it shows

    def show_money(self, money: MonthMoney) -> None:
        """The account of a month."""
        self._limit = money.limit
        self.title.setText(words.cloud_in(money.now))
        self._again.setText(words.starts_again(money.now))
        self.spent.setText(money_words.spent(money.spent))
        self._of.setText(words.of_limit(money.limit))
        self.left.setText(words.budget_left(money.limit - money.spent - money.held, money.held))
        said = f"{self.spent.text()} {self._of.text()}, {self.left.text()}"
        self.bar.show_amounts(spent=money.spent, held=money.held, limit=money.limit, bell=money.bell, said=said)
        self.bell.setText(words.bell_line(money.bell, money.limit))
        self.today.setText(words.today_cost(money.today))
        settled = sum(row.state == "settled" for row in money.answers)
        self._last.setText(words.last_answers(settled))
        self.rows.put(money.answers)
        self.list.setVisible(bool(money.answers))
        self._head_box.setVisible(bool(money.answers))
        self.nothing.setVisible(not money.answers)
        self.here.setText(words.here_answers(money.answered_here))
        self._here_box.setVisible(bool(money.answered_here))
        self.field.setText(money_words.plain(money.limit))
        self.wrong.hide()
        self.prices.setText(words.prices_line(money.prices_as_of))
        self.seen_in.setText(money.price_source)
        self.seen_in.hide()
        self.source.setVisible(bool(money.price_source))

    def show_beside(self, button: QWidget) -> None:
        """Stand over the strip, at the right, whole inside the window."""
        self._place(button)
        self.stand(beside=button, first=self.field)
        self._lay_anew()
        self.field.deselect()

    # ------------------------------------------------------------ building

    def _build_month(self) -> None:
        t = self._theme
        self.title = Label(t, step="control", elide=True)
        self._again = Label(t, step="meta", color="text2")
        self.spent = Label(t, step="title", tabular=True)
        self._of = Label(t, color="text2", tabular=True)
        self.left = Label(t, step="control", tabular=True)
        self.bar = BudgetBar(t, name=words.COST_METER)
        self.bell = Label(t, step="meta", color="text2", tabular=True, elide=True)
        self.today = Label(t, step="meta", color="text2", tabular=True)
        self._month, self._rows_of_month = QVBoxLayout(), [QHBoxLayout(), QHBoxLayout(), QHBoxLayout()]
        first, second, third = self._rows_of_month
        first.addWidget(self.title, 1)
        first.addWidget(self._again)
        put(second, self.spent, self._of)
        second.addStretch(1)
        second.addWidget(self.left)
        third.addWidget(IconMark(t, "bell", color="text2", side=14))
        third.addWidget(self.bell, 1)
        third.addWidget(self.today)
        self._month.addLayout(first)
        self._month.addLayout(second)
        self._month.addWidget(self.bar)
        self._month.addLayout(third)

    def _build_answers(self) -> None:
        t = self._theme
        self._last = Label(t, step="group", elide=True)
        said = Label(t, words.SAID_ABOUT, step="meta", color="text2")
        cost = Label(t, words.COST, step="meta", color="text2")
        for part in (said, cost):
            part.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._columns = (self._last, said, cost)
        self.rows = _CostRows()
        self.list = RowList(t, self.rows, _CostPainter(t), name=words.COST_METER)
        self.list.chosen.connect(self._open)
        self.nothing = Label(t, words.NOTHING_SPENT, color="text2", wrap=True)
        house = IconMark(t, "house", color="local", side=14)
        self.here = Label(t, color="localText", tabular=True, elide=True)
        free = Label(t, FREE, color="localText")
        self._answers, self._nothing = QVBoxLayout(), QVBoxLayout()
        # Rows that come and go are widgets: a layout all of whose parts are hidden keeps the others narrow.
        self._head_box, self._here_box = QWidget(), QWidget()
        self._head, self._here_row = QHBoxLayout(self._head_box), QHBoxLayout(self._here_box)
        self._head.addWidget(self._last, 1)
        put(self._head, said, cost)
        self._here_row.addWidget(house)
        self._here_row.addWidget(self.here, 1)
        self._here_row.addWidget(free)
        self._answers.addWidget(self._head_box)
        self._answers.addWidget(self.list)
        self._nothing.addWidget(self.nothing)
        self._answers.addLayout(self._nothing)
        self._answers.addWidget(self._here_box)

    def _build_budget(self) -> None:
        t = self._theme
        self.field = QLineEdit()
        self.field.setAccessibleName(words.BUDGET_FIELD)
        self.field.editingFinished.connect(self._typed)
        self.wrong = Label(t, words.NO_AMOUNT, step="meta", color="warn", wrap=True)
        self.prices = Label(t, step="meta", color="text2", tabular=True, elide=True)
        self.source = Push(t, words.SOURCE, kind="quiet")
        self.seen_in = Label(t, step="meta", color="text2", wrap=True)
        self.source.clicked.connect(self._show_source)
        self._budget, self._ask, self._foot = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        put(self._ask, Label(t, words.MONTHLY_BUDGET, step="control"), Label(t, words.HARD_STOP, color="text2"))
        self._ask.addStretch(1)
        self._ask.addWidget(self.field)
        self._foot.addWidget(self.prices, 1)
        self._foot.addWidget(self.source)
        self._budget.addLayout(self._ask)
        self._budget.addWidget(self.wrong)
        self._budget.addLayout(self._foot)
        self._budget.addWidget(self.seen_in)

    # ------------------------------------------------------------ its own

    def _show_source(self) -> None:
        self.seen_in.setVisible(self.seen_in.isHidden())
        if self._back_to is not None:
            self._place(self._back_to)

    def _typed(self) -> None:
        micros = money_words.budget(self.field.text())
        if micros is None:
            self.wrong.show()
            return
        self.wrong.hide()
        if micros != self._limit:
            self._limit = micros
            self.budget_typed.emit(micros)

    def _open(self, number: int) -> None:
        entry = self.rows.rows[number].entry
        if entry:
            self.leave()
            self.opened.emit(entry)

    def _place(self, button: QWidget) -> None:
        window, t = self._window, self._theme
        width = min(t.px("popover") + 2 * t.px(24), window.width())
        self.setFixedWidth(width)
        inner = width - 2 * t.px(24) - 2
        self._lay_anew()
        needed = max(self._column.heightForWidth(inner), self._column.sizeHint().height())
        foot = window.height() - t.px("strip") - t.px(4)
        high = min(needed + t.px(12) + t.px(24) + 2, foot + t.px(24))
        self.setFixedHeight(high)
        self.move(window.width() - width + t.px(12), foot + t.px(24) - t.px(8) - high)

    def _lay_anew(self) -> None:
        # Rows inside rows keep the height they had: what was shown or hidden since would be measured as before.
        self._column.invalidate()
        self._column.activate()

    def _dress(self) -> None:
        t = self._theme
        pad = t.px(_PAD_PX)
        self._all.setContentsMargins(t.px(24), t.px(12), t.px(24), t.px(24))
        self._column.setContentsMargins(0, t.px(16), 0, t.px(16))
        self._column.setSpacing(t.px(12))
        self._month.setContentsMargins(pad, 0, pad, 0)
        self._month.setSpacing(t.px(4))
        self._answers.setContentsMargins(t.px(12), 0, t.px(12), 0)
        self._answers.setSpacing(0)
        self._budget.setContentsMargins(pad, 0, pad, 0)
        self._budget.setSpacing(t.px(8))
        for row in (*self._rows_of_month, self._ask, self._foot):
            row.setSpacing(t.px(8))
        self._head.setContentsMargins(t.px(8), 0, t.px(8), 0)
        self._nothing.setContentsMargins(t.px(8), 0, t.px(8), 0)
        self._here_row.setContentsMargins(t.px(8), t.px(8), t.px(8), 0)
        self._here_row.setSpacing(t.px("icon_to_word"))
        self._head.setSpacing(0)
        self._columns[1].setFixedWidth(t.px(_SAID_PX))
        self._columns[2].setFixedWidth(t.px(_COST_PX))
        self.field.setFont(t.font("body", tabular=True))
        self.field.setFixedWidth(t.px(96))
        if self.isVisible() and self._back_to is not None:
            self._place(self._back_to)  # the text size was changed while it is open
