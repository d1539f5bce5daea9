"""The words with which readers refuse a file, so that every format says the same thing in the same way."""

from __future__ import annotations

from app.errors import FileTrouble
from app.values import TroubleKind


def damaged() -> FileTrouble:
    """Of a file that is not whole."""
    return FileTrouble(
        "File ends too early, it may be damaged", hint="Get a fresh copy of it.", kind=TroubleKind.DAMAGED
    )


def no_words(*, pictures: bool) -> FileTrouble:
    """Of a file without a single word, by whether it holds pictures."""
    if pictures:
        return FileTrouble(
            "Pictures of text, no words to search",
            hint="Save it as PDF; its pages can be read with OCR.",
            kind=TroubleKind.PICTURES,
        )
    return FileTrouble("No words to search in it", hint="Check that it opens and holds text.", kind=TroubleKind.EMPTY)


def locked(*, tried: bool, opens_here: bool = True) -> FileTrouble:
    """Of a file locked with a password, by whether one was tried, and whether one could help."""
    if not opens_here:
        hint = "Save a copy without the password and add that one."
    else:
        hint = "That password does not open it." if tried else "Enter its password, or add a copy without one."
    return FileTrouble("Locked with a password", hint=hint, kind=TroubleKind.LOCKED)


def not_really(kind: str) -> FileTrouble:
    """Of a file whose content is of another kind than its name: "Not a Word file, although its name says so"."""
    return FileTrouble(f"Not a {kind}, although its name says so", hint="Give it the ending of its kind.")
