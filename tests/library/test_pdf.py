"""The PDF reader: words at their exact page and characters, in reading order, with fields, notes and attachments."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from pdf_desk import Sheet, column, make_pdf

from app.errors import FileTrouble
from app.library.readers.page_order import Stretch, in_columns, rows_in_order
from app.library.readers.pdf import read_pdf
from app.library.readers.pdf_columns import PageFrame
from app.library.readers.pdf_dates import moment, shown_day
from app.library.readers.pdf_words import SOFT_HYPHEN, garbled, join_broken_words
from app.values import TroubleKind

LIBRARY = Path(__file__).parents[2] / "assets" / "sample-library"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/samples is not there")

LEFT = (
    "The harbour was rebuilt after the storm of",
    "nineteen hundred and six, when the old pier",
    "broke and the boats lay on the beach for a",
    "month. The council borrowed forty thousand",
    "crowns for it and the debt was paid back in",
    "eleven years, mostly from the herring tax.",
)
RIGHT = (
    "Visitors find the museum on the upper floor",
    "of the customs house. It is open from May to",
    "the end of September and shows the tools of",
    "the rope makers. Groups of more than twelve",
    "persons should write two weeks ahead, and",
    "school classes pay nothing in the spring.",
)


def sections_of(path: Path, pages: list[Sheet], **more: object) -> list[str]:
    return [section.text for section in read_pdf(make_pdf(path, pages, **more)).sections]  # type: ignore[arg-type]


def on_page(path: Path, page: int, start: int, count: int) -> str:
    """The same characters as pdfium's text page counts them."""
    document = pypdfium2.PdfDocument(path)
    try:
        return str(document[page - 1].get_textpage().get_text_range(start, count))
    finally:
        document.close()


def test_offsets_are_those_of_the_page_view(tmp_path: Path) -> None:
    pages = [
        Sheet(column(["3 Rent", "The rent is 900 euros.", "It is due monthly."])),
        Sheet(),
        Sheet(column(["Three"])),
    ]
    path = make_pdf(tmp_path / "a.pdf", pages)
    content = read_pdf(path)
    assert content.pages == 3
    assert [section.number for section in content.sections] == [1, 3]
    first = content.sections[0]
    assert on_page(path, 1, first.text.index("900 euros"), 9) == "900 euros"
    assert first.headings == ((0, "3 Rent"),)
    assert not first.boxes


def test_every_library_pdf_counts_as_the_page_view_does() -> None:
    for path in LIBRARY.glob("*.pdf"):
        document = pypdfium2.PdfDocument(path)
        for section in read_pdf(path).sections:
            textpage = document[section.number - 1].get_textpage()
            assert textpage.count_chars() == len(section.text), path.name
        document.close()


def test_columns_drawn_line_by_line_are_read_one_after_the_other(tmp_path: Path) -> None:
    drawn = [(72.0, 740.0, 16.0, "A short history of the harbour town")]
    for left, right in zip(column(LEFT, size=10), column(RIGHT, x=330, size=10), strict=True):
        drawn += [left, right]
    (section,) = read_pdf(make_pdf(tmp_path / "a.pdf", [Sheet(drawn)])).sections
    assert "town\nThe harbour was rebuilt after the storm of\nnineteen hundred" in section.text
    assert "mostly from the herring tax.\nVisitors find" in section.text
    start, end, left_x, top, right_x, bottom = section.boxes[1 + len(LEFT)]
    assert section.text[start:end] == RIGHT[0]
    assert (left_x, right_x) == pytest.approx((330 / 612, 530 / 612), abs=0.05)
    assert top < 1 - 720 / 792 < bottom


def test_places_on_turned_pages() -> None:
    def box(turns: int) -> tuple[float, ...]:
        return PageFrame(left=100, bottom=0, width=200, height=400, turns=turns).box(120, 80, 140, 160)

    assert box(0) == (0.1, 0.6, 0.2, 0.8)
    assert box(1) == (0.2, 0.1, 0.4, 0.2)
    assert box(2) == (0.8, 0.2, 0.9, 0.4)
    assert box(3) == (0.6, 0.8, 0.8, 0.9)


def test_columns_in_order_keep_the_text_page_as_it_is(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [Sheet(column(LEFT, size=10) + column(RIGHT, x=330, size=10))])
    (section,) = read_pdf(path).sections
    assert section.boxes == ()
    at = section.text.index("the museum")
    assert on_page(path, 1, at, 10) == "the museum"


def test_tables_stay_in_rows(tmp_path: Path) -> None:
    drawn = []
    for number in range(9):
        y = 700.0 - 14 * number
        drawn += [(72.0, y, 10.0, f"Item number {number} of the list"), (330.0, y, 10.0, f"{number * 7} euros")]
    (text,) = sections_of(tmp_path / "a.pdf", [Sheet(drawn)])
    assert "Item number 3 of the list 21 euros" in text


