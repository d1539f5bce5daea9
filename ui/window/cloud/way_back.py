"""The parts of a turn that exist only because its answer came from outside: pill, names put back, cost, their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTextEdit

from app.events import Holding, Sent, Spent, Text
from app.values import Cost, Notice
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee
from ui.window.cloud.cost_row import CostRow
from ui.window.cloud.crossing import Crossing
from ui.window.cloud.label_marks import LabelMarks
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.pill import Pill

if TYPE_CHECKING:
    from app.ask.past import PastTurn

LABEL = re.compile("⟦[A-Z]+_[0-9]+⟧")
"""A label that stands in a finished answer was given out by nobody: every known one was put back."""


class WayBack:
    """`crossing` is None for an answer made here, and then nothing of this is seen."""

    def __init__(self, theme: Theme, text: QTextEdit) -> None:
        self.crossing: Crossing | None = None
        self.pill = Pill(theme, "", icon="cloud", look="cloud")
        self.verbatim = Label(theme, step="exact", color="text2", wrap=True)
        """The provider's own words, as they came."""
        self.cost = CostRow(theme)
        self.marks = LabelMarks(theme, text)

    def begin(self, crossing: Crossing) -> None:
        """It is on its way out, or was once: `crossing` says how far it came."""
        self.crossing = crossing
        self.pill.set_words(words.going_to(crossing.whom.whole))
        self.pill.show()

    def show_past(self, past: PastTurn) -> None:
        """An answer of an earlier conversation, with what it cost and where what was sent is kept."""
        if past.place != "cloud":
            return
        cost = Cost(past.estimate_micros, 0, past.cost_micros)
        self.begin(
            Crossing(
                Addressee(past.provider, past.model),
                estimate_micros=past.estimate_micros,
                entry=past.entry,
                spent=Spent(cost, confirmed=past.cost_micros is not None),
                labels=past.labels,
            )
        )
        self.marks.know_unresolved(LABEL.findall(past.answer))

    def cross(self, event: Holding | Sent | Spent) -> str:
        """Something happened on the way; returns what stands beside the pill now."""
        if self.crossing is None:
            return ""
        self.crossing.take(event)
        self._say_cost(self.crossing)
        return self.crossing.stage

    def came_back(self, event: Text, *, before: str) -> None:
        """A piece of the answer that follows the text `before`."""
        if self.crossing is not None:
            self.crossing.take(event)
            self.marks.came(before, event.delta, event.restored, event.unresolved)

    def end(self, *, answered: bool) -> None:
        """It is over."""
        if self.crossing is not None:
            whom = self.crossing.whom.whole
            self.pill.set_words(words.answered_by(whom) if answered else whom)
            self._say_cost(self.crossing)
            self.marks.refresh()

    def fail(self, notice: Notice) -> None:
        """It failed; what the provider said is shown as it came."""
        verbatim = "\n".join(notice.details) if self.crossing is not None else ""
        self.verbatim.setText(verbatim)
        self.verbatim.setVisible(bool(verbatim))

    def _say_cost(self, crossing: Crossing) -> None:
        self.cost.say(crossing.cost_line, crossing.entry)
