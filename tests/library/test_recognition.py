"""Text recognition with its real models: scans and images are found at their lines, long ones wait for a yes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pdf_desk import Sheet, column, joined_pdf, make_pdf, picture_of, scanned_pdf
from recognised_pages import Pages

from app.errors import FileTrouble
from app.library.readers.ocr_lines import Line, page_of, strips
from app.library.readers.pictures import page_pixels, read_picture
from app.library.reading import ReadFile, Reading, Refused
from app.library.recognition import FEW_PAGES, Recognition
from app.store.db import Store
from app.store.document_rows import NewDocument
from app.store.documents import Documents
from app.values import DocumentKind, Section, TroubleKind
from models.api import Cancel
from models.host import Host

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "documents"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/samples is not there")
WORDS = ("The rent of the boat house", "is 4,200 euros a year.")
SIZE = (640, 220)


def recogniser(pages: Pages, **more: Any) -> Recognition:
    return Recognition(host=cast("Host", pages), **more)


def scan_of(pages: int, *, own: tuple[Section, ...] = ()) -> ReadFile:
    return ReadFile("Scan", "", pages, None, own, (), pictures=tuple(range(1, pages + 1)))


@pytest.fixture(scope="module")
def recognition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recognition]:
    made = Recognition(pace_file=tmp_path_factory.mktemp("pace") / "pace.json")
    yield made
    made.close()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, recognition: Recognition) -> Iterator[Reading]:
    made = Reading(tmp_path_factory.mktemp("scratch"), recognition=recognition)
    yield made
    made.close()


def read(reading: Reading, path: Path, **more: Any) -> ReadFile:
    return reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel(), **more)


# ------------------------------------------------------------ with the real models


def test_a_mixed_file_keeps_its_text_and_gains_its_scan(reading: Reading, tmp_path: Path) -> None:
    text = make_pdf(tmp_path / "text.pdf", [Sheet(column(["Typed words on the first page"]))])
    scan = scanned_pdf(tmp_path / "scan.pdf", [picture_of(WORDS, size=SIZE)])
    found = read(reading, joined_pdf(tmp_path / "mixed.pdf", [text, scan]))
    first, second = found.sections
    assert (first.number, first.text, first.ocr) == (1, "Typed words on the first page", None)
    assert (second.kind, second.number, second.text) == ("page", 2, "\n".join(WORDS) + "\n")
    assert second.ocr is not None and 0.8 < second.ocr <= 1
    assert found.pictures == ()
    start, end, left, top, right, bottom = second.boxes[0]
    assert second.text[start:end] == WORDS[0]
    assert left == pytest.approx(60 / SIZE[0], abs=0.03)
    assert top < (50 + 20) / SIZE[1] < bottom and right > 0.5
    assert [cut.section for cut in found.cuts] == [0, 1]


def test_the_child_is_sealed_quiet_and_fetches_nothing(
    recognition: Recognition, reading: Reading, tmp_path: Path
) -> None:
    import importlib.util

    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None and spec.origin is not None
    before = sorted(path.name for path in (Path(spec.origin).parent / "models").iterdir())
    picture_of(WORDS, size=SIZE).rotate(90, expand=True).save(tmp_path / "sideways.png")
    found = read(reading, tmp_path / "sideways.png")
    assert found.sections[0].text == "\n".join(WORDS) + "\n"
    assert recognition.host.start() in ("system", "app")
    child = recognition.host._child
    assert child is not None and child.last_words() == ""
    assert sorted(path.name for path in (Path(spec.origin).parent / "models").iterdir()) == before


@needs_samples
def test_a_turned_scan_is_read_in_order(reading: Reading) -> None:
    found = read(reading, SAMPLES / "docling__ocr_test_rotated_90.pdf")
    words = " ".join(found.sections[0].text.split())
    assert words == "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package"


def test_a_passage_of_a_scan_says_how_sure_it_is(tmp_path: Path) -> None:
    whole = recogniser(Pages()).complete(tmp_path, scan_of(1), cancel=Cancel())
    assert whole is not None
    store = Store.open(tmp_path / "a.sqlite3")
    new = NewDocument(tmp_path / "a.pdf", DocumentKind.PDF, "A", "", 1, 1, "0" * 64, unread_pages=2)
    documents = Documents(store)
    kept = documents.keep(new, whole.sections, whole.cuts)
    (passage,) = documents.passages_of(kept.id)
    section = documents.section(kept.id, 0)
    store.close()
    assert (passage.ocr, kept.unread_pages) == (0.9, 2)
    assert section == whole.sections[0]


# ------------------------------------------------------------ what is read, and when


def test_long_scans_wait_and_say_how_long_they_take(tmp_path: Path) -> None:
    pages = Pages()
    waiting = recogniser(pages)
    with pytest.raises(Refused, match="Pictures of text, no words to search") as refused:
        waiting.complete(tmp_path, scan_of(FEW_PAGES + 1), cancel=Cancel())
    assert (refused.value.kind, refused.value.lasting) == (TroubleKind.PICTURES, True)
    assert refused.value.estimate_s == waiting.estimate_s(FEW_PAGES + 1) > 0
    assert pages.asked == []
    own = Section("page", 9, "typed\n")
    mixed = ReadFile("Mixed", "", 9, None, (own,), (), pictures=tuple(range(1, 8)), parts=())
    with pytest.raises(Refused):
        waiting.complete(tmp_path, mixed, cancel=Cancel())
    whole = waiting.complete(tmp_path, scan_of(FEW_PAGES + 1), cancel=Cancel(), asked=True)
    assert whole is not None and [section.number for section in whole.sections] == list(range(1, FEW_PAGES + 2))


@pytest.mark.parametrize(
    ("policy", "pages", "wanted"), [("ask", 5, True), ("ask", 6, False), ("always", 900, True), ("never", 1, False)]
)
def test_the_setting_decides(policy: str, pages: int, wanted: bool) -> None:
    made = recogniser(Pages(), policy=lambda: policy)
    assert made.wanted(pages) is wanted
    assert made.wanted(pages, asked=True) and not made.wanted(pages, asked=False)


def test_what_was_read_before_a_stop_is_not_read_again(tmp_path: Path) -> None:
    pages = Pages(stop_at=3)
    made = recogniser(pages)
    assert made.complete(tmp_path, scan_of(4), cancel=Cancel()) is None
    pages.stop_at = 0
    seen: list[tuple[int, int]] = []
    whole = made.complete(tmp_path, scan_of(4), cancel=Cancel(), progress=lambda *at: seen.append(at))
    assert whole is not None and len(whole.sections) == 4
    assert pages.asked == [1, 2, 3, 3, 4]
    assert seen[-1] == (4, 4)


def test_a_page_that_fails_is_named_and_many_end_the_file(tmp_path: Path) -> None:
    whole = recogniser(Pages(bad=(2,))).complete(tmp_path, scan_of(3), cancel=Cancel())
    assert whole is not None
    assert ([section.number for section in whole.sections], whole.pictures) == ([1, 3], (2,))
    pages = Pages(bad=tuple(range(1, 6)))
    with pytest.raises(Refused, match="could not be read") as refused:
        recogniser(pages).complete(tmp_path, scan_of(5), cancel=Cancel())
    assert not refused.value.lasting and len(pages.asked) == 3


def test_a_damaged_picture_is_refused_with_its_reason(reading: Reading, tmp_path: Path) -> None:
    picture_of(WORDS, size=SIZE).save(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:2000])
    with pytest.raises(Refused, match="ends too early") as refused:
        read(reading, tmp_path / "cut.jpg")
    assert (refused.value.kind, refused.value.lasting) == (TroubleKind.DAMAGED, True)


def test_the_pace_is_measured_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "pace.json"
    made = recogniser(Pages(), pace_file=file)
    before = made.estimate_s(1)
    made.complete(tmp_path, scan_of(5), cancel=Cancel())
    assert 2.0 < made.estimate_s(1) < before
    assert recogniser(Pages(), pace_file=file).estimate_s(10) == pytest.approx(
        10 * json.loads(file.read_text())["page_s"]
    )
    file.write_text("{")
    assert recogniser(Pages(), pace_file=file).estimate_s(1) == before


def test_a_stop_while_a_page_is_read_ends_the_child(recognition: Recognition, tmp_path: Path) -> None:
    scan = scanned_pdf(tmp_path / "scan.pdf", [picture_of(["words"] * 20, size=(1600, 1600))])
    recognition.host.start()
    cancel = Cancel()
    threading.Timer(0.3, cancel.stop).start()
    assert recognition.complete(scan, scan_of(1), cancel=cancel) is None
    assert not recognition.host.alive


# ------------------------------------------------------------ image files and pages of lines


def test_image_files_say_what_could_hold_words(tmp_path: Path) -> None:
    first, second = picture_of(["one"], size=SIZE), picture_of(["two"], size=SIZE)
    first.save(tmp_path / "fax.tif", save_all=True, append_images=[second])
    assert (read_picture(tmp_path / "fax.tif").pages, read_picture(tmp_path / "fax.tif").pictures) == (2, (1, 2))
    first.resize((32, 32)).save(tmp_path / "icon.png")
    assert read_picture(tmp_path / "icon.png").pictures == ()
    exif = first.getexif()
    exif[306] = "2026:03:03 10:15:00"
    first.save(tmp_path / "photo.jpg", exif=exif)
    assert read_picture(tmp_path / "photo.jpg").written_at is not None
    first.convert("I;16").save(tmp_path / "deep.png")
    assert page_pixels(tmp_path / "deep.png", 1).getextrema()[0] == (0, 255)
    first.putalpha(first.point(lambda value: 255 - value))
    first.save(tmp_path / "clear.png")
    assert page_pixels(tmp_path / "clear.png", 1).getpixel((0, 0)) == (255, 255, 255)
    picture_of(["wide"], size=(4000, 300)).save(tmp_path / "wide.png")
    assert page_pixels(tmp_path / "wide.png", 1).size == (2000, 150)


def test_damaged_and_oversized_image_files(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 10)
    picture_of(WORDS, size=SIZE).save(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:900])
    for name in ("no.png", "cut.jpg"):
        with pytest.raises(FileTrouble, match="ends too early"):
            read_picture(tmp_path / name)
            page_pixels(tmp_path / name, 1)
    head = (100_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + head + __import__("zlib").crc32(b"IHDR" + head).to_bytes(4, "big")
    (tmp_path / "bomb.png").write_bytes(bomb + b"\0\0\0\0IEND\xaeB`\x82")
    with pytest.raises(FileTrouble, match="Too large") as large:
        read_picture(tmp_path / "bomb.png")
    assert large.value.kind is TroubleKind.TOO_LARGE


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_lines_of_a_turned_page_come_in_order_with_their_own_places(turns: int) -> None:
    upright = [(0.1, 0.1, 0.8, 0.14), (0.1, 0.2, 0.8, 0.24), (0.1, 0.25, 0.3, 0.29)]
    turned: Callable[[float, float, float, float], tuple[float, float, float, float]] = (
        lambda x0, y0, x1, y1: (x0, y0, x1, y1),
        lambda x0, y0, x1, y1: (1 - y1, x0, 1 - y0, x1),
        lambda x0, y0, x1, y1: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        lambda x0, y0, x1, y1: (y0, 1 - x1, y1, 1 - x0),
    )[turns]
    texts = ["A line of its own.", "second paragraph, bro-", "ken."]
    lines = [Line(text, 0.9, turned(*place), bool(turns % 2)) for text, place in zip(texts, upright, strict=True)]
    stamp = Line("stamp", 0.5, (0.4, 0.4, 0.6, 0.6), not turns % 2)
    section = page_of([stamp, *reversed(lines)], 7, turns=turns)
    assert section.text == "A line of its own.\n\nsecond paragraph, bro\u00adken.\nstamp\n"
    start, end, *place = section.boxes[1]
    assert section.text[start:end].startswith("second paragraph")
    assert tuple(place) == lines[1].place


def test_long_pictures_are_looked_at_in_strips_and_every_row_belongs_to_one(tmp_path: Path) -> None:
    assert [strip.bottom for strip in strips(1999)] == [1999]
    for high in (2001, 3800, 3801, 12_000):
        found = strips(high)
        assert (found[0].top, found[0].first, found[-1].bottom, found[-1].last) == (0, 0, high, high)
        assert [strip.last for strip in found[:-1]] == [strip.first for strip in found[1:]]
        assert all(strip.top + 99 < strip.first or not strip.top for strip in found)
        assert max(strip.bottom - strip.top for strip in found) <= 2000
    picture_of(["long"], size=(800, 9000)).save(tmp_path / "long.png")
    assert page_pixels(tmp_path / "long.png", 1).size == (800, 9000)


def test_the_window_never_loads_the_picture_library() -> None:
    code = (
        "import sys, ui.window.main_window, ui.window.ask.paper; sys.exit(bool({'cv2', 'rapidocr'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
