"""Three fields for the price of one model, typed where no price is known: without one nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from ui.window import cloud_setup_words as words
from ui.window import money_words
from ui.window.theme import Theme
from ui.window.widgets.push import Push


@dataclass(frozen=True, slots=True)
class TypedPrice:
    """Micro-dollars for a million of what goes in and of what comes out."""

    model: str
    input_micros: int
    output_micros: int


class PriceFields(QWidget):
    """`typed` fires with a whole price only."""

    typed = Signal(object)

    def __init__(self, theme: Theme, of: str) -> None:
        super().__init__()
        self._theme = theme
        self.model, self.into, self.out = QLineEdit(), QLineEdit(), QLineEdit()
        self.keep = Push(theme, words.KEEP_KEY, kind="plain")
        self.keep.setAccessibleName(f"{words.TYPE_PRICE} {of}")
        self._grid = QGridLayout(self)
        named = ((self.model, words.MODEL), (self.into, words.PER_MILLION_IN), (self.out, words.PER_MILLION_OUT))
        for column, (field, said) in enumerate(named):
            field.setPlaceholderText(said)
            field.setAccessibleName(f"{said}, {of}")
            field.textChanged.connect(lambda _: self.keep.setEnabled(self.price is not None))
            self._grid.addWidget(field, 0, column)
            self._grid.setColumnStretch(column, 1)
        self._grid.addWidget(self.keep, 0, 3)
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._done)
        theme.dress(self._dress)

    @property
    def price(self) -> TypedPrice | None:
        """What is typed, once all of it makes sense."""
        into, out = money_words.typed(self.into.text()), money_words.typed(self.out.text())
        model = self.model.text().strip()
        return TypedPrice(model, into, out) if model and into is not None and out is not None else None

    def _done(self) -> None:
        if self.price is not None:
            self.typed.emit(self.price)

    def _dress(self) -> None:
        t = self._theme
        self._grid.setContentsMargins(0, t.px(4), 0, t.px(4))
        self._grid.setSpacing(t.px(8))
        for field in (self.model, self.into, self.out):
            field.setFont(t.font("body", tabular=True))
            field.setMinimumWidth(t.px(48))
