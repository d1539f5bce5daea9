"""One parcel beside the list: to whom, when, for how much, what stayed here, and the exact bytes with their seal."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.window import privacy_words as words
from ui.window.privacy.privacy_house import Chain, SentEntry, SentState, Stayed
from ui.window.privacy.sent_rows import LOOKS
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Card, Ground
from ui.window.widgets.exact_text import ExactText
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.paint import shape
from ui.window.widgets.pill import Pill
from ui.window.widgets.push import Push
from ui.window.widgets.state import State
from ui.window.words import CLOSE


class BlackLabel(QWidget):
    """A label as it left in place of a detail."""

    def __init__(self, theme: Theme, said: str) -> None:
        super().__init__()
        self._theme, self._said = theme, said.strip("⟦⟧").replace("_", " ")
        self.setAccessibleName(self._said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.dress(self.updateGeometry)

    def sizeHint(self) -> QSize:
        t = self._theme
        wide = QFontMetrics(t.font("state")).horizontalAdvance(self._said)
        return QSize(wide + 2 * t.px(6) + 2, t.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter, where = QPainter(self), QRectF(self.rect())
        shape(painter, where, t.px("radius.label"), fill=t.color("redactBg"))
        painter.setFont(t.font("state"))
        painter.setPen(t.color("onRedact"))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), self._said)


class StayedCard(Card):
    """Each label and what it stood for: these never left, so the line is solid."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._parts: list[QWidget] = []
        self._lines: list[QHBoxLayout] = []
        self._head, self._all, self._rows = QHBoxLayout(), QVBoxLayout(self), QVBoxLayout()
        title = Label(theme, words.STAYED_HERE, step="control")
        title.set_color("localText")
        self._head.addWidget(IconMark(theme, "house", color="local", side=16))
        self._head.addWidget(title)
        self._head.addStretch()
        self._all.addLayout(self._head)
        self._all.addLayout(self._rows)
        self.setAccessibleName(words.STAYED_HERE)
        theme.dress(self._dress)

    def show_stayed(self, stayed: tuple[Stayed, ...]) -> None:
        """Other details."""
        t = self._theme
        for part in self._parts:
            self._rows.removeWidget(part)
            part.deleteLater()
        self._parts, self._lines = [], []
        for one in stayed:
            row = QWidget()
            across = QHBoxLayout(row)
            across.setContentsMargins(0, 0, 0, 0)
            gone = not one.value
            value = Label(t, one.value or words.VALUE_GONE, step="body" if gone else "quote", elide=True)
            value.set_color("text2" if gone else "text")
            put(across, BlackLabel(t, one.label), Label(t, words.STOOD_FOR, color="text2"))
            across.addWidget(value, 1)
            self._rows.addWidget(row)
            self._parts.append(row)
            self._lines.append(across)
        self._dress()

    def _dress(self) -> None:
        t = self._theme
        for across in self._lines:
            across.setSpacing(t.px(8))
        self._all.setContentsMargins(t.px(16), t.px(12), t.px(16), t.px(12))
        self._all.setSpacing(t.px(8))
        self._rows.setSpacing(t.px(4))
        self._head.setSpacing(t.px("icon_to_word"))


