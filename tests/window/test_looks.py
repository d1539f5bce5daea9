"""The lints of the look on the live window: every screen, both modes, three sizes."""

from collections.abc import Iterator
from typing import Literal

import pytest
from library_screens import LIBRARY_SCREENS
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QLayout,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QWidget,
)
from scripted_house import QUESTION, ScriptedHouse, usual_answer

from app.events import AnswerEvent
from app.values import Confidence
from models.api import Cancel, ModelError, Trouble
from ui.window.main_window import MainWindow
from ui.window.tokens import tokens
from ui.window.widgets.busy import Ring
from ui.window.widgets.label import Label
from ui.window.widgets.pill import Pill
from ui.window.widgets.push import Push

SIZES = [(1180, 760, 100), (760, 560, 100), (1180, 760, 150), (760, 560, 150)]
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = [
    *("empty", "first_run", "answer", "panel", "not_found", "error", "library", "library_empty", "busy"),
    *("transcribe", "summaries", "transcribe_empty"),
    *("library_states", "library_troubles", "library_files", "library_rules", "library_how"),
]
BANNED = ("AI-powered", "magic", "Oops", "!", "token", "embedding", "chunk", "vector", "RAG", "inference", "OK")


def show(window: MainWindow, house: ScriptedHouse, screen: str) -> None:
    """Bring the window to a screen."""
    if screen in ("first_run", "library_empty"):
        house.folder_list = []
        window.librarian.refresh()
        until(lambda: window.ask_page.first_run.isVisible(), "the first run")
    if screen.startswith("library"):
        window.show_page("library")
    if screen.startswith("transcribe"):
        window.show_page("transcribe")
    if screen == "transcribe":
        window.transcribe_page.begin(house.folder_list[0].path)
        until(lambda: len(window.transcribe_page.rows.rows) == 2, "two lines")
        return
    if screen == "summaries":
        house.gate.set()
        window.show_page("summaries")
        window.summaries_page.begin(house.folder_list[0].path)
    if screen == "not_found":
        house.answering = nothing
    if screen == "error":
        house.answering = crashes
    if screen == "busy":
        house.reads_until = 61
        window.show_page("library")
        window.librarian.add([house.folder_list[1].path])
        card = window.library_page.cards[house.folder_list[1].path]
        until(lambda: card._bar.share > 60 / 199, "progress")
        QTest.qWait(30)
        return
    if screen in LIBRARY_SCREENS:
        LIBRARY_SCREENS[screen](window, house)
        QTest.qWait(30)
        return
    if screen in ("answer", "panel", "not_found", "error"):
        window.ask_page.ask(QUESTION)
    until(lambda: window.jobs.idle, "idle")
    if screen == "panel":
        window.ask_page.open_number(1)
        until(lambda: window.jobs.idle, "the panel")
    QTest.qWait(30)  # what was asked to be laid out again is


