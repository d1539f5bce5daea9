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
    """Puts the line together. The reason is the evidence's."""

    def __init__(self, library: Library, help_price: HelpPrice = lambda _: None) -> None:
        """`help_price` must cost next to nothing: it is asked after every answer that is weak or certain."""
        self._library = library
        self._help_price = help_price

    def line(self, draft: Draft, reading: Reading, sure: Confidence) -> str:
        """The line, empty when there is nothing useful to say."""
        weak = suggestion(reading, sure)
        if weak and (otherwise := hint(self._library, draft.question)):
            return otherwise
        price = self._help_price(draft) if weak or sure is Confidence.CERTAIN else None
        if price is None:
            return weak
        return f"A stronger model may help: {weak[0].lower()}{weak[1:]} About {at_most(price)}." if weak else NO_NEED
