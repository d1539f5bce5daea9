"""Loops and impossible speed are marked; ordinary speech is not."""

import pytest

from app.events import TranscriptLine
from app.listen.doubt import doubtful, heard_in_noise


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("good-bye day, day, day, day, day", 3.4),
        ("thank you for watching thank you for watching thank you for watching thank you for watching", 8.0),
        ("You", 0.2),
        ("a very long sentence that nobody could possibly say in the time that it is given here", 1.5),
    ],
)
def test_doubtful(text: str, seconds: float) -> None:
    assert doubtful(text, seconds=seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("It was the best of times, it was the worst of times.", 3.9),
        ("No, no, no, I will not.", 2.0),
        ("Thank you.", 1.3),
        ("", 1.0),
    ],
)
def test_trusted(text: str, seconds: float) -> None:
    assert not doubtful(text, seconds=seconds)


def test_a_lone_word_in_long_noise_is_left_out_and_one_between_silences_stays() -> None:
    noise, word = (0.0, 8.0), (20.0, 21.0)
    lines = [TranscriptLine(0.0, 0.6, "Yeah."), TranscriptLine(20.1, 20.8, "Yes.")]
    assert [line.text for line in heard_in_noise(lines, [noise, word])] == ["Yes."]
    talk = [TranscriptLine(0.0, 0.6, "Yeah."), TranscriptLine(1.0, 5.0, "I will come on Friday then.")]
    assert list(heard_in_noise(talk, [noise])) == talk
