"""Sentence ends: every case here once cut a quote in the wrong place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.sentences import blocks, sentences

SPLITS: list[tuple[str, list[str]]] = [
    ("The rent is due. It is paid monthly.", ["The rent is due.", "It is paid monthly."]),
    ("Dr. Smith met Mrs. Jones. They spoke.", ["Dr. Smith met Mrs. Jones.", "They spoke."]),
    ("J. R. R. Tolkien wrote it. He lived in Oxford.", ["J. R. R. Tolkien wrote it.", "He lived in Oxford."]),
    ("In the U.S. Army he served. Then he left.", ["In the U.S. Army he served.", "Then he left."]),
    ("He moved to the U.S. The move was hard.", ["He moved to the U.S.", "The move was hard."]),
    ("Bring fruit, e.g. apples, i.e. Cox. Eat it.", ["Bring fruit, e.g. apples, i.e. Cox.", "Eat it."]),
    ("It costs 3.50 euros. That is v. 2.1.3 of it.", ["It costs 3.50 euros.", "That is v. 2.1.3 of it."]),
    ("Meet at 5 p.m. on Friday. Bring it.", ["Meet at 5 p.m. on Friday.", "Bring it."]),
    ('"Stop!" he said. "Why?" she asked.', ['"Stop!" he said.', '"Why?" she asked.']),
    ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
    ("See Fig. 3 and No. 5. Then stop.", ["See Fig. 3 and No. 5.", "Then stop."]),
    ("It ended in 1999. 200 people came.", ["It ended in 1999.", "200 people came."]),
    ("Populous then.[12] Later it shrank.[13][14] End.", ["Populous then.[12]", "Later it shrank.[13][14]", "End."]),
    ("1. The tenant pays. 2. The landlord waits.", ["1. The tenant pays.", "2. The landlord waits."]),
    ("The long line wraps here and\nends there. Next one.", ["The long line wraps here and\nends there.", "Next one."]),
    ("Title\n\nBody text here", ["Title", "Body text here"]),
    ("- one thing\n- another thing\n", ["one thing", "another thing"]),
    ("# Head\nBody is here.", ["Head", "Body is here."]),
    ("Name: Anna Roth\nRent: 900 euros\n", ["Name: Anna Roth", "Rent: 900 euros"]),
    ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
    ("It works well.The next came.", ["It works well.", "The next came."]),
    ("Visit example.com today. Bye.", ["Visit example.com today.", "Bye."]),
    ("Wait... what? Nothing… So it goes.", ["Wait... what?", "Nothing…", "So it goes."]),
    ("Am 3. Oktober kam er. Dann ging er.", ["Am 3. Oktober kam er.", "Dann ging er."]),
    ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
    ("Acme Inc. and Co. sold it. Ltd. firms stayed.", ["Acme Inc. and Co. sold it.", "Ltd. firms stayed."]),
    ("Due Jan. 5 at noon. See p. 12.", ["Due Jan. 5 at noon.", "See p. 12."]),
    ("We chose vitamin C. The dose is low.", ["We chose vitamin C.", "The dose is low."]),
    ("Luther (b. 1483, d. 1546) was a monk. He wrote.", ["Luther (b. 1483, d. 1546) was a monk.", "He wrote."]),
    ("", []),
    ("   \n \n", []),
]


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_cuts_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


WILD = st.text(alphabet=st.sampled_from(list("aB1 .!?\n\t-#|\"')([e.g。•")), max_size=80)


@given(WILD)
def test_nothing_is_lost_and_nothing_overlaps(text: str) -> None:
    last = 0
    outside = ""
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        outside += text[last:start]
        last = end
    outside += text[last:]
    assert set(outside) <= set(" \n\t\r-#*+•>[]x")


@given(WILD)
def test_blocks_cover_everything(text: str) -> None:
    assert "".join(text[a:b] for a, b in blocks(text)) == text
