"""Places as a person would say them, for every kind of anchor."""

from __future__ import annotations

import pytest

from app.values import (
    Anchor,
    CellsAnchor,
    LinesAnchor,
    MessageAnchor,
    PageAnchor,
    SlideAnchor,
    TimeAnchor,
)
from ui.terminal.spoken_places import place_words


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        (PageAnchor(3, 0, 5), "page 3"),
        (LinesAnchor(4, 4), "line 4"),
        (LinesAnchor(4, 9), "lines 4–9"),
        (CellsAnchor("Costs", 7, 9), "Costs row 7"),
        (CellsAnchor("", 41, 41), "row 41"),
        (TimeAnchor(62.4, 70.0), "at 1:02"),
        (MessageAnchor(2, 0, 5), "message 2"),
        (SlideAnchor(6, 0, 5), "slide 6"),
    ],
)
def test_a_place_is_said_plainly(anchor: Anchor, said: str) -> None:
    assert place_words(anchor) == said
