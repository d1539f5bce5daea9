"""A sentence's place leads to the passage that holds it, in every kind of document."""

import pytest

from app.values import Anchor, CellsAnchor, LinesAnchor, MessageAnchor, PageAnchor, SlideAnchor, TimeAnchor
from ui.window.anchor_reach import holds

PAIRS: list[tuple[Anchor, Anchor, Anchor]] = [
    (PageAnchor(3, 100, 200), PageAnchor(3, 199, 230), PageAnchor(3, 200, 210)),
    (PageAnchor(3, 100, 200), PageAnchor(3, 100, 110), PageAnchor(4, 150, 160)),
    (MessageAnchor(1, 0, 50), MessageAnchor(1, 10, 20), MessageAnchor(2, 10, 20)),
    (SlideAnchor(2, 0, 50), SlideAnchor(2, 10, 20), SlideAnchor(3, 10, 20)),
    (LinesAnchor(5, 9), LinesAnchor(9, 9), LinesAnchor(10, 10)),
    (CellsAnchor("A", 5, 9), CellsAnchor("A", 6, 6), CellsAnchor("B", 6, 6)),
    (TimeAnchor(1.5, 4.0), TimeAnchor(4.0, 6.0), TimeAnchor(4.1, 6.0)),
    (LinesAnchor(1, 9), LinesAnchor(1, 1), TimeAnchor(1.0, 2.0)),
]


@pytest.mark.parametrize(("passage", "inside", "outside"), PAIRS)
def test_a_place_within_another(passage: Anchor, inside: Anchor, outside: Anchor) -> None:
    assert holds(passage, inside)
    assert not holds(passage, outside)
