"""The states of the Models page that are drawn and linted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from patience import until
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse
from scripted_models import room, shelf_model

from app.model_care import ModelLook
from app.values import Notice
from models.catalog import Job
from ui.window.main_window import MainWindow


def usual(window: MainWindow, house: ScriptedHouse) -> None:
    """Everything a large computer has."""
    window.show_page("models")
    until(lambda: window.jobs.idle, "the models")
    QTest.qWait(30)


def starters(window: MainWindow, house: ScriptedHouse) -> None:
    """As it is on the first day: three starters, nothing measured, nothing else."""
    house.models.found = ()
    house.models.looks = [
        ModelLook(
            shelf_model("smollm2", Job.WRITING, "SmolLM2 135M Instruct", 0.098, source="starter",
                        says="The starter writer. Small: it quotes your files, and writes short summaries."),
            True, room(0.16, 0.15)),
        ModelLook(shelf_model("moonshine", Job.LISTENING, "Moonshine tiny (English)", 0.044, source="starter"), True,
                  room(0.3)),
    ]  # fmt: skip
    usual(window, house)


def busy(window: MainWindow, house: ScriptedHouse) -> None:
    """One is being checked, one was just removed."""
    usual(window, house)
    house.models.gate.clear()
    page = window.models.page
    assert page is not None
    row = page.row("qwen3-8b")
    assert row is not None
    row.menu().actions()[1].trigger()

    def counted() -> bool:
        checked = page.row("qwen3-8b")
        return checked is not None and "7 of 20" in checked.line.label.text()

    until(counted, "seven of twenty")


def trouble(window: MainWindow, house: ScriptedHouse) -> None:
    """A file that is none, and long names."""
    house.models.looks[1] = replace(
        house.models.looks[1],
        model=replace(house.models.looks[1].model, name="Donaudampfschifffahrtsgesellschaft-Instruct-2507 · Q4_K_M"),
    )
    usual(window, house)
    page = window.models.page
    assert page is not None
    page.show_trouble(
        Notice("holiday.gguf cannot be used: it is not a GGUF model.", "Nothing was changed.", "Choose another file.")
    )


MODELS_SCREENS: dict[str, Callable[[MainWindow, ScriptedHouse], None]] = {
    "models": usual,
    "models_starters": starters,
    "models_busy": busy,
    "models_trouble": trouble,
}
