"""How much of what should not leave is found, and how much is hidden for nothing: `make bench-redaction`.

    python tests/bench/redaction.py [--patterns] [--model] [--show] [--splits N] [FILE …]

Files in two forms: a JSON list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}, or JSON
lines of {"text", "annotations": [{"kind", "start", "end"}]}. Without files: the samples and the held-out texts.

The rule, by characters that are letters or digits, whatever kind either side gives a span:
  found, strict    every one of the marked span's is hidden
  found, lenient   at least half of them are
  right, strict    of a hidden place, at least half lie in marked spans
  right, lenient   at least one does
Recall is found ÷ marked spans, precision right ÷ hidden places.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "cloud")]

from app.cloud.redact.find import find  # noqa: E402
from app.cloud.redact.found import Asked, Detector  # noqa: E402

SAMPLES = HERE.parents[2] / "shared" / "samples" / "pii"
HELD = HERE / "redaction_held.json"
STRUCTURED = frozenset(
    """phone_number credit_card iban_code us_ssn email_address ip_address domain_name url us_driver_license
    driver_license passport employee_id hostname password api_key phone email ssn zip_code""".split()  # noqa: SIM905
)
LEAST_STRUCTURED, LEAST_RECALL, LEAST_PRECISION = 0.98, 0.90, 0.80


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, its marked spans (kind, start, end) and the group of sentences it is from."""

    text: str
    spans: list[tuple[str, int, int]]
    group: str


@dataclass(slots=True)
class Score:
    """Counts of one set of texts."""

    marked: Counter[str] = field(default_factory=Counter)
    strict: Counter[str] = field(default_factory=Counter)
    lenient: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    right_strict: Counter[str] = field(default_factory=Counter)
    right_lenient: Counter[str] = field(default_factory=Counter)

    def recall(self, found: Counter[str], kinds: frozenset[str] | None = None) -> float:
        total = sum(count for kind, count in self.marked.items() if kinds is None or kind in kinds)
        hits = sum(count for kind, count in found.items() if kinds is None or kind in kinds)
        return hits / total if total else 1.0

    def precision(self, right: Counter[str]) -> float:
        return sum(right.values()) / max(1, sum(self.hidden.values()))


def read(path: Path) -> list[Marked]:
    """The texts of one file of either form."""
    raw = path.read_text("utf-8")
    if raw.lstrip().startswith("["):
        return [
            Marked(
                one["full_text"],
                [(s["entity_type"].lower(), s["start_position"], s["end_position"]) for s in one["spans"]],
                one.get("set", ""),
            )
            for one in json.loads(raw)
        ]
    lines = [json.loads(line) for line in raw.splitlines() if line.strip()]
    return [
        Marked(one["text"], [(s["kind"].lower(), s["start"], s["end"]) for s in one["annotations"]], "")
        for one in lines
    ]


def score(texts: Sequence[Marked], *, names: Detector | None, model: Asked | None, show: bool) -> Score:
    result = Score()
    for one in texts:
        found = find([one.text], names=names, model=model)
        hidden = {place for span in found for place in range(span.start, span.end)}
        marked = {place for _, start, end in one.spans for place in range(start, end)}
        for kind, start, end in one.spans:
            share = _share(one.text, start, end, hidden)
            result.marked[kind] += 1
            result.strict[kind] += share == 1
            result.lenient[kind] += share >= 0.5
            if show and share < 1:
                print(f"  missed {1 - share:.0%} of {kind} {_around(one.text, start, end)}")
        for span in found:
            share = _share(one.text, span.start, span.end, marked)
            result.hidden[span.kind] += 1
            result.right_strict[span.kind] += share >= 0.5
            result.right_lenient[span.kind] += share > 0
            if show and not share:
                print(f"  for nothing: {span.kind} {_around(one.text, span.start, span.end)}")
    return result


def _around(text: str, start: int, end: int) -> str:
    return f"{text[start:end]!r} in {text[max(0, start - 40) : end + 20]!r}"


def _share(text: str, start: int, end: int, places: set[int]) -> float:
    counted = [place for place in range(start, end) if text[place].isalnum()] or list(range(start, end))
    return sum(place in places for place in counted) / len(counted)


