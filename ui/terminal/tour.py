"""The main job on the sample library, in the terminal: what `make run` does where there is no display."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.paths import assets
from app.services import Services
from app.values import Citation, TimeAnchor
from models.silence import hush
from ui.options import split_options
from ui.terminal.ask_command import show_answer
from ui.terminal.document_commands import show_summary, show_transcript
from ui.terminal.library_commands import show_index
from ui.terminal.session import DONE, LastResort, Session, run_command
from ui.terminal.spoken_places import clock_words, place_words

SAMPLE_LIBRARY = assets() / "sample-library"
PLAN = assets() / "sample-tour.json"


def tour(session: Session) -> int:
    """Index, search, ask twice, summarise, transcribe, and ask about something that was said."""
    plan = json.loads(PLAN.read_text(encoding="utf-8"))
    recording = SAMPLE_LIBRARY / plan["recording"]
    with session.house(write=True) as house:
        _head(session, f"Reading the sample library, {SAMPLE_LIBRARY}")
        show_index(session, house.library.index([SAMPLE_LIBRARY], again=False, cancel=session.cancel))
        for question in plan["questions"]:
            _ask(session, house, question)
        _head(session, f"Searching: {plan['search']}")
        for rank, passage in enumerate(
            house.library.search(plan["search"], limit=3, within=[SAMPLE_LIBRARY]).passages, 1
        ):
            session.screen.say(f"{rank}. {passage.document.path.name} · {place_words(passage.anchor)}", style="bold")
            session.screen.say(f"   {' '.join(passage.text.split())[:240]}")
        target = SAMPLE_LIBRARY / plan["summarise"]
        _head(session, f"Summarising {target.name}")
        show_summary(session.screen, house.summarise(target, length="short", style="prose", cancel=session.cancel))
        _head(session, f"Writing down {recording.name}")
        events = house.transcribe(recording, language="auto", model="", speakers="auto", cancel=session.cancel)
        show_transcript(session.screen, events, title=recording.name)
        _ask(session, house, plan["question_about_recording"])
    return DONE


def _head(session: Session, words: str) -> None:
    session.screen.say()
    session.screen.say(words, style="bold green")


def _ask(session: Session, house: Services, question: str) -> None:
    if session.cancel.stopped:
        return
    _head(session, question)
    conversation = house.asking.start()
    draft = conversation.prepare(question, within=[SAMPLE_LIBRARY], limit=8, use_files=True, cancel=session.cancel)
    citations: list[Citation] = []
    finished = show_answer(session.screen, conversation.answer(draft, house.route(), session.cancel), cited=citations)
    spoken = [citation for citation in citations if isinstance(citation.anchor, TimeAnchor)]
    if finished and spoken and isinstance(spoken[0].anchor, TimeAnchor):
        second = spoken[0].anchor.start_s
        session.screen.say(
            f"  Said at second {second:.1f} ({clock_words(second)}) of {_name(spoken[0].passage.document.path)}."
        )


def _name(path: Path) -> str:
    return path.name


def main() -> int:
    """Run the tour with the options options given on the line."""
    hush()
    options, _ = split_options(sys.argv[1:])
    print("No display here, so the main job runs in this terminal.", file=sys.stderr)
    with LastResort(options):
        return run_command(options, tour)


if __name__ == "__main__":
    sys.exit(main())
