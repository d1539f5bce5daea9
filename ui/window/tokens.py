"""Reads assets/tokens.json, the only place where a colour, a size or a duration is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from app.paths import assets

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One step of the type scale: pixels at 100 %, weight, and which of the three families."""

    size_px: int
    line_px: int
    weight: int
    family: Literal["ui", "quote", "exact"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The design values by name; sizes in pixels at 100 % text size, durations in milliseconds."""

    colors: Mapping[Mode, Mapping[str, str]]
    sizes: Mapping[str, float]
    type: Mapping[str, TypeStyle]
    durations_ms: Mapping[str, int]
    contrast: tuple[tuple[str, str, float], ...]
    dash: tuple[float, float]
    window: tuple[int, int]
    window_min: tuple[int, int]
    space: tuple[int, ...]
    shadow_alpha: Mapping[Mode, float]


def read_tokens(path: Path) -> Tokens:
    """Parse a tokens file. Raises KeyError or ValueError when it is not one: that would be our bug."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    sizes: dict[str, float] = {name: value for name, value in raw["size"].items() if not isinstance(value, list)}
    sizes |= {f"radius.{name}": value for name, value in raw["radius"].items()}
    sizes |= {f"line.{name}": value for name, value in raw["line"].items() if not isinstance(value, list)}
    sizes |= {"icon_to_word": raw["icon_to_word"], "shadow.y": raw["shadow"]["y"]}
    sizes |= {"shadow.spread": raw["shadow"]["spread"], "icon.stroke": raw["icon"]["stroke"]}
    sizes |= {"icon.stroke_ask_arrow": raw["icon"]["stroke_ask_arrow"]}
    steps = {name: value for name, value in raw["type"].items() if name not in ("families", "weights")}
    return Tokens(
        colors=raw["color"],
        sizes=sizes,
        type={name: TypeStyle(*value) for name, value in steps.items()},
        durations_ms=raw["motion_ms"],
        contrast=tuple((first, second, least) for first, second, least in raw["contrast"]["min"]),
        dash=tuple(raw["line"]["dash_pattern"]),
        window=tuple(raw["size"]["window"]),
        window_min=tuple(raw["size"]["window_min"]),
        space=tuple(raw["space"]),
        shadow_alpha={"light": raw["shadow"]["light_alpha"], "dark": raw["shadow"]["dark_alpha"]},
    )


@cache
def tokens() -> Tokens:
    """The tokens that ship with the program, read once."""
    return read_tokens(assets() / "tokens.json")
