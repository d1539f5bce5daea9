"""From what was measured to what is said: certain, likely, unsure, none; and the one line that tells why."""

from __future__ import annotations

from app.evidence import weights
from app.evidence.quoting import Reading
from app.values import Confidence

NOTHING = "Nothing in your files answers this."


def confidence(reading: Reading) -> Confidence:
    """How sure the evidence makes us that the quotes answer; docs/figures/answers.md has the thresholds' curve."""
    if not reading.quotes or reading.answered < weights.NOTHING_BELOW:
        return Confidence.NONE
    if reading.answered + weights.STANDS_OUT * reading.share >= weights.CERTAIN_FROM:
        return Confidence.CERTAIN
    return Confidence.LIKELY if reading.answered >= weights.LIKELY_FROM else Confidence.UNSURE


def suggestion(reading: Reading, sure: Confidence) -> str:
    """One line with a reason when the answer is weak; empty when there is nothing useful to say."""
    match sure:
        case Confidence.CERTAIN | Confidence.LIKELY:
            return ""
        case Confidence.UNSURE | Confidence.NONE:
            if reading.missing:
                return f"No passage found mentions “{reading.missing[0]}”."
            return "The passages share words with the question, but none clearly answers it."


def lowered(sure: Confidence) -> Confidence:
    """One step less sure; never less than unsure."""
    return Confidence.LIKELY if sure is Confidence.CERTAIN else Confidence.UNSURE
