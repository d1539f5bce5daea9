"""Passages tile their section whatever the text; headings, tables and speakers decide where they part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library import split as split_module
from app.library.readers.text import markdown_headings
from app.library.split import MOST_WORDS, split, words_in
from app.store.anchors import anchor_of
from app.values import (
    CellsAnchor,
    LinesAnchor,
    MessageAnchor,
    PageAnchor,
    Section,
    SlideAnchor,
    TimeAnchor,
)

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


def test_a_list_keeps_the_line_that_leads_it_in() -> None:
    items = "".join(
        f"- Rule {n}: every tenant keeps the stairs and the yard clean and locks the door.\n" for n in range(40)
    )
    for before in range(110, 140, 2):
        text = "word " * before + "end.\n\nThe following rules apply:\n\n" + items
        pieces = split(Section("lines", 1, text))
        assert len(pieces) > 3
        lead = next(p for p in pieces if "following rules" in text[p.start : p.end])
        assert "- Rule 0" in text[lead.start : lead.end], f"cut from its list after {before} words"
        later = [p for p in pieces if p.start > lead.start]
        assert later and all(p.heading == "The following rules apply:" for p in later)
        assert all(text[p.start : p.start + 2] == "- " for p in later)


def test_the_head_row_is_found_below_a_title() -> None:
    rows = "".join(f"| item {n} | {n * 3} | paid in cash at the desk on a Monday |\n" for n in range(60))
    text = "| Rent of 2026 |\n|  |  |  |\n| What | Euros | How |\n" + rows
    pieces = split(Section("cells", 1, text, sheet="Money"))
    assert len(pieces) > 2
    assert [p.heading for p in pieces[1:]] == ["What | Euros | How"] * (len(pieces) - 1)
    starts = {0, *(at + 1 for at, char in enumerate(text) if char == "\n")}
    assert all(p.start in starts for p in pieces), "a row was cut"


def test_an_empty_row_does_not_behead_a_sheet() -> None:
    rows = "".join(f"| item {n} | {n * 3} | paid in cash at the desk on a Monday |\n" for n in range(30))
    text = (
        "| What | Euros | How |\n" + rows + "\n" + rows + "\n| Name | Town | Job |\n" + "| Ann | Kiel | baker |\n" * 60
    )
    headings = [p.heading for p in split(Section("cells", 1, text))]
    assert "What | Euros | How" in headings[2:4]
    assert headings[-1] in {"Name | Town | Job", "What | Euros | How"}
    assert "item 0 | 0 | paid in cash at the desk on a Monday" not in headings


def test_code_is_cut_at_its_lines_and_a_short_fence_stays_whole() -> None:
    program = "".join(f"    total = add(total, row[{n}]);  // the row. And so on\n" for n in range(90))
    pieces = split(Section("lines", 1, program))
    assert len(pieces) > 3 and all(program[p.end - 1] == "\n" for p in pieces)
    fence = "```\n" + "a line of it, with words\n\n" * 9 + "```\n"
    for before in range(90, 140, 5):
        text = "word " * before + "end.\n\n" + fence + "\n" + SENTENCE
        for piece in split(Section("lines", 1, text)):
            assert text[piece.start : piece.end].count("```") % 2 == 0, before


def test_time_grows_with_the_size_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, rows and items without end: each is looked at a few times, not once for every other one."""
    for unit in ("# a\n", "| a | b |\n", "- x\n", "word ", "漢", "J. ", "(("):
        looked = []
        for size in (20_000, 80_000):
            text = unit * (size // len(unit))
            measured = 0

            def counting(text: str) -> float:
                nonlocal measured
                measured += len(text)
                return words_in(text)

            monkeypatch.setattr(split_module, "words_in", counting)
            headings = tuple(markdown_headings(text)[0])
            split(Section("lines", 1, text, headings))
            looked.append(measured)
        assert looked[1] < 6 * looked[0], unit


ROWS = st.lists(
    st.sampled_from(["| a | b |", "| 1 | 2 |", "", "| long " + "word " * 300 + "|", "- item", "Name: x"]), max_size=30
)
CUES = st.lists(st.tuples(st.text(alphabet="ab .!", min_size=1, max_size=60), st.floats(0, 9)), min_size=1, max_size=12)


@settings(max_examples=70, deadline=None)
@given(ANY, ROWS, CUES, st.sampled_from(["page", "lines", "cells", "message", "slide", "time"]), st.integers(1, 50))
def test_anchors_lead_back_to_the_exact_text(
    text: str, rows: list[str], cues: list[tuple[str, float]], kind: str, number: int
) -> None:
    text = "\n".join(rows) if kind == "cells" else text
    spans = []
    if kind == "time":
        text, now = "", 0.0
        for words, seconds in cues:
            spans.append((len(text), len(text) + len(words), now, now + seconds, ""))
            text, now = text + words + "\n", now + seconds
    section = Section(kind, number, text, spans=tuple(spans))  # type: ignore[arg-type]  # one of the literals above
    lines = text.split("\n")
    pieces = split(section)
    assert "".join(text[p.start : p.end] for p in pieces) == (text if text.strip() else "")
    for piece in pieces:
        own = text[piece.start : piece.end]
        assert words_in(own) <= MOST_WORDS + 60 or kind == "time", "a passage outgrew the embedder"
        if not own.strip():
            continue
        match anchor_of(section, piece.start, piece.end):
            case PageAnchor() | MessageAnchor() | SlideAnchor() as anchor:
                assert text[anchor.start_char : anchor.end_char] == own
            case LinesAnchor(first, last) | CellsAnchor(_, first, last):
                assert own.strip() in "\n".join(lines[first - number : last - number + 1])
                assert lines[first - number].strip() and lines[last - number].strip()
            case TimeAnchor(start_s, end_s):
                inside = [span for span in spans if span[0] < piece.end and span[1] > piece.start]
                assert not inside or (start_s, end_s) == (inside[0][2], inside[-1][3])
