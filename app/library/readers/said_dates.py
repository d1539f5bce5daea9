"""Reads the date a file says it was written on, in the few forms that files use."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FORMS = ("%Y/%m/%d", "%Y-%m", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d. %B %Y", "%d.%m.%Y", "%Y")
_PUBLISHED = re.compile(r"(\d{4}-\d{2}-\d{2})")


def said_date(words: str) -> float | None:
    """Seconds since 1970 of "2024-05-01", "2024-05-01T10:00:00Z", "1 May 2024", a mail's date and their like, or None.
    A date without a zone is in the time of this computer; "03/04/2024" could be two days and is none."""
    words = " ".join(words.strip().strip("\"'<>[]").split())[:60]
    try:
        return _plausible(datetime.fromisoformat(words))
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return _plausible(datetime.strptime(words, form))
        except ValueError:
            continue
    try:
        return _plausible(parsedate_to_datetime(words))
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    found = _PUBLISHED.match(words)
    return said_date(found.group(1)) if found and found.group(1) != words else None


def _plausible(moment: datetime) -> float | None:
    if not 1000 <= moment.year <= datetime.now(UTC).year + 100:
        return None
    try:
        return moment.timestamp()
    except (OverflowError, OSError, ValueError):
        return None
