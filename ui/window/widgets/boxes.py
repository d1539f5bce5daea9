"""Filling a layout in one line, so that building a part reads like what it shows."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget


def put(box: QBoxLayout, *parts: QWidget) -> None:
    """Add widgets one after the other."""
    for part in parts:
        box.addWidget(part)
