"""The JSON lines are a contract: keys and values exactly as the command-line page says."""

from __future__ import annotations

from pathlib import Path

from app import events as ev
from app.values import (
    AnswerMode,
    CellsAnchor,
    Citation,
    Confidence,
    Document,
    DocumentKind,
    FileState,
    LinesAnchor,
    MessageAnchor,
    PageAnchor,
    Passage,
    QuoteCheck,
    SlideAnchor,
    TimeAnchor,
)
from ui.terminal.events_json import (
    anchor_json,
    answer_json,
    citation_json,
    index_json,
    passage_json,
    summary_json,
    transcript_json,
)

LEASE = Document(
    id=1,
    path=Path("/files/lease.pdf"),
    kind=DocumentKind.PDF,
    title="Lease",
    author="",
    size_bytes=9,
    mtime_ns=1,
    sha256="ab",
    pages=5,
    duration_s=None,
    read_at=0.0,
)
FOUND = Passage(
    id=7,
    document=LEASE,
    section=4,
    start_char=10,
    end_char=30,
    anchor=PageAnchor(4, 10, 30),
    heading="14 Term",
    text=" Ninety days notice. ",
    score=0.123456,
    found_by=("words", "meaning:chroma"),
)


def test_every_anchor_has_its_kind_and_its_numbers() -> None:
    assert anchor_json(PageAnchor(4, 10, 30)) == {"kind": "page", "page": 4, "start_char": 10, "end_char": 30}
    assert anchor_json(LinesAnchor(1, 2)) == {"kind": "lines", "first_line": 1, "last_line": 2}
    assert anchor_json(CellsAnchor("A", 1, 2)) == {"kind": "cells", "sheet": "A", "first_row": 1, "last_row": 2}
    assert anchor_json(TimeAnchor(1.23456, 2.0)) == {"kind": "time", "start_s": 1.235, "end_s": 2.0}
    assert anchor_json(MessageAnchor(1, 0, 5)) == {"kind": "message", "message": 1, "start_char": 0, "end_char": 5}
    assert anchor_json(SlideAnchor(3, 0, 5)) == {"kind": "slide", "slide": 3, "start_char": 0, "end_char": 5}


def test_a_passage_and_a_citation() -> None:
    assert passage_json(1, FOUND) == {
        "rank": 1,
        "document": "/files/lease.pdf",
        "anchor": {"kind": "page", "page": 4, "start_char": 10, "end_char": 30},
        "text": "Ninety days notice.",
        "score": 0.1235,
        "found_by": ["words", "meaning:chroma"],
    }
    citation = Citation(n=1, passage=FOUND, anchor=FOUND.anchor, quote="Ninety days", check=QuoteCheck.WORD_FOR_WORD)
    line = citation_json(citation)
    assert set(line) == {"n", "document", "anchor", "quote", "check"}
    assert line["check"] == "word_for_word"


def test_index_lines_leave_out_what_is_not_known() -> None:
    (line,) = index_json(ev.FileEvent(Path("/files/a.txt"), FileState.READ, "text", passages=3))
    assert line == {"event": "file", "path": "/files/a.txt", "state": "read", "kind": "text", "passages": 3}
    failed = ev.FileEvent(
        Path("/b.pdf"), FileState.FAILED, "pdf", reason="Locked with a password", hint="Enter password"
    )
    assert index_json(failed)[0]["reason"] == "Locked with a password"
    assert index_json(ev.IndexProgress(1, 2, "a")) == []
    (stopped,) = index_json(ev.IndexDone(1, 2, 3, 4, 5, 0.5, stopped=True))
    assert stopped["stopped"] is True
    (done,) = index_json(ev.IndexDone(1, 2, 3, 4, 5, 0.5, removed=6))
    assert done == {
        "event": "done",
        "read": 1,
        "unchanged": 2,
        "skipped": 3,
        "failed": 4,
        "passages": 5,
        "removed": 6,
        "seconds": 0.5,
    }


def test_the_last_line_of_an_answer() -> None:
    finished = ev.Finished(
        conversation=9,
        answer="Ninety days. [1]",
        place="on_device",
        model="SmolLM2",
        mode=AnswerMode.QUOTING,
        passages_read=5,
        tokens_in=0,
        tokens_out=0,
        tokens_evaluated=0,
        seconds_to_first_text=0.1,
        seconds=0.2,
        confidence=Confidence.CERTAIN,
    )
    (line,) = answer_json(finished)
    wanted = (
        "conversation answer place model passages_read tokens_in tokens_out seconds_to_first_text seconds confidence"
    )
    assert set(wanted.split()) <= set(line)
    assert "suggestion" not in line


def test_summary_and_transcript_lines() -> None:
    done = ev.SummaryDone("It ends.", (ev.SummarySentence("It ends.", (LinesAnchor(1, 1),)),), (), 1.0, "m")
    (line,) = summary_json(done)
    assert line["sentences"] == [{"text": "It ends.", "anchors": [{"kind": "lines", "first_line": 1, "last_line": 1}]}]
    (segment,) = transcript_json(ev.TranscriptLine(1.0, 2.0, "Hello.", speaker="Speaker 1"))
    assert segment == {
        "event": "segment",
        "start": 1.0,
        "end": 2.0,
        "speaker": "Speaker 1",
        "text": "Hello.",
        "doubtful": False,
    }
    (ended,) = transcript_json(ev.TranscriptDone("en", 5.0, 1.0, 0.0, 0.0, 2.0, "Moonshine"))
    assert set(ended) == {"event", "language", "speech_s", "silent_s", "dropped_s", "doubtful_s", "seconds", "model"}
