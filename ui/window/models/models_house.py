"""What the Models page needs of the house behind the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.model_care import Checking, Overview
from models.adopting import Found
from models.api import Cancel
from models.benchmark import Benchmark
from models.shelf import ShelfModel


class ModelsHouse(Protocol):
    """ModelCare, or a scripted one. Called from worker threads."""

    def overview(self) -> Overview: ...
    def use(self, id: str) -> ShelfModel: ...
    def adopt(self, path: Path, *, found: Found | None = None) -> ShelfModel: ...
    def remove(self, id: str) -> ShelfModel: ...
    def measure(self, id: str, *, cancel: Cancel) -> Benchmark | None: ...
    def check(self, id: str, *, cancel: Cancel) -> Iterator[Checking]: ...
