"""Every setting, declared once: key, type, default, label and help; kept in one small JSON file per profile."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import ProfileTrouble, UsageError

VERSION = 1

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting. `choices` names the words it takes, none for any; `low` and `high` bound a number."""

    key: str
    default: Value
    label: str
    help: str
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


DECLARED: tuple[Setting, ...] = (
    Setting("theme", "system", "Theme", "Light, dark, or as the system is.", choices=("system", "light", "dark")),
    Setting("text_size", 100, "Text size", "Percent of the normal size.", low=90, high=150),
    Setting("reduce_motion", False, "Reduce motion", "Things appear instead of moving."),
    Setting(
        "answers",
        "measured",
        "How answers are made",
        "Quoting shows your own sentences; writing lets the model compose; measured chooses by the model's check.",
        choices=("measured", "quoting", "writing"),
    ),
    Setting(
        "idle_minutes",
        10,
        "Free memory after",
        "Minutes without work after which a model is unloaded.",
        low=1,
        high=600,
    ),
    Setting("writer", "", "Writer", "Which model writes: an id of `indoors models list`; empty for the starter."),
    Setting("searcher", "", "Searcher", "Which model searches by meaning; empty for the starter."),
    Setting("listener", "", "Listener", "Which model writes recordings down; empty chooses by language."),
    Setting(
        "ocr",
        "ask",
        "Read pictures of text",
        "Pictures and scans of up to five pages are read by themselves and longer ones when you ask; always reads "
        "everything, never nothing.",
        choices=("ask", "always", "never"),
    ),
    Setting("index_on_battery", False, "Read on battery", "Read new files also while the computer is not plugged in."),
    Setting(
        "vectors_server",
        "",
        "Server of vectors",
        "A Chroma server that keeps the index, as host:8000 or https://host; numbers and vectors go there, never text. "
        "Empty: this computer.",
    ),
    Setting("vectors_token", "", "Token of that server", "Sent with every request to it; kept in the settings file."),
    Setting(
        "budget_dollars",
        5,
        "Budget for the cloud",
        "US dollars a calendar month; nothing is sent that could cost more. 0 keeps everything here.",
        high=1000,
    ),
    Setting("budget_bell", 80, "Tell me at", "Percent of the budget at which the meter tells you.", low=1, high=100),
    Setting(
        "cloud_answer_tokens",
        1200,
        "Longest cloud answer",
        "In tokens, as providers count and bill them; the most a question can cost follows from it.",
        low=100,
        high=32000,
    ),
    Setting(
        "network",
        "on",
        "Network",
        "Blocked: the courier refuses every connection until you turn it on again.",
        choices=("on", "blocked"),
    ),
    Setting("passages", 8, "Passages per answer", "How many passages an answer may be made from.", low=1, high=20),
)
_BY_KEY = {setting.key: setting for setting in DECLARED}


class Settings:
    """The settings of one profile; unknown keys of a newer or older file are kept as they are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stored = _read(path)

    def get(self, key: str) -> Value:
        """The value in force. Raises UsageError for a key nobody declared."""
        setting = _declared(key)
        stored = self._stored.get(key, setting.default)
        return stored if isinstance(stored, type(setting.default)) else setting.default

    def number(self, key: str) -> int:
        """`get` for a number."""
        return int(self.get(key))

    def set(self, key: str, text: str) -> Value:
        """Take a value as the person typed it and save. Raises UsageError when it does not fit, with what does."""
        value = _parse(_declared(key), text)
        # Read again: another part of the program may have changed another setting meanwhile.
        self._save({**_read(self._path), key: value})
        return value

    def reset(self, key: str) -> Value:
        """Back to the default; returns it."""
        setting = _declared(key)
        self._save({name: value for name, value in _read(self._path).items() if name != key})
        return setting.default

    def _save(self, stored: Mapping[str, Any]) -> None:
        # Write, flush, rename: a kill at any moment leaves the old file or the new one, never half of one.
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half = self._path.with_suffix(".new")
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)  # a token of a server may stand in it
        with half.open("w", encoding="utf-8") as file:
            json.dump({"version": VERSION, **stored}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path)
        self._stored = dict(stored)


def _declared(key: str) -> Setting:
    if key not in _BY_KEY:
        raise UsageError(f"There is no setting “{key}”.", do="Known settings: " + ", ".join(sorted(_BY_KEY)) + ".")
    return _BY_KEY[key]


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        kept = path.with_suffix(".damaged")
        path.replace(kept)
        return {}
    if not isinstance(raw, dict):
        return {}
    if raw.pop("version", VERSION) > VERSION:
        raise ProfileTrouble(
            "The settings were written by a newer Indoors.",
            safe="Nothing was changed.",
            do="Start the newer Indoors, or choose another folder with --data-dir.",
        )
    return raw


def _parse(setting: Setting, text: str) -> Value:
    match setting.default:
        case bool():
            words = {
                "on": True,
                "true": True,
                "yes": True,
                "1": True,
                "off": False,
                "false": False,
                "no": False,
                "0": False,
            }
            if text.lower() in words:
                return words[text.lower()]
            raise UsageError(f"“{setting.key}” is on or off, not “{text}”.")
        case int():
            if text.lstrip("-").isdigit() and setting.low <= int(text) <= setting.high:
                return int(text)
            raise UsageError(f"“{setting.key}” is a number from {setting.low} to {setting.high}, not “{text}”.")
        case str():
            if text in setting.choices or not setting.choices:
                return text
            raise UsageError(f"“{setting.key}” is one of {', '.join(setting.choices)}, not “{text}”.")
