"""The plan holds every second of speech, and the account of a recording adds up whatever the engine wrote."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.events import TranscriptLine
from app.listen.plan import LONGEST_CLIP_S, cover, plan

gaps_and_runs = st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.1, 25.0)), max_size=60)


def runs_from(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    at = 0.0
    runs = []
    for gap, length in pairs:
        runs.append((round(at + gap, 3), round(at + gap + length, 3)))
        at = runs[-1][1]
    return runs


@given(gaps_and_runs)
def test_every_run_lies_whole_in_one_clip_and_no_clip_is_too_long(pairs: list[tuple[float, float]]) -> None:
    runs = runs_from(pairs)
    clips = plan(runs)
    for start, end in runs:
        assert sum(clip.start_s <= start and end <= clip.end_s for clip in clips) == 1
    assert all(clip.end_s - clip.start_s <= LONGEST_CLIP_S + 1e-6 for clip in clips)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(clips))
    assert [clip.position for clip in clips] == list(range(len(clips)))


def test_a_clip_ends_at_the_longest_pause_of_its_second_half() -> None:
    runs = [(0.0, 5.0), (5.5, 16.0), (18.0, 24.0), (24.2, 28.0), (28.4, 40.0)]
    clips = plan(runs)
    assert (clips[0].start_s, clips[0].end_s) == (0.0, 16.5)
    assert clips[1].start_s == 18.0


@given(gaps_and_runs, st.lists(st.tuples(st.floats(0, 500), st.floats(0, 30), st.booleans()), max_size=40))
def test_the_four_lengths_always_sum_to_the_recording(
    pairs: list[tuple[float, float]], said: list[tuple[float, float, bool]]
) -> None:
    runs = runs_from(pairs)
    duration_s = (runs[-1][1] if runs else 0.0) + 3.0
    lines = [TranscriptLine(start, start + length, "x", doubtful=doubt) for start, length, doubt in said]
    covered = cover(duration_s, speech=runs, lines=lines)
    total = covered.speech_s + covered.silent_s + covered.dropped_s + covered.doubtful_s
    assert abs(total - duration_s) < 0.001
    assert min(covered.speech_s, covered.silent_s, covered.dropped_s, covered.doubtful_s) >= -1e-9


def test_sound_without_words_is_dropped_and_a_pause_between_lines_is_silent() -> None:
    lines = [
        TranscriptLine(0.3, 4.0, "one"),
        TranscriptLine(4.6, 9.0, "two"),
        TranscriptLine(9.0, 10.0, "x", doubtful=True),
    ]
    covered = cover(30.0, speech=[(0.0, 10.3), (15.0, 20.0)], lines=lines)
    assert round(covered.speech_s, 3) == 8.1
    assert round(covered.doubtful_s, 3) == 1.0
    assert round(covered.dropped_s, 3) == 5.0
    assert round(covered.silent_s, 3) == 15.9
