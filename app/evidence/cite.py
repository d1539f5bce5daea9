"""Resolves [n] in what a model wrote; a marker that names no passage never reaches the page."""

from __future__ import annotations

import re

_GOOD = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_BAD = re.compile(
    r"\[[^\[\]\n]{0,40}\]|【[^】\n]{0,40}】|\((?:source|passage|see|ref\w*)s?[\s:#]*\d+\)|\[[\d,;\s]*$|\[(?=\d)|(?<=\d)\](?!\()",
    re.IGNORECASE,
)


def markers(text: str, *, passages: frozenset[int]) -> tuple[str, tuple[int, ...]]:
    """The text without any marker, and the numbers of the passages it validly cites, in order, each once."""
    cited: list[int] = []

    def take(match: re.Match[str]) -> str:
        for number in re.findall(r"\d+", match.group(1)):
            if int(number) in passages and int(number) not in cited:
                cited.append(int(number))
        return ""

    plain = _BAD.sub("", _GOOD.sub(take, text))
    plain = re.sub(r"[ \t]+([.,;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", plain)).strip()
    return plain, tuple(cited)


def marked(sentence: str, numbers: tuple[int, ...]) -> str:
    """The sentence with its markers before the closing full stop's place: "The rent is 900 euros. [1][2]"."""
    return f"{sentence} {''.join(f'[{number}]' for number in numbers)}" if numbers else sentence
