"""The last look before anything leaves: over the exact bytes, at the moment of sending, and closed when in doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.cloud.body import messages_of
from app.cloud.budget import over_budget
from app.cloud.copied import RUN_CHARS, longest_word, too_many_bytes
from app.cloud.levels import HOLDS, hides_details, holds_no_document
from app.cloud.parcel import Parcel, PartKind, Quote, Refusal, Stop, Swap, Wish
from app.cloud.redact.own_words import found_own
from app.errors import AppError
from app.values import Notice

_BLACKED = " ▮ "
"""Stands for a label when a text is looked through: no word, and nothing that words could meet across."""
_FEW_SHOWN = 3


class GateShut(AppError):
    """The gate let nothing through; `refusals` says why."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        first = refusals[0].notice
        super().__init__(first.happened, safe=first.safe, do=first.do)
        self.refusals = tuple(refusals)


@dataclass(frozen=True, slots=True)
class Guards:
    """What the gate asks of rooms above it."""

    never_send: Callable[[str, str], bool]
    """Whether a document (path, sha256 of its content) may never be sent; asked again at the moment of sending."""
    repeats_never_sent: Callable[[str], bool]
    """Whether a text holds a run of words of a file that may never be sent, whichever way it came there."""
    details: Callable[[Sequence[str], Sequence[Swap]], Sequence[str]]
    """The personal details the detectors find in texts outside their labels, and further places of swapped ones.
    Raises AppError when a detector fails."""
    hidden_words: Callable[[], Sequence[str]]
    """The person's own words to hide, always."""
    copied: Callable[[str], Sequence[tuple[str, str]]] | None
    """Runs of words of a text that stand in the library, as (run, path of the file); None when that cannot be told."""
    quote: Callable[[Parcel], Quote | None]
    """The price of a parcel now."""


