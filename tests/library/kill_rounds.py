"""Kills an indexing program at chosen moments while its files change, and says what was lost, doubled or mixed up."""

from __future__ import annotations

import hashlib
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from library_desk import WordEmbedder

from app.store.db import Connection, Store

PROGRAM = Path(__file__).with_name("killed_library.py")
TOPICS = ("rent", "boiler", "garden", "taxes", "kiln", "trains", "bees", "bread")


@dataclass(slots=True)
class Outcome:
    """What the rounds showed."""

    kills: int = 0
    killed_while_working: int = 0
    changes: int = 0
    wrong: list[str] = field(default_factory=list)


class Papers:
    """A folder of texts that somebody keeps writing, renaming and deleting."""

    def __init__(self, folder: Path, *, files: int, chance: random.Random) -> None:
        self.folder = folder
        self._chance = chance
        self._number = 0
        self.changes = 0
        self.touched: set[str] = set()
        """Hashes of contents that went or moved since this was last emptied."""
        (folder / "inner").mkdir(parents=True)
        for _ in range(files):
            self._write(folder / self._name())

    def contents(self) -> set[str]:
        """Hashes of everything that stands there now."""
        return {_hash_text(path.read_text()) for path in self._files()}

    def change(self) -> None:
        """One change, as a person makes them."""
        self.changes += 1
        files = self._files()
        what = self._chance.random()
        if not files or what < 0.15:
            self._write(self.folder / self._name())
            return
        path = self._chance.choice(files)
        self.touched.add(_hash_text(path.read_text()))
        if what < 0.5:
            self._edit(path)
        elif what < 0.7:
            path.rename(self.folder / self._name())
        elif what < 0.85:
            path.unlink()
        elif what < 0.95:
            self._write(path)
        else:
            self._rename_folder(path)

    def _files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.txt"))

    def _name(self) -> str:
        self._number += 1
        return f"{self._chance.choice(['', 'inner/'])}{self._number:04}.txt"

    def _text(self) -> str:
        count = self._chance.randint(1, 30)
        said = (
            f"mark-{self._number}-{n} about {self._chance.choice(TOPICS)} {self._chance.random()}" for n in range(count)
        )
        return "\n\n".join(f"{one} {'and so on ' * 12}." for one in said)

    def _write(self, path: Path) -> None:
        self._number += 1
        path.write_text(self._text())

    def _edit(self, path: Path) -> None:
        paragraphs = path.read_text().split("\n\n")
        at = self._chance.randrange(len(paragraphs))
        paragraphs[at] = f"edited {self.changes} {paragraphs[at]}"
        path.write_text("\n\n".join(paragraphs))

    def _rename_folder(self, path: Path) -> None:
        for each in self._files():
            self.touched.add(_hash_text(each.read_text()))
        (self.folder / "inner").rename(self.folder / f"inner {self.changes}")
        (self.folder / "inner").mkdir()


def rounds(base: Path, *, kills: int, files: int, seed: int, vectors: bool, longest_s: float = 0.6) -> Outcome:
    """Kill `kills` times at random moments, the files changing before, while and after; check the database as it stands
    after each. At the end let a run finish and compare with one from scratch in a profile of its own."""
    chance = random.Random(seed)
    papers, profile = Papers(base / "papers", files=files, chance=chance), base / "profile"
    outcome = Outcome()
    before: set[str] = set()
    for number in range(kills):
        papers.touched.clear()
        # The first run is cut early; later ones read everything again, or there would soon be nothing left to do.
        after_s = chance.uniform(0.0, 0.05 if not number else longest_s)
        outcome.killed_while_working += _run_and_kill(profile, papers, after_s, vectors=vectors, again=number > 0)
        outcome.kills += 1
        there = check(profile, outcome, f"after kill {number + 1}")
        if lost := before - there - papers.touched:
            outcome.wrong.append(f"after kill {number + 1}: lost {len(lost)} files that nobody touched")
        before = there & papers.contents()
    outcome.changes = papers.changes
    for where in (profile, base / "scratch"):
        said, _ = _start(where, papers.folder, vectors=vectors, mode="once").communicate()
        if not said.endswith("done\n"):
            outcome.wrong.append("the last run did not finish")
        if check(where, outcome, "at the end") != papers.contents():
            outcome.wrong.append(f"{where.name} does not hold exactly the files there are")
    if passages_of(profile) != passages_of(base / "scratch"):
        outcome.wrong.append("a library that was killed and one made from scratch differ")
    return outcome


