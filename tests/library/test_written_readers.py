"""Written documents (docx, doc, odt, rtf): words at their line, under their heading; what is no text stays out."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import docx
import msoffcrypto
import pytest
from office_desk import open_document, package, paragraph, place, relations, text_of, word, word_part
from old_office import doc

from app.errors import FileTrouble
from app.library.readers.written import read_written
from app.values import LinesAnchor, TroubleKind

FIGURES = "9 kilowatt hours"


def test_a_word_file_keeps_its_order_and_places(tmp_path: Path) -> None:
    table = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in (("Room", "Heat"), ("Attic", FIGURES))
    )
    path = word(
        tmp_path / "house.docx",
        paragraph("The house", "berschrift1") + paragraph("Bought in 1987.") + paragraph("Heating", "berschrift2")
        + f"<w:tbl>{table}</w:tbl>" + paragraph("Serviced every May."),
    )  # fmt: skip
    content = read_written(path)
    assert content.title == "The house"
    assert place(content, "Bought in 1987.") == (LinesAnchor(3, 3), "")
    assert place(content, "Serviced every May.")[1] == "Heating"
    at, heading = place(content, f"| Attic | {FIGURES} |")
    assert at == LinesAnchor(8, 8) and text_of(content).split("\n")[7] == f"| Attic | {FIGURES} |"
    assert heading.startswith("Heating")


def test_deleted_moved_and_hidden_words_are_not_text(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Rent is </w:t></w:r><w:del><w:r><w:delText>800</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>900</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>elsewhere</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ignore the reader</w:t></w:r>"
        "<w:r><w:instrText>PAGEREF secret</w:instrText></w:r><w:r><w:t> euros.</w:t></w:r></w:p>"
    )
    assert text_of(read_written(word(tmp_path / "a.docx", body))) == "Rent is 900 euros.\n\n"


def test_boxes_notes_comments_and_page_headers_are_found_once(tmp_path: Path) -> None:
    box = "<w:txbxContent>" + paragraph("In the box.") + "</w:txbxContent>"
    body = (
        '<w:p><w:r><w:t>Pay on time.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:commentReference w:id="5"/></w:r><w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice>'
        f"{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>" + paragraph("The end.")
    )
    related = relations(("1", "footnotes", "footnotes.xml"), ("2", "comments", "comments.xml"),
                        ("3", "header", "header1.xml"), ("4", "header", "header2.xml"))  # fmt: skip
    head = word_part("hdr", paragraph("Lund &amp; Sons"))
    extra = {
        "word/footnotes.xml": word_part("footnotes", f'<w:footnote w:id="2">{paragraph("By the 3rd.")}</w:footnote>'),
        "word/comments.xml": word_part(
            "comments", f'<w:comment w:id="5" w:author="Ida">{paragraph("Ask Ben.")}</w:comment>'
        ),
        "word/header1.xml": head,
        "word/header2.xml": head,
    }
    lines = text_of(read_written(word(tmp_path / "a.docx", body, extra=extra, related=related))).split("\n")
    assert [line for line in lines if line] == [
        "Pay on time.", "By the 3rd.", "Comment by Ida: Ask Ben.", "In the box.", "The end.", "Lund & Sons",
    ]  # fmt: skip


def test_a_table_of_contents_and_tables_inside_tables_are_told_once(tmp_path: Path) -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('Roof ... 4')}</w:sdtContent></w:sdt>"
    )
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('slate')}</w:tc><w:tc>{paragraph('red')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('Roof')}</w:tc><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    assert text_of(read_written(word(tmp_path / "a.docx", contents + outer))) == "| Roof | slate red |\n\n"


def test_automatic_numbers_are_text_as_people_quote_them(tmp_path: Path) -> None:
    def numbered(words: str, number: int, level: int, style: str = "") -> str:
        looks = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return paragraph(words, style or "x").replace("</w:pPr>", f"{looks}</w:pPr>")

    def level(at: int, kind: str, text: str, start: int = 1) -> str:
        return (
            f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
            "</w:lvl>"
        )

    lists = word_part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1.", 13)}{level(1, "decimal", "%1.%2")}'
        f'{level(2, "lowerRoman", "(%3)")}</w:abstractNum><w:abstractNum w:abstractNumId="8">'
        f'{level(0, "bullet", "o")}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>',
    )
    body = (
        numbered("Term", 1, 0, "berschrift1") + numbered("Notice", 1, 0, "berschrift1") + numbered("Short.", 1, 1)
        + numbered("By post.", 1, 1) + numbered("Dated", 1, 2) + numbered("Signed", 1, 2) + numbered("milk", 2, 0)
        + numbered("Rent", 1, 0, "berschrift1") + numbered("Due.", 1, 1) + numbered("Annex", 3, 0)
        + numbered("No.", 0, 0)
    )  # fmt: skip
    related = relations(("s1", "styles", "styles.xml"), ("n1", "numbering", "numbering.xml"))
    content = read_written(word(tmp_path / "a.docx", body, extra={"word/numbering.xml": lists}, related=related))
    assert [line for line in text_of(content).split("\n") if line] == [
        "13. Term", "14. Notice", "14.1 Short.", "14.2 By post.", "(i) Dated", "(ii) Signed", "- milk", "15. Rent",
        "15.1 Due.", "1. Annex", "No.",
    ]  # fmt: skip
    assert place(content, "14.2 By post.")[1] == "14. Notice"


def test_files_laid_into_a_word_file_are_handed_on(tmp_path: Path) -> None:
    related = relations(("1", "package", "embeddings/Costs.xlsx"), ("2", "oleObject", "embeddings/oleObject1.bin"))
    extra = {"word/embeddings/Costs.xlsx": b"PK-costs", "word/embeddings/oleObject1.bin": b"x"}
    content = read_written(word(tmp_path / "a.docx", paragraph("See inside."), extra=extra, related=related))
    assert [(each.name, each.size_bytes, each.content()) for each in content.enclosed] == [
        ("Costs.xlsx", 8, b"PK-costs")
    ]


def test_core_properties_give_title_author_and_date(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Lease", "Ida Lund"
    document.add_paragraph("Words.")
    document.save(str(tmp_path / "a.docx"))
    content = read_written(tmp_path / "a.docx")
    assert (content.title, content.author) == ("Lease", "Ida Lund")
    assert content.written_at is not None
    document.core_properties.title = "Microsoft Word - lease_v3.doc"
    document.save(str(tmp_path / "a.docx"))
    assert read_written(tmp_path / "a.docx").title == "a"


def test_an_old_word_file(tmp_path: Path) -> None:
    row = b"\x16\x24\x01"
    path = tmp_path / "old.doc"
    path.write_bytes(
        doc(
            [
                ("Boats\r", 1, b""),
                ("Her name is \x13 HYPERLINK x \x14Ålesund\x15 𝄞.\r", 0, b""),
                ("Ropes\r", 2, b""),
                ("hemp\r", 0, b"\x0b\x46\x01\x00"),
                ("Mast\x07", 0, row),
                ("12 m\x07", 0, row),
                ("\x07", 0, row + b"\x17\x24\x01"),
                ("Sold.\r", 0, b""),
                ("Papers\r", 0, b"\x40\x26\x01"),
                ("None.\r", 0, b""),
            ],
            notes="\x02Built in Bergen.\r",
        )
    )
    content = read_written(path)
    assert text_of(content).split("\n") == [
        "Boats", "", "Her name is Ålesund 𝄞.", "", "Ropes", "", "- hemp", "", "| Mast | 12 m |", "Sold.", "",
        "Papers", "", "None.", "", "Built in Bergen.", "", "",
    ]  # fmt: skip
    assert content.title == "Boats"
    assert place(content, "Sold.") == (LinesAnchor(10, 10), "Ropes")
    assert place(content, "None.")[1] == "Papers"


def test_a_name_that_lies_does_not_matter(tmp_path: Path) -> None:
    modern = word(tmp_path / "really.docx", paragraph("A modern file.")).rename(tmp_path / "letter.doc")
    assert "A modern file." in text_of(read_written(modern))
    for name, data in (("a", rb"{\rtf1 Rich text.}"), ("b", b"<html><p>Rich text.</p>"), ("c", b"Rich text.\n")):
        (tmp_path / f"{name}.doc").write_bytes(data)
        assert "Rich text." in text_of(read_written(tmp_path / f"{name}.doc"))


def test_an_opendocument_text(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:deletion><text:p>Gone words.</text:p></text:deletion></text:tracked-changes>"
        '<text:h text:outline-level="1">Crew</text:h><text:p>Two\n  sailors<text:s text:c="2"/>and a '
        "<text:span>cook</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Hired in May.</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>Anna</text:p><text:list><text:list-item><text:p>Ben</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Wage</text:p></table:table-cell>"
        "<table:table-cell><text:p>1,200</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame></text:p>"
    )
    content = read_written(open_document(tmp_path / "a.odt", "text", body))
    assert text_of(content).split("\n") == [
        "Crew", "", "Two sailors and a cook.", "Hired in May.", "", "- Anna", "- Ben", "", "| Wage | 1,200 |", "",
        "Boxed.", "", "",
    ]  # fmt: skip
    assert (content.title, content.author, content.written_at) == ("Boat papers", "Ida Lund", 1748764800.0)
    assert place(content, "- Ben") == (LinesAnchor(7, 7), "Crew")


RICH = rb"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}
{\stylesheet{\s1 heading 1;}{\s7 Normal;}}{\info{\title Log book}{\author Ida}{\revtim\yr2025\mo6\dy1\hr8}}
{\header\pard Harbour office\par}
{\pard\s1 Journeys\par}\pard In M\'e4rz we met \u1048?\u1074?\u1072?\u1085? {\f1\'cf\'f0\'e8} at 5\~o'clock.
{\footnote A friend.}\par
{\field{\*\fldinst HYPERLINK "x"}{\fldrslt the map}} {\v secret}{\deleted gone} \u-10179?\u-8674? ok\par
{\pict\pngblip 89504e470d0a}{\*\unknown junk}{\pard{\listtext\'b7\tab}\ls1 bread\par}
{\pard{\listtext\'b7\tab}\ls1 salt\par}
\trowd\pard\intbl Port\cell Fee\cell\row\pard\intbl Oslo\cell 40\cell\row\pard The end\par}"""


