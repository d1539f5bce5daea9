"""Cuts text into what full-text search can hold: words, codes and numbers, scripts without spaces, broken words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSPACED = (
    "\u0e00-\u0e7f"  # Thai
    "\u0e80-\u0eff"  # Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # Japanese
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"  # Chinese
    "\uac00-\ud7a3"  # Korean: words are spaced, but their endings are not
)
_RUN = re.compile(rf"[{_UNSPACED}]+(?:\s*\n\s*[{_UNSPACED}]+)*")
_LETTER = re.compile(rf"[{_UNSPACED}][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]*")
_HIRAGANA = re.compile(r"[\u3040-\u309f]+")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010\u00ad][ \t]*\r?\n[ \t]*([^\W\d_]+)")
_SOFT = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:\u00ad[^\W\d_]+)+")

_WORD = re.compile(r"\w+(?:['’]\w+)?")
# Each pattern begins at the beginning of a word only: tried at every letter, one very long word takes minutes.
_CODE = re.compile(
    r"(?:§+\s*|(?<![^\W_]))[^\W_]+(?:[-–/._:,][^\W_]+)+"  # INV-2023-0417, 14.2, 16,800, 12/03/2024
    r"|\+\d{1,3}(?:[\s()/-]*\d{2,})+"  # +49 30 1234
    r"|\b\d{2,}(?:[\s/-]\d{2,})+\b"  # 030 1234 567
)
_TELLING_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks full-text search for; every entry is one phrase of words or letters that stand together."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    """Codes, paragraphs and numbers of several parts, as written."""
    runs: tuple[str, ...]
    """Pairs of letters from scripts without spaces, each with a blank between: phrases of `more_words`."""


def asked(text: str) -> Asked:
    """Words (each once, lower case), codes and runs of a text, in its order."""
    codes = [match.group().strip() for match in _CODE.finditer(text) if any(char.isdigit() for char in match.group())]
    runs = [pair for match in _RUN.finditer(text) for pair in _pairs(match.group())]
    words = [word.lower() for word in _WORD.findall(_RUN.sub(" ", text))]
    return Asked(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(runs)))


def telling(code: str) -> bool:
    """Whether a code names one thing, such as INV-2023-0417 or § 14.2, unlike "2-point" or "14.2"."""
    return code.startswith("§") or sum(char.isdigit() for char in code) >= _TELLING_DIGITS


def _pairs(run: str) -> list[str]:
    """Overlapping pairs of letters; those of Japanese particles and endings alone only where nothing else is there."""
    letters = _LETTER.findall("".join(run.split()))
    pairs = [" ".join(letters[at : at + 2]) for at in range(max(1, len(letters) - 1))]
    telling = [pair for pair in pairs if not _HIRAGANA.fullmatch(pair.replace(" ", ""))]
    return telling or pairs


def is_unspaced(text: str) -> bool:
    """Whether a text has letters of a script without spaces."""
    return bool(_RUN.search(text))


def unspaced_runs(text: str) -> list[str]:
    """Stretches of letters of scripts without spaces, as they stand there."""
    return list(dict.fromkeys("".join(run.group().split()) for run in _RUN.finditer(text)))


def spaced(text: str) -> str:
    """A text with a blank around each letter of a script without spaces."""
    return " ".join(_RUN.sub(lambda run: f" {' '.join(_LETTER.findall(run.group()))} ", text).split())


def more_words(text: str) -> str:
    """What full-text search must know of a text beside its words: letters of scripts without spaces, one by one, and
    words that a hyphen breaks over a line end, joined. Empty for most texts."""
    found = [" ".join(_LETTER.findall(run.group())) for run in _RUN.finditer(text)]
    found += [match.group(1) + match.group(2) for match in _BROKEN.finditer(text)]
    found += [match.group().replace("\u00ad", "") for match in _SOFT.finditer(text)]
    return " ".join(found)


def below_root(path: str, root: str | None) -> str:
    """What of a path a person sees as names: from an added folder's own name on, else the file and its folder."""
    parts = path.replace("\\", "/").split("/")
    if not root:
        return "/".join(parts[-2:])
    return "/".join(parts[len(root.replace("\\", "/").rstrip("/").split("/")) - 1 :])