def test_order_of_three_columns_under_a_title() -> None:
    title = Stretch(0.1, 0.02, 0.9, 0.05, 40)
    columns = [
        Stretch(0.1 + 0.3 * c, 0.1 + 0.03 * r, 0.35 + 0.3 * c, 0.12 + 0.03 * r, 30) for r in range(6) for c in (0, 1, 2)
    ]
    pieces = [title, *columns]
    assert in_columns(pieces)
    flat = [number for row in rows_in_order(pieces) for number in row]
    assert flat == [0, *range(1, 19, 3), *range(2, 19, 3), *range(3, 19, 3)]


def test_fields_and_notes_follow_the_page_and_know_their_place(tmp_path: Path) -> None:
    objects = {
        100: "<</Fields[101 0 R 102 0 R 103 0 R 106 0 R]/DA(/F 10 Tf)>>",
        101: "<</Type/Annot/Subtype/Widget/FT/Tx/T(tenant)/TU(Name of the tenant)/V(Marta Ilves)/Rect[9 600 30 620]>>",
        102: "<</Type/Annot/Subtype/Widget/FT/Btn/T(pets)/V/Yes/AS/Yes/AP<</N<</Yes 107 0 R>>>>/Rect[9 500 19 510]>>",
        103: "<</Type/Annot/Subtype/Widget/FT/Tx/T(pin)/Ff 8192/V(1234)/Rect[100 450 300 470]>>",
        104: "<</Type/Annot/Subtype/Text/T(Ann Lee)/M(D:20260303101500Z)"
        "/Contents(Ask about the cellar.)/Rect[306 396 326 416]>>",
        105: "<</Type/Annot/Subtype/Link/Contents(not a note)/Rect[0 0 9 9]>>",
        106: "<</Type/Annot/Subtype/Widget/FT/Tx/T(empty)/Rect[100 300 300 320]>>",
        107: "<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 0>>stream\nendstream ",
    }
    annotated = "/Annots[" + " ".join(f"{number} 0 R" for number in range(101, 107)) + "]"
    path = make_pdf(
        tmp_path / "a.pdf", [Sheet(column(["The form"]), more=annotated)], objects=objects, catalog="/AcroForm 100 0 R"
    )
    (section,) = read_pdf(path).sections
    assert section.text == (
        "The form\nName of the tenant: Marta Ilves\npets: yes\nNote by Ann Lee, 3 March 2026: Ask about the cellar.\n"
    )
    assert on_page(path, 1, 0, 8) == section.text[:8]
    start, end, left, top, _, _ = section.boxes[-1]
    assert section.text[start:end].startswith("Note by Ann Lee")
    assert (left, top) == pytest.approx((0.5, 1 - 416 / 792), abs=0.001)
    start, end, *_ = section.boxes[0]
    assert section.text[start:end] == "Name of the tenant: Marta Ilves"


def test_attachments_are_documents_inside(tmp_path: Path) -> None:
    objects = {
        100: "<</Names[(offer.txt) 101 0 R]>>",
        101: "<</Type/Filespec/F(offer.txt)/UF(offer.txt)/EF<</F 102 0 R>>>>",
        102: "<</Type/EmbeddedFile/Length 24>>stream\nThe offer is 4,200 euros\nendstream ",
    }
    path = make_pdf(
        tmp_path / "a.pdf", [Sheet(column(["See inside"]))], objects=objects, catalog="/Names<</EmbeddedFiles 100 0 R>>"
    )
    (found,) = [(file.name, file.size_bytes, file.content()) for file in read_pdf(path).enclosed]
    assert found == ("offer.txt", 24, b"The offer is 4,200 euros")


def test_a_page_that_is_missing_costs_only_itself(tmp_path: Path) -> None:
    objects = {
        100: "<</Names[(a.txt) 101 0 R]>>",
        101: "<</Type/Filespec/F(a.txt)/EF<</F 102 0 R>>>>",
        102: "<</Type/EmbeddedFile/Length 5>>stream\nwords\nendstream ",
    }
    path = make_pdf(
        tmp_path / "a.pdf", [Sheet(column(["One"]))], objects=objects, catalog="/Names<</EmbeddedFiles 100 0 R>>"
    )
    path.write_bytes(path.read_bytes().replace(b"/Kids[10 0 R]/Count 1", b"/Kids[98 0 R 10 0 R]/Count 2"))
    content = read_pdf(path)
    assert [(section.number, section.text) for section in content.sections] == [(2, "One")]
    assert [file.name for file in content.enclosed] == ["a.txt"]


