"""`indoors summarise` and `indoors transcribe`: one document or recording, worked through with progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from app import events as ev
from app.errors import AppError, UsageError, explain
from app.listen.export import Exported, ExportFormat, export
from app.listen.speakers import limited
from app.services import Services, people_of
from models.api import ModelError
from ui.terminal.events_json import summary_json, transcript_json
from ui.terminal.library_commands import existing
from ui.terminal.screen import Meter, Screen, in_sentences
from ui.terminal.session import DONE, SOME_FAILED, WORLD, Session
from ui.terminal.spoken_places import clock_words, count_words, place_words


def summarise(session: Session, path: Path, *, length: str, style: str) -> int:
    """Summarise one document; a file that is not in the library yet is read into it first."""
    (target,), _ = existing(session.screen, [path])
    with session.house(write=False) as house:
        if house.library.document(target) is None:
            session.screen.message("This file is not in the library yet. Reading it first.")
            house.require_writing()
        show_summary(session.screen, house.summarise(target, length=length, style=style, cancel=session.cancel))
    return DONE


def show_summary(screen: Screen, events: Iterator[ev.SummaryEvent]) -> ev.SummaryDone | None:
    """Print one summary as it comes, then where each sentence stands."""
    done: ev.SummaryDone | None = None
    with screen.meter() as meter:
        for event in events:
            screen.lines(summary_json(event))
            match event:
                case ev.SectionDone():
                    meter(event.done, event.of, event.title)
                case ev.Text():
                    if not screen.lively:
                        screen.stream(event.delta)
                case ev.SummaryDone():
                    done = event
                case _:
                    assert_never(event)
    if done:
        _show_summary_end(screen, done)
    return done


def _show_summary_end(screen: Screen, done: ev.SummaryDone) -> None:
    if screen.lively:
        screen.say(done.summary)
    screen.say("\n")
    for number, sentence in enumerate(done.sentences, 1):
        screen.say(f"  {number}. {', '.join(place_words(anchor) for anchor in sentence.anchors) or 'no place found'}")
    if done.left_out:
        screen.say(
            f"  {count_words(done.left_out, 'sentence was', 'sentences were')} left out: no passage supports them."
        )
    if done.not_covered:
        screen.say("  Not in this summary: " + ", ".join(place_words(anchor) for anchor in done.not_covered))
    screen.message(f"{'Stopped' if done.stopped else 'Done'} after {done.seconds:.1f} s · {done.model}")


def transcribe(
    session: Session,
    files: Sequence[Path],
    *,
    formats: Sequence[str],
    output: Path | None,
    language: str,
    model: str,
    speakers: str,
) -> int:
    """Write down recordings, save them to the library, and export them where asked."""
    targets, failed = existing(session.screen, files)
    people = people_of(speakers)
    with session.house(write=True) as house:
        for target in targets:
            if session.cancel.stopped:
                break
            try:
                events = house.transcribe(
                    target, language=language, model=model, speakers=speakers, cancel=session.cancel
                )
                done = show_transcript(session.screen, events, title=str(target))
            except UsageError:
                raise
            except (AppError, ModelError, OSError) as error:
                failed += 1
                notice = explain(error)
                session.screen.message(f"{target}: {in_sentences(notice.happened, notice.safe, notice.do)}")
                continue
            if done and done.stopped and formats:
                session.screen.message("No file was written: the transcript is not complete. Run it again to go on.")
            elif done:
                _export(session, house, target, formats=formats, output=output, people=people)
    if failed:
        return WORLD if failed == len(files) == 1 else SOME_FAILED
    return DONE


def show_transcript(screen: Screen, events: Iterator[ev.TranscriptEvent], *, title: str) -> ev.TranscriptDone | None:
    """Print one transcription as its lines are saved."""
    screen.say(title, style="bold")
    done: ev.TranscriptDone | None = None
    with screen.meter() as meter:
        for event in events:
            screen.lines(transcript_json(event))
            done = _show_transcript_event(screen, event, meter) or done
    return done


def _show_transcript_event(screen: Screen, event: ev.TranscriptEvent, meter: Meter) -> ev.TranscriptDone | None:
    match event:
        case ev.TranscribeProgress():
            meter(event.done_s, event.of_s, f"{clock_words(event.done_s)} of {clock_words(event.of_s)}")
        case ev.TranscriptLine():
            speaker = f"{event.speaker}: " if event.speaker else ""
            screen.say(f"{clock_words(event.start_s):>8}  {speaker}{event.text}")
        case ev.TranscriptDone():
            coverage = f"{clock_words(event.speech_s)} written down, {clock_words(event.silent_s)} silence"
            lost = f", {clock_words(event.dropped_s)} dropped" if event.dropped_s >= 1 else ""
            doubtful = f", {clock_words(event.doubtful_s)} to check" if event.doubtful_s >= 1 else ""
            screen.say(f"Whole recording: {coverage}{lost}{doubtful}")
            if event.note:
                screen.message(event.note)
            words = "Stopped. What was written down is kept" if event.stopped else "Done"
            screen.message(f"{words} · {event.seconds:.1f} s · {event.model}")
            return event
        case _:
            assert_never(event)
    return None


def _export(
    session: Session,
    house: Services,
    recording: Path,
    *,
    formats: Sequence[str],
    output: Path | None,
    people: int | None,
) -> None:
    transcript = house.transcripts.of_path(recording)
    if transcript is None or not formats:
        return
    about = Exported(recording.stem, transcript.language, transcript.model, transcript.duration_s)
    lines = limited(house.transcripts.lines(transcript.id), people)
    folder = (output or Path.cwd()).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for name in formats:
        target = folder / f"{recording.stem}.{name}"
        half = target.with_name(target.name + ".part")
        half.write_bytes(export(lines, about, to=ExportFormat(name)))
        half.replace(target)
        session.screen.message(f"Written: {target}")