def check(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> tuple[Refusal, ...]:
    """Every reason why these bytes may not leave now; empty when they may."""
    return tuple(
        refusal
        for look in (_made_of, _never_sent, _as_shown, _details, _copied, _few_bytes, _money)
        for refusal in look(parcel, shown, wish, guards)
    )


def require(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> None:
    """Raises GateShut when anything speaks against sending."""
    if refusals := check(parcel, shown, wish, guards):
        raise GateShut(refusals)


def refusal(stop: Stop, happened: str, do: str = "", *, details: tuple[str, ...] = ()) -> Refusal:
    """One reason in words; nothing was sent yet whenever it is said."""
    return Refusal(stop, Notice(happened, safe="Nothing was sent.", do=do, details=details))


# ---------------------------------------------------------------- the looks


def _made_of(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """Only parts the level may hold, each of them offered and ticked, and at least one."""
    by_id = {part.id: part for part in parcel.parts}
    if not parcel.outgoing:
        yield refusal(Stop.NOTHING_TICKED, "No part is ticked.", "Tick at least one part, or keep it here.")
    for one in parcel.outgoing:
        part = by_id.get(one.part)
        if part is None or part.kind not in HOLDS[parcel.level]:
            yield refusal(Stop.NOT_OFFERED, "This level may not hold one of the parts.", "Ask for a new quote.")
        elif part.id in wish.unticked or (part.unasked and part.id not in wish.ticked):
            yield refusal(Stop.NOT_OFFERED, f"“{part.title}” was not ticked.", "Ask for a new quote.")


def _never_sent(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    leaving = {one.part for one in parcel.outgoing}
    for part in parcel.parts:
        if part.id not in leaving:
            continue
        if part.kept_here or any(guards.never_send(path, sha256) for path, sha256 in part.rests_on):
            yield refusal(
                Stop.NEVER_SEND,
                f"“{part.title}” comes from a file that is never sent.",
                "Untick this part, or change the folder's setting if you mean to send it.",
            )
        elif guards.repeats_never_sent(part.text):
            yield refusal(
                Stop.NEVER_SEND,
                f"“{part.title}” repeats words of a file that is never sent.",
                "Say it in other words.",
            )


def _as_shown(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """The bytes are what the sheet said they are: every outgoing text stands in them."""
    try:
        held = "\n".join(message.content for message in messages_of(parcel.body))
    except ValueError:
        yield refusal(Stop.DETECTOR_FAILED, "The bytes cannot be read back.", "Ask for a new quote.")
        return
    if any(one.text not in held for one in parcel.outgoing):
        yield refusal(Stop.DETECTOR_FAILED, "The bytes are not what was shown.", "Ask for a new quote.")


def _details(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """No swapped value and no word to hide stands anywhere in the bytes, and the detectors, asked again, find nothing
    in the outgoing texts (of which `_as_shown` knows that they are the bytes')."""
    try:
        said = [_without_ours(message.content, parcel) for message in messages_of(parcel.body)]
    except ValueError:
        return
    joined = "\n".join(said)
    spared = {value.casefold() for value in wish.as_written}
    values = [swap.value for swap in parcel.swaps if _certain(swap) and swap.value.casefold() not in spared]
    hidden = [word for word in (*guards.hidden_words(), *wish.hide) if word.casefold() not in spared]
    left_in = [value for value in values if _stands_in(value, joined.casefold())]
    left_in += [joined[span.start : span.end] for span in found_own(joined, hidden)]
    try:
        if not left_in and hides_details(parcel.level):
            texts = [one.text for one in parcel.outgoing]
            left_in = [value for value in guards.details(texts, parcel.swaps) if value.casefold() not in spared]
    except AppError as error:
        notice = error.notice
        yield Refusal(Stop.DETECTOR_FAILED, Notice(notice.happened, safe="Nothing was sent.", do=notice.do))
        return
    if left_in:
        count = f"{len(left_in)} personal detail{'' if len(left_in) == 1 else 's'}"
        yield refusal(
            Stop.DETAIL_FOUND,
            f"{count} would leave as written: {', '.join(f'“{value}”' for value in left_in[:_FEW_SHOWN])}.",
            "Look at the parts again: hide it, or say that it may leave as it is.",
        )


def _copied(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """Blind and Findings: no run of words of any file, wherever in the bytes it stands."""
    kinds = [part.kind for part in parcel.parts if part.id in {one.part for one in parcel.outgoing}]
    if not holds_no_document(parcel.level, kinds) or guards.copied is None:
        return
    try:
        # The whole of what is said and not only each part: words must not come together from several.
        said = [_without_ours(message.content, parcel) for message in messages_of(parcel.body)]
    except ValueError:
        said = []
    runs = [run for text in (*(one.text for one in parcel.outgoing), *said) for run in guards.copied(text)]
    if runs:
        run, _ = runs[0]
        what = "question" if PartKind.FINDING not in kinds else "parcel"
        yield refusal(
            Stop.COPIED_TEXT,
            f"The {what} repeats words of one of your files: “{' '.join(run.split())[:120]}”.",
            "Say it in other words, or choose a level that sends passages.",
        )


def _few_bytes(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """Findings: few and short facts, and no word as long as only a key or a code is."""
    kinds = {part.id: part.kind for part in parcel.parts}
    facts = [one.text for one in parcel.outgoing if kinds.get(one.part) is PartKind.FINDING]
    over = too_many_bytes(facts)
    if over or any(longest_word(_blacked(fact, parcel)) > RUN_CHARS for fact in facts):
        why = f"{over} bytes more than may leave at once" if over else "too long a word for a fact"
        yield refusal(Stop.NOT_OFFERED, f"The facts hold {why}.", "Untick some of them.")


def _money(parcel: Parcel, shown: Quote | None, wish: Wish, guards: Guards) -> Iterator[Refusal]:
    """The price is known, no higher than shown, and within what is left."""
    now = guards.quote(parcel)
    if now is None or shown is None:
        yield refusal(
            Stop.NO_PRICE,
            "Price unknown for this model.",
            "Sending is off until you type a price or choose another model.",
        )
        return
    if now.ceiling_micros > shown.ceiling_micros:
        yield refusal(Stop.DEARER, "The price rose since it was shown.", "Ask for a new quote.")
    # What costs nothing (a server of one's own) is never over a budget.
    if now.ceiling_micros > max(0, now.left_micros):
        yield Refusal(Stop.OVER_BUDGET, over_budget(now.ceiling_micros, now.left_micros).notice)


def _certain(swap: Swap) -> bool:
    """Whether the value is one wherever it stands: what has a form, what the person named, what has several words. A
    single word ("Costs", "16,800") may be a name here and none there; the detectors tell these apart."""
    return swap.found_by in ("yours", "patterns") or (len(swap.value.split()) > 1 and swap.kind not in ("age", "title"))


def _without_ours(content: str, parcel: Parcel) -> str:
    """A message without our instructions and this parcel's labels: what is left is the person's."""
    return _blacked(content.replace(parcel.instructions, " ") if parcel.instructions else content, parcel)


def _blacked(text: str, parcel: Parcel) -> str:
    """A text without the labels given out for this parcel. Anything else in such brackets is text of a file or of the
    person, and is looked at like all text."""
    for swap in parcel.swaps:
        text = text.replace(swap.label, _BLACKED)
    return text


def _stands_in(value: str, joined: str) -> bool:
    """Whether a value stands in text as a word of its own (both casefolded): "Ann" is not in "annual"."""
    folded = value.casefold().strip()
    if not folded:
        return False
    start = r"(?<!\w)" if folded[0].isalnum() else ""
    end = r"(?!\w)" if folded[-1].isalnum() else ""
    return re.search(start + re.escape(folded) + end, joined) is not None
