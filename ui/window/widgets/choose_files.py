"""The system's own dialog for files and folders, without waiting for it: the window lives on beneath."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

What = Literal["folder", "file", "files"]


def choose(parent: QWidget, what: What, title: str, *, take: Callable[[list[Path]], None]) -> None:
    """Ask for files or a folder; `take` gets the paths, and nothing happens when the person thinks better of it."""
    from PySide6.QtWidgets import QFileDialog  # most starts never need it

    modes = QFileDialog.FileMode
    mode = {"folder": modes.Directory, "file": modes.ExistingFile, "files": modes.ExistingFiles}[what]
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    dialog.open()


def choose_new(parent: QWidget, title: str, name: str, *, take: Callable[[Path], None]) -> None:
    """Ask where a file is to be written; `name` is proposed."""
    from PySide6.QtWidgets import QFileDialog  # most starts never need it

    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda chosen: take(Path(chosen)))
    dialog.open()