def test_what_the_file_says_of_itself(tmp_path: Path) -> None:
    words = [Sheet(column(["words"]))]
    named = read_pdf(make_pdf(tmp_path / "b.pdf", words, info="/Title (Microsoft Word - x.docx)/Author (Ann  Lee)"))
    assert (named.title, named.author, named.written_at) == ("b", "Ann Lee", None)
    said = "/Title (Annual report)/CreationDate (D:20260303101500+01'00')"
    dated = read_pdf(make_pdf(tmp_path / "c.pdf", words, info=said))
    assert (dated.title, dated.written_at) == ("Annual report", 1772529300.0)


def test_dates() -> None:
    assert shown_day(moment("D:20260303")) == "3 March 2026"
    assert moment("D:2026") is not None
    assert [moment(said) for said in ("", "yesterday", "D:00000101", "D:20261399", "D:99990101")] == [None] * 5


def test_words_broken_over_a_line_end_are_one_word_and_do_not_move() -> None:
    texts = ["com\ufffeputer and well\ufffeknown and Stress\ufffeEngineered", "a well-known one"]
    joined = join_broken_words(texts)
    assert joined[0] == f"com{SOFT_HYPHEN}puter and well-known and Stress-Engineered"
    assert len(joined[0]) == len(texts[0])


def test_fonts_that_hide_their_letters_make_a_page_a_picture(tmp_path: Path) -> None:
    odd = ["$%&/ !! #+*% &$/( ]]}{ ;:%% &/&/ +*#!" for _ in range(4)]
    escaped = [line.replace("(", "\\(").replace(")", "\\)") for line in odd]
    content = read_pdf(make_pdf(tmp_path / "a.pdf", [Sheet(column(escaped)), Sheet(column(["Readable words here"]))]))
    assert (content.pictures, [section.number for section in content.sections]) == ((1,), [2])
    assert garbled("\ue001\ue002\ue003" * 30)
    assert not garbled("Contents ....................................... 12 Preface .................... 4")
    assert not garbled("12.50 | 13.75 | 99.10 | -4.00 | 12.50 | 13.75 | 99.10 | -4.00")


def test_scans_are_pictures_and_stamped_scans_keep_their_stamp(tmp_path: Path) -> None:
    bare = read_pdf(make_pdf(tmp_path / "a.pdf", [Sheet(picture=True), Sheet(), Sheet(column(["Words"]))]))
    assert (bare.pictures, len(bare.sections)) == ((1,), 1)
    stamped = read_pdf(make_pdf(tmp_path / "b.pdf", [Sheet(column(["Page 1"]), picture=True)]))
    assert (stamped.pictures, stamped.sections[0].text) == ((1,), "Page 1")


def test_locked_and_damaged(tmp_path: Path) -> None:
    secret = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>/ID[<00><00>]"
    with pytest.raises(FileTrouble, match="Locked with a password") as locked:
        read_pdf(make_pdf(tmp_path / "locked.pdf", [Sheet(column(["words"]))], trailer=secret))
    assert locked.value.kind is TroubleKind.LOCKED
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.4\n1 0 obj<</Type")
    with pytest.raises(FileTrouble, match="ends too early") as cut:
        read_pdf(tmp_path / "cut.pdf")
    assert cut.value.kind is TroubleKind.DAMAGED
    empty = read_pdf(make_pdf(tmp_path / "empty.pdf", [Sheet(), Sheet()]))
    assert (empty.sections, empty.pictures) == ((), ())


@needs_samples
def test_passwords_open_what_they_should() -> None:
    locked = SAMPLES / "documents" / "docling__2206.01062_pg3.pdf"
    with pytest.raises(FileTrouble, match="Locked"):
        read_pdf(locked)
    with pytest.raises(FileTrouble, match="password"):
        read_pdf(locked, password="wrong")
    assert "DocLayNet" in read_pdf(locked, password="1234").sections[0].text
    open_one = SAMPLES / "hostile" / "tika__testPDF_no_extract_no_accessibility_owner_empty.pdf"
    assert read_pdf(open_one).sections[0].text == "Hello World"


@needs_samples
def test_samples_have_their_words_at_their_characters() -> None:
    for name, page, words in (
        ("documents/pdfjs__tracemonkey.pdf", 1, "We present an al\u00adternative compilation technique"),
        ("documents/tika__testPDF_rotated.pdf", 1, "Tika - Content Analysis Toolkit"),
        ("documents/pdfjs__ArabicCIDTrueType.pdf", 1, "انواع الخطوط العربية"),
        ("documents/pdfjs__noembed-sjis.pdf", 1, "あいうえお"),
        ("documents/privategpt__pdf_with_forms.pdf", 1, "Select from colour spectrum: Red"),
        ("hostile/pdfjs__bomb_giant.pdf", 1, "GIANT JBIG2 BOMB"),
    ):
        section = read_pdf(SAMPLES / name).sections[page - 1]
        at = section.text.index(words)
        if "Select" not in words:
            there = on_page(SAMPLES / name, page, at, len(words))
            assert there.replace("\ufffe", "\u00ad") == words, name
