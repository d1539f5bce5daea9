"""Passages tile their section whatever the text; headings, tables and speakers decide where they part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library import split as split_module
from app.library.readers.text import markdown_headings
from app.library.split import MOST_WORDS, split, words_in
from app.values import Section

SENTENCE = "The tenant shall keep the kitchen, the bath and both stairs clean at all times, as agreed on 3 May. "
ANY = st.text(alphabet=st.sampled_from(list("aBc. !?\n\n\t-#|,;:1230(é漢\u00a0")), max_size=1500)
KINDS = st.sampled_from(["page", "lines", "message", "slide"])


@settings(max_examples=150, deadline=None)
@given(ANY, KINDS, st.lists(st.integers(0, 1500), max_size=5))
def test_pieces_tile_their_section(text: str, kind: str, heads: list[int]) -> None:
    headings = tuple((at, f"h{at}") for at in sorted(set(heads)) if at < len(text))
    pieces = split(Section(kind, 1, text, headings))  # type: ignore[arg-type]  # one of the literals above
    assert ("".join(text[p.start : p.end] for p in pieces) == text) or not text.strip()
    assert bool(pieces) == bool(text.strip())
    assert all(p.start < p.end for p in pieces)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from("AB"), st.floats(0.5, 40)), min_size=1, max_size=30))
def test_recordings_part_between_spoken_lines(lines: list[tuple[int, str, float]]) -> None:
    text, spans, now = "", [], 0.0
    for words, who, seconds in lines:
        line = "word " * words + "end.\n"
        spans.append((len(text), len(text) + len(line), now, now + seconds, who))
        text += line
        now += seconds
    pieces = split(Section("time", 1, text, spans=tuple(spans)))
    assert "".join(text[p.start : p.end] for p in pieces) == text
    starts = {span[0] for span in spans}
    assert all(p.start in starts for p in pieces)


def test_no_passage_outgrows_the_embedder() -> None:
    text = (SENTENCE * 9 + "\n\n") * 8 + "x" * 4000 + " " + "word " * 900
    pieces = split(Section("lines", 1, text))
    assert max(words_in(text[p.start : p.end]) for p in pieces) <= MOST_WORDS + 1
    # Whole sentences: all but the stretch without any end with one.
    ends = [text[p.start : p.end].rstrip()[-1] for p in pieces]
    assert ends.count(".") >= len(pieces) - 12
    sizes = [words_in(text[p.start : p.end]) for p in pieces[:8]]
    assert min(sizes) > 60


def test_a_heading_starts_a_passage_and_stays_with_its_text() -> None:
    text = "# Lease\n\n## Rent\n\n" + SENTENCE * 2 + "\n\n## Term\n\n" + SENTENCE + "\n\n### End\n\n" + SENTENCE
    headings, title = markdown_headings(text)
    assert title == "Lease"
    pieces = split(Section("lines", 1, text, tuple(headings)))
    assert [p.heading for p in pieces] == ["Rent", "Term", "Term › End"]
    assert [text[p.start : p.end].lstrip()[:5] for p in pieces] == ["# Lea", "## Te", "### E"]


def test_a_table_cut_in_two_keeps_its_head_in_mind() -> None:
    rows = "".join(f"| item {n} | {n} euros and some cents, paid in cash at the desk |\n" for n in range(40))
    text = "| What | Price |\n|---|---|\n" + rows
    pieces = split(Section("lines", 1, text))
    assert len(pieces) > 2
    assert pieces[0].heading == ""
    assert all(p.heading == "What | Price" for p in pieces[1:])
    assert all(text[p.start] == "|" for p in pieces)


def test_small_paragraphs_stay_together() -> None:
    text = "\n\n".join(["A short paragraph of eight words is here."] * 10)
    assert len(split(Section("lines", 1, text))) == 1


def test_one_endless_sentence_is_measured_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = 0

    def counting(text: str) -> float:
        nonlocal measured
        measured += len(text)
        return words_in(text)

    text = "word and more " * 8_000
    monkeypatch.setattr(split_module, "words_in", counting)
    pieces = split(Section("lines", 1, text))
    assert all(100 < words_in(text[piece.start : piece.end]) <= MOST_WORDS for piece in pieces[:-1])
    assert measured < 60 * len(text)
