"""Where characters of a section stand on their page, for sections that keep the places of their lines."""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[float, float, float, float]
"""(left, top, right, bottom) in fractions of the page as it is shown."""


def places_of(
    boxes: Sequence[tuple[int, int, float, float, float, float]], start_char: int, end_char: int
) -> tuple[Place, ...]:
    """One place for each line that characters [start_char, end_char) touch; empty where the section keeps no places.

    Inside a line letters are taken to be of one width, so that a word in the middle is marked about where it stands;
    lines that run up or down the page are marked whole.
    """
    found: list[Place] = []
    for start, end, left, top, right, bottom in boxes:
        first, last = max(start, start_char), min(end, end_char)
        if first >= last:
            continue
        if bottom - top > right - left:
            found.append((left, top, right, bottom))
            continue
        letter = (right - left) / (end - start)
        found.append((left + letter * (first - start), top, left + letter * (last - start), bottom))
    return tuple(found)
