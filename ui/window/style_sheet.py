"""The one generated style sheet: only for the parts Qt draws itself (scroll bars, menus, tips, fields, splitters)."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def style_sheet(colors: Mapping[str, str], px: Callable[[str | float], int]) -> str:
    """The application's sheet for one mode and text size, under 250 lines; nothing else calls setStyleSheet."""
    return "\n".join((_scroll_bars(colors, px), _menus(colors, px), _fields(colors, px), _frames(colors)))


def _scroll_bars(colors: Mapping[str, str], px: Callable[[str | float], int]) -> str:
    return f"""
QScrollBar:vertical {{ background: transparent; width: {px(12)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}px; margin: 0; }}
QScrollBar::handle {{ background: {colors["border"]}; border-radius: {px(4)}px; margin: {px(2)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {colors["borderStrong"]}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _menus(colors: Mapping[str, str], px: Callable[[str | float], int]) -> str:
    return f"""
QMenu {{
    background: {colors["raised"]}; color: {colors["text"]};
    border: 1px solid {colors["border"]}; border-radius: {px("radius.control")}px; padding: {px(4)}px;
}}
QMenu::item {{
    padding: {px(4)}px {px(24)}px {px(4)}px {px(12)}px; min-height: {px(20)}px;
    border-radius: {px("radius.segment")}px; background: transparent;
}}
QMenu::item:selected {{ background: {colors["hover"]}; }}
QMenu::item:disabled {{ color: {colors["disabled"]}; }}
QMenu::separator {{ height: 1px; background: {colors["border"]}; margin: {px(4)}px {px(8)}px; }}
QToolTip {{
    background: {colors["raised"]}; color: {colors["text"]};
    border: 1px solid {colors["border"]}; padding: {px(4)}px {px(8)}px;
}}
"""


def _fields(colors: Mapping[str, str], px: Callable[[str | float], int]) -> str:
    return f"""
QLineEdit {{
    background: {colors["surface"]}; color: {colors["text"]};
    border: 1px solid {colors["borderStrong"]}; border-radius: {px("radius.control")}px;
    padding: {px(4)}px {px(12)}px; min-height: {px(20)}px;
}}
QLineEdit:focus {{ border: 2px solid {colors["focus"]}; }}
"""


def _frames(colors: Mapping[str, str]) -> str:
    return f"""
QSplitter::handle {{ background: {colors["border"]}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
"""
