"""Every sentence of the Privacy page, the cost meter and the cloud's settings, in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from ui.window.money_words import about, at_most, cost
from ui.window.privacy.privacy_house import Crossing, Month, SentEntry, SentLine, SentState
from ui.window.words import _, count, ngettext, size

PRIVACY, SETTINGS, CLOUD = _("Privacy ledger"), _("Settings"), _("Cloud")
WHAT_LEFT, CONNECTIONS, ON_THIS_DISK = _("What left"), _("Connections"), _("On this disk")
EXPORT, AS_CSV, AS_JSON, EXPORTED = _("Export…"), _("As a table (CSV)"), _("Whole (JSON)"), _("Exported to {name}")
ONLY_ANSWERS = _("Only cloud answers")
OUTSIDE, IN_HERE = _("outside"), _("in here")
EMPTY = _("Nothing to show, and that is the point.")
EMPTY_SENT = _("What you send to a cloud model stands here: to whom, the exact words, the price.")
EMPTY_CONNECTIONS = _("Indoors has opened no connection. Every one it opens stands here, with its reason.")
NEVER_LEFT = _("Nothing of yours has left this computer.")
APPROVED_EACH, APPROVED_IT = _("You approved each one."), _("You approved it.")
ONLY_SENDER = _("Only the sender can reach the network")
ENFORCED = {
    "system": _("Enforced by the system"),
    "app": _("Enforced by the app"),
    "nothing": _("Not enforced on this computer"),
}
BEGIN_ANEW, BROKEN_SAFE = _("Begin anew"), _("Nothing is sent until you have looked at this.")
BROKEN_DO = _("“indoors ledger verify” in a terminal names the first of them. Beginning anew keeps them, with a note.")
BLOCK_ALL, BLOCKED_NOW = _("Block all network"), _("Network blocked")
BLOCKED_LINE = _("Nothing can be sent or fetched until you switch this off.")
UNCHAINED = _("Without a keyring nobody can tell whether these entries were changed.")

SENT_TO, APPROVED, PRICE, EXACT_TEXT = _("To"), _("Approved"), _("Price"), _("Exact text")
STAYED_HERE, STOOD_FOR, VALUE_GONE = _("Stayed here"), _("stood for"), _("no longer kept")
SAME_BYTES, OTHER_BYTES = _("the same bytes you saw"), _("not the bytes you saw")
CHAIN_HEAD = _("The ledger’s head")
ERASE_ENTRY, ERASE, KEEP_IT = _("Erase this entry…"), _("Erase"), _("Keep it")
ERASE_ASK = _(
    "The question, the exact text and what stayed here are erased for good. That something was sent, when, and what "
    "it cost stays."
)
ERASED_BY_YOU = _("Erased by you")
TEXT_GONE = _("Its text is not kept.")
COPY_EXACT, COPIED_EXACT = _("Copy the exact text"), _("Copied the exact text")
NOTHING_SENT, PRICE_UNKNOWN, FREE = _("Nothing was sent"), _("price unknown"), _("free")
DID_NOT_WORK = _("Did not work")
SHOW, SIZE_UNKNOWN = _("Show"), _("not in a file")
PROVE = _("Prove it")
PROVE_LINES = (
    _("Run this in a terminal. It tries to open connections from every process and says what the system answered."),
    "indoors prove",
    _("Expected: every way out refused, but for the sender’s."),
    "indoors ledger verify",
    _("Expected: the entries are as Indoors wrote them, and the same six words as here."),
)


# ---------------------------------------------------------------- dates


def moment(at: float) -> datetime:
    """Local time of seconds since 1970."""
    return datetime.fromtimestamp(at)


def day(at: float, now: float) -> str:
    """ "Today", "17 Nov", "17 Nov 2025"."""
    when, today = moment(at), moment(now)
    if when.date() == today.date():
        return _("Today")
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {when:%b}{year}"


def day_of_month(at: float) -> str:
    """ "18 Nov"."""
    when = moment(at)
    return f"{when.day} {when:%b}"


def long_day(at: float, now: float) -> str:
    """ "3 November", with the year where it is another one."""
    when = moment(at)
    return f"{when.day} {when:%B}" + ("" if when.year == moment(now).year else f" {when.year}")


def minute(at: float) -> str:
    """ "14:06"."""
    return f"{moment(at):%H:%M}"


def second(at: float) -> str:
    """ "14:06:21"."""
    return f"{moment(at):%H:%M:%S}"


def month_name(now: float) -> str:
    """ "November"."""
    return f"{moment(now):%B}"


def iso_day(iso: str) -> str:
    """ "2 Nov 2026" of an ISO date; as it is when it is none."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{when.day} {when:%b} {when.year}"


