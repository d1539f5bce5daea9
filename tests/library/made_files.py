"""A small whole file of every kind that tests can make, each with the same sentence in it: seeds for damaging, and
for finding that sentence again. A new format adds its function to MADE."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pptx
from letter_files import mail, mbox, tarred, zipped
from office_desk import open_document
from old_office import doc, ppt, xls
from PIL import Image

SENTENCE = "The deposit of 1,800 euros is paid back within six weeks."
_XHTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"


def markdown() -> bytes:
    return f"""---
title: House rules
author: Dana Weiß
date: 2024-05-01
---
# House rules

## Money

The following apply:

- Rent is due on the third.
- {SENTENCE}

| What | Euros |
|---|---|
| Rent | 900 |
""".encode()


def rst() -> bytes:
    return f"===========\nHouse rules\n===========\n\n:Author: Dana\n\nMoney\n-----\n\n{SENTENCE}\n".encode()


def org() -> bytes:
    return f"#+TITLE: House rules\n#+AUTHOR: Dana\n\n* Money\n** Deposit\n{SENTENCE}\n".encode()


def tex() -> bytes:
    return (
        b"\\documentclass{article}\n\\title{House \\emph{rules}}\n\\author{Dana\\thanks{at home}}\n\\begin{document}\n"
        b"\\maketitle\n\\section{Money}\n% a remark\nSee \\cite{bgb}. The \\textbf{deposit} of 1,800 euros\n"
        b"is paid back within six weeks.\n\\begin{itemize}\n\\item one\n\\end{itemize}\n$a^2 \\le b$\n\\end{document}\n"
    )


def html() -> bytes:
    page = _XHTML.format("House rules", SENTENCE)
    table = "<table><tr><th>What</th><th>Euros</th></tr><tr><td>Rent</td><td>900</td></tr></table>"
    return page.replace("</body>", f"<form>{table}<ul><li>one</li></ul></form></body>").encode()


def web_archive() -> bytes:
    return (
        b"From: <Saved>\r\nSubject: House rules\r\nDate: Tue, 03 Mar 2026 10:15:00 +0100\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + html().replace(b"=", b"=3D")
        + b"\r\n--b\r\nContent-Type: image/png\r\n\r\nxx\r\n--b--\r\n"
    )


def epub() -> bytes:
    package = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The house</dc:title><dc:creator>Dana Weiß</dc:creator><dc:date>2024-05-01</dc:date></metadata><manifest>
<item id="a" href="text/two.xhtml"/><item id="b" href="text/one.xhtml"/><item id="n" href="toc.ncx"/></manifest>
<spine><itemref idref="b"/><itemref idref="a"/></spine></package>"""
    contents = """<ncx><navMap><navPoint><navLabel><text>First steps</text></navLabel><content src="text/one.xhtml"/>
</navPoint><navPoint><navLabel><text>Money</text></navLabel><content src="text/two.xhtml#top"/></navPoint></navMap>
</ncx>"""
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "OEBPS/book.opf": package.encode(),
            "OEBPS/toc.ncx": contents.encode(),
            "OEBPS/text/one.xhtml": _XHTML.format("First steps", "Ring the bell.").encode(),
            "OEBPS/text/two.xhtml": _XHTML.format("Money", SENTENCE).encode(),
        }
    )


def fb2() -> bytes:
    return f"""<?xml version="1.0" encoding="windows-1251"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description><title-info>
<author><first-name>Лев</first-name><last-name>Толстой</last-name></author><book-title>Дом</book-title>
<date value="1869-01-01">1869</date></title-info></description><body>
<section><title><p>Глава 1</p></title><p>Начало.</p></section>
<section><title><p>Глава 2</p></title><p>{SENTENCE}</p></section></body></FictionBook>""".encode("cp1251")


def json_file() -> bytes:
    rules = [{"number": n, "text": f"Rule {n} of the house, which everybody in it has to keep."} for n in range(40)]
    return json.dumps({"house": {"rules": rules, "money": {"note": SENTENCE}}}, indent=2).encode()


