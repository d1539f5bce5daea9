"""Does the learnt band cover what comes? Requests priced one after the other, with real vocabularies in the part of
closed ones; and what counting takes of memory. Nothing here is a test."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from app.cloud.learnt import Pair  # noqa: E402 - found through the line above
from app.cloud.token_count import Tokens  # noqa: E402
from app.paths import starter_models  # noqa: E402

SAMPLES = ROOT.parent / "shared" / "samples"
REQUESTS = 300
FRAME = 11
"""Tokens the stand-in adds to each request without telling."""


def texts(kind: str) -> list[str]:
    """Prose from the samples, or code of this house."""
    if kind == "code":
        paths = [*sorted((ROOT / "app").rglob("*.py"))[::4], *sorted((ROOT / "assets").glob("*.json"))]
        return [path.read_text(encoding="utf-8")[:3000] for path in paths]
    found = [row["text"] for row in json.loads((SAMPLES / "questions" / "xquad_en_dev.json").read_text())["paragraphs"]]
    for line in (SAMPLES / "summaries" / "scitldr_dev.jsonl").read_text().splitlines():
        found.append(" ".join(json.loads(line)["source"]))
    for line in (SAMPLES / "pii" / "llm_redactor_wl1_pii_dev.jsonl").read_text().splitlines():
        found.append(json.loads(line)["text"])
    return found


def requests(kinds: tuple[str, ...]) -> Iterator[bytes]:
    """Bodies of one to five passages."""
    chance = random.Random(5)
    pools = {kind: texts(kind) for kind in kinds}
    for _ in range(REQUESTS):
        passages = chance.choices(pools[chance.choice(kinds)], k=chance.randint(1, 5))
        spoken = [{"role": "system", "content": "Answer from these passages."}]
        spoken.append({"role": "user", "content": "\n\n".join(passages)})
        yield json.dumps({"messages": spoken}).encode()


def rows() -> Iterator[tuple[str, object, str]]:
    """(figure, value, bound)."""
    writer = next(iter(sorted(starter_models().rglob("*.gguf"))), None)
    shelf = [("theirs", writer)] if writer else []
    tokens, theirs = Tokens(idle_s=600), Tokens(shelf=lambda: shelf, idle_s=600)
    began = time.perf_counter()
    tokens.count("openai", "gpt-4o", b'{"messages": [{"role": "user", "content": "hello"}]}')
    yield "seconds to the first count (process, seal, vocabulary)", time.perf_counter() - began, ""
    yield "MB of the counting process, o200k", _mb(tokens), "60: else a process of its own"
    for name, provider, model in (("cl100k", "openai", "gpt-4"), ("the starter writer's", "own", "theirs")):
        for kinds in (("prose",), ("code",), ("prose", "code")):
            pairs: list[Pair] = []
            first, later, broken, widths = [], [], 0, []
            for body in requests(kinds):
                said = tokens.count("closed", "closed", body, pairs=pairs[:50])
                real = theirs.count(provider, model, body).plain + FRAME
                off = abs(real / said.tokens - 1)
                (later if len(pairs) >= 50 else first).append((off <= said.band, off))
                widths.append(said.band)
                broken += real > said.most
                pairs.insert(0, Pair(said.content, said.plain, real))
            of = f"o200k for {name}, {' and '.join(kinds)}:"
            yield f"{of} within the band, from the 51st on", _share([held for held, _ in later]), ">= 0.90"
            yield f"{of} within the band, the first 50", _share([held for held, _ in first]), ""
            yield f"{of} half width of the band, median from the 51st on", statistics.median(widths[50:]), ""
            yield f"{of} within 5 %, from the 51st on", _share([off <= 0.05 for _, off in later]), ""
            yield f"{of} counts above the ceiling's", broken, "0"
    yield "MB of the counting process after all", _mb(theirs), ""
    yield "MB of this process", psutil.Process().memory_info().rss / 1e6, ""
    tokens.close()
    theirs.close()


def _mb(tokens: Tokens) -> float:
    return psutil.Process(tokens.host.pid).memory_info().rss / 1e6


def _share(held: list[bool]) -> float:
    return sum(held) / len(held)


if __name__ == "__main__":
    for figure, value, bound in rows():
        print(f"{figure:<92} {value if isinstance(value, int) else format(value, '.3f'):>10}  {bound}", flush=True)
