"""Stands for the main process where a key is searched for: courier, seal, then a typed key and one real sending."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from app.egress.carried import Ended
from app.egress.door import Door
from app.egress.keys import KeyringMissing
from app.egress.providers import Provider
from app.log import open_log, write_report
from models.api import Cancel
from models.seal import seal

BODY = json.dumps({"model": "m", "messages": [], "max_completion_tokens": 1, "stream": True}).encode()


def typed(hidden: list[int]) -> bytearray:
    """The key as a field of the window fills it, letter by letter; what the test hands over is not the key itself."""
    key = bytearray(len(hidden))
    for at, sign in enumerate(hidden):
        key[at] = sign ^ 0x55
    return key


def typed_in_the_window(hidden: list[int]) -> bytearray:
    """The same through the window's own field, a key press each."""
    from PySide6.QtTest import QTest

    from ui.window.application import application
    from ui.window.cloud.key_field import KeyField
    from ui.window.theme import Theme

    application()
    field = KeyField(Theme(choice="light", reduce_motion=True), name="Key")
    field.show()
    for sign in hidden:
        QTest.keyClick(field, chr(sign ^ 0x55))
    return field.take()


def answer(door: Door, order: dict[str, Any]) -> object:
    """One command."""
    there = Provider("loopback", "Loopback", order["base_url"], "own", True, "", True)
    match order["verb"]:
        case "keep":
            key = typed(order["hidden"])
            door.keep_key(there, key)
            return not any(key)
        case "type":
            key = typed_in_the_window(order["hidden"])
            door.keep_key(there, key)
            return not any(key)
        case "crash":
            os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
            try:
                door.keep_key(there, typed(order["hidden"]))
            except KeyringMissing as error:
                logging.getLogger("app").error("a line to find")
                return str(write_report(Path(order["logs"]), error))
        case "send":
            permit = door.permit(BODY, host=there.host, model="m", ceiling_micros=1)
            last = list(door.send(BODY, permit, there, Cancel()))[-1]
            assert isinstance(last, Ended)
            return [last.status, last.trouble, last.says]
    return None


def main() -> None:
    """Read commands until the end of input."""
    folder, trust = map(Path, sys.argv[1:])
    door = Door.start(folder / "settings.json", trust=trust)
    seal()
    open_log(folder / "logs")
    for line in sys.stdin:
        print(json.dumps(answer(door, json.loads(line))), flush=True)
    door.close()


if __name__ == "__main__":
    main()
