"""What a child's trouble is called: errors, the sentences a person reads, and the first frame of a new child."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from models.api import ModelError, Trouble
from models.frames import Frame

_WHO = {
    "language": "The writing model",
    "embedding": "The searching model",
    "speech": "The listening model",
    "reader": "The file reader",
    "ocr": "The text recognition",
    "vectors": "The search index",
    "courier": "The courier",
    "shrink": "The shrinking",
}


class ChildMistake(RuntimeError):
    """A child met a bug of ours; the text names the kind of error and the lines of code, never a document's text."""


class HostTimeout(ModelError):
    """The request took longer than its limit and the process was ended."""


def who(name: str) -> str:
    """A host's name in a sentence."""
    return _WHO.get(name, f"The {name} process")


def trouble(name: str, kind: Trouble, why: str) -> ModelError:
    """The error for a child that ended by itself."""
    safe = "What it had written so far is kept."
    match kind:
        case Trouble.OUT_OF_MEMORY:
            do = "Close other programs or choose a smaller model."
            return ModelError(kind, f"{who(name)} ran out of memory.", safe=safe, do=do)
        case Trouble.BAD_FILE:
            return ModelError(kind, f"{who(name)} could not use its file.", safe=safe, do="Get the file again.")
        case _:
            happened = f"{who(name)} stopped unexpectedly ({why})."
            return ModelError(kind, happened, safe=safe, do="It starts again when asked.")


def repeated(name: str, times: int) -> ModelError:
    """The error for a request that is not tried again."""
    return ModelError(
        Trouble.REFUSED,
        f"{who(name)} was ended {times} times by this request, so it is not tried again.",
        safe="Everything else goes on.",
        do="Change the request, or start Indoors again to retry.",
    )


def told(kind: str, header: Mapping[str, Any]) -> ModelError:
    """The ModelError that a child put into a frame."""
    words = {key: str(header.get(key, "")) for key in ("message", "safe", "do")}
    known = Trouble(kind) if kind in {each.value for each in Trouble} else Trouble.CRASHED
    return ModelError(known, words["message"], safe=words["safe"], do=words["do"])


def body(frame: Frame) -> dict[str, Any]:
    """What the handler put into its frame. Raises ChildMistake when there is none."""
    inside = frame.header.get("h", {})
    if not isinstance(inside, dict):
        raise ChildMistake("a frame without a body")
    return inside


def first_frame(frame: Frame | None, ready: Future[str], name: str) -> None:
    """Settle whether the child started: its first frame says ready (and who enforces its seal) or why not."""
    if frame is None:
        ready.set_exception(EOFError(name))
    elif frame.header.get("ready"):
        ready.set_result(str(frame.header.get("sealed", "nothing")))
    elif frame.header.get("refused") == "ours":
        ready.set_exception(ChildMistake(f"{name}: {frame.header.get('where', '')}"))
    else:
        ready.set_exception(told(str(frame.header.get("refused")), frame.header))


def fingerprint(verb: str, header: Mapping[str, Any], payload: bytes) -> bytes:
    """Tells two requests apart; computed only once something went wrong."""
    digest = hashlib.sha256(json.dumps([verb, dict(header)], sort_keys=True).encode())
    digest.update(payload)
    return digest.digest()
