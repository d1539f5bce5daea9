"""Room for one panel at the right: beside the page where enough of it is left, else over it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from ui.window.theme import Theme
from ui.window.tokens import tokens


class SideRoom(QSplitter):
    """The pages at the left; of the panels one at a time is shown. All have the width the person dragged one to."""

    def __init__(self, theme: Theme, pages: QWidget, *, window: QWidget, rail: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._window, self._rail = theme, window, rail
        self._panels: list[QWidget] = []
        self._panel_px, self._beside = round(tokens().sizes["panel"]), True  # at 100 % text
        self.addWidget(pages)
        self.setCollapsible(0, False)
        self.setStretchFactor(0, 1)
        self.setHandleWidth(1)

    def take(self, panel: QWidget) -> None:
        """Another panel, hidden for now."""
        panel.hide()
        self._panels.append(panel)
        self.addWidget(panel)
        self.setCollapsible(self.indexOf(panel), False)
        self.setStretchFactor(self.indexOf(panel), 0)

    @property
    def shown(self) -> QWidget | None:
        """The panel that is open."""
        return next((panel for panel in self._panels if not panel.isHidden()), None)

    @property
    def panel_px(self) -> int:
        """The width of panels at 100 % text size, as the person left it."""
        panel = self.shown
        if panel is not None and panel.isVisible() and self._beside:
            self._panel_px = round(panel.width() / self._theme.scale)
        return self._panel_px

    def set_panel_px(self, wide: int) -> None:
        """As it was when the window was last closed."""
        self._panel_px = wide

    def open(self, panel: QWidget) -> None:
        """Show one panel instead of any other."""
        for other in self._panels:
            if other is not panel:
                other.hide()
        panel.show()
        self.place()

    def close_panel(self) -> None:
        """No panel."""
        self._panel_px = self.panel_px
        for panel in self._panels:
            panel.hide()

    def place(self) -> None:
        """After any change of size."""
        panel, t, window = self.shown, self._theme, self._window
        if panel is None:
            return
        free = window.width() - self._rail.width()
        wide = max(t.px("panel_min"), min(t.px("panel_max"), t.px(self._panel_px)))
        self._beside = free - t.px("panel_min") >= t.px("panel_beside_needs_main")
        if self._beside:
            self._put_beside(panel, free, min(wide, free - t.px("panel_beside_needs_main")))
        else:
            if panel.parentWidget() is not window:
                panel.setParent(window)
            wide = min(wide, free)
            panel.setMinimumWidth(0)
            panel.setGeometry(window.width() - wide, 0, wide, window.height() - t.px("strip"))
            panel.show()
            panel.raise_()

    def _put_beside(self, panel: QWidget, free: int, wide: int) -> None:
        t = self._theme
        if panel.parentWidget() is not self:
            self.addWidget(panel)
            panel.show()
        panel.setMinimumWidth(t.px("panel_min"))
        panel.setMaximumWidth(t.px("panel_max"))
        sizes = [0] * self.count()
        sizes[0], sizes[self.indexOf(panel)] = free - wide - 1, wide
        self.setSizes(sizes)
