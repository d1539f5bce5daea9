"""Names stay with their voice over a whole recording, also when the engine is started again."""

from app.events import TranscriptLine
from app.listen.speakers import Labels, limited, named, primers
from models.api import Segment

A, B, C = "Speaker 1", "Speaker 2", "Speaker 3"


def line(start: float, end: float, who: str) -> TranscriptLine:
    return TranscriptLine(start, end, "words", speaker=who)


def test_voices_are_named_in_the_order_in_which_they_are_heard() -> None:
    labels = Labels()
    assert [labels.name(voice) for voice in (3, 0, 3, -1, 7)] == [A, B, A, "", C]


def test_a_new_engine_is_introduced_to_the_known_speakers() -> None:
    kept = [line(0, 2, A), line(2, 9, B), line(9, 14, A)]
    assert [(x.speaker, x.start_s) for x in primers(kept)] == [(A, 9), (B, 2)]
    labels = Labels(kept)
    labels.learn(A, [Segment(0, 2, "x", speaker=0)])
    labels.learn(B, [Segment(0, 2, "x", speaker=1), Segment(2, 3, "y", speaker=1)])
    assert [labels.name(voice) for voice in (1, 0, 2)] == [B, A, C]


def test_without_an_introduction_a_new_engine_gets_new_names_instead_of_wrong_ones() -> None:
    labels = Labels([line(0, 2, A)])
    assert labels.name(0) == B


def test_a_number_of_people_keeps_those_who_speak_longest() -> None:
    lines = [line(0, 10, A), line(10, 11, C), line(11, 20, B), line(20, 21, C)]
    assert [x.speaker for x in limited(lines, 2)] == [A, A, B, B]
    assert [x.speaker for x in limited(lines, 0)] == ["", "", "", ""]
    assert limited(lines, None) == lines


def test_a_short_line_in_the_same_breath_is_the_same_person() -> None:
    lines = [line(0, 2, B), line(2.1, 2.6, ""), line(5, 5.5, "")]
    assert [x.speaker for x in named(lines)] == [B, B, ""]
