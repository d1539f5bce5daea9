"""One line under an answer: why it is weak and what might help, or that nothing more is needed; it never acts."""

from __future__ import annotations

from collections.abc import Callable

from app.ask.confidence import suggestion
from app.ask.exhaustive import hint
from app.cloud.dollars import at_most
from app.evidence.quoting import Reading
from app.library.library import Library
from app.values import Confidence, Draft

HelpPrice = Callable[[Draft], int | None]
"""About what a cloud model would take for these passages, in micro-dollars; None where none is set up."""
NO_NEED = "No need for a stronger model: your files support this answer well."


class Suggesting:
    """Puts the line together. The reason is the evidence's; a price is asked for only where help may be needed."""

    def __init__(self, library: Library, help_price: HelpPrice = lambda _: None) -> None:
        self._library = library
        self._help_price = help_price
        self._could_help: bool | None = None
        """Whether a cloud model was set up when it was last looked at; None before."""

    def line(self, draft: Draft, reading: Reading, sure: Confidence) -> str:
        """The line, empty when there is nothing useful to say."""
        weak = suggestion(reading, sure)
        if weak:
            return hint(self._library, draft.question) or self._with_help(draft, weak)
        if sure is not Confidence.CERTAIN:
            return ""
        if self._could_help is None:
            self._priced(draft)
        return NO_NEED if self._could_help else ""

    def _with_help(self, draft: Draft, weak: str) -> str:
        price = self._priced(draft)
        if price is None:
            return weak
        return f"A stronger model may help: {weak[0].lower()}{weak[1:]} About {at_most(price)}."

    def _priced(self, draft: Draft) -> int | None:
        price = self._help_price(draft)
        self._could_help = price is not None
        return price
