"""Watching with the real watchfiles: changed paths are told, added folders joined, lost ones waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.library.watch import MANY_CHANGES, News, Target, watch
from models.api import Cancel


class Heard:
    """Collects what a watch tells."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()
        self.all = 0
        self.any = threading.Event()

    def __call__(self, paths: Iterable[Path] | None) -> None:
        if paths is None:
            self.all += 1
        else:
            self.paths |= set(paths)
        self.any.set()


@contextmanager
def watching(folders: list[Path], heard: Heard, *, rescan_s: float = 900.0) -> Iterator[None]:
    cancel, ended = Cancel(), threading.Event()
    thread = threading.Thread(
        target=lambda: watch(lambda: list(folders), heard, cancel=cancel, ended=ended, rescan_s=rescan_s)
    )
    thread.start()
    try:
        yield
    finally:
        cancel.stop()
        ended.set()
        thread.join(20)
        assert not thread.is_alive(), "a stop ends the watch"


def poke(path: Path, heard: Heard, *, wanted: Path) -> bool:
    """Write until it is heard: the watch needs a moment to begin."""
    for number in range(60):
        path.write_text(str(number))
        heard.any.clear()
        heard.any.wait(0.3)
        if wanted in heard.paths:
            return True
    return False


def test_a_changed_file_is_told_by_its_path_and_a_half_written_one_is_not(tmp_path: Path) -> None:
    (one := tmp_path / "one").mkdir()
    heard = Heard()
    with watching([one], heard):
        assert poke(one / "new.txt", heard, wanted=one / "new.txt")
        (one / "new.txt.part").write_text("x")
        assert poke(one / "next.txt", heard, wanted=one / "next.txt")
    assert heard.paths == {one, one / "new.txt", one / "next.txt"}, "the folder as a whole when it begins"


def test_a_folder_added_later_is_watched_and_a_lost_one_told_when_it_is_back(tmp_path: Path) -> None:
    (one := tmp_path / "one").mkdir()
    (two := tmp_path / "two").mkdir()
    folders, heard = [one], Heard()
    with watching(folders, heard):
        assert poke(one / "a.txt", heard, wanted=one / "a.txt")
        folders.append(two)
        assert poke(two / "b.txt", heard, wanted=two / "b.txt")
        heard.paths.clear()
        two.rename(tmp_path / "away")
        assert poke(one / "a.txt", heard, wanted=two), "that it is gone is news"
        heard.paths.clear()
        (tmp_path / "away").rename(two)
        assert poke(one / "a.txt", heard, wanted=two), "and that it is back"


def test_without_any_event_it_looks_again_after_a_while(tmp_path: Path) -> None:
    heard = Heard()
    with watching([tmp_path, tmp_path / "never there"], heard, rescan_s=0.1):
        assert heard.any.wait(20)
        heard.any.clear()
        assert heard.any.wait(20), "and again"
    assert heard.all >= 1 or tmp_path in heard.paths


def test_news_are_taken_once_wishes_first_and_too_many_become_everything(tmp_path: Path) -> None:
    news, root = News(), tmp_path / "root"
    news.changed([root / "a"])
    news.wish(root, again=True)
    assert news.take([root]) == [Target(root, again=True), Target(root / "a", news=True)]
    assert not news.waiting
    news.everything()
    news.wish(root, again=False)
    other = tmp_path / "other"
    assert news.take([root, other]) == [Target(root), Target(other, asked=False)]
    news.changed(root / str(number) for number in range(MANY_CHANGES + 1))
    assert news.take([root]) == [Target(root, asked=False)]
    news.put_back([Target(root, again=True), Target(root / "b", news=True), Target(other, asked=False)])
    assert news.take([root, other]) == [Target(root, again=True), Target(other, asked=False)]
