"""The main job, whole: real files, real models, the installed command, nothing replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

QUESTIONS = json.loads((Path(__file__).parents[2] / "assets" / "sample-questions.json").read_text())["questions"]
FIRST_QUESTIONS = [entry for entry in QUESTIONS if "after" not in entry]


def _name(line: dict[str, Any]) -> str:
    return Path(line["document"]).name


def test_every_sample_file_is_read(sample_index: tuple[Path, Any], sample_library: Path) -> None:
    _, ran = sample_index
    assert ran.code == 0, ran.err
    states = {Path(line["path"]).name: line["state"] for line in ran.events("file")}
    assert states == dict.fromkeys((file.name for file in sample_library.iterdir()), "read")
    assert all(line["passages"] >= 1 for line in ran.events("file"))
    assert ran.done["failed"] == 0


def test_reading_again_changes_nothing(indoors: Callable[..., Any], sample_profile: Path, sample_library: Path) -> None:
    ran = indoors("index", sample_library, data_dir=sample_profile)
    assert ran.code == 0
    assert ran.done["read"] == 0
    assert ran.done["unchanged"] == len(list(sample_library.iterdir()))


def test_search_finds_by_words_and_by_meaning_and_says_so(indoors: Callable[..., Any], sample_profile: Path) -> None:
    ran = indoors("search", "ending the tenancy", data_dir=sample_profile)
    assert ran.code == 0
    found = ran.events("passage")
    assert "Office lease.pdf" in [_name(line) for line in found[:3]]
    assert any("meaning:chroma" in line["found_by"] for line in found), "Chroma answers every unfiltered search"
    assert ran.done["searched_files"] == 14


def test_search_in_one_file_only(indoors: Callable[..., Any], sample_profile: Path, sample_library: Path) -> None:
    ran = indoors("search", "deposit", "--in", sample_library / "Office lease.pdf", data_dir=sample_profile)
    assert {_name(line) for line in ran.events("passage")} == {"Office lease.pdf"}
    assert not any("meaning:chroma" in line["found_by"] for line in ran.events("passage"))


@pytest.mark.timeout(600)
def test_the_sample_questions(indoors: Callable[..., Any], sample_profile: Path) -> None:
    wrong, invented = [], []
    for entry in FIRST_QUESTIONS:
        ran = indoors("ask", entry["question"], data_dir=sample_profile)
        assert ran.code == 0, ran.err
        if not entry["answers"]:
            if ran.done["confidence"] != "none":
                invented.append(entry["question"])
            continue
        cited = [_name(line) for line in ran.events("cited")]
        answer = " ".join(ran.done["answer"].split())
        if not any(words in answer for words in entry["answers"]) or entry["file"] not in cited:
            wrong.append((entry["question"], answer, cited))
    answerable = sum(bool(entry["answers"]) for entry in FIRST_QUESTIONS)
    assert len(wrong) <= answerable // 10, wrong
    assert len(invented) <= 1, invented


def test_every_quote_stands_in_its_file(indoors: Callable[..., Any], sample_profile: Path) -> None:
    ran = indoors("ask", "How much notice do I have to give to end the lease?", data_dir=sample_profile)
    cited = ran.events("cited")
    assert cited
    assert {line["check"] for line in cited} == {"word_for_word"}
    assert cited[0]["anchor"]["kind"] == "page"
    assert cited[0]["anchor"]["page"] == 3
    assert ran.done["place"] == "on_device"
    order = [line["event"] for line in ran.lines]
    assert order.index("passages") < order.index("text") < order.index("cited") < order.index("done")


def test_an_answer_from_the_recording_names_its_second(indoors: Callable[..., Any], sample_profile: Path) -> None:
    ran = indoors("ask", "When will the builder come to repair the roof?", data_dir=sample_profile)
    anchor = ran.events("cited")[0]["anchor"]
    assert anchor["kind"] == "time"
    assert 20 <= anchor["start_s"] <= 28
    assert "fourteenth of May" in ran.done["answer"]


def test_a_follow_up_uses_the_conversation(indoors: Callable[..., Any], sample_profile: Path) -> None:
    first = indoors("ask", "How much notice do I have to give to end the lease?", data_dir=sample_profile)
    ran = indoors(
        "ask", "And where do I have to send it?", "--continue", str(first.done["conversation"]), data_dir=sample_profile
    )
    assert ran.done["conversation"] == first.done["conversation"]
    assert any(words in ran.done["answer"] for words in ("2 Customs Row", "clause 14", "recorded post")), ran.done


def test_a_summary_points_back(indoors: Callable[..., Any], sample_profile: Path, sample_library: Path) -> None:
    ran = indoors("summarise", sample_library / "Board minutes March 2026.docx", data_dir=sample_profile)
    assert ran.code == 0, ran.err
    assert ran.done["sentences"]
    assert all(sentence["anchors"] for sentence in ran.done["sentences"])


def test_a_recording_is_written_down_and_exported(
    indoors: Callable[..., Any], sample_profile: Path, sample_library: Path, tmp_path: Path
) -> None:
    recording = sample_library / "Call with Dana.flac"
    ran = indoors(
        "transcribe", recording, "--format", "srt", "--format", "txt", "--output", tmp_path, data_dir=sample_profile
    )
    assert ran.code == 0, ran.err
    text = " ".join(line["text"] for line in ran.events("segment"))
    assert "fourteenth of May" in text
    assert len({line.get("speaker") for line in ran.events("segment")}) >= 2
    lengths = sum(ran.done[key] for key in ("speech_s", "silent_s", "dropped_s", "doubtful_s"))
    assert lengths == pytest.approx(ran.events("progress")[-1]["of_s"], abs=0.1)
    assert " --> " in (tmp_path / "Call with Dana.srt").read_text()
    assert "fourteenth of May" in " ".join((tmp_path / "Call with Dana.txt").read_text().split())


def test_forgetting_leaves_the_file(indoors: Callable[..., Any], tmp_path: Path) -> None:
    kept = tmp_path / "note.txt"
    kept.write_text("The safe is behind the blue door. Ask Ines for the key.")
    profile = tmp_path / "profile"
    assert indoors("index", kept, data_dir=profile).done["read"] == 1
    assert indoors("search", "blue door", data_dir=profile).events("passage")
    assert indoors("forget", kept, data_dir=profile).done["files"] == 1
    assert not indoors("search", "blue door", data_dir=profile).events("passage")
    assert kept.exists()


def test_a_file_that_is_gone_is_taken_out_and_said(indoors: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "kept.txt").write_text("The piano was tuned in March.")
    (folder / "gone.txt").write_text("The cello stands in the attic.")
    profile = tmp_path / "profile"
    indoors("index", folder, data_dir=profile)
    (folder / "gone.txt").unlink()
    ran = indoors("index", folder, data_dir=profile, json_lines=False)
    assert "1 gone and removed" in ran.out
    assert not indoors("search", "cello", data_dir=profile).events("passage") or "gone.txt" not in str(
        indoors("search", "cello", data_dir=profile).events("passage")
    )