def test_rich_text(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RICH)
    content = read_written(tmp_path / "a.rtf")
    assert text_of(content).split("\n") == [
        "Journeys", "", "In März we met Иван При at 5 o'clock.", "A friend.", "", "the map 😞 ok", "", "- bread",
        "- salt", "", "| Port | Fee |", "| Oslo | 40 |", "The end", "", "Harbour office", "",
    ]  # fmt: skip
    assert (content.title, content.author, content.written_at) == ("Log book", "Ida", 1748764800.0)
    assert place(content, "| Oslo | 40 |")[0] == LinesAnchor(12, 12)
    assert place(content, "The end")[1].startswith("Journeys")


def test_a_password_opens_a_locked_word_file(tmp_path: Path) -> None:
    # What locks it here writes packages below 8 kB wrongly, so this one is larger.
    picture = random.Random(4).randbytes(20_000)
    body = paragraph("The safe is behind the clock.")
    plain = word(tmp_path / "plain.docx", body, extra={"word/media/clock.png": picture})
    sealed = io.BytesIO()
    with plain.open("rb") as file:
        msoffcrypto.OfficeFile(file).encrypt("tulip", sealed)
    path = tmp_path / "locked.docx"
    path.write_bytes(sealed.getvalue())
    for password, hint in (("", "Enter its password"), ("rose", "does not open it")):
        with pytest.raises(FileTrouble, match="Locked with a password") as refusal:
            read_written(path, password=password)
        assert refusal.value.kind is TroubleKind.LOCKED and hint in refusal.value.hint
    assert "behind the clock" in text_of(read_written(path, password="tulip"))


