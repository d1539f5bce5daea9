"""Reads calendars (ics) and address cards (vcf): an event or a person is a few lines under a heading of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar

from app.library.kinds import Content
from app.library.readers.letters import one_line
from app.library.readers.refusals import no_words, not_really
from app.library.readers.text import decode
from app.values import Section

_SECTION_CHARS = 20_000
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, LookupError)
"""What the library raises on calendars and single fields that are not as they should be."""
_READ = {"VEVENT": "", "VTODO": "To do: ", "VJOURNAL": "Note: "}
_OFTEN = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday"}
_DAYS |= {"SU": "Sunday"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event or card: its heading and its lines, the heading among them."""

    heading: str
    lines: tuple[str, ...]


def read_calendar(path: Path) -> Content:
    """One paragraph per event: what, when in words, how often, where, who, and the description."""
    text = decode(path.read_bytes())
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except _BROKEN as error:
        raise not_really("calendar") from error
    entries = [_event(part) for each in calendars for part in each.walk() if part.name in _READ]
    if not entries:
        raise no_words(pictures=False)
    titles = [one_line(each.get("X-WR-CALNAME")) for each in calendars]
    only = entries[0].heading if len(entries) == 1 else ""
    return Content(next(filter(None, titles), only or path.stem), "", tuple(_sections(entries)))


def read_cards(path: Path) -> Content:
    """One paragraph per person: names, addresses, numbers, notes."""
    entries = list(_cards(decode(path.read_bytes())))
    if not entries:
        raise not_really("file of address cards")
    return Content(entries[0].heading if len(entries) == 1 else path.stem, "", tuple(_sections(entries)))


def _sections(entries: list[_Entry]) -> Iterator[Section]:
    """Entries as running text, cut between them; lines are counted on from section to section."""
    headings: list[tuple[int, str]] = []
    line, text = 1, ""
    for entry in entries:
        if len(text) > _SECTION_CHARS:
            yield Section("lines", line, text, headings=tuple(headings))
            line, text, headings = line + text.count("\n"), "", []
        headings.append((len(text), entry.heading))
        text += "\n".join(entry.lines) + "\n\n"
    yield Section("lines", line, text, headings=tuple(headings))


# ------------------------------------------------------------ events


def _event(part: Any) -> _Entry:
    title = _READ[part.name] + (one_line(_said(part, "SUMMARY")) or "No title")
    when = _when(_moment(part, "DTSTART"), _moment(part, "DTEND"))
    due = _moment(part, "DUE")
    people = [_person(each) for each in _many(part, "ATTENDEE")]
    lines = {
        "When": when,
        "Due": _day_and_time(due) if due else "",
        "Repeats": _repeats(part),
        "Where": one_line(_said(part, "LOCATION")),
        "Organiser": _person(part.get("ORGANIZER")),
        "With": ", ".join(filter(None, people)),
        "Status": "cancelled" if one_line(_said(part, "STATUS")).upper() == "CANCELLED" else "",
    }
    about = _paragraphs(_said(part, "DESCRIPTION"))
    heading = f"{title}, {_day_and_time(start)}" if (start := _moment(part, "DTSTART")) else title
    return _Entry(heading[:300], (title, *(f"{name}: {value}" for name, value in lines.items() if value), *about))


def _said(part: Any, name: str) -> str:
    value = part.get(name)
    return str(value[0] if isinstance(value, list) and value else value or "")


def _many(part: Any, name: str) -> list[Any]:
    value = part.get(name)
    return value if isinstance(value, list) else [value] if value is not None else []


def _moment(part: Any, name: str) -> datetime | date | None:
    try:
        found = part.get(name)
        moment = found.dt if found is not None else None
        return moment if isinstance(moment, date) else None
    except _BROKEN:
        return None


def _local(moment: datetime | date) -> datetime | date:
    """In this computer's zone; a moment without a zone, and a whole day, stay as they are said."""
    try:
        return moment.astimezone() if isinstance(moment, datetime) and moment.tzinfo else moment
    except (OverflowError, ValueError, OSError):
        return moment


def _day_and_time(moment: datetime | date) -> str:
    moment = _local(moment)
    return moment.strftime("%A %d %B %Y, %H:%M" if isinstance(moment, datetime) else "%A %d %B %Y")


