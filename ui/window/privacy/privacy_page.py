"""The Privacy ledger: the fact as its headline, the month as a line, three lists, and the switch for the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.values import Notice
from ui.window import privacy_words as words
from ui.window.privacy.disk_view import DiskView
from ui.window.privacy.network_card import NetworkCard
from ui.window.privacy.privacy_house import ConnectionLine, Month, SentLine
from ui.window.privacy.sent_rows import ConnectionPainter, ConnectionRows, SentPainter, SentRows
from ui.window.privacy.threshold import Threshold
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.page_area import PageArea, page_side
from ui.window.widgets.paged_rows import PagedList
from ui.window.widgets.push import Push
from ui.window.widgets.tabs import Tabs
from ui.window.widgets.tick import Tick


class PrivacyPage(PageArea):
    """Shows what it is given. `opened` brings an entry, `export_wanted` "csv" or "json", `looked_at` a tab."""

    opened = Signal(int)
    export_wanted = Signal(str)
    looked_at = Signal(int)
    begin_anew = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, words.PRIVACY)
        self._sheet, self._narrowed = QWidget(), QWidget()
        self._outer, self._column = QHBoxLayout(self._sheet), QVBoxLayout(self._narrowed)
        self._titles, self._lists = QVBoxLayout(), QVBoxLayout()
        self._build_top()
        self._build_lists()
        self._build()
        self.hold(self._sheet)

    def _build_top(self) -> None:
        t = self._theme
        self.title = Label(t, words.PRIVACY, step="title", wrap=True)
        self.below = Label(t, color="text2", wrap=True)
        self.threshold = Threshold(t)
        self.threshold.chosen.connect(self.opened)
        self.notice = NoticeLine(t, action=words.BEGIN_ANEW)
        self.notice.acted.connect(self.begin_anew)
        self.notice.hide()
        put(self._titles, self.title, self.below)

    def _build_lists(self) -> None:
        t = self._theme
        self.tabs = Tabs(t, (words.WHAT_LEFT, words.CONNECTIONS, words.ON_THIS_DISK), name=words.PRIVACY)
        self.export = Push(t, words.EXPORT, kind="quiet", icon="upload")
        self.export.clicked.connect(lambda: self.export_menu().popup(self._below(self.export)))
        self.tabs.row.addWidget(self.export)
        self.sent, self.connections = SentRows(), ConnectionRows()
        self.sent_list = PagedList(t, self.sent, SentPainter(t, self.sent), name=words.WHAT_LEFT, acts=True)
        self.sent_list.chosen.connect(self._open_row)
        self.connection_list = PagedList(
            t, self.connections, ConnectionPainter(t, self.connections), name=words.CONNECTIONS, acts=False
        )
        self.disk = DiskView(t)
        self.only_answers = Tick(t, words.ONLY_ANSWERS)
        self.counted = Label(t, color="text2", tabular=True)
        self.empty = Label(t, words.EMPTY, step="reading", wrap=True)
        self.empty_line = Label(t, color="text2", wrap=True)
        self._tools, self._nothing = QHBoxLayout(), QVBoxLayout()
        self._stack = QStackedWidget()
        for view in (self.sent_list, self.connection_list, self.disk):
            self._stack.addWidget(view)
        self.tabs.chosen.connect(self._turn)

    def _build(self) -> None:
        self.network = NetworkCard(self._theme)
        self._tools.addWidget(self.only_answers)
        self._tools.addStretch(1)
        self._tools.addWidget(self.counted)
        put(self._nothing, self.empty, self.empty_line)
        self._column.addLayout(self._titles)
        put(self._column, self.threshold, self.notice)
        self._lists.addWidget(self.tabs)
        self._lists.addLayout(self._tools)
        self._lists.addLayout(self._nothing)
        self._lists.addWidget(self._stack, 1)
        self._lists.addStretch(0)
        self._column.addLayout(self._lists, 1)
        self._column.addWidget(self.network)
        self._outer.addWidget(self._narrowed, 1)
        self._outer.addStretch(0)
        self._show_counts()

    # ------------------------------------------------------------ what it shows

    def show_month(self, month: Month) -> None:
        """The headline, the line, the foot."""
        self.sent.now = self.connections.now = month.now
        self.title.setText(words.headline(month))
        stayed = words.stayed_line(month)
        unchained = words.UNCHAINED if month.chain.entries and not month.chain.chained else ""
        self.below.setText(" ".join(part for part in (stayed, unchained) if part))
        self.below.setVisible(bool(self.below.text()))
        self.threshold.show_month(month)
        self.network.show_month(month)
        broken = words.broken(month)
        self.notice.offer(True)
        self.notice.setVisible(bool(broken))
        if broken:
            self.notice.say(Notice(broken, safe=words.BROKEN_SAFE, do=words.BROKEN_DO))

    def show_trouble(self, notice: Notice) -> None:
        """Something did not go."""
        self.notice.offer(False)
        self.notice.say(notice)
        self.notice.show()

    def show_sent(self, page: int, rows: Sequence[SentLine], total: int) -> None:
        """A page of what left."""
        self.sent.show_page(page, rows, total)
        self._show_counts()

    def show_connections(self, page: int, rows: Sequence[ConnectionLine], total: int) -> None:
        """A page of connections."""
        self.connections.show_page(page, rows, total)
        self._show_counts()

    def export_menu(self) -> QMenu:
        """The two forms."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.AS_CSV).triggered.connect(lambda: self.export_wanted.emit("csv"))
        menu.addAction(words.AS_JSON).triggered.connect(lambda: self.export_wanted.emit("json"))
        return menu

    # ------------------------------------------------------------ its own

    def _turn(self, tab: int) -> None:
        self._stack.setCurrentIndex(tab)
        self._show_counts()
        self.looked_at.emit(tab)

    def _show_counts(self) -> None:
        tab = self._stack.currentIndex()
        rows = (self.sent, self.connections, None)[tab]
        none = rows is not None and not rows.total
        filtered = tab == 0 and self.only_answers.isChecked()
        self._stack.setVisible(not none)
        self.empty.setVisible(none)
        self.empty_line.setVisible(none)
        self.empty_line.setText(words.EMPTY_SENT if tab == 0 else words.EMPTY_CONNECTIONS)
        self.only_answers.setVisible(tab == 0 and (filtered or not none))
        self.counted.setVisible(rows is not None and not none)
        self.counted.setText(words.entries(rows.total) if rows is not None else "")
        self._nothing.setContentsMargins(0, self._theme.px(16) if none else 0, 0, 0)
        self._lists.setStretch(3, 0 if none else 1)
        self._lists.setStretch(4, 1 if none else 0)

    def _open_row(self, number: int) -> None:
        row = self.sent.row_at(number)
        if row is not None:
            self.opened.emit(row.entry)

    def _below(self, button: Push) -> QPoint:
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + 4))
        return corner - QPoint(self.export_menu().sizeHint().width(), 0)

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._outer.setContentsMargins(side, t.px(24), side, t.px(16))
        self._outer.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(12))
        self._titles.setSpacing(t.px(4))
        self._lists.setSpacing(t.px(4))
        self._nothing.setSpacing(t.px(4))
        self._nothing.setContentsMargins(0, t.px(16) if self.empty.isVisibleTo(self) else 0, 0, 0)
        self._tools.setSpacing(t.px(12))
        self._stack.setMinimumHeight(t.px(140))  # two rows and a half: that there are more is seen
        self._narrowed.setMaximumWidth(t.px("composer_max"))