def tell(name: str, result: Score) -> None:
    print(f"\n{name}: {sum(result.marked.values())} marked spans, {sum(result.hidden.values())} hidden places")
    print(f"  {'marked kind':24}{'spans':>6}{'strict':>8}{'lenient':>8}")
    for kind, count in sorted(result.marked.items(), key=lambda item: -item[1]):
        print(f"  {kind:24}{count:6}{result.strict[kind] / count:8.3f}{result.lenient[kind] / count:8.3f}")
    print(f"  {'hidden as':24}{'places':>6}{'strict':>8}{'lenient':>8}")
    for kind, count in sorted(result.hidden.items(), key=lambda item: -item[1]):
        print(f"  {kind:24}{count:6}{result.right_strict[kind] / count:8.3f}{result.right_lenient[kind] / count:8.3f}")
    structured, right = result.recall(result.strict, STRUCTURED), result.precision(result.right_strict)
    print(f"  recall: strict {result.recall(result.strict):.3f}, lenient {result.recall(result.lenient):.3f}")
    print(f"  recall of structured kinds: strict {structured:.3f}")
    print(f"  precision: strict {right:.3f}, lenient {result.precision(result.right_lenient):.3f}")


def good(result: Score) -> bool:
    return (
        result.recall(result.strict, STRUCTURED) >= LEAST_STRUCTURED
        and result.recall(result.strict) >= LEAST_RECALL
        and result.precision(result.right_strict) >= LEAST_PRECISION
    )


def rehydration(count: int) -> int:
    """Streams cut anywhere, against the rule read literally over the whole text; how many came out otherwise."""
    from test_rehydrate import FAKES, MARKS, PIECES, slow, streamed

    chance, wrong = random.Random(77), 0
    for _ in range(count):
        labels = chance.choice((MARKS, FAKES, MARKS | FAKES))
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 10)))
        cuts = [chance.randint(0, len(text)) for _ in range(chance.randint(0, 12))]
        wrong += streamed(text, labels, cuts)[0] != slow(text, labels)
    return wrong


def pace(words: int = 4_000) -> None:
    """Seconds for a long text, of sentences from the held-out file, with every detector."""
    text = "\n".join(one.text for one in read(HELD))
    text = " ".join((text.split(" ") * 9)[:words])
    find(["Warm up."])
    started = time.perf_counter()
    found = find([text])
    seconds = time.perf_counter() - started
    print(f"\npace: {words} words, {len(found)} places in {seconds:.2f} s, {words / seconds:.0f} words a second")


def sets(files: Sequence[Path]) -> Iterator[tuple[str, list[Marked]]]:
    for file in files:
        texts = read(file)
        for group in sorted({one.group for one in texts}):
            yield f"{file.name}{f', {group}' if group else ''}", [one for one in texts if one.group == group]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--patterns", action="store_true", help="without the recogniser of names")
    parser.add_argument("--model", action="store_true", help="ask the writer of this computer for more spans")
    parser.add_argument("--show", action="store_true", help="print every miss and every span hidden for nothing")
    parser.add_argument("--splits", type=int, default=100_000, help="streams for the rehydration check")
    given = parser.parse_args()
    files = given.files or [*sorted(SAMPLES.glob("*.json*")), HELD]
    names: Detector | None = (lambda text: ()) if given.patterns else None
    all_good = True
    with writer(given.model) as model:
        for name, texts in sets(files):
            result = score(texts, names=names, model=model, show=given.show)
            tell(name, result)
            all_good &= good(result)
    if not given.files:
        pace()
        wrong = rehydration(given.splits)
        print(f"rehydration: {wrong} of {given.splits} cut streams wrong")
        all_good &= not wrong
    sys.exit(0 if all_good or given.patterns or given.files else 1)


@contextmanager
def writer(wanted: bool) -> Iterator[Asked | None]:
    """The writer of this computer as a further detector, or none."""
    if not wanted:
        yield None
        return
    from answering_desk import house_of

    from app.cloud.redact.model_pass import asking
    from models.api import Cancel

    with house_of({}) as (services, _):
        yield asking(services.models.chat, Cancel())


if __name__ == "__main__":
    main()
