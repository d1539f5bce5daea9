"""Types a key into the envelope's field in a process of its own, so that another one can search its memory.

Reads the key from standard input with every byte turned by 85, so that it never stands here in one piece.
"""

# ruff: noqa: E402  the platform has to be chosen before Qt is imported
from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from cloud_screens import no_key
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from scripted_cloud import ScriptedCloud
from scripted_house import furnished

from ui.window.application import application
from ui.window.cloud.key_field import KeyField
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.theme import Theme


class ForgetfulCloud(ScriptedCloud):
    """Takes a key and keeps nothing of it but its length."""

    lengths: tuple[int, ...] = ()

    def keep_key(self, provider: str, key: bytearray) -> None:
        self.lengths = (*self.lengths, len(key))
        if "careless" in sys.argv:
            self.keys.append((provider, bytes(key)))
        self.has_key = True


def main() -> None:
    """Type, hand over, say so, and wait to be looked at."""
    masked = sys.stdin.buffer.readline().strip()
    application()
    house, jobs = furnished(), Jobs()
    cloud = house.cloud = ForgetfulCloud()
    window = MainWindow(Theme(choice="light", reduce_motion=True), jobs)
    window.show()
    window.activateWindow()
    window.move_in(house)
    until(lambda: jobs.idle, "the house")
    no_key(window, house)
    field = window.cloud.sheet.parts.refusals[0].fields[0]
    assert isinstance(field, KeyField)
    field.setFocus()
    for byte in masked:
        QTest.keyClick(field, chr(byte ^ 85))
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: bool(cloud.lengths) and jobs.idle, "the key")
    print(cloud.lengths[0], flush=True)
    sys.stdin.buffer.readline()
    window.close()
    jobs.close()


if __name__ == "__main__":
    main()
