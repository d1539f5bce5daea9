"""Words and their stems, so that a question and a sentence can be compared whatever their endings are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,'’/:-][^\W_]+)*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)

STOPWORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before being below between
    both but by can cannot could did didn't do does doesn't doing don't down during each either else ever for from
    further get got had has have having he her here hers herself him himself his how i if in into is isn't it its
    itself just let like many may me might more most much must my myself near no nor not now of off on once one only
    or other our ours out over own per same shall she should so some such than that the their theirs them themselves
    then there these they this those through to too under until up upon us very was wasn't we were what when where
    which while who whom whose why will with within without would yes yet you your yours tell please know say says
    said according s t""".split()  # noqa: SIM905 - a list of quoted words is harder to read
)

_IRREGULAR = {
    form: base
    for base, forms in {
        "begin": "began begun",
        "break": "broke broken",
        "bring": "brought",
        "build": "built",
        "buy": "bought",
        "catch": "caught",
        "child": "children",
        "choose": "chose chosen",
        "come": "came",
        "cost": "costs",
        "draw": "drew drawn",
        "drive": "drove driven",
        "die": "died dies death dead dying",
        "eat": "ate eaten",
        "fall": "fell fallen",
        "feel": "felt",
        "fight": "fought",
        "find": "found",
        "fly": "flew flown flight",
        "foot": "feet",
        "forget": "forgot forgotten",
        "give": "gave given gives giving",
        "go": "went gone goes",
        "grow": "grew grown growth",
        "hear": "heard",
        "hold": "held",
        "keep": "kept",
        "know": "knew known",
        "lead": "led leader leaders",
        "leave": "left",
        "lend": "lent",
        "lie": "lay lain",
        "lose": "lost loss losses",
        "make": "made",
        "man": "men",
        "marry": "married marriage",
        "mean": "meant",
        "meet": "met meeting",
        "pay": "paid payment payments payable",
        "person": "people persons",
        "rise": "rose risen",
        "run": "ran",
        "see": "saw seen",
        "sell": "sold",
        "send": "sent",
        "set": "sets",
        "show": "shown",
        "sing": "sang sung singer",
        "sit": "sat",
        "speak": "spoke spoken speech",
        "spend": "spent",
        "stand": "stood",
        "steal": "stole stolen",
        "take": "took taken",
        "teach": "taught teacher teachers",
        "think": "thought",
        "throw": "threw thrown",
        "wear": "wore worn",
        "win": "won winner winners",
        "woman": "women",
        "write": "wrote written",
        "live": "lives life",
        "bear": "born birth",
        "sign": "signature signed signs",
        "choice": "choices",
        "long": "length",
        "wide": "width",
        "high": "height",
        "deep": "depth",
        "old": "age aged ages",
    }.items()
    for form in forms.split()
}

_SUFFIXES = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("fulness", "ful"), ("ousness", "ous"),
    ("iveness", "ive"), ("ements", ""), ("ations", "ate"), ("ement", ""), ("ments", ""), ("ation", "ate"),
    ("ators", "ate"), ("ingly", ""), ("edly", ""), ("ment", ""), ("ness", ""), ("ator", "ate"), ("ions", ""),
    ("ies", "y"), ("ied", "y"), ("ing", ""), ("ion", ""), ("ers", ""), ("est", ""), ("ors", ""), ("ise", "ize"),
    ("sses", "ss"), ("ally", ""), ("ed", ""), ("er", ""), ("or", ""), ("ly", ""), ("al", ""), ("es", ""),
    ("s", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands (character range) and its stem."""

    start: int
    end: int
    text: str
    stem: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The common beginning of a word's forms, lower case and without accents.

    A light suffix stripper in the spirit of Porter (1980), plus the irregular forms a question is likely to use;
    it is meant to join "surrendered" and "surrender", not to be a dictionary.
    """
    plain = fold(word)
    plain = plain.removesuffix("'s").removesuffix("s'")
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    if len(plain) <= 3 or not plain.isalpha():
        return plain
    if plain.endswith(("ance", "ence")) and len(plain) >= 9:
        # "insurance" and "insurer", "maintenance" and "maintenances"; not "sentence".
        plain = plain[:-4]
    for _ in range(2):
        # Twice, so that "surrendered" and "surrender" lose the same ending.
        for suffix, instead in _SUFFIXES:
            if plain.endswith(suffix) and len(plain) - len(suffix) >= 3:
                plain = plain[: -len(suffix)] + instead
                break
    if len(plain) > 3 and plain[-1] == plain[-2] and plain[-1] not in "lsz":
        plain = plain[:-1]
    if len(plain) > 3 and plain.endswith("e"):
        plain = plain[:-1]
    if len(plain) > 3 and plain.endswith("y"):
        plain = plain[:-1] + "i"
    return _IRREGULAR.get(plain, plain)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, straight quotes, no accents: "Café’s" and "cafe's" become equal."""
    text = text.replace("’", "'").replace("‘", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def words(text: str) -> list[Word]:
    """All words of a text in order; numbers with separators ("1,000", "12.5") and "3rd-and-9" stay in parts only
    where a hyphen or slash joins words."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        token = match.group()
        if re.search(r"[-/:]", token) and not re.fullmatch(r"\d[\d.,:/-]*", token):
            for part in _PART.finditer(token):
                found.append(_word(match.start() + part.start(), part.group()))
        else:
            found.append(_word(match.start(), token))
    return found


def _word(start: int, text: str) -> Word:
    return Word(start, start + len(text), text, stem(text))


def content(found: Iterable[Word]) -> list[Word]:
    """The words that carry meaning: everything but stop words and single letters that are not numbers."""
    return [w for w in found if fold(w.text) not in STOPWORDS and (len(w.text) > 1 or w.text.isdigit())]
