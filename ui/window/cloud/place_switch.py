"""Where the next question is answered: the house, or the cloud for this one question; it never sticks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.window import words as house_words
from ui.window.cloud import cloud_words as words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import dashed, focus_ring, note_focus, seen_focus, shape


class PlacePill(QPushButton):
    """One of the two: solid when it is the house, dashed when it is the cloud; filled when it is chosen."""

    def __init__(self, theme: Theme, said: str, *, icon: str, cloud: bool) -> None:
        super().__init__(said)
        self._theme, self._icon, self._cloud, self._bare = theme, icon, cloud, False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_words(said)
        theme.dress(self._dress)

    def set_words(self, said: str) -> None:
        """Other words."""
        self.setText(said)
        self.setAccessibleName(said)
        self.updateGeometry()

    def set_bare(self, bare: bool) -> None:
        """Where there is no room the icon alone is left; its name is still said and stands in the tip."""
        self._bare = bare
        self.setToolTip(self.text() if bare else "")
        self.updateGeometry()
        self.update()

    def wide(self, *, bare: bool) -> int:
        """Pixels it takes with its words, or without."""
        t = self._theme
        if bare:
            return t.px(14) + 2 * t.px(8)
        words_px = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return words_px + t.px(14) + t.px("icon_to_word") + 2 * t.px(12)

    def sizeHint(self) -> QSize:
        return QSize(self.wide(bare=self._bare), self._theme.px("pill"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        radius = where.height() / 2
        ink = t.color("cloudText" if self._cloud else "localText")
        if not self.isEnabled():
            ink = t.color("disabled")
        elif not self._cloud and not self.isChecked():
            ink = t.color("text2")
        soft = t.color("cloudSoft" if self._cloud else "localSoft")
        fill = t.color("pressed") if self.isDown() else soft if self.isChecked() else None
        if self._cloud:
            line = t.color("cloud" if self.isEnabled() else "disabled")
            dashed(painter, where, radius, fill=fill, line=line, width=t.px("line.dash_pill"))
        elif fill is not None:
            shape(painter, where, radius, fill=fill)
        else:
            shape(painter, where, radius, line=t.color("borderStrong"), width=t.px("line.hair"))
        left = t.px(8 if self._bare else 12)
        paint_icon(painter, QRectF(left, 0, t.px(14), where.height()), self._icon, color=ink, size_px=t.px(14))
        if not self._bare:
            painter.setFont(self.font())
            painter.setPen(ink)
            left += t.px(14) + t.px("icon_to_word")
            painter.drawText(
                QRectF(left, 0, where.width() - left, where.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text()
            )
        if seen_focus(self):
            focus_ring(painter, where, radius, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()


class PlaceSwitch(QWidget):
    """`cloud_pressed` fires when the cloud is pressed; whoever hears it decides what happens with the question.
    `changed` fires when it wants another width."""

    cloud_pressed = Signal()
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._bare = theme, False
        self.house = PlacePill(theme, house_words.THIS_COMPUTER, icon="house", cloud=False)
        self.cloud = PlacePill(theme, words.CLOUD_DOTS, icon="cloud", cloud=True)
        self.setAccessibleName(words.PLACE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.house)
        self._row.addWidget(self.cloud)
        self.house.setChecked(True)
        self.cloud.hide()
        self.cloud.clicked.connect(self.cloud_pressed)
        theme.dress(self._dress)

    @property
    def to_cloud(self) -> bool:
        """Whether the cloud is chosen for the next question."""
        return self.cloud.isChecked()

    def choose_house(self) -> None:
        """Back to the house: after every question, sent or kept."""
        self.cloud.set_words(words.CLOUD_DOTS)
        self.house.setChecked(True)

    def choose_cloud(self) -> None:
        """The cloud, for the next question only."""
        if self.cloud.isVisibleTo(self):
            self.cloud.setChecked(True)

    def offer_cloud(self, offered: bool) -> None:
        """Whether there is a way out at all; started without one, the switch shows the house alone."""
        self.cloud.setVisible(offered)
        self.updateGeometry()
        self.changed.emit()
        if not offered:
            self.choose_house()

    def say_preparing(self) -> None:
        """While the envelope is made."""
        self.cloud.set_words(words.PREPARING)

    def sizeHint(self) -> QSize:
        return QSize(self._wide(bare=self._bare), self._theme.px("pill"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def fit(self, room_px: int) -> None:
        """Take so much room at most: the words go when there is none for all of them."""
        self._bare = room_px < self._wide(bare=False)
        for pill in (self.house, self.cloud):
            pill.set_bare(self._bare)
        self.updateGeometry()

    def set_able(self, able: bool) -> None:
        """Whether it can be pressed now."""
        self.cloud.setEnabled(able)

    def _wide(self, *, bare: bool) -> int:
        gap = self._theme.px(8)
        shown = [pill for pill in (self.house, self.cloud) if not pill.isHidden()]
        return sum(pill.wide(bare=bare) for pill in shown) + gap * (len(shown) - 1)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(8))
