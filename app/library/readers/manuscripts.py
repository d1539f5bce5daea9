"""Reads reStructuredText, Org and LaTeX: the lines of the text are the lines of the file, so that a place is exact."""

from __future__ import annotations

import re
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.charset import decode
from app.library.readers.said_dates import said_date
from app.library.readers.text import line_sections

_RST_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_RST_FIELD = re.compile(r"^:(author|authors|date):[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_ORG_FIELD = re.compile(r"^#\+(title|author|date):[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_ORG_STATE = "DONE|NEXT|WAITING|TO" + "DO"
_ORG_HEADING = re.compile(rf"(\*+)[ \t]+(?:(?:{_ORG_STATE})[ \t]+)?(.+?)(?:[ \t]+:[\w@:]+:)?[ \t]*$")
_ORG_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_", re.IGNORECASE)
_TEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_TEX_HEADING = re.compile(rf"\\({'|'.join(_TEX_LEVELS)})\*?[ \t]*(?:\[[^\]]*\])?\{{")
_TEX_COMMENT = re.compile(r"(?<!\\)%.*$", re.MULTILINE)
_TEX_DROPPED = re.compile(
    r"\\(?:label|ref|eqref|autoref|cref|cite[tp]?|citep?|bibliography|bibliographystyle|includegraphics|vspace|hspace"
    r"|usepackage|documentclass|input|include|pagestyle|thispagestyle|setlength|begin|end|centering|noindent|maketitle"
    r"|footnotemark|color|newpage|clearpage|tableofcontents)\*?"
    r"(?:[ \t]*\[[^\]\n]{0,200}\]){0,3}(?:\{[^{}\n]{0,300}\}){0,4}"
)
_TEX_SIGNS = {r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_", r"\{": "{", r"\}": "}", "``": "“",
              "''": "”", "---": "—", "--": "–", r"\ldots": "…", r"\dots": "…", r"\ ": " ", r"\,": " ",
              r"\ss": "ß", r"\\": " "}  # fmt: skip
_TEX_SIGN = re.compile("|".join(re.escape(sign) for sign in _TEX_SIGNS))
_TEX_COMMAND = re.compile(r"\\[A-Za-z@]+\*?(?:[ \t]*\[[^\]\n]{0,200}\])?[ \t]*|(?<!\\)[{}~]")
_MATHS = re.compile(
    r"\$\$[^$]*\$\$|\$[^$\n]*(?:\n[^$\n]+)?\$"
    r"|\\\[[^\\]*(?:\\(?![\[\]])[^\\]*){0,200}\\\]"
    r"|\\\([^\\]*(?:\\(?![()])[^\\]*){0,200}\\\)"
)
_BODY = re.compile(r"\\begin\{document\}")
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "c": "\u0327", "v": "\u030c"}
_ACCENT = re.compile(r"""\\(['`^"~])\{?\\?([A-Za-z])\}?|\\([cv])\{([A-Za-z])\}""")


def read_rst(path: Path) -> Content:
    """A reStructuredText file, its text as it stands there; the title is its first heading."""
    text = decode(path.read_bytes())
    found: list[tuple[int, int, str]] = []
    levels: list[str] = []
    lines = text.split("\n")
    at = 0
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else ""
        if _RST_RULE.match(line) and above.strip() and not _RST_RULE.match(above) and len(line) >= len(above.strip()):
            over = number > 1 and lines[number - 2].rstrip() == line.rstrip()
            style = ("over" if over else "") + line[0]
            if style not in levels:
                levels.append(style)
            start = at - len(above) - 1 - (len(lines[number - 2]) + 1 if over else 0)
            found.append((start, levels.index(style), above.strip()))
        at += len(line) + 1
    said = {match[1].lower().rstrip("s"): match[2].strip() for match in _RST_FIELD.finditer(text[:5000])}
    return _content(text, found, path.stem, author=said.get("author", ""), date=said.get("date", ""))


