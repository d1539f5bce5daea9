"""Places of characters on pages that keep the places of their lines."""

from __future__ import annotations

import pytest

from app.library.page_boxes import places_of

BOXES = ((0, 10, 0.1, 0.1, 0.6, 0.12), (11, 21, 0.1, 0.15, 0.6, 0.17), (22, 30, 0.9, 0.2, 0.92, 0.8))


def test_a_quote_over_two_lines_has_two_places() -> None:
    first, second = places_of(BOXES, 5, 16)
    assert first == pytest.approx((0.35, 0.1, 0.6, 0.12))
    assert second == pytest.approx((0.1, 0.15, 0.35, 0.17))


def test_lines_that_run_up_the_page_are_marked_whole() -> None:
    assert places_of(BOXES, 24, 26) == ((0.9, 0.2, 0.92, 0.8),)


def test_what_the_page_itself_can_tell_has_no_places() -> None:
    assert places_of((), 0, 50) == ()
    assert places_of(BOXES, 10, 11) == ()
    assert places_of(BOXES, 30, 99) == ()
