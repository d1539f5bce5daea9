"""Tells which language a text is in, well enough to say when the searcher in use does not know it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from models.catalog import Job, catalog

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_SCRIPT_SHARE = 0.2
_COMMON = {
    "en": "the and of to is that for with was are this have from not be by at which it as you",
    "de": "der die das und ist nicht mit von den für auf ein eine sich dem des im wird auch zu wir sie bei",
    "fr": "le la les et des est une dans pour que qui sur pas avec plus au du ce sont vous nous",
    "es": "el la los las y que en es por con para una del se su al como lo más",
    "it": "il di che è per una con non del della sono le gli nel la si dei alla",
    "pt": "os as que é em para com não uma do da dos na por mais ao foi",
    "nl": "het een en van niet dat op te met voor zijn aan ook worden bij",
    "pl": "nie się że jest na do jak dla oraz przez są od po",
    "cs": "je se na že pro jsou jako není byl ale také podle",
    "sv": "och att det som är av för på med inte den till har om",
    "da": "og at det som er af for på med ikke den til har om jeg",
    "no": "og at det som er av for på med ikke den til har om jeg",
    "fi": "ja on ei että se oli ovat mutta kun tai myös hän",
    "hu": "és hogy nem egy az is volt van ez meg csak de",
    "tr": "ve bir bu için ile de da olarak daha çok gibi olan",
    "ro": "și în de la cu este nu pe care din pentru mai sunt",
}
_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_LEAST_SHARE = 0.1
_LEAST_WORDS = 8
_ENOUGH_CHARS = 400
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "cs": "Czech", "sv": "Swedish", "da": "Danish", "no": "Norwegian",
    "fi": "Finnish", "hu": "Hungarian", "tr": "Turkish", "ro": "Romanian", "ja": "Japanese", "ko": "Korean",
    "zh": "Chinese", "th": "Thai", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "el": "Greek", "ru": "Russian",
}  # fmt: skip


def language_of(text: str) -> str:
    """The language's two letters, by its script or its commonest words; empty when too little tells it."""
    letters = 1 if text.isascii() else sum(char.isalpha() for char in text) or 1
    for code, letter in () if text.isascii() else _SCRIPTS:  # every search asks: plain letters need no second look
        if len(letter.findall(text)) > _SCRIPT_SHARE * letters:
            return code
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return ""
    shares = sorted(((sum(word in common for word in words) / len(words), code) for code, common in _SETS.items()))
    share, code = shares[-1]
    return code if share >= _LEAST_SHARE and share > shares[-2][0] else ""


def known_by(embedder: str) -> tuple[str, ...]:
    """Languages a searcher was made for, by its id; empty when nobody says."""
    name = embedder.split(":", 1)[0]
    return next((one.languages for one in catalog() if one.job is Job.SEARCHING and one.name == name), ())


def unknown_language(texts: Sequence[str], embedder: str) -> str:
    """The name of the language that at least a third of the texts are in and that the searcher does not know; empty
    when there is none."""
    known = known_by(embedder)
    if not known or not texts:
        return ""
    found = Counter(code for text in texts if (code := language_of(text[:_ENOUGH_CHARS])))
    foreign = [(count, code) for code, count in found.items() if code not in known]
    if not foreign or sum(count for count, _ in foreign) * 3 < len(texts):
        return ""
    return NAMES[max(foreign)[1]]


def notice(language: str, embedder: str) -> str:
    """What is said when a searcher does not know a language."""
    knows = " and ".join(NAMES.get(code, code) for code in known_by(embedder))
    return (
        f"The searcher in use knows {knows}, not {language}: {language} text is found by its words, hardly by its "
        "meaning. A searcher for more languages can be chosen under Models."
    )
