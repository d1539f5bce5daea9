"""Lists of names, places and words, taken from faker's providers (MIT) and a vocabulary; only training reads them."""

import hashlib
import importlib
import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import faker.providers.address
import faker.providers.person

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
_SPELT = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g"
_RUSSIAN = dict(zip(_CYRILLIC, _SPELT.split(" "), strict=True))
WORDS = tomllib.loads((Path(__file__).resolve().parent / "words.toml").read_text("utf-8"))
NATIONS = WORDS["nations"].split()
WORLD = [" ".join(city.split()) for city in WORDS["world"].split(",")]


@dataclass(slots=True)
class Lists:
    """Names by country of the list, so that a person's names fit together."""

    first: dict[str, list[str]] = field(default_factory=dict)
    last: dict[str, list[str]] = field(default_factory=dict)
    cities: dict[str, list[str]] = field(default_factory=dict)
    streets: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)


def reserved(name: str) -> bool:
    """One name in forty is kept out of training and of the shipped lists: the held-out figure is made with them."""
    return hashlib.sha256(name.casefold().encode()).digest()[0] % 40 == 0


def read() -> Lists:
    lists = Lists()
    for locale, provider in _providers(faker.providers.person):
        first = _strings(provider, lambda name: "first" in name and "name" in name)
        last = _strings(provider, lambda name: "last" in name and "name" in name)
        if len(first) > 9 and len(last) > 9:
            lists.first[locale], lists.last[locale] = first, last
    for locale, provider in _providers(faker.providers.address):
        cities = _strings(provider, lambda name: re.search(r"cit(y|ies)|town|municip|village", name) is not None)
        cities = [city for city in cities if 3 < len(city) < 25 and city[0].isupper()][:: max(1, len(cities) // 1500)]
        if len(cities) > 9:
            lists.cities[locale] = cities
        lists.streets += _strings(
            provider, lambda name: "street" in name and "suffix" not in name and "prefix" not in name
        )
        lists.countries += [name for name in _strings(provider, lambda name: name == "countries") if name.isascii()]
    lists.streets = sorted({street for street in lists.streets if 3 < len(street) < 30 and not street.isdigit()})
    lists.cities["en_US"] = WORLD
    english = importlib.import_module("faker.providers.address.en").Provider
    lists.countries = sorted(set(_strings(english, lambda name: name == "countries")))
    return lists


def _providers(package: ModuleType) -> Iterator[tuple[str, object]]:
    for module in pkgutil.iter_modules(package.__path__):
        yield module.name, importlib.import_module(f"{package.__name__}.{module.name}").Provider


def _strings(provider: object, wanted: Callable[[str], bool]) -> list[str]:
    found: set[str] = set()
    for name in dir(provider):
        value = getattr(provider, name)
        if name.startswith("_") or not wanted(name) or not isinstance(value, list | tuple | set | dict):
            continue
        for entry in value:
            for one in entry if isinstance(entry, tuple | list) else [entry]:
                if isinstance(one, str) and not re.search(r"[{%#]", one):
                    found.update(_latin(one.strip()))
    return sorted(found)


def _latin(name: str) -> list[str]:
    if not name or any(char.isdigit() for char in name):
        return []
    if all(not char.isalpha() or "LATIN" in unicodedata.name(char, "") for char in name):
        return [name]
    if all(char.lower() in _RUSSIAN or not char.isalpha() for char in name):
        spelt = "".join(_RUSSIAN.get(char.lower(), char) for char in name).replace("_", "")
        return ["-".join(part.capitalize() for part in spelt.split("-"))]
    return []
