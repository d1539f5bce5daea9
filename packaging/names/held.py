"""Writes the texts of the held-out figure: other sentences and other names than those the recogniser was trained on.

python packaging/names/held.py --words WORDS > tests/bench/redaction_held.json
"""

import argparse
import json
import random
import string
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

import lists as name_lists  # noqa: E402
from slots import Slots  # noqa: E402
from train import SLOT  # noqa: E402

KINDS = {
    "per": "PERSON", "first": "PERSON", "last": "PERSON", "title": "TITLE", "org": "ORGANIZATION", "city": "LOCATION",
    "country": "LOCATION", "nat": "LOCATION", "street": "ADDRESS", "num": "ADDRESS", "unit": "ADDRESS",
    "zip": "ADDRESS", "addr": "ADDRESS", "phone": "PHONE_NUMBER", "email": "EMAIL_ADDRESS", "card": "CREDIT_CARD",
    "iban": "IBAN_CODE", "ssn": "US_SSN", "passport": "PASSPORT", "licence": "DRIVER_LICENSE", "emp": "EMPLOYEE_ID",
    "url": "URL", "ip": "IP_ADDRESS", "host": "HOSTNAME", "password": "PASSWORD", "key": "API_KEY", "age": "AGE",
    "dob": "DATE_TIME",
}  # fmt: skip
PHONES = (
    "(###) ###-####", "###-###-####", "###.###.####", "+1-###-###-####", "001-###-###-####x###", "0## #### ####",
    "+44 7### ### ###", "+49 30 ######", "0# ## ## ## ##", "+33 6 ## ## ## ##", "0###/######", "### ## ## ##",
    "+39 0## #######",
)  # fmt: skip
IBANS = {"DE": 18, "GB": 0, "FR": 23, "NL": 0, "AT": 16, "CH": 17, "ES": 20}


class Values(Slots):
    """The names of `Slots`, and numbers that pass their checks."""

    def _digits(self, form: str) -> str:
        return "".join(self.chance.choice("123456789") if char == "#" else char for char in form)

    def _phone(self) -> str:
        return self._digits(self.chance.choice(PHONES))

    def _card(self) -> str:
        first = self.chance.choice(["4", "51", "55", "37", "6011"])
        digits = first + self._digits("#" * ((14 if first == "37" else 15) - len(first)))
        doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
        digits += str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)
        gap = self.chance.choice(["", "", " ", "-"])
        return gap.join(digits[place : place + 4] for place in range(0, len(digits), 4))

    def _iban(self) -> str:
        country, size = self.chance.choice([(name, size) for name, size in IBANS.items() if size])
        rest = self._digits("#" * size)
        value = int(rest + "".join(str(string.ascii_uppercase.index(char) + 10) for char in country) + "00")
        whole = f"{country}{98 - value % 97:02}{rest}"
        return whole if self.chance.random() < 0.5 else " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))

    def _ssn(self) -> str:
        return self._digits("###-##-####")

    def _passport(self) -> str:
        return self._digits(self.chance.choice(["C########", "#########", "XK#######"]))

    def _licence(self) -> str:
        return self._digits(self.chance.choice(["D#######", "#########", "S###-####-####"]))

    def _emp(self) -> str:
        return self._digits("EMP-#####")

    def _email(self) -> str:
        host = self.chance.choice(["posteo.net", "gmail.com", "uni-town.edu", "corp.example"])
        return f"{self._first()}{self.chance.choice(['.', '_', ''])}{self._digits('##')}@{host}".lower().replace(
            " ", ""
        )

    def _url(self) -> str:
        name = self._last().lower().replace(" ", "")
        return self.chance.choice([f"https://www.{name}.org/about", f"http://{name}.co.uk/", f"www.{name}.net"])

    def _ip(self) -> str:
        return ".".join(str(self.chance.randint(1, 254)) for _ in range(4))

    def _host(self) -> str:
        domain = self.chance.choice(["prod.acme.com", "lan.corp", "int.example.io"])
        return f"{self.chance.choice(['db', 'web', 'mail'])}-{self._digits('##')}.{domain}"

    def _password(self) -> str:
        return (
            "".join(self.chance.choices(string.ascii_letters, k=6)) + self._digits("##") + self.chance.choice("!$%&*")
        )

    def _key(self) -> str:
        front = self.chance.choice(["sk-proj-", "ghp_", "AKIA", "xoxb-", ""])
        if front == "AKIA":
            return front + "".join(self.chance.choices(string.ascii_uppercase + string.digits, k=16))
        return front + "".join(self.chance.choices(string.ascii_letters + string.digits, k=36))

    def _age(self) -> str:
        return str(self.chance.randint(18, 97))

    def _dob(self) -> str:
        day, month, year = self.chance.randint(1, 28), self.chance.randint(1, 12), self.chance.randint(1935, 2006)
        return self.chance.choice(
            [f"{month}/{day}/{year}", f"{year}-{month:02}-{day:02}", f"{day} May {year}", f"March {day}, {year}"]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--each", type=int, default=3, help="texts of every sentence")
    given = parser.parse_args()
    chance = random.Random(2026)
    values = Values(name_lists.read(), chance, common=given.words.read_text("utf-8").split(), held=True)
    texts = []
    templates = [
        (group, template.replace("\\n", "\n"))
        for group in ("seen", "unseen")
        for template in (HERE / "held" / f"{group}.txt").read_text("utf-8").splitlines()
    ]
    for number, (group, template) in enumerate(templates):
        for _ in range(given.each if SLOT.search(template) else 1):
            text, spans, place = "", [], 0
            for match in SLOT.finditer(template):
                text += template[place : match.start()]
                value, place = values.fill(match[1]), match.end()
                start, end = len(text), len(text) + len(value)
                spans.append({"entity_type": KINDS[match[1]], "start_position": start, "end_position": end})
                text += value
            text += template[place:]
            if chance.random() < 0.1 and len(text.lower()) == len(text) and not any(char in template for char in "=<("):
                text = text.lower()
            texts.append({"full_text": text, "spans": spans, "template_id": number, "set": group})
    print(json.dumps(texts, ensure_ascii=False, indent=0))


if __name__ == "__main__":
    main()
