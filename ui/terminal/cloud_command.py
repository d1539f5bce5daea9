"""`indoors cloud quote` and `ask --cloud --send`: the exact bytes with their price, and one sending of just these."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.ask.bursting import HOLD_S, Bursting
from app.cloud.dollars import at_least, at_most, typed_rate
from app.cloud.gate import GateShut
from app.cloud.levels import hides_details
from app.cloud.parcel import Level, Offer, Wish
from app.egress.providers import known
from app.errors import AppError, UsageError
from app.events import Text
from app.services import Services
from app.values import OnDevice
from ui.terminal.ask_command import show_answer
from ui.terminal.events_json import Json
from ui.terminal.library_commands import searched_part
from ui.terminal.screen import Screen, in_sentences
from ui.terminal.session import DONE, WORLD, Session
from ui.terminal.spoken_places import count_words


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen for one quote, as the command line takes it."""

    level: Level = Level.SNIPPETS
    provider: str = ""
    model: str = ""
    keep: Sequence[str] = field(default=())
    also: Sequence[str] = field(default=())
    hide: Sequence[str] = field(default=())
    as_written: Sequence[str] = field(default=())
    reworded: str = ""
    refine: bool = False

    def wish(self) -> Wish:
        """The same for the house."""
        return Wish(
            level=self.level,
            provider=self.provider,
            model=self.model,
            unticked=frozenset(self.keep),
            ticked=frozenset(self.also),
            hide=frozenset(self.hide),
            as_written=frozenset(self.as_written),
            question=self.reworded,
            refine=self.refine,
        )


def quote(
    session: Session,
    question: str,
    choices: Choices,
    *,
    within: Sequence[Path],
    limit: int,
    continue_id: int | None,
) -> int:
    """Show what would leave and what it would cost. Nothing is sent; the bytes are kept for 15 minutes
    where they can be, and the last line says so."""
    if not question.strip():
        raise UsageError("There is no question.", do="Type a question.")
    with session.house(write=False) as house:
        bursting = _bursting(house)
        if choices.provider:
            _known_provider(house, choices.provider)
        conversation = house.asking.resume(continue_id) if continue_id is not None else house.asking.start()
        scope = searched_part(house, within)
        draft = conversation.prepare(question, within=scope, limit=limit, cancel=session.cancel)
        answer = ""
        if choices.refine:
            made = conversation.answer(draft, OnDevice(None), session.cancel)
            answer = "".join(event.delta for event in made if isinstance(event, Text))
        attached = [path for path in scope if path.is_file()] if choices.level is Level.FULL else []
        offer = bursting.offer(draft, choices.wish(), answer=answer, attached=attached, cancel=session.cancel)
        retention = bursting.retention(offer.parcel)
        session.screen.lines([quote_json(offer, retention)])
        show_offer(session.screen, offer, retention)
    return DONE if offer.kept else WORLD


def send_quoted(session: Session, question: str, *, level: str, sha256: str, cloud: bool) -> int:
    """Send exactly the bytes kept under a hash, once, after five seconds in which Ctrl-C stops it for nothing."""
    if not cloud or not sha256:
        raise UsageError(
            "Sending takes --cloud and --send with the fingerprint of a quote.",
            do="See what would leave first: indoors cloud quote",
        )
    with session.house(write=False) as house:
        bursting = _bursting(house)
        kept = bursting.offered(sha256).parcel
        _same_question(question, kept.question, level_of(level) if level else kept.level, kept.level)
        session.take_time()
        seen: list[str] = []
        try:
            show_answer(session.screen, bursting.send(sha256, hold_s=HOLD_S, cancel=session.cancel), quoted=seen)
        except GateShut as error:
            for refusal in error.refusals[1:]:
                session.screen.message(in_sentences(refusal.notice.happened, refusal.notice.do))
            raise
        for second in seen:
            offer = bursting.offered(second)
            session.screen.lines([quote_json(offer, bursting.retention(offer.parcel))])
            show_offer(session.screen, offer, bursting.retention(offer.parcel))
    return DONE


def quote_json(offer: Offer, retention: str) -> Json:
    """One line: what terminal.md names, and what the sheet shows besides."""
    parcel, price = offer.parcel, offer.quote
    leaving = {one.part: one for one in offer.parcel.outgoing}
    line: Json = {
        "event": "quote",
        "level": parcel.level.value,
        "provider": parcel.provider,
        "host": parcel.host,
        "model": parcel.model,
        "body": parcel.body.decode(),
        "body_sha256": parcel.sha256 if parcel.body else None,
        "bytes": len(parcel.body),
        "redactions": [{"kind": swap.kind, "label": swap.label} for swap in parcel.swaps],
        "tokens_in": price.tokens_in if price else None,
        "exact": price.exact if price else None,
        "likely_micros": price.likely_micros if price else None,
        "ceiling_micros": price.ceiling_micros if price else None,
        "left_micros": price.left_micros if price else None,
    }
    if price and not price.exact:
        line["band"] = round(price.band, 3)
    line |= {
        "claim": offer.claim,
        "flags": dict(parcel.flags),
        "parts": [
            {
                "id": part.id,
                "kind": part.kind.value,
                "title": part.title,
                "words": part.words,
                "leaves": part.id in leaving,
                **({"kept_here": part.kept_here} if part.kept_here else {}),
            }
            for part in parcel.parts
        ],
        "waits": [{"wait": one.wait.value, "says": one.says, "detail": one.detail} for one in offer.waits],
        "refusals": [
            {"stop": one.stop.value, "says": one.notice.happened, "do": one.notice.do} for one in offer.refusals
        ],
        "conversation": parcel.conversation,
        "kept": offer.kept,
        "expires_at": round(offer.expires_at, 3) if offer.kept else None,
    }
    if retention:
        line["retention"] = retention
    return line


