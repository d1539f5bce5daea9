"""What a provider's reply is made of, taken apart without trusting any of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_MOST_USAGE = 16 * 1024
_PIECE_CHARS = 32 * 1024


def texts(delta: object) -> Iterator[str]:
    """The words of one piece of an answer, none longer than a frame between processes may hold."""
    for name in ("content", "refusal"):
        text = delta.get(name) if isinstance(delta, dict) else None
        if isinstance(text, str):
            clean = whole(text)
            yield from (clean[at : at + _PIECE_CHARS] for at in range(0, len(clean), _PIECE_CHARS))


def whole(text: str) -> str:
    """Half characters, which JSON can carry and UTF-8 cannot, become the sign for one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def plain(usage: object) -> Any:
    """What was used, as far as it is plain JSON of a sane size; else None."""
    try:
        text = whole(json.dumps(usage, ensure_ascii=False, allow_nan=False))
    except (ValueError, RecursionError):
        return None
    return json.loads(text) if len(text) <= _MOST_USAGE else None


def provider_words(body: bytes) -> str:
    """The provider's own sentence in an error, where there is one; a web page is not quoted."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in ("error", "message", "detail"):
        said = said.get(name, said) if isinstance(said, dict) else said
    return whole(said) if isinstance(said, str) else ""
