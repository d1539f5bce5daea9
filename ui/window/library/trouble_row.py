"""One file that gave nothing: its name, one plain reason, one action, and where it asks for a password, the field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QWidget

from app.values import TroubleKind
from ui.window import library_words as words
from ui.window.library.wishes import Attempt, Wish
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.busy import Ring
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.plain_tip import plain_tip
from ui.window.widgets.push import Push

_ICONS = {TroubleKind.LOCKED: "lock", TroubleKind.CLOUD_ONLY: "hard-drive", TroubleKind.UNSUPPORTED: "file"}
_LEAST_BUTTON = 148


class PasswordField(QLineEdit):
    """Dots instead of letters; Escape leaves. What was typed is forgotten with the field."""

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(words.PASSWORD)
        self.setAccessibleName(words.PASSWORD)
        self.setToolTip(words.PASSWORD_ONCE)
        # Nothing learns it: no completion, no undo of a password.
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        theme.dress(self._dress)

    def event(self, event: QEvent) -> bool:
        # Escape is a key of the whole window: while something is typed here it is the field's.
        if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # this event carries a key
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _dress(self) -> None:
        self.setFont(self._theme.font("body"))
        self.setMaximumWidth(self._theme.px(260))


class TroubleRow(QWidget):
    """`acted` fires with the wish and the password (empty where none is needed); `stopped` when the person stops it."""

    acted = Signal(object, str)
    stopped = Signal(object)

    def __init__(self, theme: Theme, wish: Wish) -> None:
        super().__init__()
        self._theme, self.wish = theme, wish
        self._attempt: Attempt | None = None
        warn = "warn" if wish.needs_you else "text2"
        self._icon = IconMark(theme, _ICONS.get(wish.trouble, "file-x"), color=warn, side=16)
        self._name = Label(theme, wish.name, step="control", elide=True)
        self._ring = Ring(theme)
        self.reason = Label(theme, wish.reason, color="text2", elide=True)
        self.field: PasswordField | None = None
        self.button = Push(theme, wish.action, kind="plain")
        self.button.clicked.connect(self._pressed)
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._why = QHBoxLayout()
        self._row = QHBoxLayout(self)
        self._why.addWidget(self._ring)
        self._why.addWidget(self.reason, 1)
        self._words.addWidget(self._name)
        self._words.addLayout(self._why, 1)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._words, 1)
        put(self._row, self.button)
        plain_tip(self, wish.hint)
        self._show()
        theme.dress(self._dress)

    def show_attempt(self, attempt: Attempt | None) -> None:
        """How far its action is, or why it did not work."""
        if attempt == self._attempt:
            return
        self._attempt = attempt
        if attempt is not None and not attempt.busy and self.wish.trouble is TroubleKind.LOCKED:
            self._ask()
        self._show()

    def wanted_button_px(self) -> int:
        """The width its button needs, so that all buttons of a card can have the same."""
        return max(self._theme.px(_LEAST_BUTTON), self.button.sizeHint().width())

    # ------------------------------------------------------------ its own

    @property
    def _busy(self) -> bool:
        return self._attempt is not None and self._attempt.busy

    def _pressed(self) -> None:
        if self._busy:
            self.stopped.emit(self.wish.path)
        elif self.wish.trouble is not TroubleKind.LOCKED:
            self.acted.emit(self.wish, "")
        elif self.field is None:
            self._ask()
            self._show()
        else:
            self._try_password()

    def _try_password(self) -> None:
        if self.field is not None and self.field.text():
            password = self.field.text()
            self.field.clear()
            self.acted.emit(self.wish, password)

    def _ask(self) -> None:
        """A field in the place of the reason."""
        if self.field is None:
            self.field = PasswordField(self._theme)
            self.field.returnPressed.connect(self._try_password)
            self.field.left.connect(self._think_better)
            self._why.insertWidget(0, self.field)
            self._dress()
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _think_better(self) -> None:
        if self.field is not None:
            self.field.deleteLater()
            self.field = None
            self._attempt = None
            self._show()
            self.button.setFocus(Qt.FocusReason.TabFocusReason)

    def _show(self) -> None:
        attempt = self._attempt
        self._ring.setVisible(self._busy)
        asking = self.field is not None
        if self.field is not None:
            self.field.setVisible(not self._busy)
        failed = attempt is not None and not attempt.busy
        said = attempt.says if attempt is not None and attempt.says else words.READING_FILE if self._busy else ""
        self.reason.setText(said or ("" if asking else self.wish.reason))
        self.reason.set_color("warn" if failed and said else "text2")
        self.button.set_words(words.STOP_READING if self._busy else words.UNLOCK if asking else self.wish.action)
        self.setAccessibleName(f"{self.wish.name}: {self.reason.text() or self.wish.reason}")
        self.button.setAccessibleName(f"{self.button.text()}: {self.wish.name}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Where it is narrow the reason stands under the name."""
        narrow = self.width() < self._theme.px(460)
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._words.direction() is not wanted:
            self._words.setDirection(wanted)
        self._words.setSpacing(0 if narrow else self._theme.px(8))

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(t.px(8))
        self._why.setSpacing(t.px(8))
        self._turn()
