"""Documents inside files: kept with their file in one transaction, and gone, renamed and counted with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.full_text import Words
from app.store.inside import Part, PartTrouble
from app.store.rows import FileProblem
from app.values import Document, DocumentKind, FileState, Section, TroubleKind

ZIP = Path("/papers/letters.zip")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield store
    store.close()


def part(member: str, *texts: str) -> Part:
    sections = tuple(Section("page", number + 1, text) for number, text in enumerate(texts))
    cuts = tuple(Cut(number, 0, len(text), "") for number, text in enumerate(texts))
    return Part(member, DocumentKind.PDF, member.rsplit("/")[-1], "", 10, "0" * 64, sections, cuts)


def keep(store: Store, *parts: Part, troubles: tuple[PartTrouble, ...] = (), path: Path = ZIP) -> Document:
    new = NewDocument(path, DocumentKind.ARCHIVE, path.stem, "", 99, 7, "ab" * 32)
    return Documents(store).keep(new, [], [], parts=parts, troubles=troubles, reader=1)


def whole(store: Store) -> None:
    with store.write() as db:
        db.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        assert not db.execute("PRAGMA foreign_key_check").fetchall()


LOCKED = PartTrouble("secret.pdf", "pdf", "Locked with a password", "Enter it.", 5, TroubleKind.LOCKED)


def test_a_part_knows_its_file_and_its_place(store: Store) -> None:
    keep(store, part("inner.zip/lease.pdf", "the rent is 900"))
    document = Documents(store).document(ZIP / "inner.zip" / "lease.pdf")
    assert document is not None
    assert (document.member, document.file, document.mtime_ns) == ("inner.zip/lease.pdf", ZIP, 7)
    assert [row[0] for row in Words(store).search("rent", limit=5, within=[ZIP])]
    assert [row[0] for row in Words(store).search("rent", limit=5, within=[ZIP.parent])]


def test_scans_meet_the_file_only_and_counts_tell_files_once(store: Store) -> None:
    keep(store, part("a.pdf", "one", "two"), part("b.pdf", "three"), troubles=(LOCKED,))
    documents = Documents(store)
    assert {path: known.passages for path, known in documents.known(ZIP.parent).items()} == {str(ZIP): 3}
    assert documents.counts() == (1, 3, 0)
    assert documents.problems(ZIP.parent) == {}
    (problem,) = documents.problems(ZIP.parent, inside_files=True).values()
    assert (problem.path, problem.file, problem.trouble) == (ZIP / "secret.pdf", ZIP, TroubleKind.LOCKED)
    assert documents.with_content("0" * 64) == []
    assert len(documents.documents(ZIP.parent)) == 3


def test_read_again_parts_that_stay_keep_their_number(store: Store) -> None:
    keep(store, part("a.pdf", "walrus"), part("b.pdf", "seal"), troubles=(LOCKED,))
    documents = Documents(store)
    before = documents.document(ZIP / "a.pdf")
    keep(store, part("a.pdf", "penguin"), part("c.pdf", "otter"))
    after = documents.document(ZIP / "a.pdf")
    assert before is not None and after is not None and before.id == after.id
    assert documents.document(ZIP / "b.pdf") is None
    assert documents.problems(ZIP, inside_files=True) == {}
    assert [bool(Words(store).search(word, limit=5)) for word in ("walrus", "seal", "penguin", "otter")] == [
        False,
        False,
        True,
        True,
    ]
    whole(store)


def test_dropped_with_its_file(store: Store) -> None:
    kept = keep(store, part("a.pdf", "one", "two"), troubles=(LOCKED,))
    other = keep(store, part("a.pdf", "elsewhere"), path=Path("/papers/letters.zip2"))
    assert Documents(store).drop([kept.id]) == 2
    assert [document.path for document in Documents(store).documents()] == [other.path, other.path / "a.pdf"]
    assert Documents(store).problems(ZIP, inside_files=True) == {}
    whole(store)


@pytest.mark.parametrize("way", ["touch", "move", "move folder"])
def test_renamed_with_its_file(store: Store, way: str) -> None:
    kept = keep(store, part("a.pdf", "one"), troubles=(LOCKED,))
    documents, after = Documents(store), Path("/papers/old.zip")
    match way:
        case "touch":
            documents.touch(kept.id, size_bytes=99, mtime_ns=8, path=after)
        case "move":
            documents.move(ZIP, after)
        case _:
            after = Path("/elsewhere/letters.zip")
            documents.move(ZIP.parent, after.parent)
    assert [document.path for document in documents.documents()] == [after, after / "a.pdf"]
    assert list(documents.problems(after, inside_files=True)) == [str(after / "secret.pdf")]
    inner = documents.document(after / "a.pdf")
    assert inner is not None and inner.file == after


def test_a_file_that_fails_later_takes_its_parts_with_it(store: Store) -> None:
    keep(store, part("a.pdf", "one"), troubles=(LOCKED,))
    documents = Documents(store)
    documents.keep_problem(FileProblem(ZIP, FileState.FAILED, "zip", "Damaged", "", 1, 1, True, 1))
    assert documents.documents() == []
    assert list(documents.problems(ZIP, inside_files=True)) == [str(ZIP)]


def test_a_folder_that_became_an_archive_and_back(store: Store) -> None:
    documents = Documents(store)
    one = part("a.pdf", "from the folder")
    documents.keep(NewDocument(ZIP / "a.pdf", DocumentKind.PDF, "a", "", 1, 1, "x"), one.sections, one.cuts)
    documents.keep(NewDocument(ZIP / "b.pdf", DocumentKind.PDF, "b", "", 1, 1, "x"), one.sections, one.cuts)
    keep(store, part("a.pdf", "from the archive"))
    assert [document.member for document in documents.documents()] == ["", "a.pdf"]
    documents.keep(NewDocument(ZIP / "a.pdf", DocumentKind.PDF, "a", "", 1, 1, "x"), one.sections, one.cuts)
    documents.drop([documents.known(ZIP)[str(ZIP)].id])
    assert [(document.path, document.member) for document in documents.documents()] == [(ZIP / "a.pdf", "")]
    whole(store)


def test_no_half_container_when_a_part_cannot_be_kept(store: Store) -> None:
    broken = part("b.pdf", "words")
    twice = Part(**{name: getattr(broken, name) for name in broken.__slots__} | {"cuts": (Cut(3, 0, 5, ""),)})
    with pytest.raises(IndexError):
        keep(store, part("a.pdf", "one"), twice)
    assert Documents(store).documents() == []
    whole(store)
