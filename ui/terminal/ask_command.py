"""`indoors ask`: passages first, then the answer as it is written, then every quote with its check."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from app import events as ev
from app.cloud.dollars import at_most, exact
from app.errors import UsageError
from app.values import AnswerMode, Citation, Confidence
from ui.terminal.events_json import answer_json
from ui.terminal.library_commands import searched_part, show_understood
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, Session
from ui.terminal.spoken_places import CHECK_WORDS, count_words, place_words

CONFIDENCE_WORDS = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.UNSURE: "Not sure",
    Confidence.NONE: "Nothing found",
}


def ask(
    session: Session,
    question: str,
    *,
    within: Sequence[Path],
    limit: int,
    continue_id: int | None,
    use_files: bool,
) -> int:
    """Answer one question from the library; `continue_id` goes on with an earlier conversation."""
    if not question.strip():
        raise UsageError("There is no question.", do="Type a question.")
    with session.house(write=False) as house:
        conversation = house.asking.resume(continue_id) if continue_id is not None else house.asking.start()
        scope = searched_part(house, within) if use_files else []
        draft = conversation.prepare(question, within=scope, limit=limit, use_files=use_files, cancel=session.cancel)
        show_understood(session.screen, draft.understood, draft.notices)
        show_answer(session.screen, conversation.answer(draft, house.route(), session.cancel))
    return DONE


def show_answer(
    screen: Screen,
    events: Iterator[ev.AnswerEvent],
    *,
    cited: list[Citation] | None = None,
    quoted: list[str] | None = None,
) -> ev.Finished | None:
    """Print one answer as it comes; returns its last event, adds its checked citations to `cited` and the hash of a
    second parcel to `quoted`."""
    finished: ev.Finished | None = None
    held = False
    citations: tuple[Citation, ...] = ()
    for event in events:
        screen.lines(answer_json(event))
        match event:
            case ev.Started() | ev.Cited():
                pass
            case ev.Holding():
                if not held:
                    screen.message(f"Sending in {event.left_s:.0f} seconds. Ctrl-C stops it.")
                held = True
            case ev.Sent() | ev.Spent() | ev.Quoted():
                held = False
                screen.message(_sent_words(event))
                if quoted is not None and isinstance(event, ev.Quoted):
                    quoted.append(event.sha256)
            case ev.Passages():
                files = {passage.document.path for passage in event.passages}
                found = count_words(len(event.passages), "passage")
                screen.message(f"Reading {found} of {count_words(len(files), 'file')}.")
            case ev.Text():
                screen.stream(event.delta)
            case ev.Checked():
                citations = event.citations
                if cited is not None:
                    cited.extend(citations)
                if event.withdrawn:
                    count = count_words(len(event.withdrawn), "sentence was", "sentences were")
                    screen.say(
                        f"\n\n{count} taken back: no passage holds what was said. What stands:\n\n{event.answer}"
                    )
            case ev.Stopped():
                screen.say("Stopped. Nothing was sent." if held else "\n\nStopped. What was written is kept.")
            case ev.Finished():
                finished = event
            case _:
                assert_never(event)
    if finished:
        _show_foot(screen, finished, citations)
    return finished


def _sent_words(event: ev.Sent | ev.Spent | ev.Quoted) -> str:
    match event:
        case ev.Sent():
            return f"Sent {time.strftime('%H:%M', time.localtime(event.at))}, {event.bytes_out} bytes."
        case ev.Quoted():
            return event.says
        case ev.Spent():
            cost = event.cost
            actual = cost.actual_micros or 0
            if not event.confirmed:
                most = at_most(cost.ceiling_micros)
                return f"\nCounted as {exact(actual)} this month, at most {most}; your account there shows the charge."
            return f"\nCost {exact(actual)} · said about {exact(cost.estimate_micros)}"
        case _:
            assert_never(event)


def _show_foot(screen: Screen, finished: ev.Finished, citations: tuple[Citation, ...]) -> None:
    screen.say()
    for citation in citations:
        place = f"{citation.passage.document.path} · {place_words(citation.anchor)}"
        screen.say(f"  [{citation.n}] {place} · {CHECK_WORDS[citation.check]}")
    for passage in finished.closest:
        screen.say(f"  – {passage.document.path} · {place_words(passage.anchor)}")
        screen.say(f"    {' '.join(passage.text.split())[:300]}")
    if finished.suggestion:
        screen.say(f"  {finished.suggestion}")
    made = "quoted" if finished.mode is AnswerMode.QUOTING else f"written by {finished.model}"
    place = "on this computer" if finished.place == "on_device" else "sent to the cloud once"
    screen.message(
        f"{CONFIDENCE_WORDS[finished.confidence]} · {made} · {place} · "
        f"first words after {finished.seconds_to_first_text:.1f} s, all after {finished.seconds:.1f} s · "
        f"conversation {finished.conversation}"
    )
