"""Answers and documents are inert: nothing in them opens a file or an address; a link opens only after it was shown."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget
from scripted_house import CITATIONS, PASSAGES, ScriptedHouse, finished

from app.events import AnswerEvent, Checked, Text
from models.api import Cancel
from ui.window.ask.address_card import whole_address
from ui.window.ask.answer_text import AnswerText
from ui.window.ask.file_text import FileText
from ui.window.cloud.label_text import LabelText
from ui.window.main_window import MainWindow
from ui.window.theme import Theme
from ui.window.widgets.exact_text import ExactText
from ui.window.widgets.label import Label

_OPENED, _NONBLOCK = 0x20, 0o4000


class Trap:
    """A folder that tells when a file in it is opened, and a listener that tells when it is called."""

    def __init__(self, folder: Path) -> None:
        self.picture = folder / "pixel.png"
        image = QImage(40, 40, QImage.Format.Format_RGB32)
        image.fill(QColor("#ff00ff"))
        image.save(str(self.picture))
        (folder / "style.css").write_text("body { color: red }")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._watch = self._libc.inotify_init1(_NONBLOCK)
        if self._watch < 0 or self._libc.inotify_add_watch(self._watch, str(folder).encode(), _OPENED) < 0:
            pytest.skip("this system cannot tell when a file is opened")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]

    def opened(self) -> list[str]:
        """Names of files opened since the last call."""
        try:
            read = os.read(self._watch, 65_536)
        except BlockingIOError:
            return []
        names, at = [], 0
        while at < len(read):
            length = struct.unpack_from("iIII", read, at)[3]
            names.append(read[at + 16 : at + 16 + length].rstrip(b"\0").decode())
            at += 16 + length
        return names

    def called(self) -> int:
        """Connections since the last call."""
        count = 0
        while True:
            try:
                self._listener.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        os.close(self._watch)
        self._listener.close()


@pytest.fixture
def trap(app: QApplication, tmp_path: Path) -> Iterator[Trap]:
    made = Trap(tmp_path)
    yield made
    made.close()


def hostile(trap: Trap) -> str:
    """Every way we know to make a view fetch something."""
    web, disk = f"http://127.0.0.1:{trap.port}", QUrl.fromLocalFile(str(trap.picture)).toString()
    style = QUrl.fromLocalFile(str(trap.picture.with_name("style.css"))).toString()
    return "\n\n".join(
        [
            f"![pixel]({web}/a.png) and ![disk]({disk}) and ![bare]({trap.picture})",
            f"![by name][there]\n\n[there]: {disk}",
            f'<img src="{web}/b.png" width="1"><img src="{disk}"><img src="{trap.picture}">',
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{disk}"/><image href="{web}/c.svg"/></svg>',
            f'<link rel="stylesheet" href="{style}"><style>@import url("{style}"); @import url("{web}/d.css");</style>',
            f'<table background="{disk}"><tr><td background="{web}/e.png">x</td></tr></table>',
            f'<object data="{disk}"></object><iframe src="{web}/f"></iframe><embed src="{disk}">',
            f'<body background="{disk}" style="background-image:url({web}/g.png)">',
            f"| a | b |\n|---|---|\n| ![t]({disk}) | ![u]({web}/h.png) |",
            f"[a link]({web}/i) <{web}/j> {web}/k [file]({disk}) [code](javascript:alert(1)) [chip](chip:1/quoted)",
            f"- ![in a list]({disk})\n- text\n\n> ![in a quote]({disk})\n\n```\n![code]({disk})\n```",
            "![unc](//127.0.0.1/share/x.png) ![qrc](qrc:/x.png) ![data](data:image/png;base64,iVBORw0KGgo=)",
        ]
    )


def views(theme: Theme, text: str) -> list[QWidget]:
    """Every view that shows words of a model or a document, showing them."""
    answer, verbatim = AnswerText(theme, name="a"), AnswerText(theme, name="b", verbatim=True)
    answer.show_whole(text, {1: CITATIONS[0]})
    for place in range(0, len(text), 97):
        verbatim.add(text[place : place + 97])
    file, part, exact = FileText(theme), LabelText(theme, name="c"), ExactText(theme)
    file.show_text(text, start=0, quote=text[:40], others=())
    part.show_pieces([(text, [(0, 5, text[:60])])])
    exact.show_body(text, [])
    label = Label(theme, text, wrap=True)
    tipped = Label(theme, text.replace("\n", " "), elide=True)
    return [answer, verbatim, file, part, exact, label, tipped]


@pytest.mark.loopback
def test_nothing_shown_opens_a_file_or_an_address(theme: Theme, trap: Trap) -> None:
    shown = views(theme, hostile(trap))
    for view in shown:
        view.resize(500, 400)
        view.show()
        view.grab()
        if view.toolTip():
            tip = QTextBrowser()  # what a tip does with its words
            tip.setHtml(view.toolTip())
            tip.grab()
    QTest.qWait(100)
    assert (trap.opened(), trap.called()) == ([], 0)
    # The trap works: a view that is not ours falls into it, and so does a caller.
    careless = QTextBrowser()
    careless.setHtml(f'<img src="{QUrl.fromLocalFile(str(trap.picture)).toString()}">')
    careless.resize(200, 200)
    careless.show()
    careless.grab()
    assert "pixel.png" in trap.opened()
    socket.create_connection(("127.0.0.1", trap.port)).close()
    assert trap.called() == 1
    for view in [*shown, careless]:
        view.deleteLater()


@pytest.mark.loopback
def test_a_hostile_answer_in_the_window_stays_words(window: MainWindow, house: ScriptedHouse, trap: Trap) -> None:
    text = hostile(trap)

    def answers(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text(text)
        yield Checked(CITATIONS[:1], text)
        yield finished(text)

    house.answering = answers
    QTest.keyClicks(window.ask_page.composer.field, "What?")
    QTest.keyClick(window.ask_page.composer.field, Qt.Key.Key_Return)
    until(lambda: window.ask_page.turn is not None and window.ask_page.turn.over, "the answer")
    turn = window.ask_page.turn
    assert turn is not None
    window.grab()
    turn._copy.click()
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 1180, 7) for y in range(0, 760, 7)}
    assert "#ff00ff" not in colours, "a picture of the trap was drawn"
    assert (trap.opened(), trap.called(), house.addresses, house.opened) == ([], 0, [], [])


def link_place(text: AnswerText, words: str) -> QPoint:
    cursor = text.document().find(words)
    assert not cursor.isNull(), words
    first = QTextCursor(text.document())
    first.setPosition(cursor.selectionStart())
    end = text.cursorRect(cursor)
    return QRect(text.cursorRect(first).topLeft(), end.bottomRight()).center()


def test_a_link_opens_only_after_its_whole_address_was_shown(window: MainWindow, house: ScriptedHouse) -> None:
    evil = "https://evil.example/collect?q=secret&to=https://bank.example"
    text = f"See [https://bank.example]({evil}) or [a file](file:///etc/passwd) or [run](javascript:alert(1))."

    def answers(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text(text)
        yield Checked((), text)
        yield finished(text)

    house.answering = answers
    QTest.keyClicks(window.ask_page.composer.field, "What?")
    QTest.keyClick(window.ask_page.composer.field, Qt.Key.Key_Return)
    until(lambda: window.ask_page.turn is not None and window.ask_page.turn.over, "the answer")
    turn = window.ask_page.turn
    assert turn is not None
    QTest.qWait(30)
    for dead in ("a file", "run"):
        QTest.mouseClick(turn._text.viewport(), Qt.MouseButton.LeftButton, pos=link_place(turn._text, dead))
        assert not window.address.isVisible(), dead
    place = link_place(turn._text, "https://bank.example")
    QTest.mouseClick(turn._text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.address.isVisible() and window.address.address.text() == evil
    assert window.address.address._lines(4_000) == [evil], "whole, not shortened"
    assert house.addresses == []
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert not window.address.isVisible()
    QTest.mouseClick(turn._text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    window.address.open.click()
    until(lambda: bool(house.addresses), "the address")
    assert house.addresses == [evil] and house.opened == []


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://example.org/a b", ""),
        ("https://bänk.example/ü", "https://xn--bnk-qla.example/%C3%BC"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("HTTP://Example.org", "http://example.org"),
        ("file:///etc/passwd", ""),
        ("file://server/share/x", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//evil.example/x", ""),
        ("cite:1", ""),
        ("https://", ""),
        ("smb://server/share", ""),
    ],
)
def test_only_addresses_of_web_and_mail_are_addresses(href: str, address: str) -> None:
    assert whole_address(href) == address


def test_passages_of_a_document_are_plain(window: MainWindow) -> None:
    """The hover card and the rows paint letters; they hold no document that could load anything."""
    from dataclasses import replace

    tricky = replace(PASSAGES[0], text='<img src="file:///etc/hostname">')
    window.hover.show_citation(replace(CITATIONS[0], passage=tricky, quote=tricky.text), QPoint(10, 10))
    assert window.hover._quote.text() == tricky.text or tricky.text in window.hover._quote.text()
    assert window.hover._quote.textFormat() is Qt.TextFormat.PlainText
