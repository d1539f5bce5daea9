"""Kills an indexing program at chosen moments, runs it again, and says what was lost or doubled; nothing may be."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from library_desk import WordEmbedder

from app.store.db import Store
from app.store.documents import Documents
from app.store.embeddings import Embeddings

PROGRAM = Path(__file__).with_name("killed_library.py")
TOPICS = ("rent", "boiler", "garden", "taxes", "kiln", "trains", "bees", "bread")


@dataclass(slots=True)
class Outcome:
    """What the rounds showed."""

    kills: int = 0
    killed_while_working: int = 0
    wrong: list[str] = field(default_factory=list)


def write_papers(folder: Path, *, files: int, seed: int) -> dict[str, int]:
    """A folder of texts of many lengths; the number of marks (`mark-N-M`) written into each file."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    marks = {}
    for number in range(files):
        count = chance.randint(1, 30)
        words = [f"mark-{number}-{n} about {chance.choice(TOPICS)} " + "and so on " * 12 + "." for n in range(count)]
        (folder / f"{number:03}.txt").write_text("\n\n".join(words))
        marks[f"{number:03}.txt"] = count
    return marks


def rounds(base: Path, *, kills: int, files: int, seed: int, vectors: bool, longest_s: float = 0.6) -> Outcome:
    """Kill `kills` times at random moments of a run, changing a file in between; after each, check the database as it
    stands; at the end let a run finish and check that everything is there exactly once."""
    chance = random.Random(seed)
    papers, profile = base / "papers", base / "profile"
    marks = write_papers(papers, files=files, seed=seed)
    outcome = Outcome()
    kept: set[tuple[str, int]] = set()
    for number in range(kills):
        # The first run is cut early; later ones read everything again, or there would soon be nothing left to do.
        after_s = chance.uniform(0.0, 0.05 if not number else longest_s)
        outcome.killed_while_working += _run_and_kill(profile, papers, after_s, vectors=vectors, again=number > 0)
        outcome.kills += 1
        kept = _check(profile, outcome, kept, f"after kill {number + 1}")
        changed = f"{chance.randrange(files):03}.txt"
        (papers / changed).write_text(f"mark-{changed[:3].lstrip('0') or '0'}-0 changed in round {number}.")
        marks[changed] = 1
        kept = {row for row in kept if row[0] != changed}
    with _run(profile, papers, vectors=vectors, again=False) as last:
        said, _ = last.communicate()
    if not said.endswith("done\n"):
        outcome.wrong.append("the last run did not finish")
    _check(profile, outcome, kept, "at the end")
    _complete(profile, marks, outcome)
    return outcome


def _run(profile: Path, papers: Path, *, vectors: bool, again: bool) -> subprocess.Popen[str]:
    options = ["vectors" if vectors else "words", "again" if again else "once"]
    command = [sys.executable, str(PROGRAM), str(profile), str(papers), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _run_and_kill(profile: Path, papers: Path, after_s: float, *, vectors: bool, again: bool) -> bool:
    """Kill -9 some time after the first event; whether it was still at work."""
    with _run(profile, papers, vectors=vectors, again=again) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        working = process.poll() is None
        process.send_signal(signal.SIGKILL)
        return working


def _check(profile: Path, outcome: Outcome, kept: set[tuple[str, int]], when: str) -> set[tuple[str, int]]:
    """The database is whole, no passage is doubled, and no document that was there before is gone."""
    store = Store.open(profile / "indoors.sqlite3")
    try:
        if not store.healthy():
            outcome.wrong.append(f"{when}: SQLite finds the file damaged")
        with store.read() as db:
            rows = db.execute(
                "SELECT document, section, start_char, count(*) FROM passages GROUP BY 1, 2, 3"
            ).fetchall()
            if any(row[3] > 1 for row in rows):
                outcome.wrong.append(f"{when}: a passage is there twice")
            counted = db.execute(
                "SELECT d.path, d.passages, count(p.id) FROM documents d LEFT JOIN passages p ON p.document = d.id "
                "GROUP BY d.id"
            ).fetchall()
        with store.write() as db:
            db.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        for path, promised, there in counted:
            if promised != there or not there:
                outcome.wrong.append(f"{when}: {Path(path).name} has {there} of {promised} passages")
        now = {(Path(path).name, there) for path, _, there in counted}
        if lost := {name for name, _ in kept} - {name for name, _ in now}:
            outcome.wrong.append(f"{when}: lost {sorted(lost)}")
        return now
    finally:
        store.close()


def _complete(profile: Path, marks: dict[str, int], outcome: Outcome) -> None:
    """Every mark of every file stands in exactly one passage, and every passage has a vector."""
    store = Store.open(profile / "indoors.sqlite3")
    try:
        documents = Documents(store)
        if len(documents.documents()) != len(marks):
            outcome.wrong.append(f"{len(documents.documents())} documents for {len(marks)} files")
        for document in documents.documents():
            text = "".join(passage.text for passage in documents.passages_of(document.id))
            if text.count("mark-") != marks[document.path.name] or text != document.path.read_text():
                outcome.wrong.append(f"{document.path.name} does not hold its own text once")
        embedder = WordEmbedder()
        vectors = Embeddings(store, embedder.id, width=embedder.width).count()
        if vectors != documents.counts()[1]:
            outcome.wrong.append(f"{vectors} vectors for {documents.counts()[1]} passages")
    finally:
        store.close()
