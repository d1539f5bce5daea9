"""Dates as PDF writes them ("D:20260303101500+01'00'"), read into moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(r"^(?:D:)?\s*(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(?:([-+Zz])(?:(\d\d)'?(?:(\d\d)'?)?)?)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def moment(said: str) -> datetime | None:
    """The moment a PDF date names (ISO 32000-1, 7.9.4); UTC where it names no zone; None where it is no date."""
    found = _DATE.match(said.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[:6])
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    sign, hours, minutes = found.group(7), int(found.group(8) or 0), int(found.group(9) or 0)
    zone = UTC
    if sign in ("+", "-") and hours < 24 and minutes < 60:
        zone = timezone(timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1))
    try:
        return datetime(year, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=zone)
    except ValueError:
        return None


def shown_day(when: datetime | None) -> str:
    """The day in words: "3 March 2026"; empty for none."""
    return f"{when.day} {when:%B %Y}" if when else ""
