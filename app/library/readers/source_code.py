"""Reads source code and notebooks: lines are the file's own, parted at functions and named by what encloses them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.charset import decode
from app.library.readers.refusals import damaged
from app.library.readers.structured import check_words, gathered
from app.library.readers.text import line_sections

_NAME = r"([A-Za-z_$][\w$.:~-]*)"
_DEFINITIONS = re.compile(
    r"(?P<indent>[ \t]*)(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|override"
    r"|open|sealed|virtual|inline|unsafe|extern|pub(?:\([a-z]+\))?|partial|data|suspend|local|const)[ \t]+)*"
    r"(?:"
    rf"(?:def|class|interface|trait|struct|enum|impl|module|namespace|object|protocol|extension|fn|func|fun|function|sub"
    rf"|Sub|Function|Class|Module|package|type|record|proc|procedure)\b[ \t]*(?:\([^)\n]*\)[ \t]*)?{_NAME}"
    rf"|(?i:create)[ \t]+(?i:or[ \t]+replace[ \t]+)?(?i:table|view|function|procedure|trigger|index)[ \t]+"
    rf"(?i:if[ \t]+not[ \t]+exists[ \t]+)?[\"`]?{_NAME}"
    rf"|(?:const|let|var|val)[ \t]+{_NAME}[ \t]*=[ \t]*(?:async[ \t]*)?(?:function\b|\([^)\n]*\)[ \t]*=>)"
    rf"|{_NAME}[ \t]*<-[ \t]*function\b"
    rf"|[A-Za-z_][\w<>,:*&\[\] \t]{{0,80}}?[ \t*&]{_NAME}[ \t]*\([^;\n]*(?:\{{[ \t]*|,[ \t]*|\)[ \t]*)$"
    rf"|{_NAME}[ \t]*\([^;\n()]*\)[^;\n(){{]{{0,60}}\{{$"
    r")"
)
_NO_NAMES = frozenset("if for while switch catch return else elif with match new throw await sizeof using do".split())  # noqa: SIM905
_NO_STARTS = ("return ", "else ", "throw ", "new ", "await ", "yield ", "case ", "#", "//", "*", "--")
_LONGEST_LINE = 400


def read_code(path: Path) -> Content:
    """A source file as it stands; headings such as "Ledger › add" begin where a function or class does."""
    text = decode(path.read_bytes())
    check_words(text)
    sections = line_sections(text, gathered(code_headings(text), len(text)))
    return Content(path.name, "", tuple(sections))


def code_headings(text: str) -> list[tuple[int, str]]:
    """(start, names of what encloses it) of functions, classes and their like, told from how far lines stand in. The
    start is that of the comments and decorators directly above."""
    found: list[tuple[int, str]] = []
    stack: list[tuple[int, str]] = []
    at, above = 0, -1
    for line in text.split("\n"):
        bare = line.strip()
        match = _DEFINITIONS.match(line) if bare and len(line) < _LONGEST_LINE else None
        name = next((part for part in match.groups()[1:] if part), "") if match else ""
        if match and name and name not in _NO_NAMES and not bare.startswith(_NO_STARTS):
            deep = len(match["indent"].expandtabs(8))
            stack = [held for held in stack if held[0] < deep] + [(deep, name[:80].rstrip(":."))]
            found.append((above if above >= 0 else at, " › ".join(held for _, held in stack)))
            above = -1
        elif bare.startswith(("//", "/*", "*", "@", "#", "--", "'''", "[")) and not bare.startswith(
            ("#include", "#define")
        ):
            above = at if above < 0 else above
        else:
            above = -1
        at += len(line) + 1
    return sorted(dict(found).items())


def read_notebook(path: Path) -> Content:
    """A notebook's cells one after the other, each under its number; lines are those of the text made of them."""
    source = decode(path.read_bytes())
    try:
        held = json.loads(source)
        cells = held.get("cells") or [cell for sheet in held.get("worksheets", []) for cell in sheet["cells"]]
        parts = [_cell(cell) for cell in cells]
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError) as error:
        raise damaged() from error
    text = ""
    headings: list[tuple[int, str]] = []
    topic, title = "", ""
    pieces: list[str] = []
    at = 0
    for number, (kind, words) in enumerate(parts, start=1):
        if not words.strip():
            continue
        if kind == "markdown" and (heading := re.search(r"^#{1,6}[ \t]+(.+)$", words, re.MULTILINE)):
            topic = heading.group(1).strip()[:200]
            title = title or topic
        headings.append((at, " › ".join(part for part in (topic if topic != title else "", f"Cell {number}") if part)))
        pieces.append(words.rstrip("\n") + "\n\n")
        at += len(pieces[-1])
    text = "".join(pieces)
    check_words(text)
    return Content(title or path.stem, "", tuple(line_sections(text, headings)))


def _cell(cell: object) -> tuple[str, str]:
    """Kind and text of a cell, with what its code printed."""
    if not isinstance(cell, dict):
        return "", ""
    words = _joined(cell.get("source", cell.get("input", "")))
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if isinstance(output, dict):
            data = output.get("data")
            printed = _joined(output.get("text") or (data.get("text/plain") if isinstance(data, dict) else ""))
            words += f"\n\n{printed.strip()[:5000]}" if printed.strip() else ""
    return str(cell.get("cell_type", "")), words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def _joined(lines: object) -> str:
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
