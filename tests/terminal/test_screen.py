"""The common options may stand anywhere before `--`; JSON mode prints nothing but JSON on standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.values import Notice
from ui.options import Options, split_options
from ui.terminal.screen import Screen, in_sentences


def test_common_options_are_taken_from_anywhere() -> None:
    options, rest = split_options(["ask", "--json", "why", "--data-dir", "/x", "--limit", "3", "--quiet"])
    assert options == Options(data_dir=Path("/x"), json=True, quiet=True)
    assert rest == ["ask", "why", "--limit", "3"]


def test_after_two_dashes_nothing_is_an_option() -> None:
    options, rest = split_options(["search", "--", "--json"])
    assert not options.json
    assert rest == ["search", "--", "--json"]


def test_a_data_dir_without_a_folder_is_wrong_usage() -> None:
    with pytest.raises(ValueError, match="needs a folder"):
        split_options(["ask", "--data-dir"])


@pytest.mark.parametrize("words", [["--data-dir", ""], ["--data-dir="], ["--data-dir", "--json"]])
def test_a_folder_that_is_none_is_wrong_usage(words: list[str]) -> None:
    with pytest.raises(ValueError, match="needs a folder"):
        split_options(words)


def test_a_name_that_is_not_utf8_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    name = b"na\xffme.txt".decode("utf-8", "surrogateescape")
    Screen(Options(json=True)).lines([{"path": name}])
    assert json.loads(capsys.readouterr().out) == {"path": name}


def test_parts_are_joined_as_sentences() -> None:
    assert in_sentences("Locked with a password", "", "Save a copy.") == "Locked with a password. Save a copy."


def test_json_mode_keeps_words_off_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(Options(json=True))
    screen.say("words for people")
    screen.stream("more words")
    screen.lines([{"event": "done", "name": "Müller"}])
    screen.message("news")
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [{"event": "done", "name": "Müller"}]
    assert err == "news\n"


def test_without_json_no_json_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(Options())
    screen.lines([{"event": "done"}])
    screen.say("hello [not markup]")
    assert capsys.readouterr().out == "hello [not markup]\n"


def test_quiet_silences_news_but_never_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(Options(quiet=True))
    screen.message("news")
    screen.trouble(Notice(happened="It broke.", safe="Nothing was lost.", do="Try again."))
    assert capsys.readouterr().err == "indoors: It broke. Nothing was lost. Try again.\n"


def test_a_long_line_is_not_wrapped_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Options()).say("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1
