"""Names of files inside other files, made harmless: they come from strangers and are labels only, never opened."""

from __future__ import annotations

import unicodedata

from app.library.rules import DEFAULT_FOLDERS

_LONGEST_BYTES = 180
"""Of one name between slashes: file systems take 255, numbers of doubles need a few."""
_MOST_LEVELS = 16
_JUNK = DEFAULT_FOLDERS | {"__macosx", "thumbs.db", "desktop.ini"}
_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that turn the direction of what follows: "lease\\u202efdp.exe" would read "leaseexe.pdf"."""
_NOT_ON_DISK = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_label(name: str) -> str:
    """A place inside a file, such as "letters/lease.pdf": no "..", no root, no control characters, not too long.

    Cleaning twice changes nothing.
    """
    levels = [_level(level) for level in name.replace("\\", "/").split("/")]
    return "/".join([level for level in levels if level][-_MOST_LEVELS:]) or "unnamed"


def is_clean(label: str) -> bool:
    """Whether a label is one that clean_label could have given."""
    return label == clean_label(label)


def numbered(label: str, taken: set[str]) -> str:
    """The label itself, or "lease (2).pdf" when it is taken already; it is taken from now on."""
    free, number = label, 1
    head, dot, ending = label.rpartition(".")
    while free in taken:
        number += 1
        free = f"{head} ({number}).{ending}" if dot and head and "/" not in ending else f"{label} ({number})"
    taken.add(free)
    return free


def is_junk(label: str) -> bool:
    """Whether it is hidden or made by programs, as in folders of the disk."""
    return any(level.startswith((".", "~$")) or level.lower() in _JUNK for level in label.split("/"))


def disk_name(label: str) -> str:
    """The last part of a label as a file name that any disk takes."""
    name = label.rsplit("/", 1)[-1].translate(_NOT_ON_DISK)
    return name if name.strip("._ ") else "unnamed"


def _level(level: str) -> str:
    kept = "".join(
        " " if character.isspace() else character
        for character in level
        if (character not in _BIDI and unicodedata.category(character) not in ("Cc", "Cs")) or character.isspace()
    )
    kept = " ".join(kept.split())
    if len(kept.encode()) > _LONGEST_BYTES:
        kept = _shortened(kept)
    return "" if kept in (".", "..") or (len(kept) == 2 and kept[1] == ":") else kept


def _shortened(name: str) -> str:
    """A long name cut in the middle, so that its ending stays."""
    head, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 12 or not head:
        head, ending = name, ""
    room = _LONGEST_BYTES - len((dot + ending).encode()) if ending else _LONGEST_BYTES
    return head.encode()[:room].decode(errors="ignore").rstrip() + (f".{ending}" if ending else "")
