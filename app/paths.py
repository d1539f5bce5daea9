"""Where data, cache, logs and models live for one profile; nothing else in the program builds these paths."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "indoors"
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class Profile:
    """A complete, separate profile: every file Indoors keeps lies under these folders."""

    data: Path
    cache: Path

    @classmethod
    def default(cls) -> Profile:
        """The person's own profile, where this system keeps such data."""
        return cls(Path(platformdirs.user_data_dir(APP_NAME)), Path(platformdirs.user_cache_dir(APP_NAME)))

    @classmethod
    def at(cls, folder: Path) -> Profile:
        """A profile kept whole in one folder (`--data-dir`)."""
        return cls(folder.absolute(), folder.absolute() / "cache")

    def make_private(self) -> None:
        """Make the folders, closed to every other user of this computer, and close what was open. A folder somebody
        else made for `--data-dir` keeps its own rights; everything of Indoors in it is closed all the same."""
        with suppress(OSError):  # whoever opens what cannot be made or changed says so
            ours = self.data == Profile.default().data
            if not self.data.exists():
                self.data.mkdir(parents=True, mode=_PRIVATE_FOLDER)
            elif ours:
                self.data.chmod(_PRIVATE_FOLDER)
            for folder in (self.cache, self.vectors):
                folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
                folder.chmod(_PRIVATE_FOLDER)
            for file in (*self.data.glob(f"{self.database.name}*"), *self.data.glob("settings.json")):
                file.chmod(_PRIVATE_FILE)

    @property
    def database(self) -> Path:
        """The one SQLite file: documents, passages, embeddings, conversations, transcripts."""
        return self.data / "indoors.sqlite3"

    @property
    def vectors(self) -> Path:
        """Folder of the derived Chroma index; may be deleted at any time, it is rebuilt."""
        return self.data / "vectors"

    @property
    def downloaded_models(self) -> Path:
        """Model files the person got or added."""
        return self.data / "models"

    @property
    def states(self) -> Path:
        """Kept states of the language model, one per conversation; deleted with the conversation."""
        return self.cache / "states"

    @property
    def scratch(self) -> Path:
        """Decoded audio and other temporary files, emptied at every start."""
        return self.cache / "scratch"

    @property
    def recognition_pace(self) -> Path:
        """How long recognising the text of a page takes on this computer."""
        return self.cache / "recognition.json"

    @property
    def logs(self) -> Path:
        """Logs; they never hold prompts, passages or keys."""
        return self.cache / "logs"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes this profile."""
        return self.data / "indoors.lock"


def starter_models() -> Path:
    """Folder of the models that came with the program: writing/, searching/ (listening is a package)."""
    return Path(sys.prefix) / "share" / "indoors" / "models"


def assets() -> Path:
    """Folder of what ships beside the code: icons, fonts, the sample library, prices."""
    return Path(__file__).resolve().parent.parent / "assets"
