"""An answer made of the person's own sentences, each cited, checked and shown word for word."""

from __future__ import annotations

from app.evidence.places import citation
from app.evidence.quoting import Quote, Reading
from app.library.library import Library
from app.values import Citation


def quoted(quote: str, n: int, *, cut: tuple[bool, bool] = (False, False)) -> str:
    """One quote as Markdown, on a line of its own; "…" where words of the sentence were left out before or after."""
    return f"“{'… ' if cut[0] else ''}{' '.join(quote.split())}{' …' if cut[1] else ''}” [{n}]"


def cited(library: Library, reading: Reading) -> list[Citation]:
    """The quotes of a reading as citations [1], [2] …, checked against the file."""
    return [_citation(library, quote, n) for n, quote in enumerate(reading.quotes, start=1)]


def _citation(library: Library, quote: Quote, n: int) -> Citation:
    place = quote.place
    return citation(library, place.passage, (place.start, place.end), n=n, emphasis=quote.emphasis)
