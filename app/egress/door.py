"""Parent side of the courier: how the rest of Indoors asks for the few things that need the world outside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from app.egress.relay_line import Address, Connection, RelayLine
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

    def __init__(self, courier: Host | None, line: RelayLine | None = None) -> None:
        self._courier = courier
        self._line = line

    @classmethod
    def start(cls) -> Door:
        """Start the courier; returns once it runs, before it is ready. Raises OSError."""
        env = {name: os.environ[name] for name in _DESKTOP if name in os.environ}
        command = python_command("app.egress.courier")
        line = RelayLine() if RelayLine.possible() else None
        lend = line.lend if line is not None else None
        courier = Host("courier", command, idle_s=float("inf"), env=env, restart=False, lend=lend)
        courier.launch()
        return cls(courier, line)

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

    def relay(self, address: Address) -> int:
        """An open descriptor whose bytes the courier carries to this one server and back; the caller owns it.

        Raises AppError without a courier, or where the system cannot pass descriptors (Windows).
        """
        if self._courier is None or not self._courier.alive:
            raise AppError("Indoors is offline.", do="Start Indoors without --offline.")
        if self._line is None:
            raise AppError("A server of vectors cannot be reached on this system.")
        return self._line.relay(address)

    def connections(self) -> tuple[Connection, ...]:
        """Every relay since the start and the bytes it carried, oldest first; empty without a courier."""
        if self._courier is None or not self._courier.alive:
            return ()
        try:
            said = self._courier.ask_one("connections", {}, timeout_s=_ANSWER_LIMIT_S).header["connections"]
        except ModelError:
            return ()
        return tuple(
            Connection(
                str(Address(one["host"], one["port"], one["tls"])),
                one["sent"],
                one["received"],
                one["open"],
                one["why"],
            )
            for one in said
        )

    def close(self) -> None:
        """End the courier."""
        if self._courier is not None:
            self._courier.close()
        if self._line is not None:
            self._line.close()

    def _carry(self, verb: str, header: dict[str, Any], failed: str) -> None:
        if self._courier is None:
            raise AppError(failed or "Indoors is offline.", do="Start Indoors without --offline.")
        try:
            answer = self._courier.ask_one(verb, header, timeout_s=_ANSWER_LIMIT_S).header
        except ModelError as error:
            raise AppError(str(error), safe="Everything on this computer goes on.", do=error.do) from error
        if not answer.get("ok"):
            raise AppError(failed, do=str(answer.get("why", "")))
