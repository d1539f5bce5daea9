"""Joins the Models page to the house: one thing at a time is measured or checked, and a removal can be undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, assert_never

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.values import Notice
from models.api import Cancel, ModelError
from models.catalog import Job
from ui.window import models_words as words
from ui.window.jobs import Job as Work
from ui.window.jobs import Jobs
from ui.window.theme import Theme
from ui.window.widgets.choose_files import choose
from ui.window.widgets.toast import Toast

if TYPE_CHECKING:
    from app.model_care import Checking, ModelLook, Overview
    from models.adopting import Found
    from models.shelf import ShelfModel
    from ui.window.models.model_rows import Wish
    from ui.window.models.models_house import ModelsHouse
    from ui.window.models.models_page import ModelsPage


class _Window(Protocol):
    """The window as this desk sees it."""

    toast: Toast

    def open_outside(self, path: Path) -> None: ...
    def refresh(self) -> None: ...


class ModelsDesk(QObject):
    """`changed` fires when another writer is used or a speed was measured: the strip shows both. `said` is a toast: a
    message, what Undo does, and what is done once it can no longer be undone."""

    changed = Signal()
    said = Signal(str, object, object)
    outside_wanted = Signal(object)

    def __init__(self, theme: Theme, jobs: Jobs, *, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._jobs, self._window = theme, jobs, window
        self.house: ModelsHouse | None = None
        self.page: ModelsPage | None = None
        self.leaving: dict[str, str] = {}
        """Ids and names of models that were removed and can still be brought back."""
        self._work: Work[Any] | None = None
        self._busy: tuple[str, str] | None = None
        self._turns = 0

    def connect_window(self, window: _Window) -> None:
        """Toasts, folders and the strip belong to the window."""
        self.said.connect(lambda message, undo, done: window.toast.say(message, undo=undo, done=done))
        self.outside_wanted.connect(window.open_outside)
        self.changed.connect(window.refresh)

    def make_page(self) -> ModelsPage:
        """The page, when it is first wanted."""
        from ui.window.models.models_page import ModelsPage  # brings the models' rooms, which the first frame lacks

        page = self.page = ModelsPage(self._theme)
        page.wished.connect(self._wish)
        page.file_wanted.connect(self.choose_file)
        self.refresh()
        return page

    def choose_file(self) -> None:
        """The system's file dialog, then check, use and measure."""
        choose(self._window, "file", words.CHOOSE_MODEL, take=lambda paths: self.take_file(paths[0]))

    def take_file(self, path: Path) -> None:
        """Use a file where it lies."""
        self._adopt(path, str(path), None)

    def move_in(self, house: ModelsHouse | None) -> None:
        """The house is open; None for one that has no models to look after."""
        self.house = house
        self.refresh()

    def refresh(self) -> None:
        """Look at everything again."""
        house = self.house
        if house is not None and self.page is not None:
            self._jobs.once(lambda cancel: house.overview(), on_value=self._show, on_failed=self._trouble)

    def _show(self, overview: Overview) -> None:
        if self.page is not None:
            self.page.show_overview(overview, now=time.time(), hidden=frozenset(self.leaving))
        if self._busy is not None:
            self._show_busy(*self._busy)

    # ------------------------------------------------------------ wishes

    def _wish(self, wish: Wish) -> None:
        match wish.what:
            case "use" if wish.found is not None:
                self._adopt(wish.found.path, wish.key, wish.found)
            case "use" if wish.look is not None:
                self._use(wish.look)
            case "measure":
                self.measure(wish.key)
            case "check":
                self._check(wish.key)
            case "show":
                path = wish.look.model.path if wish.look else wish.found.path if wish.found else None
                if path is not None:
                    self.outside_wanted.emit(path.parent)
            case "remove" if wish.look is not None:
                self._remove(wish.look.model)
            case "stop":
                if self._work is not None:
                    self._work.stop()
            case "use" | "remove":
                pass
            case _:
                assert_never(wish.what)

    def _use(self, look: ModelLook) -> None:
        house, model = self.house, look.model
        if house is None:
            return

        def done(used: ShelfModel) -> None:
            self._over()
            self.said.emit(words.in_use_now(used.name, used.job), None, None)
            self.changed.emit()
            if used.job is Job.WRITING and not look.words_per_s:
                self.measure(used.id)

        self._begin(model.id, words.CHECKING_FILE, lambda cancel: iter([house.use(model.id)]), done)

    def _adopt(self, path: Path, key: str, found: Found | None) -> None:
        """Check the file, use it, measure it."""
        house = self.house
        if house is None:
            return

        def work(cancel: Cancel) -> Iterator[ShelfModel]:
            adopted = house.adopt(path, found=found)
            yield house.use(adopted.id)

        def done(used: ShelfModel) -> None:
            self._over()
            self.said.emit(words.in_use_now(used.name, used.job), None, None)
            self.changed.emit()
            if used.job is Job.WRITING:
                self.measure(used.id)

        self._begin(key, words.CHECKING_FILE, work, done)

    def measure(self, id: str) -> None:
        """Let a writer write for 8 seconds."""
        house = self.house
        if house is None:
            return

        def work(cancel: Cancel) -> Iterator[object]:
            yield house.measure(id, cancel=cancel)

        def done(_: object) -> None:
            self._over()
            self.changed.emit()

        self._begin(id, words.MEASURING, work, done)

    def _check(self, id: str) -> None:
        house = self.house
        if house is None:
            return

        def said(at: Checking) -> None:
            self._busy = (id, words.checked_of(at.done, at.of))
            self._show_busy(*self._busy)

        self._begin(id, words.CHECKING, lambda cancel: house.check(id, cancel=cancel), said)

    def _remove(self, model: ShelfModel) -> None:
        """Gone from the page at once, for good when it can no longer be undone."""
        self.leaving[model.id] = model.name
        self.refresh()
        message = words.removed(model.name, model.source == "adopted")
        self.said.emit(message, partial(self._stay, model.id), partial(self._leave, model.id))

    def _stay(self, id: str) -> None:
        self.leaving.pop(id, None)
        self.refresh()

    def _leave(self, id: str) -> None:
        house = self.house
        if house is None or id not in self.leaving:
            return

        def gone(_: ShelfModel) -> None:
            self.leaving.pop(id, None)
            self.refresh()
            self.changed.emit()

        def failed(notice: Notice) -> None:
            self.leaving.pop(id, None)
            self._trouble(notice)
            self.refresh()

        self._jobs.once(lambda cancel: house.remove(id), on_value=gone, on_failed=failed)

    def close(self) -> None:
        """The window closes: what was removed goes now."""
        if self._work is not None:
            self._work.stop()
        house, leaving = self.house, list(self.leaving)
        self.leaving.clear()
        if house is not None:
            for id in leaving:
                with suppress(AppError, ModelError, OSError):
                    house.remove(id)

    # ------------------------------------------------------------ one thing at a time

    def _begin(self, key: str, said: str, work: Callable[[Cancel], Iterator[Any]], each: Callable[[Any], None]) -> None:
        if self._work is not None:
            return  # two at once would measure each other
        self._trouble(None)
        self._busy = (key, said)
        self._show_busy(key, said)
        self._turns += 1
        turn = self._turns

        def came(values: list[Any]) -> None:
            for value in values:
                each(value)

        def ended() -> None:
            if turn == self._turns:  # else the next thing has begun with what this one gave
                self._over()
                self._show_busy(key, None)
            self.refresh()

        self._work = self._jobs.start(work, on_batch=came, on_failed=self._trouble, on_ended=ended)

    def _over(self) -> None:
        """The work in hand has given all it had: the next may begin."""
        self._work, self._busy = None, None

    def _trouble(self, notice: Notice | None) -> None:
        if self.page is not None:
            self.page.show_trouble(notice)

    def _show_busy(self, key: str, said: str | None) -> None:
        if self.page is not None:
            self.page.show_busy(key, said)
