"""The variables of the person's desktop that the courier and its carriers get: an allow-list, and nothing beside it.

A proxy, a key, an address or a file of certificates that stands in somebody's environment changes nothing here.
"""

from __future__ import annotations

import os

from app.egress.keys import VARIABLE

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
    # Which of the system's keyrings; app/egress/keys.py takes no other value.
    VARIABLE,
)


def desktop() -> dict[str, str]:
    """Those that are set here."""
    return {name: os.environ[name] for name in _DESKTOP if name in os.environ}
