"""Trains the recogniser of names: made-up sentences in, assets/names out.

    python packaging/names/train.py --words WORDS --proper PROPER [--sentences 30000] [--rounds 6] [--out FOLDER]

Needs faker and numpy (numpy comes with the program, faker does not). An averaged structured perceptron (Collins 2002)
with a margin: a name taken for none costs more than none taken for a name, because a name that leaves is worse than a
word hidden for nothing.
"""

import argparse
import ast
import hashlib
import importlib.metadata
import json
import random
import re
import sys
import sysconfig
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import lists as name_lists  # noqa: E402
from slots import Slots  # noqa: E402

from app.cloud.redact.found import Kind  # noqa: E402
from app.cloud.redact.name_features import Lexicon, Shapes, case_of, words  # noqa: E402
from app.cloud.redact.own_words import folded  # noqa: E402
from app.cloud.redact.recogniser import KINDS, TAGS  # noqa: E402

SLOT = re.compile(r"(?<!\{)\{(\w+)\}")
KIND_OF = {
    "per": Kind.PERSON, "first": Kind.PERSON, "last": Kind.PERSON, "title": Kind.TITLE, "org": Kind.ORGANISATION,
    "city": Kind.PLACE, "country": Kind.PLACE, "nat": Kind.PLACE, "state": Kind.ADDRESS, "street": Kind.ADDRESS,
    "num": Kind.ADDRESS, "unit": Kind.ADDRESS, "zip": Kind.ADDRESS, "addr": Kind.ADDRESS,
}  # fmt: skip
MISSED, WRONG = 4.0, 1.0
LEAST_SEEN = 4
OUR_SHARE = 0.75
"""Of our own sentences; the rest is English that names hardly anyone."""


def flags_of(lists: name_lists.Lists, common: dict[str, int], proper: list[str]) -> dict[str, str]:
    """Folded word → the lists it stands in; reserved names stand in none."""
    found: dict[str, set[str]] = {}

    def add(names: list[str], flag: str) -> None:
        for name in names:
            if not name_lists.reserved(name):
                for word in words(name):
                    plain = folded(word.text)[0].strip(".")
                    if len(plain) > 1 and plain.isalpha() and not (flag in "CN" and common.get(plain, 10**6) < 1500):
                        found.setdefault(plain, set()).add(flag)

    for names in lists.first.values():
        add(names, "F")
    for names in lists.last.values():
        add(names, "L")
    for names in lists.cities.values():
        add(names, "C")
    add(lists.countries + name_lists.NATIONS, "N")
    for word in proper:
        if not name_lists.reserved(word):
            found.setdefault(folded(word)[0], set()).add("P")
    return {word: "".join(sorted(flags)) for word, flags in found.items() if len(word) > 1}


def sentence(template: str, slots: Slots, chance: random.Random) -> tuple[str, list[tuple[int, int, Kind]]]:
    """The template with its slots filled, and where the names are."""
    text, spans, place = "", [], 0
    template = template.replace("\\n", "\n")
    for match in SLOT.finditer(template):
        text += template[place : match.start()].replace("{{", "{").replace("}}", "}")
        value, place = slots.fill(match[1]), match.end()
        if chance.random() < 0.02 and match[1] in ("first", "last", "per", "city"):
            value = value.lower()
        if match[1] in KIND_OF:
            kind = KIND_OF[match[1]]
            gap = text[spans[-1][1] :] if spans else "x"
            if kind is Kind.ADDRESS and spans and spans[-1][2] is Kind.ADDRESS and not gap.strip(" ,\n"):
                spans[-1] = (spans[-1][0], len(text) + len(value), kind)
            else:
                spans.append((len(text), len(text) + len(value), kind))
        text += value
    text += template[place:].replace("{{", "{").replace("}}", "}")
    roll = chance.random()
    small, large = text.lower(), text.upper()
    if roll < 0.06:
        text, spans = marked_up(text, spans, chance)
    elif not spans and roll > 0.85:
        text = re.sub(r"[^\W_]+", lambda match: match[0].capitalize() if chance.random() < 0.8 else match[0], text)
    elif roll < 0.21 and len(small) == len(text):
        text = small
    elif roll < 0.24 and len(large) == len(text):
        text = large
    elif roll < 0.28 and text.endswith("."):
        text = text[:-1]
    return text, spans


