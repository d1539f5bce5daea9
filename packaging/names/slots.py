"""Fills the slots of training sentences with made-up people, companies, places, addresses and numbers."""

import random
import string
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from lists import NATIONS, WORDS, Lists, reserved

TITLES = WORDS["titles"].split()
KNOWN = WORDS["known"].split()
LEGAL = WORDS["legal"].split()
TRADES = WORDS["trades"].split()
STREET_WORDS = WORDS["street_words"].split()
STREETS_ABROAD = WORDS["streets_abroad"].split()
STATES = WORDS["states"].split()
ABBREVIATED = WORDS["abbreviated"].split()
INITIALS = WORDS["initials"].split()
VERBS = WORDS["verbs"].split()
JOBS = WORDS["jobs"].split()
FIELDS = [" ".join(field.split()) for field in WORDS["fields"].split(",")]


class Slots:
    """Draws values; every draw is new, and one in three names is made up from the letters of real ones."""

    def __init__(self, lists: Lists, chance: random.Random, *, common: list[str], held: bool = False) -> None:
        """`held`: only names that are kept out of training."""
        self.chance, self.common, self.countries = chance, common, lists.countries
        keep = (lambda name: reserved(name)) if held else (lambda name: not reserved(name))
        self.first = _some(lists.first, keep)
        self.last = _some(lists.last, keep)
        self.cities = _some(lists.cities, keep)
        self.streets = [street for street in lists.streets if keep(street)]
        self.made = (
            None
            if held
            else {
                "first": _Letters(chain.from_iterable(self.first.values())),
                "last": _Letters(chain.from_iterable(self.last.values())),
                "city": _Letters(chain.from_iterable(self.cities.values())),
            }
        )

    def fill(self, slot: str) -> str:
        """The value of a slot of that name."""
        return str(getattr(self, f"_{slot}")())

    def _name(self, kind: str, lists: dict[str, list[str]], locale: str | None = None) -> str:
        if self.made and self.chance.random() < 0.3:
            return self.made[kind].word(self.chance)
        locales = list(lists)
        if locale not in lists:
            locale = (
                self.chance.choice([one for one in ("en_US", "en", "en_GB") if one in lists])
                if self.chance.random() < 0.35
                else None
            )
        pool = lists.get(locale or "") or lists[self.chance.choice(locales)]
        return self.chance.choice(pool)

    def _first(self) -> str:
        return self._name("first", self.first)

    def _last(self) -> str:
        last = self._name("last", self.last)
        return f"{last}-{self._name('last', self.last)}" if self.chance.random() < 0.02 else last

    def _per(self) -> str:
        locale = self.chance.choice(list(self.first))
        first, last = self._name("first", self.first, locale), self._name("last", self.last, locale)
        roll = self.chance.random()
        if roll < 0.05:
            return f"{first} {self.chance.choice(string.ascii_uppercase)}. {last}"
        if roll < 0.08:
            return f"{first} {self._first()} {last}"
        if roll < 0.11:
            return f"{first} {last} {self.chance.choice(['MD', 'PhD', 'Jr.', 'DDS', 'II', 'Sr.', 'DVM'])}"
        if roll < 0.13:
            return f"{first[0]}. {last}"
        return f"{first} {last}"

    def _title(self) -> str:
        title = self.chance.choice(TITLES)
        return title.lower() if self.chance.random() < 0.15 else title

    def _org(self) -> str:
        pick, roll = self.chance.choice, self.chance.random()
        word = lambda: pick(self.common[300:6000]).capitalize()  # noqa: E731 - only here
        if roll < 0.12:
            return pick(KNOWN)
        if roll < 0.24:
            return f"{self._last()} {pick(LEGAL)}"
        if roll < 0.30:
            return pick(
                [
                    f"{self._last()}-{self._last()}",
                    f"{self._last()}, {self._last()} and {self._last()}",
                    f"{self._last()} & {self._last()}",
                ]
            )
        if roll < 0.46:
            return f"{word()} {pick(TRADES)}{pick(['', '', f' {pick(LEGAL)}'])}"
        if roll < 0.58:
            return f"{pick([word(), self._last(), self._city()])} {word()} {pick(TRADES)}"
        if roll < 0.66:
            return f"{self._made('last')} {pick(TRADES + LEGAL)}"
        if roll < 0.76:
            return self._made("last")
        if roll < 0.84:
            return word() + pick(self.common[300:4000]).capitalize() + pick(["", "", ".com", " Inc"])
        if roll < 0.90:
            return "".join(pick(string.ascii_uppercase) for _ in range(self.chance.randint(3, 5)))
        if roll < 0.96:
            return f"{word()} {word()}"
        return pick([f"The {word()} {pick(TRADES)}", f"University of {self._city()}", f"Bank of {self._city()}"])

    def _made(self, kind: str) -> str:
        return self.made[kind].word(self.chance) if self.made else self._name(kind, self.last)

    def _city(self) -> str:
        roll = self.chance.random()
        if roll < 0.15:
            return self._last() + self.chance.choice(
                ["ton", "ville", "bury", "field", "port", "shire", "mouth", "berg", "stad"]
            )
        if roll < 0.22:
            front = [
                "North",
                "South",
                "East",
                "West",
                "New",
                "Port",
                "Lake",
                "Saint",
                "San",
                "Santa",
                "El",
                "Bad",
                "Upper",
            ]
            return f"{self.chance.choice(front)} {self._name('city', self.cities)}"
        city = self._name("city", self.cities)
        return city.upper() if roll > 0.97 else city

    def _country(self) -> str:
        return self.chance.choice(self.countries)

    def _nat(self) -> str:
        return self.chance.choice(NATIONS)

    def _state(self) -> str:
        return self.chance.choice(ABBREVIATED if self.chance.random() < 0.6 else STATES)

    def _street(self) -> str:
        pick, roll = self.chance.choice, self.chance.random()
        base = pick(
            [self._last(), self._first(), pick(self.streets), self._city(), pick(self.common[300:5000]).capitalize()]
        )
        if roll < 0.40:
            street = f"{base} {pick(STREET_WORDS)}"
        elif roll < 0.75:
            kind = pick(STREETS_ABROAD).replace("_", " ")
            street = f"{kind}{base}" if kind.endswith(" ") else base + kind
            street = street[0].upper() + street[1:] if pick([True, False]) else street
        else:
            street = base
        number = f"{self.chance.randint(1, 320)}{pick(['', '', '', 'a', '-3', '.'])}"
        roll = self.chance.random()
        return f"{street} {number}" if roll < 0.35 else f"{number} {street}" if roll < 0.5 else street

    def _num(self) -> str:
        return self.chance.choice(
            [f"{self.chance.randint(0, 99):02}", str(self.chance.randint(1, 9900)), f"{self.chance.randint(1, 99)}B"]
        )

    def _unit(self) -> str:
        word = self.chance.choice(["Apt.", "Suite", "Apt", "Unit", "Flat", "Floor", "Room", "No.", "#", "P.O. Box"])
        return (
            f"{word} {self.chance.randint(1, 999):03}"
            if self.chance.random() < 0.7
            else f"{word} {self.chance.randint(1, 40)}{self.chance.choice('ABC')}"
        )

    def _zip(self) -> str:
        forms = ["#####", "#####", "#####", "####", "#####-####", "### ##", "@@# #@@", "#### @@", "@#@ #@#"]
        signs = {"#": string.digits, "@": string.ascii_uppercase}
        return "".join(self.chance.choice(signs[sign]) if sign in signs else sign for sign in self.chance.choice(forms))

    def _addr(self) -> str:
        gap = self.chance.choice([", ", ", ", ", ", "\n", " ", "\n, "])
        front = self.chance.choice(
            [f"{self._num()} {self._street()}", self._street(), f"{self._street()} {self._num()}"]
        )
        unit = f"{self.chance.choice([' ', ', '])}{self._unit()}" if self.chance.random() < 0.3 else ""
        city, code = self._city(), self._zip()
        ends = [
            f"{city}, {self._state()} {code}",
            f"{code} {city}",
            f"{city}, {self._country()}",
            f"{city} {self._country()}",
            f"{city}{gap}{self._country()} {code}",
            f"{city}, {code}",
            city,
            f"{city}{gap}{self._state()}\n {self._country()} {code}",
        ]
        end = self.chance.choice(ends)
        return f"{front}{unit}{gap}{end}"

    def _email(self) -> str:
        host = self.chance.choice(["example.com", "mail.org", "post.de"])
        return f"{self._first()}.{self._last()}@{host}".lower().replace(" ", "")

    def _phone(self) -> str:
        return self.chance.choice(
            ["+44 20 7946 0958", "(555) 010-9988", "030 901820", "01 42 68 53 00", "555.010.7788"]
        )

    def _card(self) -> str:
        return self.chance.choice(["4111 1111 1111 1111", "5500005555555559", "4000-0000-0000-0002"])

    def _iban(self) -> str:
        return "DE89 3704 0044 0532 0130 00"

    def _url(self) -> str:
        return self.chance.choice(["https://example.com/map", "www.example.org"])

    def _ip(self) -> str:
        return f"10.0.{self.chance.randint(0, 255)}.{self.chance.randint(1, 254)}"

    def _date(self) -> str:
        return self.chance.choice(
            [f"{self.chance.randint(1, 28)} May 1987", "2024-03-11", "12/27/1986", "March 3, 2021", "4.8.2020"]
        )

    def _verb(self) -> str:
        return self.chance.choice(VERBS)

    def _job(self) -> str:
        job = self.chance.choice(JOBS)
        return job.capitalize() if self.chance.random() < 0.3 else job

    def _field(self) -> str:
        field = self.chance.choice(FIELDS)
        roll = self.chance.random()
        return (
            field.lower() if roll < 0.15 else field.upper() if roll < 0.25 else field.title() if roll < 0.35 else field
        )

    def _acro(self) -> str:
        return self.chance.choice(INITIALS)

    def _n(self) -> str:
        return str(self.chance.randint(1, 10 ** self.chance.randint(1, 6)))


class _Letters:
    """Words that read like those of a list: each letter follows three others that stood so in a real one."""

    def __init__(self, names: Iterable[str]) -> None:
        self.after: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if " " not in name:
                padded = f"^^^{name}$"
                for place in range(3, len(padded)):
                    self.after[padded[place - 3 : place]].append(padded[place])

    def word(self, chance: random.Random) -> str:
        while True:
            word = "^^^"
            while len(word) < 18 and not word.endswith("$"):
                word += chance.choice(self.after[word[-3:]])
            if word.endswith("$") and len(word) > 6:
                return word[3:-1]


def _some(lists: dict[str, list[str]], keep: object) -> dict[str, list[str]]:
    kept = {locale: [name for name in names if keep(name)] for locale, names in lists.items()}  # type: ignore[operator]  # a function
    return {locale: names for locale, names in kept.items() if names}
