"""Shows the whole address of a link before anything opens it; what is shown is what is opened, letter for letter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.floating import Floating
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push

OUTSIDE = ("http", "https", "mailto")
"""Everything else a link may name is not opened and not offered."""


def whole_address(href: str) -> str:
    """The address as it would be asked for, with a foreign script in a name spelt out; empty for what is no address of
    the web or of mail."""
    url = QUrl(href.strip(), QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme().lower() not in OUTSIDE:
        return ""
    if url.scheme().lower() != "mailto" and not url.host():
        return ""
    return bytes(url.toEncoded().data()).decode("ascii")


class AddressCard(Floating):
    """`opened` fires with the address when the person opens it; Escape, a click elsewhere or the second door do not."""

    opened = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window)
        self._address = ""
        self._title = Label(theme, words.LINK_LEAVES, step="control", wrap=True)
        self.address = Label(theme, step="exact", wrap=True)
        self.open = Push(theme, words.OPEN_LINK, kind="plain", icon="external-link")
        self.close_button = Push(theme, words.KEEP_CLOSED, kind="quiet")
        self._row, self._all = QHBoxLayout(), QVBoxLayout(self)
        self._row.addWidget(self.open)
        self._row.addWidget(self.close_button)
        self._row.addStretch()
        self._all.addWidget(self._title)
        self._all.addWidget(self.address)
        self._all.addLayout(self._row)
        self.open.clicked.connect(self._open)
        self.close_button.clicked.connect(self.leave)
        theme.dress(self._dress)

    def show_address(self, address: str, place: QPoint, beside: QWidget) -> None:
        """Stand below a place on the screen, whole inside the window."""
        self._address = address
        self.address.setText(address)
        self.setAccessibleName(f"{words.LINK_LEAVES} {words.FULL_ADDRESS}: {address}")
        t, window = self._theme, self._window
        width = min(t.px("popover") + 2 * t.px(24), window.width())
        self.setFixedWidth(width)
        self.setFixedHeight(min(self._all.heightForWidth(width), window.height()))
        corner = window.mapFromGlobal(place)
        left = min(max(0, corner.x() - t.px(24)), window.width() - width)
        top = min(corner.y(), window.height() - self.height())
        self.move(left, max(0, top))
        self.stand(beside=beside, first=self.close_button)

    def _open(self) -> None:
        address = self._address
        self.leave()
        self.opened.emit(address)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(24) + t.px(16), t.px(12) + t.px(12), t.px(24) + t.px(16), t.px(24) + t.px(16))
        self._all.setSpacing(t.px(8))
        self._row.setSpacing(t.px(8))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
