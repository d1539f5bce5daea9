"""One mail as people read it, whatever file it came from: its head, its body, and the section made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import FileTrouble
from app.library.readers.markup import content_of_html
from app.values import Section

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `sent_words` is the date as it is shown, `written_at` the same in seconds since 1970."""

    subject: str
    sender: str
    to: str
    cc: str
    sent_words: str
    written_at: float | None
    body: str
    attached: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """From, To, Date, Subject and the names of attachments as the first lines, then the body."""
        attached = ", ".join(self.attached[:_MOST_NAMED])
        head = {
            "From": self.sender,
            "To": self.to,
            "Cc": self.cc,
            "Date": self.sent_words,
            "Subject": self.subject,
            "Attachments": attached,
        }
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        body = self.body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").strip()
        return "\n".join([*lines, *([""] if lines else []), body]) + "\n"

    @property
    def has_words(self) -> bool:
        """Whether there is anything to search."""
        return bool(self.subject or self.body.strip())

    def alone(self) -> Section:
        """The section of a file that holds this one mail."""
        return Section("message", 1, self.text, sender=self.sender, written_at=self.written_at)

    def among(self, number: int, *, folder: str = "") -> Section:
        """The section of message `number` (from 1) of a file that holds many; its heading tells them apart."""
        who_when = ", ".join(part for part in (self.sender, self.sent_words) if part)
        heading = " — ".join(part for part in (self.subject, who_when) if part) or f"Message {number}"
        above = f"{folder} › {heading}" if folder else heading
        return Section(
            "message", number, self.text, headings=((0, above[:300]),), sender=self.sender, written_at=self.written_at
        )


def moment_words(moment: datetime) -> str:
    """A date as people write it, in the zone it was given in."""
    return moment.strftime("%A %d %B %Y, %H:%M")


def utc_moment(moment: datetime | None) -> tuple[str, float | None]:
    """Words in this computer's zone, and seconds since 1970, of a moment; without a zone it counts as UTC."""
    if moment is None:
        return "", None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return moment_words(aware.astimezone()), aware.timestamp()
    except (OverflowError, ValueError, OSError):
        return "", None


def one_line(value: object) -> str:
    """A head line's value: one line, no more than a person would read."""
    return " ".join(str(value or "").split())[:500]


def html_words(text: str) -> str:
    """The words of a mail written in HTML; empty when it has none."""
    try:
        return content_of_html(text, "").sections[0].text
    except (FileTrouble, IndexError):
        return ""
