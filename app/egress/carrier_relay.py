"""Carries bytes to one server and ends; today only the few of `indoors prove`, which show that this way is open."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import Any

from models.frames import Frame, read_frame, write_frame

CONNECT_LIMIT_S = 5.0


def relay(job: dict[str, Any]) -> dict[str, Any]:
    """Open a TCP connection to job["host"], job["port"] and send job["token"]; {"ok", "why"}."""
    try:
        with socket.create_connection((str(job["host"]), int(job["port"])), CONNECT_LIMIT_S) as connection:
            connection.sendall(str(job["token"]).encode())
    except OSError as error:
        return {"ok": False, "why": errno.errorcode.get(error.errno or 0, type(error).__name__)}
    return {"ok": True, "why": ""}


def main() -> None:
    """One job from standard input, one answer to standard output."""
    job = read_frame(sys.stdin.buffer)
    if job is not None:
        write_frame(sys.stdout.buffer, Frame(relay(job.header)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
