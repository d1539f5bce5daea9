"""Tips hold names of files and words of models; always plain, for a tip that looks like markup loads pictures."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QWidget


def plain_tip(widget: QWidget, text: str) -> None:
    """Set a widget's tip to exactly these letters. Qt takes a tip for markup only when it holds a tag."""
    widget.setToolTip(f"<p>{escape(text)}</p>" if "<" in text else text)
