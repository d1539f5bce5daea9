"""The keys of the window, all in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.window.keyed_window import KeyedWindow

_TEXT_STEP = 10


def give_keys(window: KeyedWindow, pages: Sequence[str], *, on: QWidget) -> None:
    """Connect every key on a widget, the window itself; Ctrl is the command key on macOS, Qt sees to that."""
    table: dict[str, Callable[[], object]] = {
        "Ctrl+L": lambda: window.show_page("ask"),
        "Ctrl+N": window.new_question,
        "Ctrl+Shift+Return": window.ask_page.composer.ask_cloud,
        "Ctrl+.": window.stop_work,
        "Ctrl+J": lambda: toggle_panel(window),
        "Alt+Down": lambda: window.ask_page.step_citation(1),
        "Alt+Up": lambda: window.ask_page.step_citation(-1),
        "Esc": window.step_out,
        "Ctrl+,": lambda: window.show_page("settings"),
        "Ctrl+Shift+B": window.turn_block,
        "F6": lambda: next_pane(window, 1),
        "Shift+F6": lambda: next_pane(window, -1),
        "Ctrl+Q": window.close,
        "Ctrl+=": lambda: _grow(window, _TEXT_STEP),
        "Ctrl++": lambda: _grow(window, _TEXT_STEP),
        "Ctrl+-": lambda: _grow(window, -_TEXT_STEP),
        "Ctrl+0": lambda: window.theme.set_text_percent(100),
    }
    for number, key in enumerate(pages, start=1):
        table[f"Ctrl+{number}"] = lambda key=key: window.show_page(key)  # type: ignore[misc]  # the default binds it now
    for keys, work in table.items():
        QShortcut(QKeySequence(keys), on).activated.connect(work)


def next_pane(window: KeyedWindow, step: int) -> None:
    """Move the keyboard to the next (+1) or previous (-1) pane."""
    page = window.pages.currentWidget()
    panes = [pane for pane in (window.rail, page, window.side.shown) if pane is not None and pane.isVisible()]
    focused = window.focusWidget()
    at = next((i for i, pane in enumerate(panes) if focused is not None and pane.isAncestorOf(focused)), -1)
    pane = panes[(at + step) % len(panes)]
    if pane is window.ask_page:
        window.ask_page.composer.field.setFocus(Qt.FocusReason.TabFocusReason)
        return
    for child in pane.findChildren(QWidget):
        if child.isVisibleTo(pane) and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled():
            child.setFocus(Qt.FocusReason.TabFocusReason)
            return


def toggle_panel(window: KeyedWindow) -> None:
    """Source panel on or off; without a source seen before, the first one of the answer."""
    asking = window.pages.currentWidget() is window.ask_page
    if window.panel.isVisible():
        window.close_panel()
    elif window.panel.shown is not None and not (asking and window.ask_page.empty):
        window.show_source(window.panel.shown)
    elif asking:
        window.ask_page.step_citation(1)


def _grow(window: KeyedWindow, percent: int) -> None:
    window.theme.set_text_percent(round(window.theme.scale * 100) + percent)
