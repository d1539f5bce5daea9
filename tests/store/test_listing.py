"""The page's figures, troubles and file lists come from the database in the order and number a person expects."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.listing import Listing
from app.store.rows import FileProblem
from app.values import DocumentKind, FileState, Section, TroubleKind

HOME = Path("/papers")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield store
    store.close()


def keep(store: Store, path: Path, *, passages: int = 1, ocr: float | None = None, unread: int = 0) -> None:
    sections = [Section("page", number + 1, "Words.", ocr=ocr) for number in range(passages)]
    cuts = [Cut(number, 0, 6, "") for number in range(passages)]
    new = NewDocument(path, DocumentKind.PDF, path.stem, "", 2_000, 1, str(path), unread_pages=unread)
    Documents(store).keep(new, sections, cuts)


def trouble(store: Store, path: Path, kind: TroubleKind, *, state: FileState = FileState.FAILED) -> None:
    word = path.suffix.lstrip(".")
    Documents(store).keep_problem(
        FileProblem(path, state, word, "A reason", "A hint", 5, 1, True, 1, trouble=kind, estimate_s=40.0)
    )


def furnished(store: Store) -> Listing:
    keep(store, HOME / "Contracts" / "lease.pdf", passages=3)
    keep(store, HOME / "Contracts" / "scan.pdf", ocr=0.9, unread=2)
    keep(store, HOME / "Contracts" / "old" / "Lease 1999.pdf")
    keep(store, HOME / "Contracts elsewhere.pdf")
    trouble(store, HOME / "Contracts" / "locked.pdf", TroubleKind.LOCKED)
    trouble(store, HOME / "Contracts" / "far.pdf", TroubleKind.CLOUD_ONLY)
    for name in ("a.dwg", "b.dwg", "c.bin"):
        trouble(store, HOME / "Contracts" / name, TroubleKind.UNSUPPORTED, state=FileState.SKIPPED)
    return Listing(store)


def test_figures_count_what_is_there_and_nothing_of_the_neighbours(store: Store) -> None:
    figures = furnished(store).figures(HOME / "Contracts")
    assert (figures.files, figures.passages, figures.failed, figures.cloud_only) == (3, 5, 2, 1)
    assert [(each.kind, each.files) for each in figures.left_out] == [("dwg", 2), ("bin", 1)]


def test_a_folder_listed_by_itself_is_not_counted_twice(store: Store) -> None:
    listing = furnished(store)
    inner = [HOME / "Contracts" / "old"]
    assert listing.figures(HOME / "Contracts", inner=inner).files == 2
    assert listing.figures(inner[0]).files == 1


def test_troubles_come_in_parts_and_downloads_are_one_wish(store: Store) -> None:
    listing = furnished(store)
    for number in range(5):
        trouble(store, HOME / "Contracts" / f"{number}.pdf", TroubleKind.DAMAGED)
    first = listing.troubles(HOME / "Contracts", limit=4)
    rest = listing.troubles(HOME / "Contracts", limit=4, offset=4)
    assert [each.path.name for each in (*first, *rest)] == [f"{n}.pdf" for n in range(5)] + ["locked.pdf"]
    assert rest[-1].estimate_s == 40.0
    assert listing.not_downloaded(HOME / "Contracts") == [HOME / "Contracts" / "far.pdf"]


def test_files_stand_in_the_order_of_a_tree_with_their_states(store: Store) -> None:
    listing = furnished(store)
    keep(store, HOME / "Contracts" / "old letters.pdf")
    lines = listing.files(HOME / "Contracts")
    names = [line.path.relative_to(HOME / "Contracts").as_posix() for line in lines]
    assert names == ["a.dwg", "b.dwg", "c.bin", "far.pdf", "lease.pdf", "locked.pdf", "old/Lease 1999.pdf",
                     "old letters.pdf", "scan.pdf"]  # fmt: skip
    by_name = {line.path.name: line for line in lines}
    assert by_name["scan.pdf"].by_ocr and by_name["scan.pdf"].unread_pages == 2
    assert not by_name["lease.pdf"].by_ocr and by_name["lease.pdf"].passages == 3
    assert by_name["locked.pdf"].document is None and by_name["locked.pdf"].reason == "A reason"
    assert listing.count(HOME / "Contracts") == 9
    assert [line.path.name for line in listing.files(HOME / "Contracts", limit=2, offset=3)] == ["far.pdf", "lease.pdf"]


def test_words_are_looked_for_below_the_folder_only(store: Store) -> None:
    listing = furnished(store)
    assert [line.path.name for line in listing.files(HOME / "Contracts", words="LEASE old")] == ["Lease 1999.pdf"]
    assert listing.files(HOME / "Contracts", words="contracts") == []
    alone = HOME / "Contracts elsewhere.pdf"
    assert listing.count(alone, words="elsewhere") == 1 and listing.count(alone, words="nowhere") == 0


def test_what_needs_the_person_can_be_had_alone(store: Store) -> None:
    listing = furnished(store)
    found = listing.files(HOME / "Contracts", need_you=True)
    assert [line.path.name for line in found] == ["far.pdf", "locked.pdf"]
    assert listing.count(HOME / "Contracts", need_you=True) == 2


def test_what_lies_in_a_file_follows_it(store: Store) -> None:
    from app.store.inside import Part, PartTrouble

    box = HOME / "box.zip"
    new = NewDocument(box, DocumentKind.ARCHIVE, "box", "", 900, 1, "box")
    part = Part("in/letter.txt", DocumentKind.TEXT, "letter", "", 9, "x", (Section("lines", 1, "Dear all."),),
                (Cut(0, 0, 9, ""),))  # fmt: skip
    lost = PartTrouble("secret.pdf", "pdf", "Locked with a password", "", 9, TroubleKind.LOCKED)
    Documents(store).keep(new, (), (), parts=[part], troubles=[lost], reader=1)
    keep(store, HOME / "box.zip backup.pdf")
    lines = Listing(store).files(HOME)
    assert [line.path.name for line in lines] == ["box.zip", "letter.txt", "secret.pdf", "box.zip backup.pdf"]
    assert {line.file for line in lines[:3]} == {box}
    assert Listing(store).figures(HOME).files == 2
    assert Listing(store).figures(HOME).failed == 0


def test_a_hundred_thousand_files_are_counted_and_paged(store: Store) -> None:
    """No clock is asserted: the figure is printed for the one who runs it with -s."""
    with store.write() as db:
        db.executemany(
            "INSERT INTO documents (path, kind, title, author, size_bytes, mtime_ns, sha256, read_at, passages) "
            "VALUES (?, 'text', '', '', 1, 1, '', 0, 4)",
            ((f"/papers/many/{n // 1000}/{n}.txt",) for n in range(100_000)),
        )
        db.executemany(
            "INSERT INTO troubles (path, state, kind, reason, hint, size_bytes, mtime_ns, lasting, reader, tries, "
            "trouble) VALUES (?, 'failed', 'pdf', 'x', '', 1, 1, 1, 1, 1, 'damaged')",
            ((f"/papers/many/bad/{n}.pdf",) for n in range(10_000)),
        )
    listing, started = Listing(store), time.monotonic()
    figures = listing.figures(HOME / "many")
    counted, page = time.monotonic(), listing.files(HOME / "many", limit=200, offset=50_000)
    print(f"figures {counted - started:.3f} s, a page in the middle {time.monotonic() - counted:.3f} s")
    assert (figures.files, figures.failed, len(page)) == (100_000, 10_000, 200)
    assert len(listing.troubles(HOME / "many", limit=53)) == 53