def nothing(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
    from scripted_house import PASSAGES, finished

    yield finished("", confidence=Confidence.NONE, closest=PASSAGES)


def crashes(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
    yield from list(usual_answer(question, cancel))[:2]
    raise ModelError(Trouble.CRASHED, "The writer stopped.", safe="Nothing was lost.", do="Ask again.")


def seen(window: MainWindow) -> list[QWidget]:
    return [part for part in window.findChildren(QWidget) if part.isVisible() and part.width() and part.height()]


@pytest.mark.parametrize("screen", SCREENS)
def test_lints(window: MainWindow, house: ScriptedHouse, screen: str) -> None:
    """One window goes through all sizes and both modes: what a person does, and cheaper than a window for each."""
    show(window, house, screen)
    wrong = {}
    for width, height, percent in SIZES:
        for mode in MODES:
            window.theme.choose(mode)
            window.theme.set_text_percent(percent)
            window.resize(width, height)
            QTest.qWait(20)
            wrong[f"{width}x{height} at {percent} %, {mode}"] = lints(window)
    house.gate.set()
    assert {size: found for size, found in wrong.items() if found} == {}


def lints(window: MainWindow) -> list[str]:
    grabbed = window.grab()
    return [
        *([] if grabbed.size() == window.size() else ["the window is larger than asked for"]),
        *_too_wide(window),
        *_cut_words(window),
        *_nameless(window),
        *_small_targets(window),
        *_off_the_grid(window),
        *_too_many(window),
        *_bad_words(window),
    ]


def _too_wide(window: MainWindow) -> list[str]:
    least = window.layout().minimumSize()
    wide = [f"needs {least.width()} of {window.width()}"] if least.width() > window.width() else []
    for area in window.findChildren(QScrollArea):
        inside = area.widget()
        if area.isVisible() and inside is not None and inside.width() > area.viewport().width():
            wide.append(f"{area.accessibleName()}: {inside.width()} in {area.viewport().width()}")
    return wide


def _cut_words(window: MainWindow) -> list[str]:
    cut = []
    for part in seen(window):
        if isinstance(part, Label) and part.text():
            if part.wordWrap() or part._wrap:
                if part.height() < part.heightForWidth(part.width()):
                    cut.append(f"lines cut: {part.text()}")
            elif part._elide:
                if part._shown() != part.text() and part.toolTip() != part.text():
                    cut.append(f"elided without a tip: {part.text()}")
            elif part.width() < part.fontMetrics().horizontalAdvance(part.text()):
                cut.append(f"cut: {part.text()}")
        if isinstance(part, Push) and part.width() < part.sizeHint().width():
            cut.append(f"button cut: {part.text()}")
        if isinstance(part, Pill) and part.width() < part._wide(part.shown()):
            cut.append(f"pill cut: {part.text()}")
    return cut


def _nameless(window: MainWindow) -> list[str]:
    """Everything that can have the focus, and every painted part, says what it is."""
    nameless = []
    for part in seen(window):
        plain = isinstance(part, QScrollBar | QSplitterHandle) or part.objectName().startswith("qt_")
        speaks = part.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(part, QAbstractButton | Ring)
        if speaks and not plain and not (part.accessibleName() or (isinstance(part, QLabel) and part.text())):
            nameless.append(f"{type(part).__name__} in {type(part.parentWidget()).__name__}")
    return nameless


def _small_targets(window: MainWindow) -> list[str]:
    small = []
    for part in seen(window):
        acts = isinstance(part, QAbstractButton) and part.focusPolicy() != Qt.FocusPolicy.NoFocus
        if acts and (part.width() < tokens().sizes["target_min"] or part.height() < tokens().sizes["target_min"]):
            small.append(f"{part.accessibleName()}: {part.width()}x{part.height()}")
    return small


def _off_the_grid(window: MainWindow) -> list[str]:
    allowed = {0, 1} | {window.theme.px(step) for step in (*tokens().space, tokens().sizes["icon_to_word"])}
    # Sums of two steps, where a painted icon stands in a margin.
    px = window.theme.px
    allowed |= {px(12) + px(24), px(28), px(12) + 1, px(8) + 1, px(24) + px(16), px(12) + px(16)}
    off = []
    # A layout inside a layout is no child of the widget in Qt's eyes: walk down from the outer ones.
    waiting = [part.layout() for part in [window, *seen(window)] if part.layout() is not None]
    layouts: list[QLayout] = []
    while waiting:
        layout = waiting.pop()
        layouts.append(layout)
        waiting += [item.layout() for place in range(layout.count()) if (item := layout.itemAt(place)).layout()]
    for layout in layouts:
        owner = layout.parentWidget()
        if owner is None or not owner.isVisible():
            continue
        margins = layout.contentsMargins()
        centred = type(owner.parentWidget()).__name__ == "QWidget" and owner.accessibleName() == "Ask"
        for value in (margins.left(), margins.top(), margins.right(), margins.bottom(), layout.spacing()):
            if value > 0 and value not in allowed and not centred:
                off.append(f"{type(owner).__name__} {type(layout).__name__}: {value}")
    return off


def _too_many(window: MainWindow) -> list[str]:
    primary = [part for part in seen(window) if isinstance(part, Push) and part.kind == "primary"]
    page = [part for part in seen(window) if isinstance(part, Label) and part.text()]
    sizes = {part.font().pixelSize() for part in page}
    heavy = [part.text() for part in page if part.font().weight() > QFont.Weight.DemiBold]
    found = [f"{len(primary)} primary buttons"] if len(primary) > 1 else []
    found += [f"{len(sizes)} text sizes: {sorted(sizes)}"] if len(sizes) > 4 else []
    return found + heavy


def _bad_words(window: MainWindow) -> list[str]:
    said = []
    for part in seen(window):
        if isinstance(part, QAbstractScrollArea):
            continue
        text = part.text() if isinstance(part, QLabel | QAbstractButton) else part.accessibleName()
        said += [text for bad in BANNED if bad in text.split() or (bad == "!" and "!" in text)]
    return said


def test_a_broken_window_is_seen(window: MainWindow, house: ScriptedHouse) -> None:
    """The lints themselves can fail."""
    show(window, house, "library")
    window.library_page.shelf.title.setFixedWidth(10)
    window.library_page.shelf.add.setFixedWidth(20)
    window.library_page.shelf.add.setAccessibleName("")
    window.library_page.shelf.searchable.setText("Oops ! This token is magic")
    window.library_page.shelf._column.setSpacing(17)
    assert _cut_words(window) and _nameless(window) and _small_targets(window)
    assert _bad_words(window) and _off_the_grid(window)
