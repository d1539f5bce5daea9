"""Every export can be read back and holds every word, name and time; subtitles fit the screen."""

import io
import itertools
import json
import re

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events import TranscriptLine
from app.listen.export import Exported, ExportFormat, clock, export
from app.listen.subtitles import ROW_CHARS, ROWS, cues

ABOUT = Exported("Call with Dana", "en", "Moonshine tiny (English)", 90.955)
LINES = [
    TranscriptLine(0.43, 3.95, "Hello, this is Dana from Harbour Lane Properties.", speaker="Dana"),
    TranscriptLine(4.238, 10.254, "Hello Dana & all, this is <Martin>. " * 4, speaker="Speaker 2"),
    TranscriptLine(10.0, 12.5, "One more thing.", speaker="Speaker 2", doubtful=True),
    TranscriptLine(3675.5, 3677.25, "Goodbye.", speaker="Dana", words=(("Goodbye.", 3675.5, 3677.25),)),
]
SAID = " ".join(line.text for line in LINES).split()


def text_of(to: ExportFormat) -> str:
    return export(LINES, ABOUT, to=to).decode()


def test_text_and_markdown_hold_the_turns() -> None:
    text = text_of(ExportFormat.TXT)
    assert re.findall(r"^\[(.+)\]$", text, re.MULTILINE) == ["Dana 0:00", "Speaker 2 0:04", "Dana 1:01:15"]
    assert re.sub(r"^\[.+\]$", "", text, flags=re.MULTILINE).split() == SAID
    markdown = text_of(ExportFormat.MD)
    assert markdown.startswith("# Call with Dana\n\n1:30 · en · Moonshine tiny (English)\n")
    assert "**Dana 1:01:15**\n\nGoodbye." in markdown


def test_json_gives_back_the_lines() -> None:
    whole = json.loads(text_of(ExportFormat.JSON))
    back = [
        TranscriptLine(
            x["start"],
            x["end"],
            x["text"],
            x.get("speaker", ""),
            tuple(tuple(w) for w in x.get("words", ())),
            x["doubtful"],
        )
        for x in whole["segments"]
    ]
    assert back == LINES


@pytest.mark.parametrize(("to", "mark"), [(ExportFormat.SRT, ","), (ExportFormat.VTT, ".")])
def test_subtitles_are_well_formed(to: ExportFormat, mark: str) -> None:
    text = text_of(to)
    stamps = re.findall(rf"(\d\d):(\d\d):(\d\d){re.escape(mark)}(\d\d\d)", text)
    seconds = [int(h) * 3600 + int(m) * 60 + int(s) + int(f) / 1000 for h, m, s, f in stamps]
    assert seconds == sorted(seconds), "cues overlap"
    blocks = [block.splitlines() for block in text.removeprefix("WEBVTT\n\n").strip().split("\n\n")]
    rows = [row for block in blocks for row in block[2 if to is ExportFormat.SRT else 1 :]]
    plain = [
        re.sub(r"<v [^>]*>", "", row).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for row in rows
    ]
    assert max(map(len, plain)) <= ROW_CHARS
    said = " ".join(plain).replace("Speaker 2: ", "").replace("Dana: ", "").split()
    assert said == SAID
    if to is ExportFormat.SRT:
        assert [block[0] for block in blocks] == [str(n) for n in range(1, len(blocks) + 1)]
        assert plain[0].startswith("Dana: Hello")
    else:
        assert "<v Speaker 2>Hello Dana &amp; all" in text


def test_word_file_holds_every_word() -> None:
    document = docx.Document(io.BytesIO(export(LINES, ABOUT, to=ExportFormat.DOCX)))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == "Call with Dana"
    assert " ".join(text.split("\n", 1)[1] for text in paragraphs[2:]).split() == SAID


@pytest.mark.parametrize("to", ExportFormat)
def test_nothing_said_is_still_a_file(to: ExportFormat) -> None:
    assert isinstance(export([], ABOUT, to=to), bytes)


spoken = st.builds(
    TranscriptLine,
    st.floats(0, 100),
    st.floats(0, 120),
    st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=300),
    st.sampled_from(["", "Speaker 1", "A person with a name that is much longer than a row of a subtitle"]),
)


@given(st.lists(spoken, max_size=12))
def test_cues_never_overlap_and_never_grow_too_large(lines: list[TranscriptLine]) -> None:
    lines.sort(key=lambda line: line.start_s)
    found = cues(lines, named_rows=True)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(found))
    assert all(cue.end_s > cue.start_s for cue in found)
    assert all(len(cue.rows) <= ROWS and max(map(len, cue.rows)) <= ROW_CHARS for cue in found)


def test_clock() -> None:
    assert [clock(x) for x in (0, 61.9, 3600)] == ["0:00", "1:01", "1:00:00"]
