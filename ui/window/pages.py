"""Holds the pages of the window; one that most starts never show is built when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QStackedWidget, QWidget


class Pages(QStackedWidget):
    """Pages by the key of their entry in the rail."""

    def __init__(self, made: Mapping[str, QWidget], later: Mapping[str, Callable[[], QWidget]]) -> None:
        super().__init__()
        self._made, self._later = dict(made), dict(later)
        for page in made.values():
            self.addWidget(page)

    def page(self, key: str) -> QWidget:
        """The page, built now if it was not before. Raises KeyError."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._later.pop(key)()
            self.addWidget(found)
        return found