def marked_up(text: str, spans: list[tuple[int, int, Kind]], chance: random.Random) -> tuple[str, list]:
    """The same with Markdown marks around a name or a few words, or before a line."""
    mark = chance.choice(["**", "*", "_", "`", '"', "# ", "- ", "> ", "* "])
    if mark.endswith(" "):
        return mark + text, [(start + len(mark), end + len(mark), kind) for start, end, kind in spans]
    edges = [match.span() for match in re.finditer(r"\w+(?: \w+)?", text)]
    free = [edge for edge in edges if not any(edge[0] < end and start < edge[1] for start, end, _ in spans)]
    if not free and not spans:
        return text, spans
    first, last = chance.choice([*free, *(span[:2] for span in spans)])
    by = len(mark)
    moved = [(s + by * ((s >= first) + (s >= last)), e + by * ((e > first) + (e > last)), k) for s, e, k in spans]
    return text[:first] + mark + text[first:last] + mark + text[last:], moved


def prose() -> list[str]:
    """Sentences from the descriptions in Python's own library: English that names hardly anyone."""
    found: set[str] = set()
    for file in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8", errors="replace"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = re.sub(r"\s+", " ", ast.get_docstring(node) or "")
                found.update(re.findall(r"(?<=\. )[A-Z][^.`=\\<>{}()*_]{40,160}\.(?= |$)", text))
    return sorted(found)[::4]


def read_me() -> list[str]:
    """Paragraphs of the descriptions of installed packages: Markdown that names hardly anyone."""
    found: set[str] = set()
    for package in importlib.metadata.distributions():
        text = package.metadata.get_payload() or ""
        for part in re.split(r"\n\s*\n", str(text)):
            if 30 < len(part) < 500 and not re.search(r"(?i)[@{}<]|author|copyright|thank|maintain| by |http", part):
                found.add(part.strip().replace("\n", "\\n"))
    return sorted(found)[::4]


def tagged(text: str, spans: list[tuple[int, int, Kind]]) -> list[int]:
    """A tag for each word."""
    tags, current = [], -1
    for word in words(text):
        here = next((place for place, (start, end, _) in enumerate(spans) if start < word.end and word.start < end), -1)
        tags.append(0 if here < 0 else 1 + 2 * KINDS.index(spans[here][2]) + (here == current))
        current = here
    return tags


def made(
    templates: list[str],
    english: list[str],
    slots: Slots,
    lexicons: list[Lexicon],
    *,
    count: int,
    chance: random.Random,
) -> list:
    """(features of each word, tags) of so many sentences, each with one of the lexicons."""
    shapes = [Shapes(lexicon) for lexicon in lexicons]
    result = []
    for number in range(count):
        parts = [
            sentence(chance.choice(templates if chance.random() < OUR_SHARE else english), slots, chance)
            for _ in range(chance.choice([1, 1, 1, 2, 3]))
        ]
        text, spans = "", []
        for one, marks in parts:
            text += chance.choice([" ", " ", "\n", "\n\n"]) if text else ""
            spans += [(start + len(text), end + len(text), kind) for start, end, kind in marks]
            text += one
        found = words(text)
        if 0 < len(found) < 250:
            result.append((shapes[number % len(shapes)].features(found, case_of(text)), tagged(text, spans)))
    return result


