"""What is said when a parcel brought no whole answer: what happened, what may have been charged, what to do."""

from __future__ import annotations

import time

from app.cloud.dollars import at_most, exact
from app.cloud.parcel import Quote
from app.cloud.purse import Paid
from app.egress.carried import CloudTrouble, Ended, trouble_words
from app.errors import AppError
from app.values import Notice

REFUSED = frozenset({CloudTrouble.KEY_REFUSED, CloudTrouble.QUOTA, CloudTrouble.REFUSED, CloudTrouble.REDIRECT})
"""The provider turned the request away before it began to answer."""


class BurstFailed(AppError):
    """A parcel brought no whole answer. `sent`: whether it left; its cost was settled before this is raised."""

    def __init__(self, notice: Notice, *, sent: bool, trouble: CloudTrouble | None = None) -> None:
        super().__init__(notice.happened, safe=notice.safe, do=notice.do)
        self.notice = notice
        self.sent = sent
        self.trouble = trouble


def over_ceiling(provider: str, paid: Paid | None, quote: Quote) -> str:
    """What is said when a provider claims more than the request allowed; empty when it does not. Its figure counts
    against the budget all the same, so that nothing more is spent before somebody looked."""
    if paid is None or paid.micros <= quote.ceiling_micros:
        return ""
    return (
        f"{provider} says it used more than the question allowed: {exact(paid.micros)} instead of at most "
        f"{at_most(quote.ceiling_micros)}. Look at your account there before you send anything more."
    )


def failed(ended: Ended, provider: str, *, sent_at: float, paid: Paid | None, kept: bool) -> BurstFailed:
    """The failure in words. `paid` is None when nothing left; `kept`: some of the answer arrived and is kept."""
    said = trouble_words(ended, provider)
    if paid is None:
        return BurstFailed(said, sent=False, trouble=ended.trouble)
    clock = time.strftime("%H:%M", time.localtime(sent_at))
    most = paid.micros + paid.held_micros
    if not most:
        safe = f"It was sent at {clock} and turned away; nothing is counted for it. It is in the ledger."
    else:
        rest = "the answer broke off" if kept else "no answer came back"
        safe = f"It was sent at {clock} but {rest}. You may be charged up to {at_most(most)}. It is in the ledger."
    happened, do = said.happened, said.do
    if ended.trouble is CloudTrouble.CUT and not kept:
        happened, do = f"{provider} hung up without an answer.", "Try again later, or use the answer made here."
    notice = Notice(happened, safe=safe, do=do, details=said.details)
    return BurstFailed(notice, sent=True, trouble=ended.trouble)
