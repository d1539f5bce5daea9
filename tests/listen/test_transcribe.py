"""The loop that writes recordings down: what it keeps, how it goes on, what it does about a stop or a crash."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from listening_desk import CALL, CountingEngine, desk, done_of, hash_of, lines_of, save_sound

from app.events import TranscribeProgress
from app.library.recording import SAMPLE_RATE
from app.store.anchors import anchor_of
from app.values import TimeAnchor
from models.api import Cancel, ModelError, Segment, Trouble
from models.fake import ScriptedTranscriber

SAID = [Segment(at, at + 3.5, f"Sentence number {at}.", speaker=at // 4 % 2) for at in range(1, 89, 4)]


class Troubled(CountingEngine):
    """Crashes at the requests whose numbers are given, before or after a line."""

    def __init__(self, *, crash_at: set[int]) -> None:
        super().__init__(ScriptedTranscriber(SAID))
        self._crash_at = crash_at

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        lines = super().transcribe(pcm, start_s=start_s, end_s=end_s, language=language, cancel=cancel)
        yield next(lines)
        if len(self.asked) - 1 in self._crash_at:
            raise ModelError(Trouble.CRASHED, "The listener stopped.")
        yield from lines


def test_lines_are_kept_named_and_accounted_for(tmp_path: Path) -> None:
    listening = desk(tmp_path, ScriptedTranscriber(SAID))
    events = list(listening.transcribe(CALL, cancel=Cancel()))
    lines, done = lines_of(events), done_of(events)
    assert [line.text for line in lines] == [said.text for said in SAID]
    assert {line.speaker for line in lines} == {"Speaker 1", "Speaker 2"}
    assert not done.stopped
    assert abs(done.speech_s + done.silent_s + done.dropped_s + done.doubtful_s - 90.955) < 0.1
    progress = [event.done_s for event in events if isinstance(event, TranscribeProgress)]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0.0, 90.955)
    assert not list(tmp_path.glob("*.pcm")), "decoded sound was left behind"
    kept = listening.transcripts.of_path(CALL)
    assert kept is not None
    assert kept.finished
    assert listening.transcripts.lines(kept.id) == lines


def test_a_second_run_gives_the_same_lines_without_the_engine(tmp_path: Path) -> None:
    first = list(desk(tmp_path, ScriptedTranscriber(SAID)).transcribe(CALL, cancel=Cancel()))
    engine = CountingEngine(ScriptedTranscriber(SAID))
    listening = desk(tmp_path, engine)
    assert lines_of(list(listening.transcribe(CALL, cancel=Cancel()))) == lines_of(first)
    assert engine.asked == []
    list(listening.transcribe(CALL, cancel=Cancel(), again=True))
    assert len(engine.asked) > 2


def test_a_stop_keeps_finished_clips_and_the_next_run_does_only_the_rest(tmp_path: Path) -> None:
    engine = CountingEngine(ScriptedTranscriber(SAID))
    listening = desk(tmp_path, engine)
    cancel = Cancel()
    before = []
    for event in listening.transcribe(CALL, cancel=cancel):
        before.append(event)
        if isinstance(event, TranscribeProgress) and event.done_s > 40:
            cancel.stop()
    assert done_of(before).stopped
    clips_done = len(engine.asked)
    assert 0 < len(lines_of(before)) < len(SAID)
    engine.asked.clear()
    after = list(listening.transcribe(CALL, cancel=Cancel()))
    assert [line.text for line in lines_of(after)] == [said.text for said in SAID]
    kept = listening.transcripts.of_path(CALL)
    assert kept is not None
    clips = listening.transcripts.clips(kept.id)
    asked_whole = [stretch for stretch in engine.asked if any(stretch == (c.start_s, c.end_s) for c in clips)]
    assert len(asked_whole) <= len(clips) - clips_done + 1
    assert [line.speaker for line in lines_of(after)][:4] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]


def test_a_crash_is_tried_once_more_and_costs_nothing(tmp_path: Path) -> None:
    events = list(desk(tmp_path, Troubled(crash_at={1})).transcribe(CALL, cancel=Cancel()))
    assert [line.text for line in lines_of(events)] == [said.text for said in SAID]
    assert not done_of(events).stopped


def test_a_clip_that_always_crashes_ends_the_run_and_keeps_what_was_written(tmp_path: Path) -> None:
    listening = desk(tmp_path, Troubled(crash_at=set(range(1, 20))))
    with pytest.raises(ModelError):
        list(listening.transcribe(CALL, cancel=Cancel()))
    kept = listening.transcripts.of_path(CALL)
    assert kept is not None
    assert not kept.finished
    assert listening.transcripts.lines(kept.id)
    assert not list(tmp_path.glob("*.pcm"))


def test_people_can_be_limited_or_left_out(tmp_path: Path) -> None:
    listening = desk(tmp_path, ScriptedTranscriber(SAID))
    assert {x.speaker for x in lines_of(list(listening.transcribe(CALL, cancel=Cancel(), people=0)))} == {""}
    alone = {line.speaker for line in lines_of(list(listening.transcribe(CALL, cancel=Cancel(), people=1)))}
    assert len(alone) == 1
    assert alone <= {"Speaker 1", "Speaker 2"}


def test_the_library_gets_a_section_whose_places_are_seconds(tmp_path: Path) -> None:
    listening = desk(tmp_path, ScriptedTranscriber(SAID))
    pcm, about = listening._decoder.decode(CALL, size_bytes=0, cancel=Cancel())
    (section,) = listening.sections(CALL, pcm, about, hash_of(CALL, Cancel()), Cancel())
    at = section.text.index("number 21")
    assert anchor_of(section, at, at + 9) == TimeAnchor(21.0, 24.5)
    assert "Speaker" not in section.text
    assert {span[4] for span in section.spans} == {"Speaker 1", "Speaker 2"}
    assert [section.text[a:b] for a, b, *_ in section.spans] == [said.text for said in SAID]


def test_the_library_takes_what_is_already_written_down_in_whatever_language_was_asked_for(tmp_path: Path) -> None:
    engine = CountingEngine(ScriptedTranscriber(SAID))
    listening = desk(tmp_path, engine)
    list(listening.transcribe(CALL, cancel=Cancel(), language="en"))
    engine.asked.clear()
    pcm, about = listening._decoder.decode(CALL, size_bytes=0, cancel=Cancel())
    (section,) = listening.sections(CALL, pcm, about, hash_of(CALL, Cancel()), Cancel())
    assert len(section.spans) == len(SAID)
    assert engine.asked == []


def test_a_rename_reaches_every_line_and_merges(tmp_path: Path) -> None:
    listening = desk(tmp_path, ScriptedTranscriber(SAID))
    list(listening.transcribe(CALL, cancel=Cancel()))
    kept = listening.transcripts.of_path(CALL)
    assert kept is not None
    assert listening.transcripts.rename_speaker(kept.id, old="Speaker 1", new="Dana") == len(SAID) // 2
    assert listening.transcripts.rename_speaker(kept.id, old="Speaker 2", new="Dana") == len(SAID) // 2
    assert {line.speaker for line in listening.transcripts.lines(kept.id)} == {"Dana"}


def test_silence_is_not_given_to_the_engine(tmp_path: Path) -> None:
    engine = CountingEngine(ScriptedTranscriber(SAID))
    path = save_sound(tmp_path / "silence.wav", np.zeros(20 * SAMPLE_RATE, np.float32))
    events = list(desk(tmp_path, engine).transcribe(path, cancel=Cancel()))
    assert engine.asked == []
    assert done_of(events).silent_s == 20.0
