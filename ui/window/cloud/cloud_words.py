"""Every sentence of the envelope, the light lane and what follows a send, in one place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cloud.parcel import Level, Swap
from ui.window import money_words
from ui.window.words import _, count, ngettext

if TYPE_CHECKING:
    from ui.window.cloud.live_count import LiveCount

CLOUD_DOTS, CLOUD, PLACE = _("Cloud…"), _("Cloud"), _("Where to answer")
PREPARING = _("Preparing…")
TITLE, TO = _("This leaves your computer"), _("to")
KEEP, NOTHING_TICKED, SEND_ONCE = _("Keep it here"), _("Nothing is ticked"), _("Send once")
STAYS_HERE, UNTICK = _("stays here"), _("Untick a part to keep it here.")
NOTHING_ELSE = _("Nothing else is sent: no file names, no folder names, no earlier questions.")
LOOKS_FOR = _("Indoors looks for names, addresses and numbers. It can miss some. Read the parts.")
AS_IT_IS = _("At this level nothing is hidden but your own words. Read the parts.")
NOTHING_SWAPPED = _("Nothing is swapped for a label.")
SEE_EXACT, SEE_PARTS = _("See exact text"), _("See the parts")
WAITS_AFTER = _("Waits 5 seconds after you press Send, so you can stop it.")
PRICE_UNKNOWN = _("Price unknown")
PARTS, ENVELOPE, LANE = _("Parts"), _("Envelope"), _("Question to the cloud")
SEND_AS_WRITTEN, ALWAYS_HIDE = _("Send it as written"), _("Always hide this")
PRESS_H = _("Press H to hide it")
SHOW_LESS = _("Show less")
LEVEL_MENU = _("Send less or more")
CHANGE_WORDS, USE_WORDS = _("Change the words"), _("Use these words")
YOU_WROTE, LEAVES_AS = _("You wrote"), _("Leaves as")
REFINE = _("Send my draft in place of the documents")
ASK_CLOUD = _("Ask a cloud model…")
SEE_SENT = _("See what was sent")
STOP, STOPPING = _("Stop"), _("Stopping")
STOPPED_NOTHING = _("Stopped. Nothing was sent.")
WORKING = _("Counting")
KEEP_KEY = _("Keep this key")
CHANGE_BUDGET, CHEAPER = _("Change budget"), _("Use a cheaper model")
SET_BUDGET, BUDGET_FIELD = _("Set"), _("Budget a month, in dollars")
PRICE_IN, PRICE_OUT = _("Dollars per million tokens in"), _("out")
USE_PRICE, SEND_MORE, PRIVACY = _("Use this price"), _("Send more"), _("Open Privacy ledger")
PRICE_MISSING = _("Price unknown for this model. Sending is off until you type a price or choose another.")
OPEN_LINK, KEEP_CLOSED = _("Open in the browser"), _("Keep closed")
LINK_LEAVES = _("This address opens outside Indoors.")
FULL_ADDRESS = _("Address")
NOTHING_YET = _("Nothing has left yet")
FIRST_WORDS = _("Nothing has been sent.")

LEVELS = {
    Level.BLIND: (_("The question only"), _("Your documents are not sent.")),
    Level.FINDINGS: (_("Facts found here"), _("Only the facts you tick are sent.")),
    Level.SNIPPETS: (_("Passages"), _("Only the passages you tick are sent.")),
    Level.FULL: (_("As it is"), _("Sent as it is.")),
}

_KINDS = {
    "person": lambda n: ngettext("{n} name", "{n} names", n),
    "organisation": lambda n: ngettext("{n} organisation", "{n} organisations", n),
    "address": lambda n: ngettext("{n} address", "{n} addresses", n),
    "place": lambda n: ngettext("{n} place", "{n} places", n),
    "phone": lambda n: ngettext("{n} phone number", "{n} phone numbers", n),
    "email": lambda n: ngettext("{n} mail address", "{n} mail addresses", n),
    "card": lambda n: ngettext("{n} card number", "{n} card numbers", n),
    "iban": lambda n: ngettext("{n} bank account", "{n} bank accounts", n),
    "date": lambda n: ngettext("{n} date", "{n} dates", n),
    "web": lambda n: ngettext("{n} web address", "{n} web addresses", n),
    "ip": lambda n: ngettext("{n} network address", "{n} network addresses", n),
    "secret": lambda n: ngettext("{n} secret", "{n} secrets", n),
    "title": lambda n: ngettext("{n} title", "{n} titles", n),
    "id": lambda n: ngettext("{n} ID number", "{n} ID numbers", n),
    "age": lambda n: ngettext("{n} age", "{n} ages", n),
    "yours": lambda n: ngettext("{n} word of yours", "{n} words of yours", n),
}


def label_words(label: str) -> str:
    """A label as it stands on the sheet: "PERSON 1"."""
    return label.strip("⟦⟧").replace("_", " ")


def words(number: int) -> str:
    """ "1 word", "412 words"."""
    return ngettext("{n} word", "{n} words", number).format(n=count(number))


def parts(number: int) -> str:
    """ "1 part", "2 parts"."""
    return ngettext("{n} part", "{n} parts", number).format(n=count(number))


def live(found: LiveCount, claim: str) -> str:
    """Under the title; says nothing that is not so of the bytes. `claim` is the one line the level may print."""
    said = _("{yours} in {parts}").format(
        yours=ngettext("{n} of your words", "{n} of your words", found.yours).format(n=count(found.yours)),
        parts=parts(found.parts),
    )
    if found.instructions:
        said += _(", plus {words} of instructions").format(words=words(found.instructions))
    said += f". {UNTICK}"
    rest = " ".join(part for part in (claim, NOTHING_ELSE if found.nothing_else else "") if part)
    return f"{said}\n{rest}" if rest else said


def part_meta(number: int, hidden: int) -> str:
    """At the right of a ticked part: "412 words · 2 hidden"."""
    return f"{words(number)} · {_('{n} hidden').format(n=hidden)}" if hidden else words(number)


def show_all(number: int) -> str:
    """On the fold of a long part."""
    return _("Show all {words}").format(words=words(number))


def swapped(swaps: Sequence[Swap]) -> str:
    """ "1 name and 1 address are swapped for labels, then put back in the answer."."""
    if not swaps:
        return NOTHING_SWAPPED
    kinds = Counter(swap.kind if swap.kind in _KINDS else "other" for swap in swaps)
    said = [
        (_KINDS[kind](n) if kind in _KINDS else ngettext("{n} detail", "{n} details", n)).format(n=n)
        for kind, n in kinds.items()
    ]
    listed = f"{', '.join(said[:-1])} {_('and')} {said[-1]}" if len(said) > 1 else said[0]
    one = _("{listed} is swapped for a label, then put back in the answer.")
    many = _("{listed} are swapped for labels, then put back in the answer.")
    return (one if len(swaps) == 1 else many).format(listed=listed)


def send_parts(number: int) -> str:
    """On the door out; the count is in the button."""
    if not number:
        return NOTHING_TICKED
    return ngettext("Send this {n} part once", "Send these {n} parts once", number).format(n=number)


def price(likely_micros: int, ceiling_micros: int) -> str:
    """ "About $0.004, at most $0.011"."""
    return _("About {likely}, at most {most}").format(
        likely=money_words.about(likely_micros), most=money_words.at_most(ceiling_micros)
    )


def left(micros: int, month: str, *, at_least: bool = True) -> str:
    """Beside the meter."""
    said = _("At least {left} left in {month}") if at_least else _("{left} left in {month}")
    return said.format(left=money_words.left(micros), month=month)


def retention(name: str, known: str) -> str:
    """The provider line: a dated fact, or that none is known."""
    return known or _("How long {name} keeps it is not known to Indoors.").format(name=name)


def exact_size(number_of_bytes: int, host: str) -> str:
    """Above the exact text."""
    return _("{n} bytes to {host}, exactly these").format(n=count(number_of_bytes), host=host)


def more_below(number: int) -> str:
    """Above the line, until every part was in view."""
    return ngettext("{n} more part below", "{n} more parts below", number).format(n=number)


def to_open_below(number: int) -> str:
    """Above the line, while what has to be opened is not in view."""
    return ngettext("{n} line to open below", "{n} lines to open below", number).format(n=number)


def open_first(number: int) -> str:
    """Why Send is off while lines wait to be opened."""
    return ngettext(
        "Send waits until you have opened {n} line above.", "Send waits until you have opened {n} lines above.", number
    ).format(n=number)


def sending_in(seconds: int) -> str:
    """During the hold."""
    return _("Sending in {n}").format(n=seconds)


def sent_waiting(at: float) -> str:
    """After it: "Sent 14:06 · waiting"."""
    return _("Sent {time} · waiting").format(time=clock(at))


def stopped_sent(at: float) -> str:
    """Stopped when it had left already."""
    return _("Stopped. It had been sent at {time}; what was written is kept.").format(time=clock(at))


def clock(at: float) -> str:
    """The time of day, 14:06."""
    return time.strftime("%H:%M", time.localtime(at))


def going_to(whom: str) -> str:
    """On the pill while it is under way."""
    return _("Going to {whom}").format(whom=whom)


def answered_by(whom: str) -> str:
    """On the pill of an answer from the cloud."""
    return _("Answered by {whom}").format(whom=whom)


def cost_line(actual_micros: int | None, estimate_micros: int, *, labels: int, confirmed: bool, held: int) -> str:
    """Under an answer: "Cost $0.0037 · said about $0.004 · 2 labels put back here"."""
    if actual_micros is None or not confirmed:
        amount = money_words.at_most(held if actual_micros is None else max(held, actual_micros))
        counted = _("Counted as {amount} this month; look at your account there to see what was charged").format(
            amount=amount
        )
        said = [counted if held else _("Cost not confirmed")]
    else:
        said = [_("Cost {cost}").format(cost=money_words.cost(actual_micros))]
    said.append(_("said about {about}").format(about=money_words.about(estimate_micros)))
    if labels:
        said.append(ngettext("{n} label put back here", "{n} labels put back here", labels).format(n=labels))
    return " · ".join(said)


def paste_key(name: str, keyring: str) -> str:
    """Over the field of a key."""
    where = keyring or _("this computer’s keyring")
    return _("Paste your {name} key. It is kept in {where}.").format(name=name, where=where)


def key_length(number: int) -> str:
    """What the field of a key says: letters, never which."""
    return ngettext("{n} character", "{n} characters", number).format(n=number) if number else ""


def label_menu_name(label: str, value: str) -> str:
    """What a label hides, said in its menu."""
    return f"{label_words(label)} = {value}"


def unresolved(label: str) -> str:
    """Said when a text with a label that nobody gave out is copied."""
    return _("{label} is not one of the labels that were sent. It stays as it came.").format(label=label)


def lane(price_said: str) -> str:
    """The accessible sentence of the lane."""
    return f"{TITLE}. {price_said}"
