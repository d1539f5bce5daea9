"""The Ask page: empty with a question box, the first-run card, or a conversation with the composer under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.values import Citation, Draft
from models.api import Cancel
from ui.window import words
from ui.window.ask.composer import Composer
from ui.window.ask.first_run import FirstRun
from ui.window.ask.source_panel import Shown
from ui.window.ask.suggestions import Suggestions
from ui.window.ask.talker import Talker
from ui.window.ask.thread import Thread
from ui.window.ask.turn import Turn
from ui.window.cloud import cloud_words
from ui.window.cloud.crossing import Crossing
from ui.window.cloud.hold_card import HoldCard
from ui.window.cloud.light_lane import LightLane
from ui.window.house import FolderView, House, SuggestedQuestion, Talk
from ui.window.jobs import Jobs
from ui.window.theme import Theme
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label

if TYPE_CHECKING:
    from app.ask.past import PastTurn

_BOX_AT = 0.38
_BOX_WIDE = 640
_FIRST_WIDE = 720


class AskPage(QWidget):
    """Arranges its four parts by hand, because the composer moves between two places. Signals go to the window."""

    source_wanted = Signal(Shown)
    source_gone = Signal()
    pointed = Signal(object, QPoint)
    folder_wanted = Signal()
    file_wanted = Signal()
    sample_wanted = Signal()
    stored = Signal()
    said = Signal(str)
    cloud_wanted = Signal(str, object)
    entry_wanted = Signal(int)
    address_wanted = Signal(str, QPoint, QWidget)

    def __init__(self, theme: Theme, jobs: Jobs, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._house_open = False
        self._has_files: bool | None = None
        self.talker = Talker(jobs)
        self.thread_view = Thread(theme, parent=self)
        self.suggestions = Suggestions(theme, parent=self)
        self.first_run = FirstRun(theme, parent=self)
        self.composer = Composer(theme, parent=self)
        self.lane, self.hold = LightLane(theme, parent=self), HoldCard(theme, parent=self)
        self._cloud_open = False
        self._foot = QWidget(self)
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.addWidget(IconMark(theme, "shield-check", color="local", side=16))
        self._truth = Label(theme, words.NOTHING_LEFT, color="text2")
        self._foot_row.addWidget(self._truth)
        self._glide = QPropertyAnimation(self.composer, b"geometry", self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._connect()
        self.setAccessibleName(words.ASK)
        theme.dress(self._dress)

    def _connect(self) -> None:
        self.composer.asked.connect(self.ask)
        self.composer.cloud_asked.connect(lambda question: self.cloud_wanted.emit(question, None))
        self.composer.stopped.connect(self.talker.stop)
        self.composer.resized.connect(self._arrange)
        self.composer.file_wanted.connect(self.file_wanted)
        self.suggestions.asked.connect(self.ask)
        self.first_run.folder_wanted.connect(self.folder_wanted)
        self.first_run.sample_wanted.connect(self.sample_wanted)
        self.talker.busy_changed.connect(self.composer.set_busy)
        self.talker.answered.connect(self.stored)

    # ------------------------------------------------------------ what the window tells it

    def move_in(self, house: House) -> None:
        """The house is open: questions can be asked."""
        self._house_open = True
        self.talker.move_in(house)
        self._enable()

    def set_folders(self, folders: Sequence[FolderView], *, partial: bool = False) -> None:
        """What can be asked now; `partial` when the library still holds more, which is not to be asked."""
        self._has_files = bool(folders)
        self.composer.set_folders(
            [(folder.path, folder.name, folder.files_ready) for folder in folders], partial=partial
        )
        self._enable()
        self._arrange()

    def suggest(self, questions: Sequence[SuggestedQuestion]) -> None:
        """Questions for the empty page."""
        self.suggestions.put(questions)
        self._arrange()

    def new_question(self) -> None:
        """An empty page and the caret in the box."""
        self.talker.forget_talk()
        self.thread_view.clear()
        self.source_gone.emit()
        self._arrange()
        self.composer.field.setFocus()

    def reopen(self, talk: Talk, past: Sequence[PastTurn]) -> None:
        """Show an earlier conversation; the next question carries it on."""
        self.thread_view.clear()
        self.talker.reopen(talk)
        self.source_gone.emit()
        for one in past:
            turn = self._new_turn(one.question)
            turn.show_past(one)
            self.thread_view.add(turn)
        self._arrange()
        self.composer.field.setFocus()

    def ask(self, question: str, *, use_files: bool = True) -> None:
        """Begin a turn; the box glides to its place under the conversation."""
        first = not self.thread_view.turns
        turn = self._new_turn(question)
        turn.begin(self.composer.files if use_files else 0)
        self.thread_view.add(turn)
        self.source_gone.emit()
        self._arrange(glide=first)
        self.talker.ask(turn, within=self.composer.within, use_files=use_files)

    # ------------------------------------------------------------ the cloud

    def offer_cloud(self, offered: bool) -> None:
        """Whether there is a way out at all."""
        self._cloud_open = offered
        self.composer.place.offer_cloud(offered)

    def drafting(self, question: str) -> Callable[[Cancel], Draft]:
        """How to make the draft of a question as it would be asked here."""
        return self.talker.drafting(question, within=self.composer.within, use_files=self._has_files is not False)

    def begin_cloud(self, draft: Draft, crossing: Crossing) -> Turn:
        """A turn whose answer comes from outside."""
        first = not self.thread_view.turns
        turn = self._new_turn(draft.question)
        turn.begin_cloud(draft, crossing)
        self.thread_view.add(turn)
        self.source_gone.emit()
        if self.composer.field.toPlainText().strip() == draft.question:
            self.composer.field.clear()
        self.composer.place.choose_house()
        self._arrange(glide=first)
        return turn

    def hold_place(self) -> QRect:
        """Where the folded envelope stands: at the top edge, as wide as the answers."""
        t = self._theme
        width = min(t.px("composer_max"), self.width() - 2 * t.px(32))
        return QRect((self.width() - width) // 2, t.px(12), width, self.hold.sizeHint().height())

    # ------------------------------------------------------------ citations

    @property
    def turn(self) -> Turn | None:
        """The turn whose source is open, or else the newest one."""
        for turn in self.thread_view.turns:
            if turn.open_number:
                return turn
        return self.thread_view.turns[-1] if self.thread_view.turns else None

    def open_number(self, number: int) -> None:
        """Open source `number` of the current answer."""
        turn = self.turn
        if turn is not None and number in turn.citations:
            self._open_citation(turn, turn.citations[number])

    def step_citation(self, step: int) -> None:
        """The next (+1) or previous (-1) citation of the current answer."""
        turn = self.turn
        if turn is None or not turn.citations:
            return
        numbers = sorted(turn.citations)
        at = numbers.index(turn.open_number) + step if turn.open_number in numbers else (0 if step > 0 else -1)
        self.open_number(numbers[at % len(numbers)])

    def mark_closed(self) -> None:
        """The panel was closed."""
        for turn in self.thread_view.turns:
            turn.set_open(0)

    def _open_citation(self, turn: Turn, citation: Citation) -> None:
        for other in self.thread_view.turns:
            other.set_open(citation.n if other is turn else 0)
        self.source_wanted.emit(Shown.of_citation(citation, tuple(turn.citations.values())))

    # ------------------------------------------------------------ turns

    def _new_turn(self, question: str) -> Turn:
        turn = Turn(self._theme, question, scope=self.composer.scope_names)
        turn.citation_opened.connect(lambda citation: self._open_citation(turn, citation))
        turn.passage_opened.connect(lambda passage: self.source_wanted.emit(Shown.of_passage(passage)))
        turn.chip_pointed.connect(self.pointed)
        turn.again.connect(lambda: self._again(turn))
        turn.cloud_wanted.connect(lambda: self.cloud_wanted.emit(question, turn))
        turn.see_sent.connect(self.entry_wanted)
        turn.address_wanted.connect(lambda address, place: self.address_wanted.emit(address, place, turn))
        turn.offer_cloud(self._cloud_open)
        turn.without_files.connect(lambda: self.ask(question, use_files=False))
        turn.everywhere.connect(lambda: self._ask_everywhere(question))
        turn.instead.connect(self.ask)
        turn.copied.connect(lambda: self._copy(turn))
        return turn

    def _again(self, turn: Turn) -> None:
        if turn.way.crossing is not None:
            self.cloud_wanted.emit(turn.question, None)  # shown and priced anew: nothing is ever sent twice by itself
        else:
            self.ask(turn.question)

    def _ask_everywhere(self, question: str) -> None:
        self.composer.ask_everywhere()
        self.ask(question)

    def _copy(self, turn: Turn) -> None:
        QGuiApplication.clipboard().setText(turn.text_with_sources())
        unknown = sorted(turn.way.marks.unknown)
        self.said.emit(f"{words.COPIED}. {cloud_words.unresolved(unknown[0])}" if unknown else words.COPIED)

    # ------------------------------------------------------------ arranging

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def empty(self) -> bool:
        """No conversation is open."""
        return not self.thread_view.turns

    def _enable(self) -> None:
        self.composer.set_able(self._house_open and bool(self._has_files))

    def arrange(self) -> None:
        """Something above the composer or at the top edge came or went."""
        self._arrange()

    def say_truth(self, line: str) -> None:
        """The one line at the foot of the empty page."""
        self._truth.setText(line)
        self._arrange()

    def _arrange(self, *, glide: bool = False) -> None:
        t = self._theme
        first_run = self.empty and self._has_files is False
        box = self.empty and not first_run
        self.first_run.setVisible(first_run)
        self.suggestions.setVisible(box and self.suggestions.any)
        self._foot.setVisible(box)
        self.thread_view.setVisible(not self.empty)
        self.composer.set_follow_up(not self.empty)
        self.composer.field.set_step("big_input" if box else "reading")
        side = t.px(32)
        widest = t.px(_BOX_WIDE if box else "composer_max")
        width = min(widest, self.width() - 2 * side)
        self.composer.setFixedWidth(width)
        high = self.composer.sizeHint().height()
        left = (self.width() - width) // 2
        bottom = self.height() - t.px(20)
        top = round(self.height() * _BOX_AT) - high // 2 if box else bottom - high
        if box and not self.lane.isHidden():
            top = max(top, self.lane.needed(width) + 2 * t.px(12))
        self._put_composer(QRect(left, top, width, high), glide=glide)
        foot = self._foot.sizeHint()
        self._foot.setGeometry((self.width() - foot.width()) // 2, bottom - foot.height(), foot.width(), foot.height())
        below = top + high + t.px(20)
        room = self.height() - below - foot.height() - t.px(32)
        self.suggestions.setGeometry(left, below, width, max(0, room))
        self._arrange_cloud(left, top, width, bottom - high - t.px(12))
        wide = min(t.px(_FIRST_WIDE), self.width() - 2 * side)
        at = max(t.px(24), round((bottom - high) * 0.5 - self.first_run.heightForWidth(wide) * 0.6))
        self.first_run.setGeometry((self.width() - wide) // 2, at, wide, max(0, bottom - high - at - t.px(12)))

    def _arrange_cloud(self, left: int, top: int, width: int, floor: int) -> None:
        """The lane above the composer, the folded envelope at the top edge, and the conversation between them."""
        t = self._theme
        ceiling = 0
        if not self.hold.isHidden():
            where = self.hold_place()
            self.hold.place(where)
            ceiling = where.bottom() + 1
        if not self.lane.isHidden():
            high = self.lane.needed(width)
            self.lane.setGeometry(left, max(0, top - high - t.px(12)), width, high)
            self.lane.raise_()
            floor -= high + t.px(12)
        self.thread_view.setGeometry(0, ceiling, self.width(), max(0, floor - ceiling))

    def _put_composer(self, where: QRect, *, glide: bool) -> None:
        self._glide.stop()
        duration = self._theme.ms("panel")
        if glide and duration and self.isVisible():
            self._glide.setDuration(duration)
            self._glide.setStartValue(self.composer.geometry())
            self._glide.setEndValue(where)
            self._glide.start()
        else:
            self.composer.setGeometry(where)

    def _dress(self) -> None:
        self._foot_row.setContentsMargins(0, 0, 0, 0)
        self._foot_row.setSpacing(self._theme.px(8))
        self._foot_row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._arrange()
