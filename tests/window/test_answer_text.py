"""The streamed answer: the same whatever the pieces, finished blocks untouched, chips, serif for quoted words."""

import pytest
from PySide6.QtGui import QFont, QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication
from scripted_house import ANSWER, CITATIONS, LEASE_QUOTE

from app.values import Citation, QuoteCheck
from ui.window.ask.answer_text import AnswerText
from ui.window.ask.markdown_blocks import emphasis_in, find_quote, finished_length, plain_with_markers
from ui.window.theme import Theme

MARKDOWN = (
    ANSWER
    + "\n\n- one `code` item [1]\n- two <b>bold</b>\n\n```\nfirst\n\nsecond [9]\n```\n\n## Heading\n\nThe last. [2]"
)


@pytest.fixture
def text(theme: Theme) -> AnswerText:
    made = AnswerText(theme, name="Answer")
    made.resize(480, 100)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def formats(text: AnswerText) -> list[tuple[str, bool, int, str]]:
    """Every fragment with what matters of its look."""
    found = []
    block = text.document().begin()
    while block.isValid():
        walk = block.begin()
        while not walk.atEnd():
            style = walk.fragment().charFormat()
            family = (style.fontFamilies() or [""])[0]
            found.append((walk.fragment().text(), style.fontItalic(), style.fontWeight(), family))
            walk += 1
        block = block.next()
    return found


@pytest.mark.parametrize("step", [1, 3, 17, 10_000])
def test_pieces_of_any_size_end_in_the_same_document(text: AnswerText, step: int, theme: Theme) -> None:
    for place in range(0, len(MARKDOWN), step):
        text.add(MARKDOWN[place : place + step])
    streamed = (text.toPlainText(), formats(text), text.height())
    text.show_whole(MARKDOWN, {})
    assert streamed == (text.toPlainText(), formats(text), text.height())


def test_finished_blocks_are_not_laid_out_again(text: AnswerText) -> None:
    text.add("First block. [1]\n\nSecond")
    text.document().begin().setUserState(42)  # goes when the block is made anew
    for _ in range(50):
        text.add(" more words")
        QApplication.processEvents()
    assert text.document().begin().userState() == 42


def test_nothing_is_bolder_than_600_and_nothing_larger_than_reading(text: AnswerText, theme: Theme) -> None:
    text.show_whole(MARKDOWN, {})
    weights = {weight for words, _, weight, _ in formats(text) if words != "\ufffc"}
    assert weights == {QFont.Weight.Normal, QFont.Weight.DemiBold}


def test_markers_become_chips_and_copied_text_has_them_back(text: AnswerText) -> None:
    text.show_whole("One thing. [1] Another. [2]", {c.n: c for c in CITATIONS})
    assert text.toPlainText().count("\ufffc") == 2
    text.selectAll()
    assert text.createMimeDataFromSelection().text() == "One thing. [1] Another. [2]"


def test_a_number_without_a_source_is_a_hollow_chip(text: AnswerText) -> None:
    text.show_whole("Found. [1] Worked out. [7]", {1: CITATIONS[0]})
    looks = []
    for position in range(text.document().characterCount() - 1):
        cursor = QTextCursor(text.document())
        cursor.setPosition(position + 1)
        if cursor.charFormat().isImageFormat():
            looks.append(cursor.charFormat().toImageFormat().name().split("/")[1])
    assert looks == ["quoted", "hollow"]


def test_pictures_and_addresses_in_an_answer_load_nothing(text: AnswerText, tmp_path: object) -> None:
    text.show_whole(
        "![x](file:///etc/hostname) ![y](http://example.invalid/a.png) <img src='file:///etc/hostname'>", {}
    )
    kind = QTextDocument.ResourceType.ImageResource
    for name in ("file:///etc/hostname", "http://example.invalid/a.png"):
        loaded = text.document().loadResource(kind.value, name)
        assert isinstance(loaded, QImage) and loaded.isNull()


def test_quoted_words_turn_serif_and_the_answer_words_stand_out(text: AnswerText) -> None:
    start = LEASE_QUOTE.index("ninety")
    citation = Citation(1, CITATIONS[0].passage, CITATIONS[0].anchor, LEASE_QUOTE, QuoteCheck.WORD_FOR_WORD,
                        ((start, start + len("ninety (90) days")),))  # fmt: skip
    text.show_whole(f"Here it is:\n\n{LEASE_QUOTE.replace('less than', 'less' + chr(10) + 'than')} [1]", {1: citation})
    serif = {words for words, _, _, family in formats(text) if family == "Indoors Serif"}
    strong = {words for words, _, weight, _ in formats(text) if weight == QFont.Weight.DemiBold}
    assert any(words.startswith("Either party") for words in serif)
    assert "Here it is:" not in serif
    assert strong == {"ninety (90) days"}


def test_quotes_that_come_after_the_text_make_the_same_document(text: AnswerText) -> None:
    whole = f"A lead line.\n\n{LEASE_QUOTE} [1]\n\nOther words. [2]"
    citations = {c.n: c for c in CITATIONS[:2]}
    text.add(whole)
    text.set_citations({1: citations[1]})
    text.set_citations(citations)
    late = formats(text)
    text.show_whole("", {})
    text.show_whole(whole, citations)
    assert formats(text) == late


def test_finished_length_ends_at_blank_lines_outside_fences() -> None:
    assert finished_length("one\n\ntwo") == 5
    assert finished_length("one\ntwo") == 0
    assert finished_length("```\na\n\nb") == 0
    assert finished_length("```\na\n\nb\n```\n\n") == len("```\na\n\nb\n```\n\n")


def test_quotes_are_found_across_line_breaks_ligatures_and_quotation_marks() -> None:
    text = "x. The ﬁrst “of-\nfice” is  here, now. y"
    found = find_quote(text, "The first 'office' is here, now.")
    assert found is not None and text[slice(*found)] == "The ﬁrst “of-\nfice” is  here, now."
    assert find_quote(text, "not in it") is None
    assert find_quote(text, " … ") is None
    assert find_quote("a b. a b.", "a b", near=3) == (5, 8)


def test_emphasis_moves_with_other_spaces() -> None:
    assert emphasis_in("ninety\n(90) days", "ninety (90) days", ((7, 11),)) == [(8, 10)]


def test_copied_chips_have_their_numbers() -> None:
    assert plain_with_markers("a\ufffc b\ufffc", [3, 12]) == "a [3] b [12]"