def train(data: list, *, rounds: int, chance: random.Random) -> tuple[dict[str, np.ndarray], np.ndarray]:
    counts = Counter(feature for features, _ in data for word in features for feature in word)
    ids = {name: place for place, name in enumerate(name for name, seen in counts.items() if seen >= LEAST_SEEN)}
    none, size = len(ids), len(TAGS)
    packed = []
    for features, tags in data:
        width = max(map(len, features))
        rows = [[ids.get(feature, none) for feature in word] + [none] * (width - len(word)) for word in features]
        packed.append((np.array(rows), np.array(tags)))
    weights, total = np.zeros((none + 1, size)), np.zeros((none + 1, size))
    follows, follows_total = np.zeros((size + 1, size)), np.zeros((size + 1, size))
    step = 0
    for number in range(rounds):
        chance.shuffle(packed)
        wrong = 0
        for rows, gold in packed:
            step += 1
            scores = weights[rows].sum(1)
            cost = np.where(gold[:, None] == np.arange(size)[None], 0.0, WRONG)
            cost[gold > 0, 0] = MISSED
            guess = viterbi(scores + cost, follows)
            if (guess == gold).all():
                continue
            wrong += int((guess != gold).sum())
            for tags, sign in ((gold, 1.0), (guess, -1.0)):
                cells = (rows.ravel(), np.repeat(tags, rows.shape[1]))
                np.add.at(weights, cells, sign)
                np.add.at(total, cells, sign * step)
                before = np.concatenate([[size], tags[:-1]])
                np.add.at(follows, (before, tags), sign)
                np.add.at(follows_total, (before, tags), sign * step)
            weights[none] = 0.0
        print(f"round {number + 1}: {wrong} words wrong", flush=True)
    average, follows_average = weights - total / (step + 1), follows - follows_total / (step + 1)
    return {feature: average[place] for feature, place in ids.items()}, follows_average


def viterbi(scores: np.ndarray, follows: np.ndarray) -> np.ndarray:
    size = scores.shape[1]
    best, back = scores[0] + follows[size], []
    for row in scores[1:]:
        paths = best[:, None] + follows[:size]
        back.append(paths.argmax(0))
        best = paths.max(0) + row
    tags = [int(best.argmax())]
    for came in reversed(back):
        tags.append(int(came[tags[-1]]))
    return np.array(tags[::-1])


def write(out: Path, weights: dict[str, np.ndarray], follows: np.ndarray, *, against: float, note: dict) -> None:
    """Weights as one byte each; features that say nearly nothing are left out."""
    top = max(float(np.abs(row).max()) for row in weights.values())
    scale = 127 / min(top, float(np.quantile([np.abs(row).max() for row in weights.values()], 0.9995)))
    kept = {name: np.clip(np.rint(row * scale), -128, 127).astype(int) for name, row in sorted(weights.items())}
    kept = {name: row for name, row in kept.items() if np.abs(row).max() >= 3 and "\n" not in name}
    names = "\n".join(kept).encode()
    table = b"".join(bytes((row + 128).astype(np.uint8)) for row in kept.values())
    out.mkdir(parents=True, exist_ok=True)
    (out / "weights.z").write_bytes(zlib.compress(names + table, 9))
    about = {"tags": TAGS, "follows": np.rint(follows * scale).astype(int).tolist(), "against": round(against * scale)}
    about |= {"names_bytes": len(names), "features": len(kept), **note}
    (out / "weights.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(kept)} features, {(out / 'weights.z').stat().st_size} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, required=True, help="common words, most common first")
    parser.add_argument("--proper", type=Path, required=True, help="words always written with a capital")
    parser.add_argument("--sentences", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--against", type=float, default=0.0)
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "names")
    given = parser.parse_args()
    chance = random.Random(11)
    common = given.words.read_text("utf-8").split()
    lists = name_lists.read()
    places = {word: place for place, word in enumerate(common)}
    flags = flags_of(lists, places, given.proper.read_text("utf-8").split())
    thinned = [{w: f for w, f in flags.items() if hashlib.md5(f"{n}{w}".encode()).digest()[0] > 110} for n in range(2)]
    lexicons = [Lexicon(places, one) for one in (flags, *thinned)]
    templates = [
        line
        for file in sorted((HERE / "sentences").glob("*.txt"))
        for line in file.read_text("utf-8").splitlines()
        if line
    ]
    english = prose() + read_me()
    data = made(templates, english, Slots(lists, chance, common=common), lexicons, count=given.sentences, chance=chance)
    print(f"{len(templates)} templates, {len(data)} texts, {sum(len(tags) for _, tags in data)} words", flush=True)
    weights, follows = train(data, rounds=given.rounds, chance=chance)
    write(
        given.out, weights, follows, against=given.against, note={"sentences": given.sentences, "rounds": given.rounds}
    )
    (given.out / "common.txt").write_text("\n".join(common) + "\n", encoding="utf-8")
    (given.out / "known.txt").write_text("".join(f"{w} {f}\n" for w, f in sorted(flags.items())), encoding="utf-8")


if __name__ == "__main__":
    main()