def show_offer(screen: Screen, offer: Offer, retention: str) -> None:
    """The sheet in words: where to, the parts, the exact text, the price, and how to send it."""
    parcel, price = offer.parcel, offer.quote
    leaving = {one.part: one for one in parcel.outgoing}
    screen.say(f"To {parcel.model} at {parcel.host}." if parcel.host else "No cloud model is set up.")
    screen.say(offer.claim)
    for part in parcel.parts:
        mark = "[x]" if part.id in leaving else "[ ]"
        stays = f" · stays here: {part.kept_here}" if part.kept_here else "" if part.id in leaving else " · stays here"
        screen.say(f"\n{mark} {part.id} · {part.title} · {count_words(part.words, 'word')}{stays}")
        if part.id in leaving:
            screen.say(leaving[part.id].text)
    if parcel.swaps:
        screen.say("\nSwapped for labels, then put back in the answer:")
        for swap in parcel.swaps:
            screen.say(f"  {swap.label} · {swap.value}")
    looks = "Indoors looks for names, addresses and numbers. It can miss some."
    nothing = "At this level nothing is hidden but your own words."
    screen.say(f"\n{looks if hides_details(parcel.level) else nothing} Read the parts.")
    screen.say(
        f"Instructions of Indoors, {count_words(len(parcel.instructions.split()), 'word')}: {parcel.instructions}"
    )
    for line in offer.waits:
        screen.say(f"Look: {line.says} {line.detail}")
    if retention:
        screen.say(retention)
    if price is not None:
        left = f"{at_least(price.left_micros)} left this month"
        screen.say(f"\nAbout {at_most(price.likely_micros)}, at most {at_most(price.ceiling_micros)}. {left}.")
    _show_end(screen, offer)


def _show_end(screen: Screen, offer: Offer) -> None:
    """What keeps Send off; then what is kept, and how to send it where that can be done."""
    parcel = offer.parcel
    for refusal in offer.refusals:
        screen.message(in_sentences(refusal.notice.happened, refusal.notice.do))
    if not parcel.body:
        return
    which = f"Fingerprint {parcel.sha256}, {len(parcel.body)} bytes"
    if not offer.kept:
        screen.say(f"{which}, not kept: it cannot be sent.")
        return
    until = time.strftime("%H:%M", time.localtime(offer.expires_at))
    if not offer.sendable:
        screen.say(f"{which}, kept until {until}. It cannot be sent as things are.")
        return
    screen.say(f"{which}, kept until {until}. To send it once:")
    screen.say(f"  indoors ask --cloud --level {parcel.level.value} --send {parcel.sha256}")


def type_price(session: Session, provider: str, model: str, *, goes_in: str, comes_out: str) -> int:
    """Keep what a model costs, in dollars for a million tokens as its provider says it."""
    with session.house(write=False) as house:
        _known_provider(house, provider)
        rates = typed_rate(goes_in), typed_rate(comes_out)
        price = house.cloud.prices.type_price(provider, model, input=rates[0], output=rates[1])
    line = {"provider": provider, "model": model, "input_micros": price.input, "output_micros": price.output}
    session.screen.lines([{"event": "price", **line, "as_of": price.as_of}])
    session.screen.say(f"{model} at {provider}: ${goes_in.strip('$ ')} in, ${comes_out.strip('$ ')} out.")
    return DONE


def level_of(text: str) -> Level:
    """A level by its name. Raises UsageError."""
    if text not in {level.value for level in Level}:
        raise UsageError(f"There is no level “{text}”.", do=f"Levels: {', '.join(level.value for level in Level)}.")
    return Level(text)


def _bursting(house: Services) -> Bursting:
    if house.bursting is None:
        raise AppError(house.cloud.why_not, safe="Nothing was sent.", do="Start Indoors without --offline.")
    return house.bursting


def _known_provider(house: Services, provider: str) -> None:
    """Raises UsageError for an id no provider has."""
    if provider not in known(house.store):
        raise UsageError(f"There is no provider “{provider}”.", do=f"Known: {', '.join(known(house.store))}.")


def _same_question(question: str, kept: str, level: Level, kept_level: Level) -> None:
    asked = " ".join(question.split())
    if asked and asked != " ".join(kept.split()):
        raise UsageError(
            "These bytes were quoted for another question.", do="Leave the question out, or ask for a new quote."
        )
    if level is not kept_level:
        raise UsageError(
            f"These bytes were quoted for the level {kept_level.value}.", do="Name that level, or ask for a new quote."
        )
