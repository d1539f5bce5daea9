"""Takes a provider's key from the person to the system's keyring, so that no longer-lived process ever holds it."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from app.egress.keys import KeyringMissing, drop_key, keep_key, with_key

LONGEST = 4096


def keep(key_name: str, shown: str) -> dict[str, Any]:
    """Ask on the terminal, or read what was piped, and keep it."""
    if sys.stdin.isatty():
        key = getpass.getpass(f"Key for {shown} (it is not shown as you type): ")
    else:
        key = sys.stdin.read(LONGEST + 1)
    key = key.strip()
    if not key:
        return {"ok": False, "why": "No key was given."}
    if len(key) > LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        return {"ok": False, "why": "That is not a key: a key is one word of plain letters, digits and signs."}
    keep_key(key_name, key)
    return {"ok": True}


def main(arguments: Sequence[str]) -> None:
    """`keep NAME SHOWN`, `drop NAME` or `which NAME…`; one line of JSON: {ok, why, missing, names}, never a key."""
    # A core file would hold the key.
    if sys.platform != "win32":
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job, *names = arguments
    said: dict[str, Any] = {"ok": True}
    try:
        if job == "keep":
            said = keep(names[0], names[1])
        elif job == "drop":
            drop_key(names[0])
        else:
            said["names"] = with_key(names)
    except KeyringMissing as error:
        said = {"ok": False, "missing": True, "why": str(error)}
    except (KeyboardInterrupt, EOFError):
        said = {"ok": False, "why": "Stopped."}
    print(json.dumps(said), flush=True)
    os._exit(0)  # no tear-down that could print what it was given


if __name__ == "__main__":
    main(sys.argv[1:])
