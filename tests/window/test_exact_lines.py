"""Exact text in lines: nothing is added or lost, labels are not cut, and no fold hides one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.widgets.exact_lines import ExactLine, Fold, break_lines, fold

LETTERS = string.ascii_letters + ' \n"{},⟦⟧_1é中😀'


def one(char: str) -> float:
    return 2.0 if ord(char) > 0x2E80 else 1.0


@given(st.text(LETTERS, max_size=400), st.integers(16, 80))
def test_nothing_is_added_or_lost_and_every_line_fits(text: str, columns: int) -> None:
    lines = break_lines(text, (), columns=columns, cells=one)
    assert "".join(line.text for line in lines) == text.replace("\n", "")
    for line in lines:
        assert line.indent + sum(one(char) for char in line.text) <= columns + 9 or len(line.text) == 1


@given(st.integers(0, 200), st.integers(24, 80), st.sampled_from(["word ", "x"]))
def test_a_label_that_fits_is_never_cut(before: int, columns: int, filler: str) -> None:
    label = "⟦ADDRESS_12⟧"
    text = filler * before + label + " and more words after it"
    lines = break_lines(text, (label,), columns=columns, cells=one)
    assert sum(label in line.text for line in lines) == 1
    (marked,) = [line for line in lines if line.marks]
    assert [marked.text[start:end] for start, end in marked.marks] == [label]


def test_only_labels_that_were_given_out_stand_black() -> None:
    """A file's own brackets left as they are: black would say they had been hidden."""
    text = "Ask Jane Doe or ⟦PERSON_2⟧, not ⟦PERSON_21⟧, pay ⟦DE89 3704 0044⟧."
    (line,) = break_lines(text, ("Jane Doe", "⟦PERSON_2⟧"), columns=80, cells=one)
    assert [line.text[start:end] for start, end in line.marks] == ["Jane Doe", "⟦PERSON_2⟧"]
    (plain,) = break_lines(text, (), columns=80, cells=one)
    assert plain.marks == ()


@pytest.mark.parametrize("labels_at", [(), (20,), (20, 21, 40), tuple(range(12, 60, 5))])
def test_no_fold_hides_a_label(labels_at: tuple[int, ...]) -> None:
    text = "\n".join(f"line {n} ⟦PERSON_{n}⟧" if n in labels_at else f"line {n}" for n in range(60))
    lines = break_lines(text, [f"⟦PERSON_{n}⟧" for n in labels_at], columns=80, cells=one)
    rows = fold(lines)
    shown = [row for row in rows if isinstance(row, ExactLine)]
    seen = {line.text[start:end] for line in shown for start, end in line.marks}
    assert seen == {f"⟦PERSON_{n}⟧" for n in labels_at}
    assert len(shown) + sum(row.hidden for row in rows if isinstance(row, Fold)) == 60
    assert shown[0].text == "line 0" and shown[-1].text == "line 59"


def test_a_short_text_is_not_folded() -> None:
    assert not any(isinstance(row, Fold) for row in fold(break_lines("a\nb\nc", (), columns=20, cells=one)))
