"""Bad input and bad luck: one clear sentence with what to do, the right exit code, nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def _one_sentence(ran: Any) -> str:
    words: str = ran.err.strip()
    assert words, "said nothing"
    assert "Traceback" not in words
    assert "Error:" not in words
    return words


def test_a_missing_file(indoors: Run, tmp_path: Path) -> None:
    ran = indoors("index", tmp_path / "gone.txt", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert "gone.txt does not exist" in _one_sentence(ran)


def test_wrong_usage(indoors: Run, tmp_path: Path) -> None:
    assert indoors("index", data_dir=tmp_path / "p").code == 2
    assert indoors("nonsense", data_dir=tmp_path / "p").code == 2
    assert indoors("search", "x", "--limit", "many", data_dir=tmp_path / "p").code == 2
    assert indoors("settings", "set", "theme", "pink", data_dir=tmp_path / "p").code == 2


def test_an_empty_file_alone_fails_and_says_why(indoors: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    ran = indoors("index", tmp_path / "empty.txt", data_dir=tmp_path / "p")
    assert ran.code == 1
    (line,) = ran.events("file")
    assert line["state"] == "failed"
    assert line["reason"]


@pytest.fixture
def troubled(tmp_path: Path, sample_library: Path) -> Path:
    """A folder with one good file, one locked, one damaged, one cut."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.txt").write_text("The boiler was serviced on 3 March 2026 by Hale and Sons.")
    (folder / "damaged.docx").write_bytes(b"PK\x03\x04 this is not a real archive" * 20)
    whole = (sample_library / "Office lease.pdf").read_bytes()
    (folder / "cut.pdf").write_bytes(whole[: len(whole) // 8])
    (folder / "empty.flac").touch()
    return folder


def test_one_bad_file_never_stops_the_others(indoors: Run, troubled: Path, tmp_path: Path) -> None:
    ran = indoors("index", troubled, data_dir=tmp_path / "p")
    assert ran.code == 3
    states = {Path(line["path"]).name: line for line in ran.events("file")}
    assert states["good.txt"]["state"] == "read"
    for name in ("damaged.docx", "cut.pdf", "empty.flac"):
        assert states[name]["state"] == "failed", states[name]
        assert states[name]["reason"]
        assert str(tmp_path) not in states[name]["reason"]
    assert indoors("search", "boiler", data_dir=tmp_path / "p").events("passage")


def test_a_locked_pdf_is_named_as_locked(indoors: Run, shared_samples: Path, tmp_path: Path) -> None:
    shutil.copy(shared_samples / "documents" / "docling__2206.01062_pg3.pdf", tmp_path / "locked.pdf")
    ran = indoors("index", tmp_path / "locked.pdf", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert ran.events("file")[0]["reason"] == "Locked with a password"


def test_a_second_writer_is_told_who_holds_the_library(
    indoors: Run, line: Callable[..., list[str]], sample_library: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "p"
    note = tmp_path / "note.txt"
    note.write_text("The key hangs behind the blue door.")
    indoors("index", note, data_dir=profile)
    holder = subprocess.Popen(
        line("--data-dir", profile, "index", "--watch", note),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert holder.stderr is not None
    try:
        while "Watching" not in holder.stderr.readline():
            assert holder.poll() is None
        ran = indoors("index", note, data_dir=profile)
        assert ran.code == 1
        assert str(holder.pid) in _one_sentence(ran)
        beside = indoors("search", "blue door", data_dir=profile)
        assert beside.code == 0, beside.err
        assert beside.events("passage"), "reading works beside a running Indoors"
    finally:
        holder.send_signal(signal.SIGINT)
        holder.communicate(timeout=20)
    assert holder.returncode == 130


def test_ctrl_c_keeps_what_was_read(indoors: Run, line: Callable[..., list[str]], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(150):
        (folder / f"note {number}.txt").write_text(f"Note {number}. " + "The orchard was pruned in winter. " * 4)
    profile = tmp_path / "p"
    work = subprocess.Popen(
        line("--data-dir", profile, "--json", "index", folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert work.stdout is not None
    for _ in range(20):
        work.stdout.readline()
    work.send_signal(signal.SIGINT)
    out, _ = work.communicate(timeout=30)
    assert work.returncode == 130
    assert '"done"' in out.splitlines()[-1]
    ran = indoors("index", folder, data_dir=profile)
    assert ran.code == 0
    assert ran.done["unchanged"] >= 20
    assert ran.done["read"] + ran.done["unchanged"] == 150


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB, mounted for one test; needs root."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("mounting a small disk needs root on Linux")
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount], check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield mount
    for _ in range(20):
        if subprocess.run(["umount", mount], check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.2)
    raise AssertionError("a process of the command still holds the small disk")


def test_a_full_disk_says_so_and_loses_nothing(indoors: Run, small_disk: Path, tmp_path: Path) -> None:
    profile = small_disk / "profile"
    note = tmp_path / "note.txt"
    note.write_text("The key hangs behind the blue door.")
    assert indoors("index", note, data_dir=profile).code == 0
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(60):
        words = " ".join(f"word{number}x{count}" for count in range(9000))
        (folder / f"{number}.txt").write_text(words)
    ran = indoors("index", folder, data_dir=profile)
    assert ran.code in (1, 3), ran.err
    assert "disk is full" in (ran.err + ran.out).lower()
    for file in (small_disk / "profile" / "cache").rglob("*"):
        if file.is_file():
            file.unlink()
    assert indoors("search", "blue door", data_dir=profile).events("passage")


def test_a_read_only_data_folder_is_named(indoors: Run, small_disk: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The key hangs behind the blue door.")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    ran = indoors("index", note, data_dir=small_disk / "profile")
    assert ran.code == 1
    words = _one_sentence(ran)
    assert str(small_disk) in words
    assert "--data-dir" in words


@pytest.mark.parametrize("trouble", ["empty", "cut", "not a model"])
def test_a_damaged_writer_leaves_quoting_at_work(
    indoors: Run, sample_profile: Path, tmp_path: Path, trouble: str
) -> None:
    profile = tmp_path / "p"
    shutil.copytree(sample_profile, profile)
    folder = profile / "models" / "writing"
    folder.mkdir(parents=True)
    content = {"empty": b"", "cut": b"GGUF\x03\x00\x00\x00" + b"\x00" * 40, "not a model": b"hello" * 1000}[trouble]
    (folder / "broken.gguf").write_bytes(content)
    listed = {line["id"]: line for line in indoors("models", "list", data_dir=profile).events("model")}
    broken = next(line for name, line in listed.items() if "broken" in name)
    assert broken["state"] == "damaged"
    assert broken["verdict"]
    ran = indoors("ask", "How much notice do I have to give to end the lease?", data_dir=profile)
    assert ran.code == 0
    assert "90 days" in " ".join(ran.done["answer"].split())


def test_without_a_display_it_says_so_and_shows_the_commands(indoors: Run, tmp_path: Path) -> None:
    bare = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    ran = indoors(data_dir=tmp_path / "p", env=bare, json_lines=False)
    assert ran.code == 0
    assert "no display" in ran.err
    assert "transcribe" in ran.out
    assert indoors("window", data_dir=tmp_path / "p", env=bare).code == 1


def test_damaged_settings_do_not_stop_anything(indoors: Run, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "settings.json").write_text("{half")
    ran = indoors("settings", "show", data_dir=tmp_path / "p")
    assert ran.code == 0
    assert {line["key"] for line in ran.events("setting")} >= {"theme", "answers"}


def test_a_model_that_is_not_there_is_named(indoors: Run, tmp_path: Path) -> None:
    ran = indoors("models", "use", "nothing-of-the-kind", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert "nothing-of-the-kind" in _one_sentence(ran)


def test_a_language_nobody_here_knows_is_refused(indoors: Run, sample_library: Path, tmp_path: Path) -> None:
    ran = indoors("transcribe", sample_library / "Call with Dana.flac", "--language", "fi", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert "Whisper" in _one_sentence(ran)


def test_one_wrong_path_does_not_cancel_the_rest(indoors: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The key hangs behind the blue door.")
    ran = indoors("index", tmp_path / "gone.txt", tmp_path / "note.txt", data_dir=tmp_path / "p")
    assert ran.code == 3
    assert ran.done["read"] == 1
    assert str(tmp_path / "gone.txt") in ran.err


def test_an_empty_library_is_not_called_an_answer(indoors: Run, tmp_path: Path) -> None:
    for words in (["ask", "How much is the rent?"], ["search", "rent"]):
        ran = indoors(*words, data_dir=tmp_path / "p")
        assert ran.code == 1
        assert "library is empty" in _one_sentence(ran)


def test_a_place_outside_the_library_is_named(indoors: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The key hangs behind the blue door.")
    indoors("index", tmp_path / "note.txt", data_dir=tmp_path / "p")
    ran = indoors("ask", "Where is the key?", "--in", tmp_path / "elsewhere", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert str(tmp_path / "elsewhere") in _one_sentence(ran)


def test_nothing_asked_is_wrong_usage(indoors: Run, tmp_path: Path) -> None:
    assert indoors("ask", "", data_dir=tmp_path / "p").code == 2
    assert indoors("search", " ", data_dir=tmp_path / "p").code == 2
    assert indoors("prove", "--target", "nowhere", data_dir=tmp_path / "p").code == 2


def test_a_summary_of_what_cannot_be_read_says_why(indoors: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    ran = indoors("summarise", tmp_path / "empty.txt", data_dir=tmp_path / "p")
    assert ran.code == 1
    assert "mpty" in _one_sentence(ran)


def test_a_reader_that_goes_away_is_no_error(line: Callable[..., list[str]], tmp_path: Path) -> None:
    shown = line("--data-dir", tmp_path / "p", "settings", "show")
    piped = subprocess.run(
        ["bash", "-o", "pipefail", "-c", '"$@" | true', "bash", *shown], capture_output=True, text=True, check=False
    )
    assert piped.returncode == 0, piped.stderr
    assert piped.stderr == ""


@pytest.mark.parametrize("after_s", [0.4, 0.8, 1.0])
def test_ctrl_c_at_the_start_ends_quietly(line: Callable[..., list[str]], tmp_path: Path, after_s: float) -> None:
    work = subprocess.Popen(
        line("--data-dir", tmp_path / "p", "doctor"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    time.sleep(after_s)
    work.send_signal(signal.SIGINT)
    _, words = work.communicate(timeout=30)
    assert work.returncode in (0, 130)
    assert "Traceback" not in words
