"""Real office files through the real, sealed, limited reader: a known sentence at its exact place, or the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_desk import SAMPLES

from app.library.reading import ReadFile, Reading, Refused
from app.store.anchors import anchor_of
from app.values import Anchor, CellsAnchor, LinesAnchor, SlideAnchor, TroubleKind
from models.api import Cancel

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/samples is not there")

KNOWN: dict[str, tuple[str, Anchor]] = {
    "documents/docling__xlsx_02_sample_sales_data.xlsm": ("Widget C | 2024-01-07", CellsAnchor("SalesData", 8, 8)),
    "documents/docling__xlsx_05_table_with_title.xlsx": ("2022 | 170", CellsAnchor("Duck Observations", 8, 8)),
    "documents/unstructured__vodafone.xlsx": ("Guidance rates", CellsAnchor("Index", 25, 25)),
    "documents/tika__testEXCEL_various.xlsb": ("hyperlink | tika_link", CellsAnchor("mySheet1", 12, 12)),
    "documents/markitdown__test.xls": ("6ff4173b-42a5-4784-9b19-f49caff4d93d", CellsAnchor("Sheet1", 14, 14)),
    "documents/tika__test-columnar.ods": ("This is row 7 of 10", CellsAnchor("testing", 9, 9)),
    "hostile/tika__testEXCEL_macro.xlsm": ("This is a blank worksheet", CellsAnchor("Sheet1", 1, 1)),
    "documents/docling__csv-comma.csv": ("Rasmussen Group", CellsAnchor("", 2, 2)),
    "documents/markitdown__test_mskanji.csv": ("髙橋淳 | 35 | 名古屋", CellsAnchor("", 4, 4)),
    "hostile/docling__csv-too-few-columns.csv": ("a | b | c |\n", CellsAnchor("", 3, 3)),
    "documents/docling__textbox.docx": ("submitted within 24 hours", LinesAnchor(23, 23)),
    "documents/tika__testWORD_charts.docx": ("NUMBER: January 5, February 8", LinesAnchor(2, 2)),
    "documents/unstructured__fake_table.docx": ("| Lorem ipsum | A Link example |", LinesAnchor(2, 2)),
    "documents/unstructured__eng_spa_mult.docx": ("dotados como están de razón", LinesAnchor(3, 3)),
    "hostile/docling__docx_external_image.docx": ("comes after the external image", LinesAnchor(5, 5)),
    "hostile/tika__testAttachedTemplate.docx": ("external attached template", LinesAnchor(1, 1)),
    "hostile/unstructured__eng_spa_mult.doc": ("dotados como están de razón", LinesAnchor(3, 3)),
    "documents/docling__legacy_sample.doc": (
        "| Berries | Blueberry, Strawberry, Cranberry | 150 |",
        LinesAnchor(35, 35),
    ),
    "hostile/tika__test_TIKA-1251.doc": ("Vurdere om lege skal kontaktes", LinesAnchor(51, 51)),
    "hostile/tika__test_recursive_embedded.doc": ("embed_0", LinesAnchor(1, 1)),
    "documents/unstructured__eng_spa_mult.rtf": ("dotados como están de razón", LinesAnchor(3, 3)),
    "hostile/tika__testRTFInvalidUnicode.rtf": ("Mismatched pair", LinesAnchor(1, 1)),
    "documents/tika__testODTEmbedded.odt": ("has bold and italic text.", LinesAnchor(1, 1)),
    "documents/docling__powerpoint_sample.pptx": ("Some notes on the second slide.", SlideAnchor(2, 122, 153)),
    "documents/docling__powerpoint_with_image.pptx": ("Image linked to file", SlideAnchor(1, 21, 41)),
    "documents/tika__testPPT_various.pptx": ("Suddenly some Japanese text:", SlideAnchor(1, 348, 376)),
    "documents/markitdown__pptx_complex_layout.pptx": ("lead the market", SlideAnchor(1, 33, 48)),
    "hostile/docling__powerpoint_malformed_pictures.pptx": ("Slide With Wrong Content Type", SlideAnchor(3, 0, 29)),
    "documents/unstructured__fake-power-point.ppt": ("Here is some text in a text box!", SlideAnchor(1, 167, 199)),
    "hostile/tika__testODP_NPE.odp": ("Epidemic", SlideAnchor(4, 2, 10)),
}


def read(reading: Reading, name: str, password: str = "") -> ReadFile:
    """One sample, read as the library does it."""
    path = SAMPLES / name
    return reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel(), password=password)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_sentence_stands_at_its_place(reading: Reading, name: str) -> None:
    sentence, anchor = KNOWN[name]
    found = read(reading, name)
    section = next(each for each in found.sections if sentence in each.text)
    at = section.text.index(sentence)
    assert anchor_of(section, at, at + len(sentence)) == anchor
    covering = [
        cut for cut in found.cuts if found.sections[cut.section] is section and cut.start_char <= at < cut.end_char
    ]
    assert len(covering) == 1
    assert "\0" not in section.text and "\r" not in section.text


def test_locked_files_say_so_and_open_with_their_password(reading: Reading) -> None:
    for name in ("tika__testWORD_protected_passtika.docx", "unstructured__password_protected.xlsx"):
        with pytest.raises(Refused, match="Locked with a password") as refusal:
            read(reading, f"documents/{name}")
        assert refusal.value.kind is TroubleKind.LOCKED and refusal.value.lasting
    found = read(reading, "documents/tika__testWORD_protected_passtika.docx", "tika")
    assert "This is an encrypted Word 2007 File." in found.sections[0].text


def test_kinds_that_are_not_read_say_so(reading: Reading) -> None:
    for name, ending in (("tika__testWORKS.wps", ".wps"), ("tika__testHWP_5.0.hwp", ".hwp")):
        with pytest.raises(Refused, match=f"Kind not supported \\(\\{ending}\\)") as refusal:
            read(reading, f"documents/{name}")
        assert refusal.value.kind is TroubleKind.UNSUPPORTED


def test_reading_leaves_nothing_on_the_disk(reading: Reading, tmp_path: Path) -> None:
    home = set(Path.home().glob(".*")) | set(Path.home().glob(".cache/*"))
    for name in list(KNOWN)[::6]:
        read(reading, name)
    assert set(Path.home().glob(".*")) | set(Path.home().glob(".cache/*")) == home
    assert not list(reading.scratch.glob("*"))
