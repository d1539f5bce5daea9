"""Parent side of the courier: how the rest of Indoors asks for the few things that need the world outside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from app.errors import AppError
from models.api import ModelError
from models.child import python_command
from models.host import Host

_ANSWER_LIMIT_S = 20.0
_DESKTOP = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "XDG_DATA_DIRS",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "DESKTOP_SESSION",
    "BROWSER",
    "USER",
    "LOGNAME",
)


class Door:
    """The courier, or nothing (`--offline`). Started before the main process seals itself; once gone it stays gone,
    because a sealed process cannot start it again, and everything local goes on."""

    def __init__(self, courier: Host | None) -> None:
        self._courier = courier

    @classmethod
    def start(cls) -> Door:
        """Start the courier; returns once it runs, before it is ready. Raises OSError."""
        env = {name: os.environ[name] for name in _DESKTOP if name in os.environ}
        command = python_command("app.egress.courier")
        courier = Host("courier", command, idle_s=float("inf"), env=env, restart=False)
        courier.launch()
        return cls(courier)

    @classmethod
    def shut(cls) -> Door:
        """No courier at all."""
        return cls(None)

    @property
    def alive(self) -> bool:
        """Whether anything may leave through it."""
        return self._courier is not None and self._courier.alive

    @property
    def pid(self) -> int | None:
        """The courier's process id."""
        return self._courier.pid if self._courier is not None else None

    def open_document(self, path: Path) -> None:
        """Show a file in the person's own program. Raises AppError."""
        self._carry("open", {"kind": "document", "what": str(path)}, f"{path.name} was not opened.")

    def open_address(self, address: str) -> None:
        """Show a clicked web or mail address in the person's own program. Raises AppError."""
        self._carry("open", {"kind": "address", "what": address}, "The address was not opened.")

    def probe(self, host: str, port: int, *, token: str = "w0-courier-0000000000000000") -> bool:
        """Whether the courier's own way arrives at a listener: it connects and sends `token`."""
        try:
            self._carry("probe", {"host": host, "port": port, "token": token}, "")
        except AppError:
            return False
        return True

    def close(self) -> None:
        """End the courier."""
        if self._courier is not None:
            self._courier.close()

    def _carry(self, verb: str, header: dict[str, Any], failed: str) -> None:
        if self._courier is None:
            raise AppError(failed or "Indoors is offline.", do="Start Indoors without --offline.")
        try:
            answer = self._courier.ask_one(verb, header, timeout_s=_ANSWER_LIMIT_S).header
        except ModelError as error:
            raise AppError(str(error), safe="Everything on this computer goes on.", do=error.do) from error
        if not answer.get("ok"):
            raise AppError(failed, do=str(answer.get("why", "")))
