"""Each reader on files made here: the words, the headings, the exact places, and the plain refusals."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest

from app.errors import FileTrouble
from app.library.readers.mail import read_mail
from app.library.readers.markup import read_html
from app.library.readers.office import read_docx
from app.library.readers.text import read_markdown, read_text
from app.store.anchors import anchor_of
from app.values import LinesAnchor

SAMPLES = Path(__file__).parents[2] / "assets" / "sample-library"


def test_docx_headings_lists_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "House rules"
    document.add_heading("Kitchen", 1)
    document.add_paragraph("Clean the oven after use.")
    document.add_heading("Fridge", 2)
    document.add_paragraph("Shelf one is Anna's.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Day", "Who"), ("Monday", "Ben")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("After the table.")
    path = tmp_path / "rules.docx"
    document.save(str(path))
    content = read_docx(path)
    (section,) = content.sections
    assert content.title == "House rules"
    assert [path for _, path in section.headings] == ["Kitchen", "Kitchen › Fridge"]
    assert "| Day | Who |\n| Monday | Ben |\n" in section.text
    assert section.text.index("Shelf one") < section.text.index("| Day") < section.text.index("After the table")
    at = section.text.index("| Monday")
    line = section.text[:at].count("\n") + 1
    assert anchor_of(section, at, at + 5) == LinesAnchor(line, line)


def test_docx_refusals(tmp_path: Path) -> None:
    (tmp_path / "cut.docx").write_bytes((SAMPLES / "Insurance letter.docx").read_bytes()[:3000])
    with pytest.raises(FileTrouble, match="ends too early"):
        read_docx(tmp_path / "cut.docx")
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"<a>" + b" " * 90_000_000)
    with pytest.raises(FileTrouble, match="Far larger"):
        read_docx(tmp_path / "bomb.docx")
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as packed:
        packed.writestr("readme.txt", "hello")
    with pytest.raises(FileTrouble, match="Not a Word file"):
        read_docx(tmp_path / "other.docx")
    with zipfile.ZipFile(tmp_path / "torn.docx", "w") as packed:
        packed.writestr("[Content_Types].xml", "<oops")
        packed.writestr("word/document.xml", "<oops")
    with pytest.raises(FileTrouble, match="ends too early"):
        read_docx(tmp_path / "torn.docx")


def test_html_keeps_what_people_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><title>Oven</title><style>p{}</style><script>alert('x')</script></head><body>"
        "<nav>Home</nav><h1>Oven</h1><p>Turn the <b>left</b> knob\n to&nbsp;180.</p><h2>Cleaning</h2>"
        "<ul><li>Cold <i>water</i></li><li>No <span>bleach</span></li></ul>"
        "<table><tr><th>Dish</th><th>Minutes</th></tr><tr><td>Bread</td><td>40</td></tr></table>"
        "<div style='display: none'>hidden words</div><pre>a  b\nc</pre><p>5 &lt; 6</p></body></html>"
    )
    content = read_html(path)
    text = content.sections[0].text
    assert content.title == "Oven"
    assert "Turn the left knob to 180.\n" in text
    assert "- Cold water\n- No bleach\n" in text
    assert "| Dish | Minutes |\n| Bread | 40 |\n" in text
    assert "a  b\nc\n" in text and "5 < 6" in text
    assert not any(word in text for word in ("alert", "hidden", "Home", "p{}"))
    assert [path for _, path in content.sections[0].headings] == ["", "Cleaning"]


def test_html_in_an_old_code_and_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes('<meta charset="iso-8859-1"><p>Käse'.encode("latin-1") + b"<div>" * 5000)
    assert "Käse" in read_html(path).sections[0].text


def test_mail_says_who_when_and_what(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        b"From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\r\nTo: Ann <a@example.org>\r\nSubject: Roof repair\r\n"
        b"Date: Tue, 3 Mar 2026 10:15:00 +0100\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
        b"--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe offer is 4,200 euros.\r\n"
        b"--c\r\nContent-Type: text/html\r\n\r\n<p>The offer is <b>4,200</b> euros.</p>\r\n--c--\r\n"
        b"--b\r\nContent-Type: application/pdf\r\n"
        b"Content-Disposition: attachment; filename=offer.pdf\r\n\r\nx\r\n--b--\r\n"
    )
    content = read_mail(path)
    text = content.sections[0].text
    assert (content.title, content.author) == ("Roof repair", "Jörg <j@example.org>")
    assert "Tuesday 03 March 2026, 10:15" in text
    assert text.count("4,200") == 1
    assert "Attachments: offer.pdf" in text


def test_mail_refusals_and_broken_headers(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"just some words without any header")
    with pytest.raises(FileTrouble, match="Not a mail"):
        read_mail(path)
    path.write_bytes(b"Subject: x\r\nContent-Type: application/pkcs7-mime\r\n\r\n\0\1")
    with pytest.raises(FileTrouble, match="encrypted"):
        read_mail(path)
    path.write_bytes(
        b"Subject: =?bad?q?=ZZ\r\nFrom: <<<>>>,,;;\r\nDate: never\r\nContent-Type: text/plain; charset=nope\r\n\r\nhi"
    )
    assert "hi" in read_mail(path).sections[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_in_the_usual_codes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Grüße aus Köln.\r\nZweite Zeile.\r".encode(encoding))
    assert read_text(path).sections[0].text == "Grüße aus Köln.\nZweite Zeile.\n"


def test_long_texts_come_in_parts_that_know_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    lines = ["# Log"] + [f"Line {n} of the log, with some words." if n % 9 else "" for n in range(20_000)]
    path.write_text("\n".join(lines))
    sections = read_markdown(path).sections
    assert len(sections) > 2
    assert "".join(section.text for section in sections) == path.read_text()
    for section in sections:
        assert section.text.split("\n")[0] == lines[section.number - 1]


def test_markdown_code_is_no_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Guide\n=====\n\n```\n# not a heading\n```\n\n## Real *one*\n\ntext\n")
    content = read_markdown(path)
    assert content.title == "Guide"
    assert [heading for _, heading in content.sections[0].headings] == ["", "Real one"]
