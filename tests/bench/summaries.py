"""`make bench-summaries`: how close the short summary of a paper's text comes to what people wrote, as ROUGE-1."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from answering_desk import house_of, samples

from app.events import SummaryDone
from app.evidence.terms import stem
from models.api import Cancel


def rouge1(one: str, other: str) -> float:
    """F1 of the shared words (Lin 2004), with repetition; lower case, letters and digits only, stemmed by our own
    light stemmer in place of Porter's."""
    mine, theirs = _tokens(one), _tokens(other)
    shared = sum((mine & theirs).values())
    if not shared:
        return 0.0
    precision, recall = shared / sum(mine.values()), shared / sum(theirs.values())
    return 2 * precision * recall / (precision + recall)


def _tokens(text: str) -> Counter[str]:
    return Counter(stem(word) for word in re.findall(r"[a-z0-9]+", text.lower()))


def best(summary: str, targets: Sequence[str]) -> float:
    """The best of several human summaries, as the task's makers score it (Cachola et al. 2020)."""
    return max(rouge1(summary, target) for target in targets)


def summaries(papers: Sequence[dict[str, Any]], *, titled: bool) -> list[str]:
    """Each paper as a Markdown file, with or without its title as heading, summarised by the product."""
    texts = {
        f"{at + 1:03}.md": (f"# {paper['title']}\n\n" if titled else "") + " ".join(paper["source"]) + "\n"
        for at, paper in enumerate(papers)
    }
    found: list[str] = []
    with house_of(texts) as (house, folder):
        for name in texts:
            done = ""
            for event in house.summarise(folder / name, length="short", style="prose", cancel=Cancel()):
                if isinstance(event, SummaryDone):
                    done = event.summary
            found.append(done)
    return found


def main() -> int:
    """Print the table."""
    path = samples("summaries/scitldr_dev.jsonl")
    if path is None:
        return 0
    papers = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(sys.argv) > 1:
        papers = papers[: int(sys.argv[1])]
    rows = [("first sentence", [paper["source"][0] for paper in papers], "0.27")]
    rows.append(("Indoors, short, title in the file", summaries(papers, titled=True), "≥ 0.38"))
    rows.append(("Indoors, short, no title in the file", summaries(papers, titled=False), ""))
    reachable = [max(paper["source"], key=lambda one: best(one, paper["target"])) for paper in papers]
    rows.append(("best single sentence there is", reachable, ""))
    print(f"{len(papers)} papers, ROUGE-1 F1, stemmed, best of the human summaries\n")
    for name, texts, bound in rows:
        score = sum(best(text, paper["target"]) for text, paper in zip(texts, papers, strict=True)) / len(papers)
        words = sum(len(text.split()) for text in texts) / len(texts)
        print(f"{name:<38} {score:>6.3f}   {bound:<7} {words:5.1f} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