def read_org(path: Path) -> Content:
    """An Org file, its text as it stands there; title, author and date from its #+ lines."""
    text = decode(path.read_bytes())
    found: list[tuple[int, int, str]] = []
    at, inside = 0, False
    for line in text.split("\n"):
        if block := _ORG_BLOCK.match(line):
            inside = block[1].lower() == "begin"
        elif not inside and (match := _ORG_HEADING.match(line)):
            found.append((at, len(match[1]), match[2]))
        at += len(line) + 1
    said = {match[1].lower(): match[2].strip() for match in _ORG_FIELD.finditer(text[:20_000])}
    return _content(
        text,
        found,
        path.stem,
        title=said.get("title", ""),
        author=said.get("author", ""),
        date=said.get("date", ""),
    )


def read_tex(path: Path) -> Content:
    """A LaTeX file without its commands; formulas stay as written. Each line holds what is left of the file's line."""
    source = decode(path.read_bytes())
    bare = _TEX_COMMENT.sub("", source)
    title, author, date = (_argument(bare, name) for name in ("title", "author", "date"))
    body = _BODY.search(bare)
    first_line = 1
    if body:
        first_line = bare.count("\n", 0, body.end()) + 1
        bare = bare[body.end() :]
    parts: list[str] = []
    found: list[tuple[int, int, str]] = []
    cursor, length = 0, 0
    for match in _TEX_HEADING.finditer(bare):
        if match.start() < cursor:
            continue
        end = _closing(bare, match.end() - 1)
        before, name = _plain(bare[cursor : match.start()]), _plain(bare[match.end() : end])
        parts += [before, name]
        found.append((length + len(before), _TEX_LEVELS.index(match[1]), " ".join(name.split())))
        length += len(before) + len(name)
        cursor = min(end + 1, len(bare))
    parts.append(_plain(bare[cursor:]))
    text = "".join(parts)
    skipped = len(text) - len(text.lstrip("\n"))
    found = [(start - skipped, level, name) for start, level, name in found if name]
    return _content(text[skipped:], found, path.stem, title=title, author=author, date=date, line=first_line + skipped)


def _plain(source: str) -> str:
    """Text of LaTeX; no line break is added or lost."""
    parts: list[str] = []
    cursor = 0
    for formula in _MATHS.finditer(source):
        parts += [_without_commands(source[cursor : formula.start()]), formula.group()]
        cursor = formula.end()
    return "".join([*parts, _without_commands(source[cursor:])])


def _without_commands(source: str) -> str:
    import unicodedata

    text = re.sub(r"\\item\b[ \t]*", "- ", source)
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", (m[2] or m[4]) + _ACCENTS[m[1] or m[3]]), text)
    text = _TEX_DROPPED.sub("", text)
    text = _TEX_SIGN.sub(lambda match: _TEX_SIGNS[match.group()], text)
    return _TEX_COMMAND.sub(lambda match: " " if match.group() == "~" else "", text)


def _closing(text: str, opening: int) -> int:
    """The place of the brace that closes the one at `opening`, within a page, or the end of its line."""
    depth = 0
    for at in range(opening, min(len(text), opening + 3000)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return at
    end = text.find("\n", opening)
    return end if end >= 0 else len(text)


def _argument(text: str, name: str) -> str:
    """What a command such as \\title{...} was given, in one line."""
    found = re.search(rf"\\{name}(?:\[[^\]]*\])?\{{", text)
    if not found:
        return ""
    given = text[found.end() : _closing(text, found.end() - 1)]
    while (note := given.find(r"\thanks{")) >= 0:
        given = given[:note] + given[_closing(given, note + 7) + 1 :]
    words = _plain(re.sub(r"\\(?:and|And|AND)\b", ", ", given))
    return " ".join(words.split()).replace(" ,", ",")[:200]


def _content(
    text: str,
    found: list[tuple[int, int, str]],
    name: str,
    *,
    title: str = "",
    author: str = "",
    date: str = "",
    line: int = 1,
) -> Content:
    """A document of (start, level, heading)s; its title is the first heading where it names none."""
    title = title or (found[0][2] if found else "")
    headings, stack = list[tuple[int, str]](), list[tuple[int, str]]()
    for start, level, heading in found:
        stack = [held for held in stack if held[0] < level] + [(level, heading[:200])]
        headings.append((start, " › ".join(held for _, held in stack if held != title)))
    sections = tuple(line_sections(text, headings, first_line=line))
    return Content(title[:200] or name, author[:200], sections, written_at=said_date(date))
