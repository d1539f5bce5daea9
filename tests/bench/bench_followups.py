"""Follow-ups with writing forced: only new tokens are read, and a reopened conversation is restored, not read again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))

from answering_desk import house_of

from app.ask.asking import Asking
from app.ask.conversation import Conversation
from app.events import Finished
from app.services import Services
from app.values import AnswerMode
from models.api import Cancel, ChatOptions, Message, Piece, Usage

_PLACES = ("harbour", "mill", "orchard", "station", "museum")
_THINGS = ("roof", "boiler", "garden", "fence", "cellar", "window")
_CONVERSATIONS = 10
Row = tuple[str, object, str]


def rows() -> Iterator[Row]:
    """(figure, value, bound) for `make bench`."""
    texts = {
        f"{place} {thing}.txt": f"Report about the {thing} of the {place} house. The {thing} was looked at in May. "
        f"Repairing the {thing} at the {place} costs {100 + 7 * at} euros and takes {2 + at} days. "
        f"The {place} house keeps its {thing} as it is until the board has decided. " * 2
        for at, (place, thing) in enumerate((place, thing) for place in _PLACES for thing in _THINGS)
    }
    with house_of(texts) as (house, _):
        if house.models.chat is None:
            return
        asking = Asking(
            house.store, house.library, chat=house.models.chat, embedder=house.models.embedder, mode=_writing
        )
        turns = [_conversation(house, asking, at) for at in range(_CONVERSATIONS)]
        yield from _told(turns)
        yield from _reopened(house)


def _writing() -> AnswerMode:
    return AnswerMode.WRITING


def _conversation(house: Services, asking: Asking, at: int) -> dict[str, float]:
    """One question and a follow-up about another place: what the follow-up read, of what, and how long it took."""
    conversation = asking.start()
    place, other = _PLACES[at % 5], _PLACES[(at + 1) % 5]
    first = _asked(house, conversation, f"What does the {_THINGS[at % 6]} of the {place} cost?")
    second = _asked(house, conversation, f"What does the {_THINGS[(at + 2) % 6]} of the {other} house cost?")
    return {
        "first_in": first.tokens_in,
        "first_s": first.seconds_to_first_text,
        "in": second.tokens_in,
        "evaluated": second.tokens_evaluated,
        "new": second.tokens_in - first.tokens_in - first.tokens_out,
    }


def _asked(house: Services, conversation: Conversation, question: str) -> Finished:
    draft = conversation.prepare(question, limit=4)
    for event in conversation.answer(draft, house.route(), Cancel()):
        if isinstance(event, Finished):
            return event
    raise RuntimeError("The answer did not finish.")


def _told(turns: list[dict[str, float]]) -> Iterator[Row]:
    surplus = [turn["evaluated"] - turn["new"] for turn in turns]
    yield "follow-ups: tokens read beyond the new ones, most (end-of-turn marks)", max(surplus), "≤ 8"
    yield "follow-ups: share of the prompt that was read, median", median(t["evaluated"] / t["in"] for t in turns), ""


def _reopened(house: Services) -> Iterator[Row]:
    """A long conversation goes on, and is reopened after the host has ended, each against reading all of it anew."""
    story = "The board met again and spoke of the roof, the fence and the garden of each house in turn. "
    messages = [Message("user", story * 45 + "What was spoken of?")]
    said, _ = _read(house, messages, "bench-going-on")
    longer = [*messages, Message("assistant", said), Message("user", story * 50 + "And then?")]
    followed_text, followed = _read(house, longer, "bench-going-on")
    anew = _anew(house, longer)
    share = (followed.prompt_s / anew.prompt_s) / (followed.evaluated / anew.tokens_in)
    yield "follow-up: share of its tokens that were new", followed.evaluated / followed.tokens_in, "≥ 0.5"
    yield "follow-up: time to first text ÷ its share of reading all anew", share, "≤ 1.1"
    _end_the_host(house)
    reopened = [*longer, Message("assistant", followed_text), Message("user", "And what else?")]
    _, again = _read(house, reopened, "bench-going-on")
    anew = _anew(house, reopened)
    yield "reopened conversation: restored from its saved state", str(again.restored), "True"
    yield "reopened conversation: tokens read, of all", f"{again.evaluated} of {anew.tokens_in}", ""
    yield "reopened conversation: time to first text ÷ reading it again", again.prompt_s / anew.prompt_s, "≤ 0.1"


def _anew(house: Services, messages: list[Message]) -> Usage:
    """What reading all of it costs a host that keeps nothing."""
    _end_the_host(house)
    _, usage = _read(house, messages, "")
    if usage.evaluated != usage.tokens_in:
        raise RuntimeError("Something of it was kept: nothing to compare with.")
    return usage


def _end_the_host(house: Services) -> None:
    """A new process with the model loaded, so that loading is no part of what is measured."""
    chat = house.models.hosted_chat
    assert chat is not None
    chat.host.evict()
    chat.facts()


def _read(house: Services, messages: list[Message], name: str) -> tuple[str, Usage]:
    chat = house.models.chat
    assert chat is not None
    said = ""
    for piece in chat.chat(messages, options=ChatOptions(max_tokens=12, conversation=name), cancel=Cancel()):
        match piece:
            case Piece():
                said += piece.text
            case Usage():
                return said, piece
    raise RuntimeError("The writer did not finish.")
