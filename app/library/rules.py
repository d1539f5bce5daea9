"""What of an added folder is read: the person's few patterns, and the defaults that spare everyone from caches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

DEFAULT_FOLDERS = frozenset(
    ("node_modules", "__pycache__", "site-packages", "bower_components", "$recycle.bin", "lost+found")
)
"""Names, in small letters, that never are a person's own. Names such as target, vendor or Cache may be: those folders
are known by what lies in them."""
HALF_WRITTEN = frozenset({".tmp", ".swp", ".part", ".crdownload", ".lock", ".bak"})


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns of one folder, or of the whole library. Small and capital letters are the same.

    A pattern without a slash fits a file's or folder's name at any depth ("Drafts", "*.dwg"); one with a slash fits the
    path below the added folder ("2019/*.pdf"), where ** crosses folders; one that ends in a slash fits folders only.
    """

    leave_out: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """When there are any, only files that fit one of them, or lie in a folder that does, are read."""
    also: tuple[str, ...] = ()
    """Brings in what is left out by default: hidden files, caches, folders programs made."""

    def text(self) -> str:
        """The rules as they are kept."""
        return json.dumps({name: patterns for name, patterns in asdict(self).items() if patterns}, ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> Rules:
        """Rules as they were kept; what cannot be understood leaves nothing out."""
        try:
            raw = json.loads(text or "{}")
            kept = {name: tidy(str(pattern) for pattern in raw.get(name, ())) for name in ("leave_out", "only", "also")}
        except (ValueError, AttributeError, TypeError):
            return cls()
        return cls(**kept)

    def without_kind(self, ending: str) -> Rules:
        """These rules, and files with this ending (".dwg" or "dwg") left out."""
        pattern = f"*.{ending.lower().lstrip('*').lstrip('.')}"
        return self if pattern in self.leave_out else replace(self, leave_out=(*self.leave_out, pattern))


NO_RULES = Rules()
"""Nothing is set: the defaults alone hold."""


def tidy(patterns: Iterable[str]) -> tuple[str, ...]:
    """Patterns as typed, cleaned: no blanks around, no empty or doubled ones, slashes forward."""
    clean = (pattern.strip().replace("\\", "/") for pattern in patterns)
    return tuple(dict.fromkeys(pattern for pattern in clean if pattern.strip("/")))


class Choice:
    """The rules of a folder and of the library, ready to be asked about thousands of names."""

    def __init__(self, *rules: Rules) -> None:
        self._left_out = _Patterns([pattern for one in rules for pattern in one.leave_out])
        # Each set of `only` must be met: a folder's list narrows what the library's lets through.
        self._only = [_Patterns(one.only) for one in rules if one.only]
        self._also = _Patterns([pattern for one in rules for pattern in one.also])

    def goes_into(self, folder: str) -> bool:
        """Whether a folder, as its path below the added one ("2019/letters"), is looked into."""
        name = folder.rpartition("/")[2]
        if self._left_out.fits(folder, name, folder=True):
            return False
        ours = name.startswith(".") or name.lower() in DEFAULT_FOLDERS
        return not ours or self.brings_in(folder)

    def takes(self, file: str) -> bool:
        """Whether a file, as its path below the added folder, is read, its folders left aside."""
        parent, _, name = file.rpartition("/")
        if half_written(name) or self._left_out.fits(file, name, folder=False):
            return False
        if name.startswith((".", "~$")) and not self._also.fits(file, name, folder=False):
            return False
        return all(only.fits(file, name, folder=False) or only.fits_above(parent) for only in self._only)

    def allows(self, file: str) -> bool:
        """Whether a file is read, with every folder on the way asked."""
        above = [at for at, character in enumerate(file) if character == "/"]
        return self.takes(file) and all(self.goes_into(file[:at]) for at in above)

    def brings_in(self, folder: str) -> bool:
        """Whether the person named a folder, or one around it, that is left out by default."""
        return self._also.fits_above(folder)


class _Patterns:
    """A list of patterns as two regular expressions: one for names, one for paths."""

    def __init__(self, patterns: Iterable[str]) -> None:
        names: dict[bool, list[str]] = {False: [], True: []}
        paths: dict[bool, list[str]] = {False: [], True: []}
        for pattern in tidy(patterns):
            folders_only = pattern.endswith("/")
            plain = pattern.strip("/")
            into = paths if "/" in plain or pattern.startswith("/") else names
            into[folders_only].append(_regex(plain))
        self._file_name, self._file_path = _any(names[False]), _any(paths[False])
        self._folder_name, self._folder_path = _any(names[False] + names[True]), _any(paths[False] + paths[True])

    def fits(self, path: str, name: str, *, folder: bool) -> bool:
        by_name, by_path = (self._folder_name, self._folder_path) if folder else (self._file_name, self._file_path)
        return bool((by_name and by_name.fullmatch(name)) or (by_path and by_path.fullmatch(path)))

    def fits_above(self, folder: str) -> bool:
        """Whether a folder or one around it fits."""
        while folder:
            above, _, name = folder.rpartition("/")
            if self.fits(folder, name, folder=True):
                return True
            folder = above
        return False


def half_written(name: str) -> bool:
    """Whether a name says that a program is still writing the file, or left it behind."""
    return name[name.rfind(".") :].lower() in HALF_WRITTEN or name.endswith("~")


def _any(expressions: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in expressions), re.IGNORECASE) if expressions else None


def _regex(pattern: str) -> str:
    """A glob as a regular expression: * and ? stay within one name, ** crosses folders, [..] is a set."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            parts.append(".*")
            at += 2
        elif character == "[" and (end := pattern.find("]", at + 2)) > 0:
            inside = pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append("[" + ("^" + inside[1:] if inside.startswith("!") else inside.replace("^", "\\^")) + "]")
            at = end + 1
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(character) or re.escape(character))
            at += 1
    expression = "".join(parts)
    try:
        re.compile(expression)
    except re.error:  # a set such as [z-a]: taken letter by letter
        return re.escape(pattern)
    return expression
