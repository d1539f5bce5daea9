"""Texts, books, data, subtitles and code: the known sentence stands at its exact place, whatever the format."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from made_files import MADE, SENTENCE, markdown
from office_desk import place

from app.errors import FileTrouble
from app.library.kinds import FORMATS, Content
from app.library.opening import read_content
from app.library.readers.charset import decode
from app.library.readers.said_dates import said_date
from app.values import LinesAnchor, TimeAnchor

MAY = said_date("2024-05-01")
OWN_LINES = {".txt": 5, ".md": 13, ".rst": 10, ".org": 6, ".jsonl": 2, ".xml": 5, ".yaml": 3, ".py": 31, ".json": 166}
"""Formats whose lines are those of the file."""


def read(folder: Path, suffix: str, data: bytes | None = None) -> Content:
    path = folder / f"House{suffix}"
    path.write_bytes(MADE[suffix]() if data is None else data)
    return read_content(path)


@pytest.mark.parametrize("suffix", sorted(OWN_LINES))
def test_the_sentence_stands_at_the_line_of_the_file(tmp_path: Path, suffix: str) -> None:
    anchor, _ = place(read(tmp_path, suffix), SENTENCE)
    assert anchor == LinesAnchor(OWN_LINES[suffix], OWN_LINES[suffix])
    assert SENTENCE in MADE[suffix]().decode().split("\n")[OWN_LINES[suffix] - 1]


def test_heads_of_texts_are_understood(tmp_path: Path) -> None:
    said = read(tmp_path, ".md")
    assert (said.title, said.author, said.written_at) == ("House rules", "Dana Weiß", MAY)
    assert place(said, SENTENCE)[1] == "Money"
    assert [path for _, path in said.sections[0].headings] == ["", "Money"], "the front matter is no heading"
    listed = read(tmp_path, ".md", b'+++\ntitle = "A"\nauthors = ["Bo", "Cy"]\n+++\n\nText.\n')
    assert (listed.title, listed.author) == ("A", "Bo, Cy")
    block = read(tmp_path, ".md", b"---\nauthor:\n  - Bo\n  - Cy\ntitle: 'B'\n---\nText.\n")
    assert (block.title, block.author) == ("B", "Bo, Cy")
    for suffix, heading in ((".rst", "Money"), (".org", "Money › Deposit")):
        said = read(tmp_path, suffix)
        assert (said.title, said.author) == ("House rules", "Dana")
        assert place(said, SENTENCE)[1] == heading


def test_latex_keeps_its_lines_and_loses_its_commands(tmp_path: Path) -> None:
    content = read(tmp_path, ".tex")
    assert (content.title, content.author) == ("House rules", "Dana")
    anchor, heading = place(content, "The deposit of 1,800 euros\nis paid back")
    assert (anchor, heading) == (LinesAnchor(8, 9), "Money")
    text = content.sections[0].text
    assert "- one\n" in text and "$a^2 \\le b$" in text
    assert not any(word in text for word in ("remark", "textbf", "cite", "bgb", "itemize", "at home"))
    accents = read(tmp_path, ".tex", rb"Sch\"{o}n, caf\'e, \c{c}a, 5\,\% --- \textit{so \textbf{it}} is." + b"\n")
    assert accents.sections[0].text == "Schön, café, ça, 5 % — so it is.\n"


def test_saved_pages_and_forms(tmp_path: Path) -> None:
    for suffix in (".html", ".mht"):
        content = read(tmp_path, suffix)
        assert place(content, SENTENCE)[0] == LinesAnchor(3, 3)
        assert "| What | Euros |\n| Rent | 900 |\n" in content.sections[0].text
    with pytest.raises(FileTrouble, match="No web page"):
        read(tmp_path, ".mht", b"MIME-Version: 1.0\nContent-Type: text/plain\n\nwords")


def test_pages_say_who_and_when_and_lists_count(tmp_path: Path) -> None:
    page = (
        '<meta name="Author" content="Dana"><meta property="article:published_time" content="2024-05-01"><form>'
        '<label>Name <input value="Sam"></label><select><option>x</option></select></form>'
        '<ol start="3"><li>third<li>fourth</ol><script>no()</script>'
        "<table><tr><td>Menu</td><td><table><tr><td>a</td><td>b</td></tr></table><p>Body text.</p></td></tr></table>"
    )
    content = read(tmp_path, ".html", page.encode())
    assert (content.author, content.written_at) == ("Dana", MAY)
    text = content.sections[0].text
    assert "Name Sam\n" in text and "3. third\n4. fourth\n" in text
    assert "| a | b |\n" in text and "\nBody text.\n" in text, "a table that arranges the page is no table"
    assert "no()" not in text


def test_books_count_lines_through_and_name_their_chapters(tmp_path: Path) -> None:
    book = read(tmp_path, ".epub")
    assert (book.title, book.author, book.written_at) == ("The house", "Dana Weiß", MAY)
    assert [section.number for section in book.sections] == [1, 5], "chapters in the order of the spine"
    assert place(book, "Ring the bell.") == (LinesAnchor(3, 3), "First steps")
    assert place(book, SENTENCE) == (LinesAnchor(7, 7), "Money")
    tale = read(tmp_path, ".fb2")
    assert (tale.title, tale.author) == ("Дом", "Лев Толстой")
    assert place(tale, SENTENCE) == (LinesAnchor(7, 7), "Глава 2")


def test_books_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="ends too early"):
        read(tmp_path, ".epub", MADE[".epub"]()[:900])
    locked = tmp_path / "locked.epub"
    locked.write_bytes(MADE[".epub"]())
    with zipfile.ZipFile(locked, "a") as book:
        book.writestr("META-INF/encryption.xml", '<e><CipherReference URI="OEBPS/text/one.xhtml"/></e>')
    with pytest.raises(FileTrouble, match="Locked by its seller"):
        read_content(locked)
    with zipfile.ZipFile(tmp_path / "bomb.epub", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("a.xhtml", b" " * 90_000_000)
    with pytest.raises(FileTrouble, match="Far larger"):
        read_content(tmp_path / "bomb.epub")
    with pytest.raises(FileTrouble, match="ends too early"):
        read(tmp_path, ".fb2", b"no book at all")


def test_subtitles_know_their_second_and_speaker(tmp_path: Path) -> None:
    talk = read(tmp_path, ".vtt")
    (section,) = talk.sections
    assert section.text == f"Good morning.\n{SENTENCE}"
    assert [span[2:] for span in section.spans] == [(1.0, 3.5, "Dana"), (3604.0, 3606.0, "Sam")]
    assert place(talk, SENTENCE)[0] == TimeAnchor(3604.0, 3606.0)
    assert talk.duration_s == 3606.0
    film = read(tmp_path, ".srt")
    assert place(film, SENTENCE)[0] == TimeAnchor(64.0, 66.0)
    assert film.sections[0].spans[0][4] == "Dana" and film.sections[0].text.startswith("Hello.")
    with pytest.raises(FileTrouble, match="No spoken lines"):
        read(tmp_path, ".srt", b"just words\n")


def test_data_on_one_line_is_laid_out_and_entities_stay_shut(tmp_path: Path) -> None:
    rows = [{"name": f"Row {n}", "note": "some words"} for n in range(200)] + [{"name": "last", "note": SENTENCE}]
    content = read(tmp_path, ".json", json.dumps(rows).encode())
    assert place(content, SENTENCE)[0] == LinesAnchor(804, 804)
    text = read(tmp_path, ".xml").sections[0].text
    assert f"kind=money {SENTENCE}" in text and "5 < 6" in text and "root:" not in text
    crammed = "<a>" + "".join(f"<row><n>{n}</n><note>some words of it</note></row>" for n in range(200)) + "</a>"
    anchor, _ = place(read(tmp_path, ".xml", crammed.encode()), "n: 199")
    assert isinstance(anchor, LinesAnchor) and anchor.first_line > 200
    assert (
        "Straße"
        in read(tmp_path, ".xml", '<?xml version="1.0" encoding="latin-1"?><a>Straße</a>'.encode("latin-1"))
        .sections[0]
        .text
    )
    with pytest.raises(FileTrouble, match="No words"):
        read(tmp_path, ".json", b"[[],{}]")


def test_code_is_parted_at_its_functions(tmp_path: Path) -> None:
    assert place(read(tmp_path, ".py"), SENTENCE)[1] == "Ledger › second"
    script = b"export class Book {\n  add(row: Row): void {\n" + b"    this.rows.push(row);\n" * 30 + b"  }\n}\n"
    content = read(tmp_path, ".ts", script)
    assert place(content, "this.rows")[1] == "Book › add"
    notebook = read(tmp_path, ".ipynb")
    assert notebook.title == "Rent" and place(notebook, SENTENCE)[0] == LinesAnchor(7, 7)
    with pytest.raises(FileTrouble, match="ends too early"):
        read(tmp_path, ".ipynb", b'{"cells": [')


WORDS = {
    "Договор аренды действует до 31 мая.": "koi8-r cp1251 iso8859-5 cp866",
    "租赁合同有效期至五月三十一日。每月租金为九百欧元。": "gbk gb18030",
    "賃貸契約は5月31日まで有効です。家賃は月に900ユーロです。": "shift-jis euc-jp iso2022-jp",
    "임대차 계약은 5월 31일까지 유효합니다.": "euc-kr",
    "Η σύμβαση μίσθωσης ισχύει έως τις 31 Μαΐου.": "cp1253",
    "Umowa najmu jest ważna do 31 maja. Czynsz wynosi dziewięćset złotych.": "cp1250",
    "Le contrat est valable jusqu’au 31 mai, payé à l’avance.": "cp1252",
    "The lease “runs” until 31 May – rent is £900.": "cp1252",
    "A bérleti díj kilencszáz euró, előre fizetendő.": "cp1250",
    "חוזה השכירות תקף עד 31 במאי.": "cp1255",
}


@pytest.mark.parametrize("words", sorted(WORDS))
def test_text_in_any_code(words: str) -> None:
    wide = "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be"
    for code in f"{WORDS[words]} {wide}".split():
        assert decode(((words + "\r\n") * 3).encode(code)) == (words + "\n") * 3, code


def test_what_is_no_text_is_refused_and_a_stray_zero_is_not() -> None:
    for data in (MADE[".png"](), MADE[".epub"](), bytes(range(256)) * 9, b"\0" * 4000):
        with pytest.raises(FileTrouble, match="Not text"):
            decode(data)
    assert decode(b"A line of a log\0 with more words in it.\n" + b"More of them. " * 40).startswith(
        "A line of a log  with"
    )


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2024-05-01", "2024-05-01"),
        ("1 May 2024", "2024-05-01"),
        ("2024/05/01", "2024-05-01"),
        ("01.05.2024", "2024-05-01"),
        ("", ""),
        ("03/04/2024", ""),
        ("soon", ""),
        ("0001-01-01", ""),
    ],
)
def test_dates_as_files_say_them(said: str, iso: str) -> None:
    assert said_date(said) == (said_date(iso) if iso else None)


def test_every_reader_has_a_made_file() -> None:
    made = {FORMATS[suffix].reader for suffix in MADE}
    unmade = {form.reader for form in FORMATS.values()} - made
    assert unmade == {"outlook_message:read_msg", "outlook_store:read_pst"}
    assert markdown() == MADE[".md"]()
