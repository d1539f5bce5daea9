"""The options every command takes, wherever they stand on the line; read before window or terminal is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.paths import Profile


@dataclass(frozen=True, slots=True)
class Options:
    """The options every command takes, wherever they stand on the line."""

    data_dir: Path | None = None
    json: bool = False
    quiet: bool = False
    offline: bool = False
    fake_models: bool = False

    @property
    def profile(self) -> Profile:
        """The profile these options name: the person's own, or the one in --data-dir."""
        return Profile.at(self.data_dir) if self.data_dir else Profile.default()


def split_options(argv: list[str]) -> tuple[Options, list[str]]:
    """Take these options out of a command line, wherever they stand before a `--`.

    Raises ValueError when --data-dir has no value.
    """
    flags = {"--json": False, "--quiet": False, "--offline": False, "--fake-models": False}
    data_dir: Path | None = None
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in flags:
            flags[word] = True
        elif word == "--data-dir":
            data_dir = _folder(next(words, ""))
        elif word.startswith("--data-dir="):
            data_dir = _folder(word.partition("=")[2])
        else:
            rest.append(word)
    options = Options(
        data_dir=data_dir,
        json=flags["--json"],
        quiet=flags["--quiet"],
        offline=flags["--offline"],
        fake_models=flags["--fake-models"],
    )
    return options, rest


def _folder(text: str) -> Path:
    if not text or text.startswith("--"):
        raise ValueError("--data-dir needs a folder")
    return Path(text)