class EntryPanel(Ground):
    """`closed` when the person closes it; `erased` with the entry once they said so twice; `copied` with the text."""

    closed = Signal()
    erased = Signal(int)
    copied = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "surface", lines=("left",), parent=parent)
        self._theme = theme
        self.entry: SentEntry | None = None
        self._build_head()
        self._build_facts()
        self._build_text()
        self._build_foot()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setAccessibleName(words.EXACT_TEXT)
        self._sheet = QWidget()
        self._column, self._all = QVBoxLayout(self._sheet), QVBoxLayout(self)
        self._fill()
        self.setAccessibleName(words.WHAT_LEFT)
        theme.dress(self._dress)

    # ------------------------------------------------------------ what it shows

    def show_entry(self, entry: SentEntry, chain: Chain, now: float) -> None:
        """Another parcel."""
        self.entry = entry
        line = entry.line
        self.title.setText(words.entry_title(line, now))
        self.to.set_words(words.to_whom(line) or entry.host)
        self.state.set_look(LOOKS[line.state])
        self._when.setText(words.approved(entry))
        self._cost.setText(words.row_price(line))
        self._said.setText(words.said_price(entry))
        unsettled = line.state.left and not entry.confirmed and line.cost_micros is not None
        self.unconfirmed.setText(words.not_confirmed(line.cost_micros or 0) if unsettled else "")
        self.says.setText(entry.says)
        self.stayed.show_stayed(entry.stayed)
        large = entry.bytes_out if line.state.left else len(entry.text.encode())
        self._size.setText(words.as_sent(large, left=line.state.left))
        self.exact.show_body(entry.text, [one.label for one in entry.stayed])
        erased = line.erased
        self.gone.setText(words.ERASED_BY_YOU if erased else words.TEXT_GONE)
        self._mark.set_icon("fingerprint-pattern" if entry.same_bytes else "triangle-alert")
        self.fingerprint.setText(words.fingerprint(entry.sha256))
        self.same.setText(words.SAME_BYTES if entry.same_bytes else words.OTHER_BYTES)
        self.chain_words.setText(" ".join(chain.words))
        self._ask_first(False)
        self._show(entry, chain, erased=erased)
        self._area.verticalScrollBar().setValue(0)

    def _show(self, entry: SentEntry, chain: Chain, *, erased: bool) -> None:
        has_text = bool(entry.text)
        for part, seen in (
            (self.unconfirmed, bool(self.unconfirmed.text())),
            (self.says, bool(entry.says)),
            (self.stayed, bool(entry.stayed)),
            (self._said, bool(self._said.text())),
            (self.exact, has_text),
            (self._copy, has_text),
            (self.gone, not has_text),
            (self.same, has_text),
            (self._chain_row, bool(chain.words)),
            (self.erase, not erased),
        ):
            part.setVisible(seen)

    # ------------------------------------------------------------ building

    def _build_head(self) -> None:
        t = self._theme
        self.title = Label(t, step="heading", elide=True, tabular=True)
        self._copy = Push(t, words.COPY_EXACT, kind="icon", icon="copy")
        self.close_button = Push(t, CLOSE, kind="icon", icon="x")
        self._copy.clicked.connect(lambda: self.copied.emit(self.exact.text))
        self.close_button.clicked.connect(self.closed)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        put(self._head, self._copy, self.close_button)

    def _build_facts(self) -> None:
        t = self._theme
        self.to = Pill(t, "", icon="server", look="cloud")
        self.state = State(t, LOOKS[SentState.ANSWERED])
        self._when = Label(t, step="control", tabular=True, wrap=True)
        self._cost = Label(t, step="control", tabular=True)
        self._said = Label(t, step="meta", color="text2", tabular=True, wrap=True)
        self.unconfirmed = Label(t, color="warn", wrap=True)
        self.says = Label(t, step="exact", color="text2", wrap=True)
        self._facts, self._price, self._whom = QGridLayout(), QHBoxLayout(), QHBoxLayout()
        self._whom.addWidget(self.to)
        self._whom.addStretch()
        self._price.addWidget(self._cost)
        self._price.addWidget(self._said, 1, Qt.AlignmentFlag.AlignVCenter)
        for row, said in enumerate((words.SENT_TO, words.APPROVED, words.PRICE)):
            side = Qt.AlignmentFlag.AlignTop if row else Qt.AlignmentFlag.AlignVCenter
            self._facts.addWidget(Label(t, said, color="text2"), row, 0, side)
        self._facts.addLayout(self._whom, 0, 1)
        self._facts.addWidget(self._when, 1, 1)
        self._facts.addLayout(self._price, 2, 1)
        self._facts.setColumnStretch(1, 1)
        self.stayed = StayedCard(t)

    def _build_text(self) -> None:
        t = self._theme
        self._size = Label(t, color="text2", tabular=True, elide=True)
        self._over = QHBoxLayout()
        self._over.addWidget(Label(t, words.EXACT_TEXT, step="control"))
        self._over.addWidget(self._size, 1)
        self.exact = ExactText(t)
        self.gone = Label(t, words.TEXT_GONE, color="text2", wrap=True)
        self._mark = IconMark(t, "fingerprint-pattern", color="text2", side=16)
        self.fingerprint = Label(t, step="exact", color="text2")
        self.same = Label(t, color="text2", wrap=True)
        self._seal = QHBoxLayout()
        put(self._seal, self._mark, self.fingerprint)
        self._seal.addWidget(self.same, 1)
        self._chain_row = QWidget()
        self._chain = QHBoxLayout(self._chain_row)
        self.chain_words = Label(t, step="exact", color="text2", wrap=True)
        self._chain.addWidget(IconMark(t, "link", color="text2", side=16), 0, Qt.AlignmentFlag.AlignTop)
        self._chain.addWidget(Label(t, words.CHAIN_HEAD, color="text2"), 0, Qt.AlignmentFlag.AlignTop)
        self._chain.addWidget(self.chain_words, 1)

    def _build_foot(self) -> None:
        t = self._theme
        self.erase = Push(t, words.ERASE_ENTRY, kind="quiet", icon="eraser", flush=True)
        self.question = Label(t, words.ERASE_ASK, wrap=True)
        self.sure = Push(t, words.ERASE, kind="plain")
        self.sure.set_color("danger")
        self.keep = Push(t, words.KEEP_IT, kind="plain")
        self.erase.clicked.connect(lambda: self._ask_first(True))
        self.keep.clicked.connect(lambda: self._ask_first(False))
        self.sure.clicked.connect(self._erase)
        self._foot, self._choice = QVBoxLayout(), QHBoxLayout()
        put(self._choice, self.keep, self.sure)
        self._choice.addStretch()
        self._foot.addWidget(self.erase)
        self._foot.addWidget(self.question)
        self._foot.addLayout(self._choice)

    def _fill(self) -> None:
        self._column.addLayout(self._facts)
        put(self._column, self.unconfirmed, self.says)
        self._state_row = QHBoxLayout()
        self._state_row.addWidget(self.state)
        self._state_row.addStretch()
        self._column.addLayout(self._state_row)
        self._column.addWidget(self.stayed)
        self._column.addLayout(self._over)
        put(self._column, self.exact, self.gone)
        self._column.addLayout(self._seal)
        self._column.addWidget(self._chain_row)
        self._column.addStretch(1)
        self._column.addLayout(self._foot)
        self._area.setWidget(self._sheet)
        self._area.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)
        self._all.addLayout(self._head)
        self._all.addWidget(self._area, 1)

    # ------------------------------------------------------------ its own

    def _ask_first(self, asking: bool) -> None:
        self.erase.setVisible(not asking)
        for part in (self.question, self.sure, self.keep):
            part.setVisible(asking)
        if asking:
            self.keep.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(self.sure)

    def _erase(self) -> None:
        self._ask_first(False)
        if self.entry is not None:
            self.erased.emit(self.entry.line.entry)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(1, t.px(12), 0, 0)
        self._all.setSpacing(t.px(8))
        self._head.setContentsMargins(t.px(16), 0, t.px(12), 0)
        self._head.setSpacing(t.px(8))
        self._column.setContentsMargins(t.px(16), t.px(4), t.px(16), t.px(12))
        self._column.setSpacing(t.px(12))
        self._facts.setHorizontalSpacing(t.px(12))
        self._facts.setVerticalSpacing(t.px(8))
        for row in (self._price, self._over, self._seal, self._chain, self._choice):
            row.setSpacing(t.px(8))
        self._chain.setContentsMargins(0, 0, 0, 0)
        self._foot.setSpacing(t.px(8))
