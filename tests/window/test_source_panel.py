"""The panel: exact boxes on a real page, the text around a passage elsewhere, and files that are gone."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lease_pdf import write_lease
from patience import until
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication
from scripted_house import CALL_QUOTE, CITATIONS, LEASE_QUOTE, MAIL_QUOTE, ScriptedHouse

from app.values import Citation
from ui.window import words
from ui.window.ask.paper import PageTrouble, draw_page, join_lines
from ui.window.ask.source_panel import Shown
from ui.window.main_window import MainWindow
from ui.window.tokens import tokens


@pytest.fixture(scope="session")
def lease(app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lease(tmp_path_factory.mktemp("lease") / "Office lease 2023.pdf")


def at(citation: Citation, path: Path) -> Citation:
    document = replace(citation.passage.document, path=path)
    return replace(citation, passage=replace(citation.passage, document=document))


def test_boxes_cover_the_quote_and_nothing_else(lease: Path) -> None:
    picture = draw_page(lease, 4, quote=LEASE_QUOTE, others=[MAIL_QUOTE], width_px=368, ratio=1.0)
    assert picture.pages == 5
    assert 2 <= len(picture.open_boxes) <= 4 and picture.pale_boxes
    # Read the words under the boxes back from the page: they must be the quote.
    document = QPdfDocument(None)
    document.load(str(lease))
    text = document.getAllText(3)
    scale = picture.height / document.pagePointSize(3).height()
    left = text.boundingRectangle().left() - 9
    under = ""
    for box in picture.open_boxes:
        line = QRectF(box.left() / scale + left, box.top() / scale, box.width() / scale, box.height() / scale)
        start = line.topLeft() + (line.bottomLeft() - line.topLeft()) / 2
        end = line.topRight() + (line.bottomRight() - line.topRight()) / 2
        under += document.getSelection(3, start, end).text() + " "
    document.close()
    assert LEASE_QUOTE.split()[:6] == under.split()[:6]
    assert abs(len(" ".join(under.split())) - len(LEASE_QUOTE)) <= 4


def test_the_text_column_fills_the_width_and_the_paper_is_white(lease: Path) -> None:
    picture = draw_page(lease, 4, quote="", others=[], width_px=368, ratio=1.5)
    assert round(picture.width) == 368
    assert picture.image.devicePixelRatio() == 1.5
    assert picture.image.pixelColor(2, 2) == QColor("white")
    assert picture.open_boxes == ()


@pytest.mark.parametrize("page", [0, 6])
def test_a_page_that_is_not_there_is_trouble(lease: Path, page: int) -> None:
    with pytest.raises(PageTrouble):
        draw_page(lease, page, quote="", others=[], width_px=300, ratio=1.0)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 nothing", b"\x00" * 4096])
def test_a_damaged_file_is_trouble_and_not_a_crash(app: QApplication, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(content)
    with pytest.raises(PageTrouble):
        draw_page(broken, 1, quote="", others=[], width_px=300, ratio=1.0)


def test_places_kept_by_the_library_are_marked_on_the_page(lease: Path) -> None:
    sheet = draw_page(lease, 4, quote="", others=[], width_px=368, ratio=1.0)
    quarter = (0.25, 0.5, 0.5, 0.52)
    (box,) = draw_page(lease, 4, quote=LEASE_QUOTE, others=[], width_px=368, ratio=1.0, places=[quarter]).open_boxes
    document = QPdfDocument(None)
    document.load(str(lease))
    text, paper = document.getAllText(3).boundingRectangle(), document.pagePointSize(3)
    document.close()
    scale = sheet.height / paper.height()
    assert box.top() == pytest.approx(0.5 * sheet.height)
    assert box.left() == pytest.approx((0.25 * paper.width() - text.left() + 9) * scale)
    assert box.width() == pytest.approx(0.25 * paper.width() * scale)


def test_a_picture_is_shown_as_a_page(app: QApplication, tmp_path: Path) -> None:
    image = QImage(1200, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.save(str(tmp_path / "scan.png"))
    picture = draw_page(
        tmp_path / "scan.png", 1, quote="", others=[], width_px=400, ratio=1.5, places=[(0.1, 0.2, 0.6, 0.3)]
    )
    assert (picture.width, picture.height, picture.image.width()) == (400, 200, 600)
    assert picture.open_boxes == (QRectF(40, 40, 200, 20),)
    assert picture.image.pixelColor(5, 5) == QColor("teal")
    (tmp_path / "no.png").write_bytes(b"no picture")
    with pytest.raises(PageTrouble):
        draw_page(tmp_path / "no.png", 1, quote="", others=[], width_px=400, ratio=1.0)


def test_letters_join_to_lines() -> None:
    letters = [QRectF(0, 0, 5, 10), QRectF(5, 7, 2, 4), QRectF(8, 0, 5, 10), QRectF(0, 14, 5, 10), QRectF(0, 0, 0, 0)]
    assert join_lines(letters) == [QRectF(0, 0, 13, 11), QRectF(0, 14, 5, 10)]


def test_the_passage_stands_at_38_percent(window: MainWindow, lease: Path) -> None:
    window.resize(1180, 500)
    window.show_source(Shown.of_citation(at(CITATIONS[0], lease)))
    pages = window.panel._pages
    until(lambda: pages.picture is not None, "the page")
    assert window.panel._where.text() == "Page 4 of 5"
    assert pages.picture is not None
    top = pages.picture.open_boxes[0].top() + window.theme.px(16) - pages.verticalScrollBar().value()
    assert abs(top - pages.viewport().height() * 0.38) <= 2


def test_highlights_are_multiplied_so_that_ink_stays_dark(window: MainWindow, lease: Path) -> None:
    window.show_source(Shown.of_citation(at(CITATIONS[0], lease)))
    pages = window.panel._pages
    until(lambda: pages.picture is not None, "the page")
    assert pages.picture is not None
    assert round(pages.picture.width) == pages.page_width()  # drawn once, for the width it has
    grabbed = pages.viewport().grab().toImage()
    first = pages.picture.open_boxes[0]
    box = first.translated(window.theme.px(16), window.theme.px(16) - pages.verticalScrollBar().value()).toRect()
    inside = Counter(
        grabbed.pixelColor(x, y).name() for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())
    )
    assert inside.most_common(1)[0][0] == tokens().colors["light"]["markActive"].lower()
    assert min(QColor(name).lightness() for name in inside) < 60


def test_a_file_without_pages_shows_its_text_with_the_quote_marked(
    window: MainWindow, house: ScriptedHouse, tmp_path: Path
) -> None:
    there = tmp_path / "call.m4a"
    there.write_bytes(b"x")
    before = "\n".join(f"Line {number} before." for number in range(400))
    house.section = f"{before}\n{CALL_QUOTE}\nAfter it."
    citation = at(CITATIONS[2], there)
    start = len(before) + 1
    citation = replace(citation, passage=replace(citation.passage, start_char=start, end_char=start + len(CALL_QUOTE)))
    window.show_source(Shown.of_citation(citation))
    text = window.panel._text
    until(lambda: CALL_QUOTE in text.toPlainText(), "the text")
    assert text.toPlainText().startswith("… ") and "After it." in text.toPlainText()
    assert window.panel._note.isHidden()
    assert window.panel._where.text() == "14:32"
    cursor = text.document().find(CALL_QUOTE)
    assert cursor.charFormat().background().color() == window.theme.color("markActive")


def test_a_file_that_is_gone_keeps_its_passage(window: MainWindow) -> None:
    window.show_source(Shown.of_citation(CITATIONS[0]))
    until(lambda: window.panel._note.isVisible(), "the note")
    assert window.panel._note.text() == words.NOT_THERE
    until(lambda: bool(window.panel._text.toPlainText()), "the text")
    assert LEASE_QUOTE in window.panel._text.toPlainText()


def test_recognised_text_says_so(window: MainWindow, lease: Path) -> None:
    citation = at(CITATIONS[0], lease)
    window.show_source(Shown.of_citation(replace(citation, passage=replace(citation.passage, ocr=0.934))))
    until(lambda: window.panel._pages.picture is not None, "the page")
    assert window.panel._note.isVisible()
    assert window.panel._note.text() == "Read from a picture, 93 % sure. Letters may be wrong."
    window.show_source(Shown.of_citation(citation))
    assert window.panel._note.isHidden()


def test_narrow_windows_slide_the_panel_over_the_page(window: MainWindow) -> None:
    window.show_source(Shown.of_citation(CITATIONS[0]))
    assert window.panel.parentWidget() is window.side
    window.resize(800, 600)
    assert window.panel.parentWidget() is window
    assert window.panel.geometry().right() <= window.width()
    window.resize(1180, 760)
    assert window.panel.parentWidget() is window.side


def test_opening_outside_goes_through_the_house(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_source(Shown.of_citation(CITATIONS[0]))
    window.panel._outside.click()
    until(lambda: bool(house.opened), "the courier was asked")
    assert house.opened == [CITATIONS[0].passage.document.path]
