"""Summaries of a real library's documents: places, parts, stop and resume, and what a writer may not invent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ask"))

from asking_desk import library_of

from app.errors import NoModel
from app.events import SectionDone, SummaryDone, SummaryEvent
from app.library.library import Library
from app.summarise.central import weigh
from app.summarise.summarising import Summarising
from app.values import AnswerMode, Document, LinesAnchor
from models.api import Cancel, ChatModel
from models.fake import ScriptedChat

CHAPTER = (
    "# Part {0}\n\nWe agreed in part {0} to buy {0} new benches for the garden. The weather was grey all day long. "
    + "Nobody remembers who brought the cold coffee that morning. " * 30
    + "\n\n"
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    text = "".join(CHAPTER.format(number) for number in range(2, 8))
    with library_of(tmp_path_factory.mktemp("shelf"), {"garden.md": text, "empty.txt": "x"}) as library:
        yield library


def document(shelf: Library, name: str = "garden.md") -> Document:
    return next(one for one in shelf.documents_in() if one.path.name == name)


def summarising(shelf: Library, chat: ChatModel | None = None) -> Summarising:
    mode = AnswerMode.WRITING if chat else AnswerMode.QUOTING
    return Summarising(shelf.store, shelf, chat=chat, embedder=None, mode=lambda: mode)


def last(events: list[SummaryEvent]) -> SummaryDone:
    assert isinstance(events[-1], SummaryDone)
    return events[-1]


def test_sentences_point_back_to_their_lines(shelf: Library) -> None:
    one = document(shelf)
    events = list(summarising(shelf).summarise(one, length="medium", style="points", cancel=Cancel()))
    done = last(events)
    parts = [event for event in events if isinstance(event, SectionDone)]
    assert [part.done for part in parts] == list(range(1, parts[0].of + 1))
    assert len(parts) > 1
    assert "new benches" in done.summary
    assert done.summary.startswith("- ")
    lines = one.path.read_text(encoding="utf-8").split("\n")
    for sentence in done.sentences:
        (anchor,) = sentence.anchors
        assert isinstance(anchor, LinesAnchor)
        assert sentence.text in " ".join(lines[anchor.first_line - 1 : anchor.last_line])


def test_a_stopped_summary_goes_on(shelf: Library) -> None:
    said = "We agreed to buy new benches for the garden."
    first = ScriptedChat([said])
    cancel = Cancel()
    done = None
    for event in summarising(shelf, first).summarise(document(shelf), length="full", style="prose", cancel=cancel):
        cancel.stop()
        done = event
    assert isinstance(done, SummaryDone)
    assert done.stopped
    second = ScriptedChat([said])
    ended = last(list(summarising(shelf, second).summarise(document(shelf), length="full", cancel=Cancel())))
    assert not ended.stopped
    assert len(first.asked) == 1
    assert len(second.asked) > 0
    third = ScriptedChat([said])
    list(summarising(shelf, third).summarise(document(shelf), length="full", cancel=Cancel()))
    assert third.asked == []


def test_what_a_writer_invents_is_left_out_and_counted(shelf: Library) -> None:
    chat = ScriptedChat(["We agreed to buy new benches for the garden. Peter paid 900 euros in May 2020."])
    done = last(list(summarising(shelf, chat).summarise(document(shelf), length="short", cancel=Cancel())))
    assert "900" not in done.summary
    assert "benches" in done.summary
    assert done.left_out > 0


def test_minutes_need_a_capable_writer(shelf: Library) -> None:
    with pytest.raises(NoModel) as trouble:
        list(summarising(shelf).summarise(document(shelf), style="minutes", cancel=Cancel()))
    assert "Get a writer" in trouble.value.notice.do


def test_almost_nothing_gives_almost_nothing(shelf: Library) -> None:
    done = last(list(summarising(shelf).summarise(document(shelf, "empty.txt"), cancel=Cancel())))
    assert done.summary == ""
    assert done.sentences == ()


def test_headings_and_questions_are_no_summary(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        "# Minutes of the board meeting on the roof.\n\nWhen will the roof of the board be repaired at last? "
        "The roof is repaired in May.\n"
    )
    with library_of(tmp_path_factory.mktemp("minutes"), {"minutes.md": text}) as library:
        one = document(library, "minutes.md")
        done = last(list(summarising(library).summarise(one, length="short", style="prose", cancel=Cancel())))
    assert [sentence.text for sentence in done.sentences] == ["The roof is repaired in May."]


def test_without_a_title_a_sentence_that_others_share_words_with_is_central() -> None:
    texts = ["It rained on the day of the fair.", "The fair brought money for the school roof.", "Nobody sang a song."]
    texts.append("The school roof is mended with that money.")
    weighed = weigh(texts, title="0042", embedder=None)
    assert max(weighed, key=lambda one: one.score).index == 1
