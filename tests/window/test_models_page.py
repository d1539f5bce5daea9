"""The Models page: verdicts as the numbers say; use, adopt, measure, check, remove with Undo; and the lints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from models_screens import MODELS_SCREENS, usual
from patience import until
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse
from scripted_models import FOUND, GB, room
from test_looks import MODES, SIZES, lints

from models.api import ModelError, Trouble
from ui.window import models_words as words
from ui.window.main_window import MainWindow
from ui.window.models.memory_bar import MemoryBar
from ui.window.models.model_rows import FoundRow, LookRow
from ui.window.models.models_page import ModelsPage


@pytest.fixture
def page(window: MainWindow, house: ScriptedHouse) -> ModelsPage:
    usual(window, house)
    assert window.models.page is not None
    return window.models.page


def row(page: ModelsPage, key: str) -> LookRow:
    found = page.row(key)
    assert isinstance(found, LookRow)
    return found


def idle(window: MainWindow) -> None:
    until(lambda: window.jobs.idle, "idle")
    QTest.qWait(20)


@pytest.mark.parametrize("screen", MODELS_SCREENS)
def test_models_lints(window: MainWindow, house: ScriptedHouse, screen: str) -> None:
    MODELS_SCREENS[screen](window, house)
    wrong: dict[str, list[str]] = {}
    for width, height, percent in (*SIZES, (1180, 760, 100)):
        mode = MODES[bool(wrong) and (width, percent) == (1180, 100)]
        window.theme.choose(mode)
        window.theme.set_text_percent(percent)
        window.resize(width, height)
        QTest.qWait(20)
        wrong[f"{width}x{height} at {percent} %, {mode}"] = lints(window)
    house.models.gate.set()
    idle(window)
    assert {size: found for size, found in wrong.items() if found} == {}


def test_each_row_says_its_verdict(page: ModelsPage) -> None:
    assert row(page, "qwen3-4b").state.look.words == "31 words a second, measured today"
    assert row(page, "qwen3-4b").checked.label.text() == "18 of 20 right, checked today"
    assert row(page, "qwen3-8b").line.label.text() == "Runs, slowly: 4 to 6 words a second"
    said = row(page, "gpt-oss-20b").line.label.text()
    assert said == "Does not fit: needs 12.4 GB, 11.0 GB would be free. Closing Firefox frees about 2.0 GB."
    assert "cut off" in row(page, "broken").line.label.text()
    assert not row(page, "broken").button.isVisibleTo(page), "a damaged model cannot be used"
    assert row(page, "gpt-oss-20b").button.kind == "quiet", "what does not fit is not urged"
    assert "Takes 3.1 GB at most" in row(page, "qwen3-4b").state.toolTip()


def test_the_bar_adds_up_and_shows_what_is_too_much(page: ModelsPage) -> None:
    bar = row(page, "qwen3-4b").bar
    assert isinstance(bar, MemoryBar)
    assert sum(held for _, held in words.bar_parts(bar.room)) == bar.room.total_bytes
    assert bar.accessibleName() == ("Memory: Other programs 5.0 GB, Model 2.6 GB, Room for reading 0.5 GB, Free 7.9 GB")
    over = row(page, "gpt-oss-20b").bar
    assert over is not None and over.accessibleName().endswith("1.4 GB too much")
    grabbed = over.grab().toImage()
    middle = grabbed.height() // 2
    last = grabbed.pixelColor(grabbed.width() - 4, middle)
    assert last == page._theme.color("warn"), "what does not fit stands out beyond the tick"
    assert row(page, "qwen3-8b").bar.grab().toImage().pixelColor(grabbed.width() - 4, middle) != last  # type: ignore[union-attr]  # it has one


def test_use_changes_the_model_and_measures_it(window: MainWindow, house: ScriptedHouse, page: ModelsPage) -> None:
    row(page, "qwen3-8b").button.click()
    idle(window)
    assert house.models.did == [("use", "qwen3-8b"), ("measure", "qwen3-8b")]
    assert row(page, "qwen3-8b").state.look.words == "25 words a second, measured today"
    assert row(page, "qwen3-8b").look.in_use and not row(page, "qwen3-4b").look.in_use
    assert window.toast.accessibleName() == "Qwen3 8B writes from now on"


def test_a_searcher_is_used_from_the_next_start_on_and_says_so(window: MainWindow, page: ModelsPage) -> None:
    row(page, "minilm").button.click()
    idle(window)
    assert "from the next start on" in window.toast.accessibleName()


def test_a_file_of_another_program_is_adopted_used_and_measured(
    window: MainWindow, house: ScriptedHouse, page: ModelsPage
) -> None:
    found = page.row(str(FOUND[0].path))
    assert isinstance(found, FoundRow) and found.facts.text() == "2.0 GB on disk · got by Ollama"
    found.button.click()
    idle(window)
    assert house.models.did == [("adopt", FOUND[0].path), ("use", "llama3.2:3b"), ("measure", "llama3.2:3b")]
    assert page.row(str(FOUND[0].path)) is None
    assert "25 words a second" in row(page, "llama3.2:3b").state.look.words


def test_a_file_that_is_no_model_is_said_beside_the_models(
    window: MainWindow, house: ScriptedHouse, page: ModelsPage
) -> None:
    house.models.trouble = ModelError(Trouble.BAD_FILE, "It is not a GGUF model.", do="Choose another file.")
    window.models.take_file(Path("/home/me/holiday.gguf"))
    idle(window)
    assert page.notice.isVisible() and "not a GGUF model" in page.notice.accessibleName()
    assert [what for what, *_ in house.models.did] == ["adopt"], "what is no model is not used"


def test_measuring_can_be_stopped(window: MainWindow, house: ScriptedHouse, page: ModelsPage) -> None:
    house.models.gate.clear()
    window.models.measure("qwen3-8b")
    until(lambda: row(page, "qwen3-8b").button.text() == "Stop", "the measurement")
    assert "Measuring" in row(page, "qwen3-8b").line.label.text()
    row(page, "qwen3-8b").button.click()
    idle(window)
    assert row(page, "qwen3-8b").look.words_per_s is None and row(page, "qwen3-8b").button.text() == "Use"


def test_the_check_counts_and_its_result_stays(window: MainWindow, house: ScriptedHouse, page: ModelsPage) -> None:
    actions = row(page, "qwen3-8b").menu().actions()
    next(action for action in actions if action.text() == words.CHECK).trigger()
    idle(window)
    assert row(page, "qwen3-8b").checked.label.text() == "19 of 20 right, checked today"


def test_removing_can_be_undone_and_else_happens(window: MainWindow, house: ScriptedHouse, page: ModelsPage) -> None:
    def remove() -> None:
        actions = row(page, "qwen3-8b").menu().actions()
        next(action for action in actions if action.text() == words.REMOVE).trigger()
        idle(window)

    remove()
    assert page.row("qwen3-8b") is None and house.models.did == []
    window.toast._undo.click()
    idle(window)
    assert page.row("qwen3-8b") is not None and house.models.did == []
    remove()
    window.toast.say("Something else")
    idle(window)
    assert house.models.did == [("remove", "qwen3-8b")] and page.row("qwen3-8b") is None


def test_what_was_removed_goes_when_the_window_closes(
    window: MainWindow, house: ScriptedHouse, page: ModelsPage
) -> None:
    window.models.leaving["qwen3-8b"] = "Qwen3 8B"
    window.close()
    assert house.models.did == [("remove", "qwen3-8b")]


def test_a_starter_cannot_be_removed(page: ModelsPage) -> None:
    assert words.REMOVE not in [action.text() for action in row(page, "minilm").menu().actions()]
    assert words.MEASURE not in [action.text() for action in row(page, "minilm").menu().actions()]


def test_nothing_pretends_to_download(page: ModelsPage) -> None:
    from PySide6.QtWidgets import QAbstractButton

    said = {button.text() for button in page.findChildren(QAbstractButton)}
    assert not [text for text in said if text.lower().startswith(("get", "download"))]


def test_a_range_before_a_speed(window: MainWindow, house: ScriptedHouse, page: ModelsPage) -> None:
    now = 1_000_000_000.0
    fast = replace(row(page, "qwen3-8b").look, expected=(25.3, 34.6))
    assert words.state(fast, now).words == "Runs well: 25 to 35 words a second"
    bare = replace(fast, expected=None, room=room(1, others=1))
    assert words.state(bare, now).words == words.NOT_MEASURED
    assert words.state(replace(bare, words_per_s=3.2, measured_at=now), now).words == (
        "Runs, slowly: 3 words a second, measured today"
    )
    assert words.amount(int(0.04 * GB)) == "0.0 GB"