# ---------------------------------------------------------------- the headline


def headline(month: Month) -> str:
    """The fact, in one or two lines."""
    if month.left:
        said = ngettext(
            "{n} thing left this computer this month.", "{n} things left this computer this month.", month.left
        )
        return said.format(n=count(month.left)) + "\n" + (APPROVED_IT if month.left == 1 else APPROVED_EACH)
    if month.last_left_at is None:
        return NEVER_LEFT
    said = _("Nothing of yours has left this computer since {day}.")
    return said.format(day=long_day(month.last_left_at, month.now))


def question_of(line: SentLine) -> str:
    """The question of a row, or why it is not there."""
    return line.question or (ERASED_BY_YOU if line.erased else TEXT_GONE)


def stayed_line(month: Month) -> str:
    """Under the headline: what did not leave."""
    parts = []
    if month.stopped:
        more = _("One more was stopped before it left.") if month.left else _("One was stopped before it left.")
        many = _("{n} more were stopped before they left.") if month.left else _("{n} were stopped before they left.")
        parts.append(more if month.stopped == 1 else many.format(n=count(month.stopped)))
    if month.failed:
        many = _("{n} failed and nothing was sent.").format(n=count(month.failed))
        parts.append(_("One failed and nothing was sent.") if month.failed == 1 else many)
    if month.answered_here:
        said = ngettext(
            "{n} question was answered in here.", "{n} questions were answered in here.", month.answered_here
        )
        parts.append(said.format(n=count(month.answered_here)))
    return " ".join(parts)


def threshold_sentence(month: Month) -> str:
    """What the chart shows, for those who cannot see it."""
    name = month_name(month.now)
    crossed = [one for one in month.crossings if one.left]
    stopped = [one for one in month.crossings if not one.left]
    if not crossed:
        said = _("Nothing crossed the line in {month}").format(month=name)
    else:
        many = ngettext("{n} thing crossed the line in {month}", "{n} things crossed the line in {month}", len(crossed))
        said = many.format(n=count(len(crossed)), month=name) + _days(crossed)
    if stopped:
        many = ngettext("{n} was stopped in time", "{n} were stopped in time", len(stopped))
        said += ", " + many.format(n=count(len(stopped))) + _days(stopped)
    return said + "."


def _days(marks: Sequence[Crossing]) -> str:
    days = sorted({moment(one.at).day for one in marks})
    return _(", on the {days}").format(days=", ".join(map(str, days))) if len(days) <= 8 else ""


def crossing(one: Crossing, now: float) -> str:
    """One mark, under the pointer or the keyboard."""
    words = ngettext("{n} word left", "{n} words left", one.words) if one.left else _("stopped in time")
    return f"{day(one.at, now)} {minute(one.at)}, {words.format(n=count(one.words))}"


def broken(month: Month) -> str:
    """Said when the chain does not hold; empty when it does."""
    chain = month.chain
    if chain.intact:
        return ""
    if chain.changed_after is None:
        return _("The entries were changed outside Indoors.")
    return _("Entries after {day} were changed outside Indoors.").format(day=long_day(chain.changed_after, month.now))


def who_reaches(month: Month) -> str:
    """The first line of the foot card: true of how this Indoors was started and sealed."""
    if month.offline:
        return _("Started offline: nothing of Indoors can reach the network")
    return _("Nothing here keeps the network shut") if month.enforced_by == "nothing" else ONLY_SENDER


def enforced_line(month: Month) -> str:
    """The second line of it."""
    return ENFORCED[month.enforced_by]


# ---------------------------------------------------------------- one row


