"""The system's own dialog for files and folders, without waiting for it: the window lives on beneath."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose(parent: QWidget, mode: QFileDialog.FileMode, title: str, *, take: Callable[[list[Path]], None]) -> None:
    """Ask for files or a folder; `take` gets the paths, and nothing happens when the person thinks better of it."""
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    dialog.open()