def xml() -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE house [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<house>
  <!-- of May -->
  <rule kind="money">{SENTENCE}</rule>
  <rule>&secret; <![CDATA[5 < 6]]></rule>
</house>
""".encode()


def vtt() -> bytes:
    return (
        "WEBVTT\n\nNOTE talk\n\n"
        "1\n00:00:01.000 --> 00:00:03.500\n<v Dana>Good morning.\n\n2\n01:00:04.000 --> 01:00:06.000"
        f" align:start\n<v Sam><i>{SENTENCE}</i>\n"
    ).encode()


def srt() -> bytes:
    first = "1\r\n00:00:01,000 --> 00:00:03,500\r\nDANA: Hello.\r\n\r\n"
    return f"{first}2\r\n00:01:04,000 --> 00:01:06,000\r\n{SENTENCE}\r\n".encode()


def code() -> bytes:
    body = "".join(f"        self.rows.append(({n}, 'a row of the book'))\n" for n in range(12))
    return (
        f'"""Keeps the books."""\n\nclass Ledger:\n    def first(self):\n{body}\n    def second(self):\n{body}'
        f"        # {SENTENCE}\n        return 3\n"
    ).encode()


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["# Rent\n", "Some words."]},
        {"cell_type": "code", "source": ["print(1)\n"], "outputs": [{"text": [f"{SENTENCE}\n"]}]},
    ]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def _saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]  # Word and PowerPoint documents both have it
    return out.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Money", 1)
    document.add_paragraph(SENTENCE)
    return _saved(document)


def slides() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Money"
    slide.placeholders[1].text = SENTENCE
    return _saved(deck)


def workbook() -> bytes:
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c t="inlineStr"><is><t>{words}</t></is></c>' for words in line) + "</row>"
        for row, line in enumerate((("What", "Note"), ("Deposit", SENTENCE)), start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packed = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'''<Types xmlns="{packed}/content-types"><Default Extension="rels"
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml"
ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="{kind}.worksheet+xml"/></Types>''',
        "_rels/.rels": f'''<Relationships xmlns="{packed}/relationships"><Relationship Id="a"
Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
        "xl/workbook.xml": f'''<workbook xmlns="{main}" xmlns:r="{link}"><sheets><sheet name="Money" sheetId="1"
r:id="s"/></sheets></workbook>''',
        "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{packed}/relationships"><Relationship Id="s"
Type="{link}/worksheet" Target="s.xml"/></Relationships>''',
        "xl/s.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return zipped({name: part.encode() for name, part in parts.items()})


def pdf() -> bytes:
    return next((Path(__file__).parents[2] / "assets" / "sample-library").glob("*.pdf")).read_bytes()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, "PNG")
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    return out.getvalue()


def _opened(kind: str, body: str) -> bytes:
    with TemporaryDirectory() as folder:
        return open_document(Path(folder) / "a", kind, body).read_bytes()


def _mailbox() -> bytes:
    with TemporaryDirectory() as folder:
        return mbox(Path(folder) / "a", [mail("Rent", SENTENCE), mail("More", "Words.")]).read_bytes()


def _emlx() -> bytes:
    message = bytes(mail("Rent", SENTENCE))
    return f"{len(message)}\n".encode() + message + b"<?xml version='1.0'?><plist/>\n"


def calendar() -> bytes:
    event = "UID:1\r\nDTSTART:20260303T101500Z\r\nSUMMARY:Handover\r\nDESCRIPTION:" + SENTENCE.replace(",", "\\,")
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def cards() -> bytes:
    note = SENTENCE.replace(",", "\\,")
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dana\r\nNOTE:{note}\r\nEND:VCARD\r\n".encode()


MADE: dict[str, Callable[[], bytes]] = {
    ".txt": lambda: f"HOUSE RULES\n\nBe kind.\n\n{SENTENCE}\n".encode(),
    ".md": markdown,
    ".rst": rst,
    ".org": org,
    ".tex": tex,
    ".html": html,
    ".mht": web_archive,
    ".epub": epub,
    ".fb2": fb2,
    ".json": json_file,
    ".jsonl": lambda: f'{{"a": 1}}\n{{"note": "{SENTENCE}"}}\n'.encode(),
    ".xml": xml,
    ".yaml": lambda: f"house:\n  money:\n    note: {SENTENCE}\n".encode(),
    ".vtt": vtt,
    ".srt": srt,
    ".py": code,
    ".ipynb": notebook,
    ".pdf": pdf,
    ".docx": word,
    ".odt": lambda: _opened("text", f"<text:h>Money</text:h><text:p>{SENTENCE}</text:p>"),
    ".rtf": lambda: rb"{\rtf1\ansi {\b Money}\par " + SENTENCE.encode() + rb"\par}",
    ".doc": lambda: doc([("Money\r", 1, b""), (SENTENCE + "\r", 0, b"")]),
    ".ppt": lambda: ppt([("Money", SENTENCE)]),
    ".pptx": slides,
    ".xlsx": workbook,
    ".xls": lambda: xls("Money", {(0, 0): "What", (0, 1): "Note", (1, 0): "Deposit", (1, 1): SENTENCE}),
    ".csv": lambda: f'What,Note\nDeposit,"{SENTENCE}"\n'.encode(),
    ".eml": lambda: bytes(mail("Rent", SENTENCE, files={"rules.md": markdown()})),
    ".emlx": _emlx,
    ".mbox": _mailbox,
    ".ics": calendar,
    ".vcf": cards,
    ".zip": lambda: zipped({"rules.md": markdown(), "inner/a.txt": SENTENCE.encode()}),
    ".tar": lambda: tarred({"rules.md": markdown(), "b.html": html()}),
    ".tgz": lambda: tarred({"rules.md": markdown()}, "w:gz"),
    ".png": picture,
    ".wav": sound,
}
"""One file for each reader that a test can make a file for; .msg and .pst cannot be made here."""

__all__ = ["MADE", "SENTENCE"]