def _when(start: datetime | date | None, end: datetime | date | None) -> str:
    """ "Tuesday 03 March 2026, 10:15 to 11:00", "… to Friday 06 March 2026"; the last whole day is one earlier."""
    if start is None:
        return ""
    words = _day_and_time(start)
    if end is None:
        return words
    if not isinstance(end, datetime):
        last = end - timedelta(days=1)
        return f"{words} to {_day_and_time(last)}" if last > date(start.year, start.month, start.day) else words
    begins, ends = _local(start), _local(end)
    if isinstance(ends, datetime) and begins.timetuple()[:3] == ends.timetuple()[:3]:
        return f"{words} to {ends.strftime('%H:%M')}"
    return f"{words} to {_day_and_time(end)}"


def _repeats(part: Any) -> str:
    """How often, in words: "every 2 weeks on Monday, Friday, until Friday 18 December 2026"."""
    rules = _many(part, "RRULE")
    try:
        return _rule_words(rules[0]) if rules else ""
    except _BROKEN:
        return "yes"


def _rule_words(rule: Any) -> str:
    often = _OFTEN.get(str(next(iter(rule.get("FREQ", ())), "")).upper(), "")
    if not often:
        return "yes"
    every = next(iter(rule.get("INTERVAL", ())), 1)
    words = f"every {often}" if every == 1 else f"every {every} {often}s"
    days = [_DAYS.get(str(day)[-2:].upper(), "") for day in rule.get("BYDAY", ())]
    if any(days):
        words += f" on {', '.join(filter(None, days))}"
    if count := next(iter(rule.get("COUNT", ())), None):
        words += f", {count} times"
    until = next(iter(rule.get("UNTIL", ())), None)
    return f"{words}, until {_day_and_time(until)}" if isinstance(until, date) else words


def _person(value: Any) -> str:
    """ "Dana <dana@example.org>" of an attendee."""
    if value is None:
        return ""
    address = one_line(value)
    address = address[7:] if address.lower().startswith("mailto:") else address
    try:
        name = one_line(value.params.get("CN", ""))
    except _BROKEN:
        name = ""
    return f"{name} <{address}>" if name and name != address and "@" in address else name or address


def _paragraphs(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


# ------------------------------------------------------------ cards

_FIELDS = {
    "FN": "",
    "NICKNAME": "Called",
    "ORG": "At",
    "TITLE": "As",
    "TEL": "Phone",
    "EMAIL": "Mail",
    "ADR": "Address",
    "BDAY": "Birthday",
    "URL": "Page",
    "NOTE": "Note",
}


def _cards(text: str) -> Iterator[_Entry]:
    """Cards by RFC 6350: unfolded lines of name, parameters and value."""
    lines: list[str] = []
    inside = False
    for raw in _unfolded(text):
        name, _, value = raw.partition(":")
        field = name.split(";")[0].rpartition(".")[2].strip().upper()
        match field, value.strip().upper():
            case "BEGIN", "VCARD":
                lines, inside = [], True
            case "END", "VCARD" if inside:
                if lines:
                    yield _Entry(lines[0][:300], tuple(lines))
                inside = False
            case _ if inside and field in _FIELDS and value.strip():
                words = _card_words(value, quoted="QUOTED-PRINTABLE" in name.upper())
                lines.insert(0, words) if field == "FN" else lines.append(f"{_FIELDS[field]}: {words}")
            case _:
                continue


def _unfolded(text: str) -> Iterator[str]:
    held = ""
    for line in text.splitlines():
        if line[:1] in (" ", "\t") and held:
            held += line[1:]
        elif held.endswith("=") and "QUOTED-PRINTABLE" in held.upper():
            held = held[:-1] + line
        else:
            if held:
                yield held
            held = line
    if held:
        yield held


def _card_words(value: str, *, quoted: bool) -> str:
    if quoted:
        import quopri  # met in cards of old telephones only

        value = quopri.decodestring(value.encode("latin-1", errors="replace")).decode("utf-8", errors="replace")
    value = value.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\:", ":")
    parts = [part.strip() for part in value.replace("\\;", "\0").split(";")]
    return one_line(", ".join(part.replace("\0", ";") for part in parts if part))
