"""The person's own list and what is never sent, from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.errors import UsageError
from app.paths import Profile
from app.services import Services
from ui.options import Options
from ui.terminal.keep_home import hide_words, mark_paths
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with_house = Services.open(Profile.at(tmp_path / "profile"), write=True, fake_models=True)

    @contextmanager
    def house(*, write: bool) -> Iterator[Services]:
        yield with_house

    yield cast(Session, SimpleNamespace(screen=Screen(Options()), house=house))
    with_house.close()


def test_words_are_listed_added_and_taken_off(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert hide_words(session, ["Project  Falcon", "Kessler"], remove=False) == DONE
    assert capsys.readouterr().out.splitlines() == ["Project Falcon", "Kessler"]
    hide_words(session, ["Kessler", " "], remove=False)
    said = capsys.readouterr().err
    assert "“Kessler” is on your list already." in said and "“ ” is no word." in said
    hide_words(session, ["Kessler", "Nobody"], remove=True)
    told = capsys.readouterr()
    assert told.out.splitlines() == ["Project Falcon"] and "“Nobody” is not on your list." in told.err
    hide_words(session, ["Project Falcon"], remove=True)
    assert "Your list is empty." in capsys.readouterr().err


def test_folders_and_single_files_are_never_sent(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    letter, other = papers / "letter.txt", papers / "other.txt"
    for path in (letter, other):
        path.write_text("The rent is 1,250 euros.")
    assert mark_paths(session, [letter], off=False) == DONE
    assert capsys.readouterr().out.splitlines() == [str(letter)]
    with session.house(write=False) as house:
        assert house.library.never_cloud(letter) and not house.library.never_cloud(other)
    mark_paths(session, [papers], off=False)
    with session.house(write=False) as house:
        assert house.library.never_cloud(other)
    with pytest.raises(UsageError, match=r"other\.txt is not marked") as refused:
        mark_paths(session, [other], off=True)
    assert str(papers) in refused.value.notice.do
    mark_paths(session, [papers, letter], off=True)
    assert "Nothing is marked." in capsys.readouterr().err
    with session.house(write=False) as house:
        assert [root.path for root in house.library.roots()] == [papers], "the letter belongs to its folder again"
    with pytest.raises(UsageError, match="is not there"):
        mark_paths(session, [papers / "nope"], off=False)