def _start(profile: Path, papers: Path, *, vectors: bool, mode: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(profile), str(papers), "vectors" if vectors else "words", mode]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _run_and_kill(profile: Path, papers: Papers, after_s: float, *, vectors: bool, again: bool) -> bool:
    """Kill -9 some time after the first event, changing files meanwhile; whether it was still at work."""
    process = _start(profile, papers.folder, vectors=vectors, mode="again" if again else "watch")
    assert process.stdout is not None
    process.stdout.readline()
    ended = threading.Event()

    def meddle() -> None:
        while not ended.wait(0.03):
            papers.change()

    meddler = threading.Thread(target=meddle)
    meddler.start()
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    ended.set()
    meddler.join()
    said, _ = process.communicate()
    return not said.endswith("idle\n")


def check(profile: Path, outcome: Outcome, when: str) -> set[str]:
    """Rows, full text and vectors agree, and every document is one file as it was at one moment; their hashes."""
    store = Store.open(profile / "indoors.sqlite3")
    try:
        if not store.healthy():
            outcome.wrong.append(f"{when}: SQLite finds the file damaged")
        with store.write() as db:
            for table in ("passage_words", "passage_more"):
                db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        with store.read() as db:
            for what, count in _counts(db).items():
                if count:
                    outcome.wrong.append(f"{when}: {count} {what}")
            texts = db.execute(
                "SELECT d.sha256, (SELECT group_concat(text, '') FROM (SELECT text FROM passages p WHERE "
                "p.document = d.id ORDER BY section, start_char)) FROM documents d"
            ).fetchall()
        for sha256, text in texts:
            if sha256 and sha256 != _hash_text(text):
                outcome.wrong.append(f"{when}: a document mixes two versions of its file")
        return {_hash_text(text) for _, text in texts}
    finally:
        store.close()


def _counts(db: Connection) -> dict[str, int]:
    """Things that must not be, by name."""
    questions = {
        "passages at one place": "SELECT count(*) FROM (SELECT 1 FROM passages GROUP BY document, section, start_char "
        "HAVING count(*) > 1)",
        "documents with other passages than promised": "SELECT count(*) FROM documents d WHERE passages <> "
        "(SELECT count(*) FROM passages p WHERE p.document = d.id) OR passages = 0",
        "vectors of no passage": "SELECT count(*) FROM embeddings WHERE passage NOT IN (SELECT id FROM passages)",
        "embedders with another number of vectors": "SELECT count(*) FROM embedders b WHERE vectors <> "
        "(SELECT count(*) FROM embeddings e WHERE e.embedder = b.id)",
        "passages that nobody would embed any more": "SELECT count(*) FROM passages p, embedders b WHERE "
        "p.id <= b.complete_to AND (b.id, p.id) NOT IN (SELECT embedder, passage FROM embeddings)",
        "totals that are wrong": "SELECT count(*) FROM library_totals WHERE passages <> "
        "(SELECT count(*) FROM passages)",
    }
    found = {what: int(db.execute(question).fetchone()[0]) for what, question in questions.items()}
    embedder = WordEmbedder()
    rows = db.execute(
        "SELECT p.context, p.text, e.vector FROM embeddings e JOIN passages p ON p.id = e.passage"
    ).fetchall()
    texts = [f"{row[0]}\n{row[1].strip()}" if row[0] else row[1].strip() for row in rows]
    found["vectors of other words"] = sum(
        struct.unpack("<64e", made) != struct.unpack("<64e", row[2])
        for row, made in zip(rows, embedder.embed(texts), strict=True)
    )
    return found


def passages_of(profile: Path) -> list[tuple[object, ...]]:
    """Every passage with its place and whether it has a vector, by path."""
    store = Store.open(profile / "indoors.sqlite3")
    try:
        with store.read() as db:
            rows = db.execute(
                "SELECT d.path, d.sha256, d.title, p.section, p.start_char, p.end_char, p.first, p.last, p.heading, "
                "p.context, p.text, (SELECT vector FROM embeddings e WHERE e.passage = p.id) "
                "FROM documents d JOIN passages p ON p.document = d.id ORDER BY 1, 4, 5"
            )
            return [tuple(row) for row in rows]
    finally:
        store.close()


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
