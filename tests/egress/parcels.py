"""Bodies and shortcuts shared by the tests of sending."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from app.egress.carried import Carried, Delta, Ended
from app.egress.door import Door
from app.egress.permits import SignedPermit
from app.egress.providers import Provider
from models.api import Cancel

MODEL = "m"
_PIECES = (
    "Zürich",
    "⟦PERSON_1⟧",
    "漢字",
    "🦜🏽",
    "\u202eright to left",
    "\x00\x1f",
    "\\",
    '"',
    "</script>",
    "\r\n",
    "a" * 700,
)


def body_of(text: str = "What is the notice period?", *, model: str = MODEL, **more: Any) -> bytes:
    """A request as Indoors builds it: canonical UTF-8 JSON."""
    said = {"model": model, "messages": [{"role": "user", "content": text}], "max_completion_tokens": 64}
    said |= {"stream": True, "stream_options": {"include_usage": True}, **more}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def generated(number: int) -> bytes:
    """The body of a generated prompt: any signs, any length up to some hundred kilobytes."""
    chance = random.Random(number)
    count = chance.choice((0, 1, 3, 20, 200)) if number % 50 else 600
    words = (chance.choice((*_PIECES, chr(chance.randrange(32, 0xD7FF)), "word")) for _ in range(count))
    return body_of(" ".join(words), temperature=chance.random())


def permitted(door: Door, body: bytes, provider: Provider, **changed: Any) -> SignedPermit:
    """A permit for this body to this provider."""
    wanted: dict[str, Any] = {"host": provider.host, "model": MODEL, "ceiling_micros": 900, **changed}
    return door.permit(body, **wanted)


def sent(door: Door, body: bytes, provider: Provider, cancel: Cancel | None = None) -> list[Carried]:
    """Everything that was told of one sending."""
    return list(door.send(body, permitted(door, body, provider), provider, cancel or Cancel()))


def ended(events: Sequence[Carried]) -> Ended:
    """The last event, which must be the only one of its kind."""
    last = [event for event in events if isinstance(event, Ended)]
    assert len(last) == 1
    assert events[-1] is last[0]
    return last[0]


def text(events: Sequence[Carried]) -> str:
    """The answer."""
    return "".join(event.text for event in events if isinstance(event, Delta))
