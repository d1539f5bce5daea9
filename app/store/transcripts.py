"""Recordings as rows: the plan is kept first, then clip after clip with its lines, so that a kill costs one clip."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.events import TranscriptLine
from app.store.db import Connection, Row, Store

_PLANNED, _DONE = "planned", "done"


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a recording that is written down in one go."""

    position: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """One recording as one model writes it down. `finished` once no clip is left; `language` is "" when not asked
    for."""

    id: int
    path: Path
    sha256: str
    model: str
    language: str
    duration_s: float
    created_at: float
    finished: bool
    document: int | None


class Transcripts:
    """Reads and writes the rows of transcripts, clips and lines."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def find(self, sha256: str, *, model: str, language: str) -> Transcript | None:
        """The transcript of this content by this model, begun or finished."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT * FROM transcripts WHERE sha256 = ? AND model = ? AND language = ?", (sha256, model, language)
            ).fetchone()
            return _transcript(row) if row else None

    def finished(self, sha256: str) -> Transcript | None:
        """The newest finished transcript of this content, by whichever model and in whichever language."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT * FROM transcripts WHERE sha256 = ? AND finished ORDER BY id DESC LIMIT 1", (sha256,)
            ).fetchone()
            return _transcript(row) if row else None

    def of_path(self, path: Path) -> Transcript | None:
        """The newest transcript of the file at this path, finished ones first."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT * FROM transcripts WHERE path = ? ORDER BY finished DESC, id DESC LIMIT 1", (str(path),)
            ).fetchone()
            return _transcript(row) if row else None

    def begin(
        self, path: Path, *, sha256: str, model: str, language: str, duration_s: float, clips: Sequence[Clip]
    ) -> Transcript:
        """Keep a plan; what an earlier plan of the same content gave is dropped."""
        with self.store.write() as db:
            db.execute(
                "DELETE FROM transcripts WHERE sha256 = ? AND model = ? AND language = ?", (sha256, model, language)
            )
            cursor = db.execute(
                "INSERT INTO transcripts (path, sha256, model, language, duration_s, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (str(path), sha256, model, language, duration_s, time.time()),
            )
            number = int(cursor.lastrowid or 0)
            db.executemany(
                "INSERT INTO clips (transcript, position, start_s, end_s, state) VALUES (?, ?, ?, ?, ?)",
                ((number, clip.position, clip.start_s, clip.end_s, _PLANNED) for clip in clips),
            )
            return _transcript(db.execute("SELECT * FROM transcripts WHERE id = ?", (number,)).fetchone())

    def clips(self, transcript: int) -> list[Clip]:
        """The whole plan, in order."""
        return self._clips(transcript, "")

    def clips_left(self, transcript: int) -> list[Clip]:
        """The clips not yet written down, in order."""
        return self._clips(transcript, f"AND state = '{_PLANNED}'")

    def keep_clip(self, transcript: int, clip: Clip, lines: Sequence[TranscriptLine]) -> None:
        """Keep the lines of one clip and that it is done, together."""
        with self.store.write() as db:
            db.execute("DELETE FROM lines WHERE transcript = ? AND clip = ?", (transcript, clip.position))
            db.executemany(
                "INSERT INTO lines (transcript, clip, start_s, end_s, speaker, text, words, doubtful) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (transcript, clip.position, x.start_s, x.end_s, x.speaker, x.text, json.dumps(x.words), x.doubtful)
                    for x in lines
                ),
            )
            db.execute(
                "UPDATE clips SET state = ? WHERE transcript = ? AND position = ?", (_DONE, transcript, clip.position)
            )

    def lines(self, transcript: int) -> list[TranscriptLine]:
        """All lines kept so far, by time."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM lines WHERE transcript = ? ORDER BY start_s, id", (transcript,))
            return [_line(row) for row in rows]

    def finish(self, transcript: int, *, path: Path, document: int | None = None) -> None:
        """Say that no clip is left, where the file lies now, and which document it became if any."""
        with self.store.write() as db:
            db.execute(
                "UPDATE transcripts SET finished = 1, path = ?, document = coalesce(?, document) WHERE id = ?",
                (str(path), document, transcript),
            )

    def rename_speaker(self, transcript: int, *, old: str, new: str) -> int:
        """Give a speaker another name, or that of another speaker to make them one; the number of lines changed."""
        with self.store.write() as db:
            return db.execute(
                "UPDATE lines SET speaker = ? WHERE transcript = ? AND speaker = ?", (new, transcript, old)
            ).rowcount

    def drop(self, transcript: int) -> None:
        """Delete a transcript with its plan and lines."""
        with self.store.write() as db:
            db.execute("DELETE FROM transcripts WHERE id = ?", (transcript,))

    def _clips(self, transcript: int, which: str) -> list[Clip]:
        with self.store.read() as db:
            return _clips_from(db, transcript, which)


def _clips_from(db: Connection, transcript: int, which: str) -> list[Clip]:
    rows = db.execute(
        f"SELECT position, start_s, end_s FROM clips WHERE transcript = ? {which} ORDER BY position", (transcript,)
    )
    return [Clip(*tuple(row)) for row in rows]


def _transcript(row: Row) -> Transcript:
    return Transcript(
        id=row["id"],
        path=Path(row["path"]),
        sha256=row["sha256"],
        model=row["model"],
        language=row["language"],
        duration_s=row["duration_s"],
        created_at=row["created_at"],
        finished=bool(row["finished"]),
        document=row["document"],
    )


def _line(row: Row) -> TranscriptLine:
    return TranscriptLine(
        start_s=row["start_s"],
        end_s=row["end_s"],
        text=row["text"],
        speaker=row["speaker"],
        words=tuple((word, start, end) for word, start, end in json.loads(row["words"])),
        doubtful=bool(row["doubtful"]),
    )
