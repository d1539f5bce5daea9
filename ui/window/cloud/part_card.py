"""One part to tick: its title, how much it is, its words as they leave; unticked it is inside and stays here."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.cloud.parcel import Outgoing, Part, PartKind
from ui.window.cloud import cloud_words as words
from ui.window.cloud.label_text import LabelText
from ui.window.cloud.part_folds import folded
from ui.window.cloud.question_words import QuestionWords
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import focus_ring, note_focus, seen_focus, shape
from ui.window.widgets.plain_tip import plain_tip
from ui.window.widgets.push import Push


class PartTick(QPushButton):
    """The head of a part: tick, title, what it is at the right. Space ticks; Left and Right go along its labels, F
    folds, and the menu key opens what can be done with a label."""

    stepped = Signal(int)
    folds = Signal()
    menu_wanted = Signal()

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(title)
        self._theme, self._meta, self._stays, self._locked = theme, "", "", False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.dress(self._dress)

    def say(self, title: str, *, meta: str, stays: str, locked: bool) -> None:
        """Its title, the count at the right, or why it stays here."""
        self.setText(title)
        self._meta, self._stays, self._locked = meta, stays, locked
        self.setEnabled(not locked)
        self.setAccessibleName(f"{title}, {stays or meta}")
        plain_tip(self, title if self._shown() != title else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_F:
                self.folds.emit()
            case Qt.Key.Key_Menu:
                self.menu_wanted.emit()
            case Qt.Key.Key_F10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.menu_wanted.emit()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        high = float(self.height())
        box = QRectF(0, (high - t.px(16)) / 2, t.px(16), t.px(16))
        paint_tick(painter, box, t, on=self.isChecked(), locked=self._locked)
        inside = not self.isChecked()
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = self._paint_right(painter, middle)
        painter.setFont(t.font("control"))
        painter.setPen(t.color("text2" if inside else "text"))
        left = t.px(24)
        painter.drawText(QRectF(left, 0, right - left, high), middle, self._shown())
        if seen_focus(self):
            ring = box.adjusted(-t.px(4), -t.px(4), t.px(4), t.px(4))
            focus_ring(painter, ring, t.px("radius.control"), color=t.color("focus"), width=t.px("line.focus"))

    def _paint_right(self, painter: QPainter, middle: int) -> float:
        t = self._theme
        painter.setFont(t.font("state" if self._stays else "meta", tabular=True))
        said = self._stays or self._meta
        wide = painter.fontMetrics().horizontalAdvance(said)
        left = self.width() - wide
        color = t.color("localText" if self._stays else "text2")
        painter.setPen(color)
        painter.drawText(QRectF(left, 0, wide + 1, self.height()), middle, said)
        if self._stays:
            side = t.px(14)
            left -= side + t.px("icon_to_word")
            icon = "lock" if self._locked else "house"
            paint_icon(painter, QRectF(left, 0, side, self.height()), icon, color=color, size_px=side)
        return left - t.px(12)

    def _shown(self) -> str:
        t = self._theme
        metrics = self.fontMetrics()
        said = metrics.horizontalAdvance(self._stays or self._meta) + t.px(24) + t.px(12) + t.px(20)
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, max(t.px(48), self.width() - said))

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()


def paint_tick(painter: QPainter, box: QRectF, theme: Theme, *, on: bool, locked: bool = False) -> None:
    """A tick box: violet and ticked for what leaves."""
    t = theme
    if on:
        shape(painter, box, t.px(4), fill=t.color("cloud"))
        paint_icon(painter, box, "check", color=t.color("onCloud"), size_px=t.px(12), stroke=3.0)
    else:
        line = t.color("border" if locked else "borderStrong")
        shape(painter, box, t.px(4), fill=t.color("surface"), line=line, width=1.5 * t.scale)


class PartCard(QWidget):
    """`ticked` fires with (id, on); the other signals name a label's value or words to hide."""

    ticked = Signal(str, bool)
    as_written = Signal(str)
    always_hide = Signal(str)
    hide_now = Signal(str)
    reworded = Signal(str)

    def __init__(self, theme: Theme, part: Part) -> None:
        super().__init__()
        self._theme, self.part = theme, part
        self._going: Outgoing | None = None
        self._values: dict[str, str] = {}
        self._whole, self._pointed = False, -1
        self.tick = PartTick(theme, part.title)
        self.head_text = LabelText(theme, name=part.title)
        self.fold = Push(theme, "", kind="quiet", icon="unfold-vertical", flush=True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.rest_text = LabelText(theme, name=part.title)
        self._hint = Label(theme, words.PRESS_H, step="meta", color="cloudText")
        self._hint.hide()
        self._inside = QVBoxLayout()
        self.question = QuestionWords(theme) if part.kind is PartKind.QUESTION else None
        for one in (self.head_text, self.fold, self.rest_text, self._hint, self.question):
            if one is not None:
                self._inside.addWidget(one)
        self._all = QVBoxLayout(self)
        self._all.addWidget(self.tick)
        self._all.addLayout(self._inside)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._connect()
        theme.dress(self._dress)

    def _connect(self) -> None:
        self.tick.clicked.connect(lambda on: self.ticked.emit(self.part.id, on))
        self.tick.stepped.connect(self._step_label)
        self.tick.folds.connect(self._turn_fold)
        self.tick.menu_wanted.connect(self._menu_here)
        self.fold.clicked.connect(self._turn_fold)
        if self.question is not None:
            self.question.reworded.connect(self.reworded)
        for text in (self.head_text, self.rest_text):
            text.label_pressed.connect(self._label_menu)
            text.hide_wanted.connect(self.hide_now)
            text.selected.connect(self._hint.setVisible)

    def show_part(
        self, part: Part, going: Outgoing | None, values: dict[str, str], *, asked: str = "", rewords: bool = False
    ) -> None:
        """The part, and how it leaves; None when it stays. `values` are what the labels stand for, `asked` is the
        question as it was typed, and `rewords` says whether other words may be put in its place here."""
        if self.question is not None:
            self.question.show_question(asked or part.text, part.text)
            self.question.setVisible(going is not None and rewords)
        self.part, self._going, self._values = part, going, values
        hidden = len({label for _, _, label in going.labels}) if going else 0
        number = len(going.text.split()) if going else part.words
        self.tick.setChecked(going is not None)
        stays = "" if going else (part.kept_here or words.STAYS_HERE)
        self.tick.say(part.title, meta=words.part_meta(number, hidden), stays=stays, locked=bool(part.kept_here))
        self._lay_out()

    @property
    def labels(self) -> list[str]:
        """The labels in view."""
        return [*self.head_text.labels, *self.rest_text.labels]

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        where = QRectF(self.rect())
        if self.tick.isChecked():
            shape(QPainter(self), where, t.px("radius.part"), fill=t.color("cloudSoft"))
        else:
            shape(QPainter(self), where, t.px("radius.part"), line=t.color("border"), width=t.px("line.hair"))

    # ------------------------------------------------------------ its own

    def _lay_out(self) -> None:
        text = self._going.text if self._going else self.part.text
        marks = self._going.labels if self._going else ()
        color = "text" if self._going else "text2"
        ranges = folded(text, [(start, end) for start, end, _ in marks])
        self.fold.setVisible(bool(ranges))
        if not ranges or self._whole:
            self.head_text.show_pieces([(text, marks)], color=color)
            self.rest_text.show_pieces([])
            self.rest_text.hide()
            self._say_fold(len(text.split()))
            return
        pieces = [
            (text[first:last], [(s - first, e - first, label) for s, e, label in marks if first <= s and e <= last])
            for first, last in ranges
        ]
        self.head_text.show_pieces(pieces[:1], color=color)
        self.rest_text.show_pieces(pieces[1:], color=color)
        self.rest_text.setVisible(len(pieces) > 1)
        self._say_fold(len(text.split()))

    def _say_fold(self, number: int) -> None:
        self.fold.set_words(words.SHOW_LESS if self._whole else words.show_all(number))
        self.fold.set_icon("fold-vertical" if self._whole else "unfold-vertical")

    def _turn_fold(self) -> None:
        self._whole = not self._whole
        self._lay_out()

    def _step_label(self, step: int) -> None:
        if self.labels:
            self._point(max(0, min(len(self.labels) - 1, self._pointed + step)))

    def _point(self, number: int) -> None:
        self._pointed = number
        first = len(self.head_text.labels)
        self.head_text.ring(number if number < first else -1)
        self.rest_text.ring(number - first if number >= first else -1)
        label = self.labels[number]
        self.tick.setAccessibleDescription(words.label_menu_name(label, self._values.get(label, "")))

    def _menu_here(self) -> None:
        if 0 <= self._pointed < len(self.labels):
            first = len(self.head_text.labels)
            text = self.head_text if self._pointed < first else self.rest_text
            place = text.label_place(self._pointed if self._pointed < first else self._pointed - first)
            self._label_menu(self.labels[self._pointed], place)

    def _label_menu(self, label: str, place: QPoint) -> None:
        value = self._values.get(label, "")
        menu = QMenu(self)
        menu.setAccessibleName(words.label_menu_name(label, value))
        head = menu.addAction(words.label_menu_name(label, value))
        head.setEnabled(False)
        menu.addAction(words.SEND_AS_WRITTEN).triggered.connect(lambda: self.as_written.emit(value))
        menu.addAction(words.ALWAYS_HIDE).triggered.connect(lambda: self.always_hide.emit(value))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self._all.setSpacing(0)
        self._inside.setContentsMargins(t.px(24), 0, 0, 0)
        self._inside.setSpacing(0)
        self.update()
