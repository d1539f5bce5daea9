"""Scans inside archives and mails: recognised as documents of their own; long ones wait, small images are left out."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from recognised_pages import Pages

from app.library.reading import ReadFile, Reading, Refused, Stopped
from app.library.recognition import Recognition
from app.values import DocumentKind, TroubleKind
from models.api import Cancel
from models.host import Host


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def reading(tmp_path: Path, pages: Pages) -> Iterator[Reading]:
    made = Reading(tmp_path / "scratch", recognition=Recognition(host=cast("Host", pages)))
    yield made
    made.close()
    assert [*(tmp_path / "scratch").rglob("*")] == []


def scan(count: int) -> bytes:
    held = io.BytesIO()
    sheets = [Image.new("L", (300, 200), 250) for _ in range(count)]
    sheets[0].save(held, "PDF", save_all=True, append_images=sheets[1:])
    return held.getvalue()


def photograph(side: int) -> bytes:
    held = io.BytesIO()
    noise = random.Random(1).randbytes(side * side)
    Image.frombytes("L", (side, side), noise).save(held, "PNG")
    return held.getvalue()


def packed(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def read(reading: Reading, path: Path, **more: Any) -> ReadFile:
    return reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel(), **more)


def test_scans_inside_are_documents_of_their_own(reading: Reading, pages: Pages, tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", deed_pdf=scan(1)).read_bytes()
    outer = packed(
        tmp_path / "a.zip", letter_pdf=scan(2), photo_png=photograph(300), logo_png=photograph(90), inner_zip=inner
    )
    found = read(reading, outer)
    read_parts = {part.member: (part.kind, [section.text for section in part.sections]) for part in found.parts}
    assert read_parts == {
        "letter.pdf": (DocumentKind.PDF, ["page 1\n", "page 2\n"]),
        "photo.png": (DocumentKind.IMAGE, ["page 1\n"]),
        "inner.zip/deed.pdf": (DocumentKind.PDF, ["page 1\n"]),
    }
    assert (found.troubles, found.other_kinds) == ((), 1)


def test_a_long_scan_inside_waits_for_a_yes(reading: Reading, pages: Pages, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", long_pdf=scan(6), note_txt=b"A note.")
    found = read(reading, path)
    (trouble,) = found.troubles
    assert (trouble.member, trouble.trouble, pages.asked) == ("long.pdf", TroubleKind.PICTURES, [])
    assert trouble.estimate_s
    assert [part.member for part in read(reading, path, ocr=True).parts] == ["note.txt", "long.pdf"]
    alone = packed(tmp_path / "b.zip", long_pdf=scan(6))
    with pytest.raises(Refused, match="Pictures of text") as refused:
        read(reading, alone)
    assert refused.value.kind is TroubleKind.PICTURES
    assert refused.value.estimate_s and refused.value.estimate_s < trouble.estimate_s  # six fast pages were measured


def test_images_without_words_are_passed_over(reading: Reading, pages: Pages, tmp_path: Path) -> None:
    pages.wordless = True
    found = read(reading, packed(tmp_path / "a.zip", photo_png=photograph(300), note_txt=b"A note."))
    assert ([part.member for part in found.parts], found.troubles, found.other_kinds) == (["note.txt"], (), 1)
    with pytest.raises(Refused, match="No words"):
        read(reading, packed(tmp_path / "b.zip", photo_png=photograph(300)))


def test_a_stop_leaves_nothing_behind(reading: Reading, pages: Pages, tmp_path: Path) -> None:
    pages.stop_at = 1
    with pytest.raises(Stopped):
        read(reading, packed(tmp_path / "a.zip", letter_pdf=scan(2)))


def test_without_recognition_scans_wait(tmp_path: Path) -> None:
    reading = Reading(tmp_path / "scratch")
    try:
        found = read(reading, packed(tmp_path / "a.zip", letter_pdf=scan(1), note_txt=b"A note."))
    finally:
        reading.close()
    assert [(trouble.member, trouble.trouble) for trouble in found.troubles] == [("letter.pdf", TroubleKind.PICTURES)]
