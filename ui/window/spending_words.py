"""Every sentence of the cost meter and of the strip's right end, in one place."""

from __future__ import annotations

from datetime import datetime

from ui.window.money_words import at_most, cost, left, plain, spent
from ui.window.privacy.privacy_house import CloudLook
from ui.window.privacy_words import BLOCKED_NOW, NEVER_LEFT, iso_day, long_day, minute, moment, month_name
from ui.window.words import CLOUD_IS_OFF, _, count, ngettext

CLOUD_THIS_MONTH, NOTHING_SENT_TODAY = _("Cloud this month"), _("Nothing sent today")
NOTHING_SPENT = _("Nothing spent. Cloud is off until you add a key.")
SAID_ABOUT, COST = _("said about"), _("cost")
MONTHLY_BUDGET, HARD_STOP, BUDGET_FIELD = _("Monthly budget"), _("a hard stop"), _("Monthly budget in US dollars")
NO_AMOUNT = _("Type whole dollars, 1,000 at most.")
SOURCE, NO_PRICES = _("Source"), _("No prices yet")
COST_METER = _("Cloud this month")


def truth(look: CloudLook) -> str:
    """At the foot of the empty page: since when nothing left."""
    if look.last_left_at is None:
        return NEVER_LEFT
    if moment(look.last_left_at).date() == moment(look.now).date():
        return _("Nothing of yours has left this computer since {time} today.").format(time=minute(look.last_left_at))
    said = _("Nothing of yours has left this computer since {day}.")
    return said.format(day=long_day(look.last_left_at, look.now))


def bell_rings(look: CloudLook) -> str:
    """Said once, when the month's spending passes the bell."""
    said = _("The cloud has cost {spent} this month. It stops at {limit}.")
    return said.format(spent=spent(look.spent), limit=plain(look.limit))


def today_line(look: CloudLook) -> str:
    """ "Nothing sent today" / "1 sent today, $0.0040"."""
    if not look.sent_today:
        return NOTHING_SENT_TODAY
    return _("{n} sent today, {price}").format(n=count(look.sent_today), price=cost(look.spent_today))


def strip_right(look: CloudLook | None) -> str:
    """The words at the right of the strip when there is no meter to show; empty when there is."""
    if look is not None and look.blocked:
        return BLOCKED_NOW
    if look is None or not (look.ready or look.spent or look.held):
        return CLOUD_IS_OFF
    return ""


def of_budget(spent_micros: int, limit_micros: int) -> str:
    """ "$0.43 of $5.00"."""
    return f"{spent(spent_micros)} {of_limit(limit_micros)}"


def of_limit(limit_micros: int) -> str:
    """ "of $5.00"."""
    return _("of {limit}").format(limit=plain(limit_micros))


def sending_to(provider: str) -> str:
    """In the strip while something leaves."""
    return _("Sending to {provider}").format(provider=provider)


def cloud_in(now: float) -> str:
    """ "Cloud in November"."""
    return _("Cloud in {month}").format(month=month_name(now))


def starts_again(now: float) -> str:
    """ "starts again on 1 December"."""
    when = moment(now)
    following = datetime(when.year + when.month // 12, when.month % 12 + 1, 1)
    return _("starts again on 1 {month}").format(month=f"{following:%B}")


def budget_left(left_micros: int, held_micros: int) -> str:
    """ "$4.57 left", "at least $4.56 left" while something is held."""
    said = _("at least {price} left") if held_micros else _("{price} left")
    return said.format(price=left(left_micros))


def bell_line(bell_micros: int, limit_micros: int) -> str:
    """ "Tells you at $4.00, stops at $5.00"."""
    return _("Tells you at {bell}, stops at {limit}").format(bell=plain(bell_micros), limit=plain(limit_micros))


def today_cost(micros: int) -> str:
    """ "$0.0037 today"."""
    return _("{price} today").format(price=cost(micros))


def last_answers(number: int) -> str:
    """Above the list of costs."""
    return ngettext("Last answer", "Last {n} answers", number).format(n=number)


def held_row(micros: int) -> str:
    """ "Held · up to $0.011"."""
    return _("Held · up to {price}").format(price=at_most(micros))


def here_answers(number: int) -> str:
    """ "31 answers on this computer"."""
    return ngettext("{n} answer on this computer", "{n} answers on this computer", number).format(n=count(number))


def prices_line(iso: str) -> str:
    """ "Prices as of 2 Nov 2026, in US dollars"."""
    return _("Prices as of {day}, in US dollars").format(day=iso_day(iso)) if iso else NO_PRICES