STATES = {
    SentState.ANSWERED: _("Answered"),
    SentState.STOPPED_IN_TIME: _("Stopped in time"),
    SentState.STOPPED: _("Stopped while answered"),
    SentState.FAILED_BEFORE: _("Failed, nothing sent"),
    SentState.FAILED_AFTER: _("Failed after sending"),
    SentState.UNCONFIRMED: _("Answered, cost not confirmed"),
    SentState.CLOSED: _("Sent, then Indoors was closed"),
    SentState.UNDER_WAY: _("On its way"),
}


def to_whom(line: SentLine) -> str:
    """ "OpenAI · GPT-5 mini"."""
    return " · ".join(part for part in (line.provider, line.model) if part)


def row_price(line: SentLine) -> str:
    """The right end of a row."""
    if line.cost_micros is None:
        return PRICE_UNKNOWN if line.state.left else "$0"
    return cost(line.cost_micros) if line.state.left else "$0"


def row_what(line: SentLine) -> str:
    """The second line of a row."""
    if not line.state.left:
        return NOTHING_SENT
    words = ngettext("{n} word", "{n} words", line.words).format(n=count(line.words))
    hidden = _("{n} hidden").format(n=count(line.hidden)) if line.hidden else ""
    return " · ".join(part for part in (to_whom(line), words, hidden) if part)


def entry_title(line: SentLine, now: float) -> str:
    """ "Sent today, 14:06:21"."""
    when = day(line.at, now)
    said = _("Sent {day}, {time}") if line.state.left else _("Not sent {day}, {time}")
    return said.format(day=when.lower() if when == _("Today") else when, time=second(line.at))


def approved(entry: SentEntry) -> str:
    """ "14:06:16, held 5 s, then sent"."""
    if entry.approved_at is None:
        return second(entry.line.at)
    parts = [second(entry.approved_at)]
    if entry.held_s >= 1:
        parts.append(_("held {n} s").format(n=math.floor(entry.held_s)))
    parts.append(_("then sent") if entry.sent_at is not None else _("nothing was sent"))
    return ", ".join(parts)


def said_price(entry: SentEntry) -> str:
    """Beside the price: what had been said before."""
    parts = []
    if entry.estimate_micros is not None:
        parts.append(_("said about {price}").format(price=about(entry.estimate_micros)))
    if entry.ceiling_micros is not None:
        parts.append(_("at most {price}").format(price=at_most(entry.ceiling_micros)))
    return ", ".join(parts)


def not_confirmed(micros: int) -> str:
    """For a parcel whose use the provider never told."""
    said = _("Counted as {price} this month; look at your account there to see what was charged.")
    return said.format(price=at_most(micros))


def as_sent(number_of_bytes: int, *, left: bool) -> str:
    """Beside "Exact text"."""
    said = _("{n} bytes, as sent") if left else _("{n} bytes, not sent")
    return said.format(n=count(number_of_bytes))


def fingerprint(sha256: str) -> str:
    """The ends of it in groups of four: "9f3c 51aa 0d7e … b204"."""
    return f"{sha256[:4]} {sha256[4:8]} {sha256[8:12]} … {sha256[-4:]}"


def more_lines(number: int) -> str:
    """In a fold."""
    return ngettext("Show {n} more line", "Show {n} more lines", number).format(n=count(number))


def fewer_lines() -> str:
    """At the end of an unfolded text."""
    return _("Show fewer lines")


def entries(number: int) -> str:
    """Above the list."""
    return ngettext("{n} entry", "{n} entries", number).format(n=count(number))


def traffic(bytes_out: int, bytes_in: int) -> str:
    """In a row of connections."""
    return _("{out} out, {back} in").format(out=size(bytes_out), back=size(bytes_in))


_PURPOSES = {
    "question": _("Question to {who}"),
    "model": _("Model fetched from {who}"),
    "prices": _("Prices fetched from {who}"),
    "update": _("Asked {who} for a newer Indoors"),
    "vectors": _("Your server of vectors, {who}"),
    "check": _("Asked {who} what it offers"),
    "probe": _("The proof you asked for, {who}"),
}


def purpose(of: str, who: str) -> str:
    """Why a connection was opened; a reason without words of ours stands as it is."""
    return _PURPOSES.get(of, f"{of}, {{who}}").format(who=who)
