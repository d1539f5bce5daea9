"""Traps of the installed packages: the wrong Qt, a second OpenCV, a browser engine, telemetry left on."""

import importlib.metadata
import importlib.util
import subprocess
import sys

import pytest

NONE_COUNT = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
before = sys.getrefcount(None)
for number in range(50_000):
    label.setText("a")
print(sys.getrefcount(None) - before)
"""


def test_fifty_thousand_qt_calls_keep_the_references_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one per call and aborts after about 5,000."""
    answer = subprocess.run([sys.executable, "-I", "-c", NONE_COUNT], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert abs(int(answer.stdout)) < 100


def test_the_measure_of_none_works() -> None:
    """The same script with the references taken away on purpose must show it."""
    thief = "import ctypes; ctypes.pythonapi.Py_DecRef.argtypes = [ctypes.py_object]"
    code = NONE_COUNT.replace('label.setText("a")', "ctypes.pythonapi.Py_DecRef(None)").replace("50_000", "1_000")
    answer = subprocess.run([sys.executable, "-I", "-c", f"{thief}\n{code}"], capture_output=True, text=True)
    assert int(answer.stdout) < -900


@pytest.mark.parametrize("name", ["opencv-python", "opencv-contrib-python", "torch", "pyqt6", "pyside6", "pymupdf"])
def test_a_package_that_breaks_or_burdens_us_is_absent(name: str) -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version(name)


@pytest.mark.parametrize("module", ["QtWebEngineCore", "QtWebEngineWidgets", "QtQml", "QtQuick", "QtWebSockets"])
def test_qt_modules_nobody_may_use_are_not_even_there(module: str) -> None:
    if importlib.util.find_spec("PySide6") is None:
        pytest.fail("PySide6 is not installed")
    assert importlib.util.find_spec(f"PySide6.{module}") is None


@pytest.mark.parametrize(
    "module",
    ["QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtSvg", "QtPdf", "QtPdfWidgets", "QtMultimedia", "QtDBus", "QtTest"],
)
def test_qt_modules_we_use_load(module: str) -> None:
    answer = subprocess.run([sys.executable, "-I", "-c", f"import PySide6.{module}"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", ["PySide6-Essentials", "PySide6-Addons", "shiboken6"])
def test_qt_is_the_version_that_keeps_none(name: str) -> None:
    assert importlib.metadata.version(name) == "6.11.3"