def test_refusals_of_written_documents(tmp_path: Path) -> None:
    whole = doc([("Some words.\r", 0, b"")])
    files = {
        "cut.doc": (whole[:700], "ends too early"),
        "torn.doc": (whole[: 512 + 0x1A2] + bytes(8) + whole[512 + 0x1AA :], "ends too early"),
        "endless.doc": (whole.replace(struct.pack("<Q", 4096), struct.pack("<Q", 1 << 31)), "ends too early"),
        "locked.doc": (doc([("x\r", 0, b"")], locked=True), "Locked with a password"),
        "empty.doc": (doc([("\r", 0, b"")]), "no words to search"),
        "cut.rtf": (b"not rich at all", "ends too early"),
        "empty.rtf": (rb"{\rtf1\pard\par}", "No words"),
    }
    for name, (data, reason) in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileTrouble, match=reason):
            read_written(tmp_path / name)
    with pytest.raises(FileTrouble, match="Locked with a password") as locked:
        read_written(open_document(tmp_path / "a.odt", "text", "<text:p>words</text:p>", locked=True))
    assert locked.value.hint.startswith("Save a copy")
    with pytest.raises(FileTrouble, match="No words"):
        read_written(open_document(tmp_path / "b.odt", "text", "<text:p/>"))
    with pytest.raises(FileTrouble, match="Pictures of text"):
        read_written(word(tmp_path / "c.docx", paragraph(""), extra={"word/media/scan.png": b"x"}))
    with pytest.raises(FileTrouble, match="Not a Word file"):
        read_written(package(tmp_path / "d.docx", {"readme.txt": "hello"}))


def test_entities_of_xml_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + word_part("document", "<w:body>%s</w:body>")
    inner = evil % paragraph("Before &e; after.")
    path = word(tmp_path / "a.docx", "", extra={})
    path = package(tmp_path / "b.docx", {"word/document.xml": inner})
    assert "SECRET" not in text_of(read_written(path)) and "Before" in text_of(read_written(path))
