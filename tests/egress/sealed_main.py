"""Stands for the main process in the tests of the door: courier first, then the seal, then one command a line."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path

from app.egress.door import Door
from app.errors import AppError
from models.seal import seal


def said(error: AppError) -> list[str]:
    """The words a person reads."""
    return [error.notice.happened, error.notice.safe, error.notice.do]


def answer(door: Door, verb: str, *words: str) -> object:
    """One command."""
    try:
        match verb:
            case "probe":
                return door.probe(words[0], int(words[1]), token=words[2])
            case "own":
                socket.create_connection((words[0], int(words[1])), 3)
            case "document":
                door.open_document(Path(words[0]))
            case "address":
                door.open_address(words[0])
            case "kill":
                os.kill(door.pid or 0, signal.SIGKILL)
                while door.alive:
                    pass
            case "alive":
                return door.alive
    except AppError as error:
        return said(error)
    except OSError as error:
        return type(error).__name__
    return "done"


def main() -> None:
    """Read commands as JSON lists until the end of input."""
    door = Door.shut() if "--offline" in sys.argv else Door.start()
    seal()
    for line in sys.stdin:
        print(json.dumps(answer(door, *json.loads(line))), flush=True)
    door.close()


if __name__ == "__main__":
    main()
