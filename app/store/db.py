"""The one door to SQLite: connections, transactions, migrations, and database trouble in words a person can act on."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from app.errors import ProfileTrouble
from app.store.migrate import FOLDER, backup_path, steps
from app.store.word_forms import below_root, more_words

Connection = sqlite3.Connection
Row = sqlite3.Row

_BUSY_TIMEOUT_S = 10.0
_OWNER_ONLY = 0o600
_CACHE_KIB = 24 * 1024


class Store:
    """One SQLite file in WAL mode: one writer at a time, any number of readers, safe from any thread.

    WAL with synchronous=NORMAL keeps every committed transaction through a kill of the program; a power cut may
    lose the last ones but never damages the file. `write(durable=True)` also outlives the power cut.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._writing = threading.RLock()
        self._writer: Connection | None = None
        self._depth = 0
        self._pool: list[Connection] = []
        self._pool_lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, migrations: Path = FOLDER) -> Store:
        """Open or create the database. Raises ProfileTrouble with one clear sentence."""
        store = cls(path, read_only=read_only)
        with _plain_trouble(path), ExitStack() as on_trouble:
            on_trouble.callback(store.close)
            if read_only:
                store._check_version(migrations)
            else:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                # SQLite gives the log and its index the rights of the file: nobody else reads the texts in them.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
                store._migrate(migrations)
            on_trouble.pop_all()
        return store

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, given back afterwards; several statements see one moment if wrapped in BEGIN."""
        with _plain_trouble(self.path):
            with self._pool_lock:
                connection = self._pool.pop() if self._pool else None
            connection = connection or self._connect()
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.rollback()
                with self._pool_lock:
                    keep = not self._closed and len(self._pool) < 4
                    if keep:
                        self._pool.append(connection)
                if not keep:
                    connection.close()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """One transaction: all of it is kept, or after any exception none of it. Nested calls join the outer one."""
        with _plain_trouble(self.path), self._writing:
            if self.read_only:
                raise ProfileTrouble("This command may only read the library.", do="Close the other Indoors first.")
            connection = self._writer = self._writer or self._connect()
            if self._depth:
                yield connection
                return
            connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield connection
                connection.commit()
            finally:
                self._depth -= 1
                if connection.in_transaction:  # an exception came before the commit, or out of it
                    with suppress(sqlite3.Error):
                        connection.rollback()

    def generation(self) -> int:
        """A number that grows with every change of passages or embeddings; the vector index follows it."""
        with self.read() as db:
            row = db.execute("SELECT value FROM facts WHERE name = 'generation'").fetchone()
            return int(row[0])

    def fact(self, name: str) -> str:
        """A small kept fact, or an empty text."""
        with self.read() as db:
            row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            return str(row[0]) if row else ""

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a small fact."""
        with self.write() as db:
            db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def size_bytes(self) -> int:
        """What the database takes on disk, with its write-ahead log."""
        total = 0
        for name in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            with suppress(OSError):
                total += name.stat().st_size
        return total

    def healthy(self) -> bool:
        """Whether SQLite finds the file and the full-text index in order (slow on large libraries)."""
        with self.read() as db:
            return str(db.execute("PRAGMA quick_check(1)").fetchone()[0]) == "ok"

    def close(self) -> None:
        """Close every connection; afterwards the store is of no more use."""
        with self._pool_lock:
            self._closed = True
            idle, self._pool = self._pool, []
        with self._writing:
            if self._writer is not None:
                idle.append(self._writer)
                self._writer = None
        for connection in idle:
            connection.close()

    def _connect(self) -> Connection:
        if not self.read_only:
            connection = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)
            connection.isolation_level = None
            _prepare(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            return connection
        return _connect_read_only(self.path)

    def _check_version(self, migrations: Path) -> int:
        with self.read() as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
        newest = len(steps(migrations))
        if version > newest:
            raise ProfileTrouble(
                f"This library was written by a newer Indoors (version {version}, this one knows {newest}).",
                safe="Nothing was changed.",
                do="Install the newer Indoors again.",
            )
        if self.read_only and version < newest:
            raise ProfileTrouble(
                "This library was written by an older Indoors.", safe="Nothing was changed.", do="Open Indoors once."
            )
        return version

    def _migrate(self, migrations: Path) -> None:
        version = self._check_version(migrations)
        todo = [step for step in steps(migrations) if step.version > version]
        if not todo:
            return
        if version:
            self._back_up(version)
        with self.write(durable=True) as db:
            for step in todo:
                for statement in _statements(step.sql):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {todo[-1].version}")

    def _back_up(self, version: int) -> None:
        target = backup_path(self.path, version)
        target.unlink(missing_ok=True)
        with self.read() as db:
            db.execute("VACUUM INTO ?", (os.fspath(target),))
        target.chmod(_OWNER_ONLY)


def _prepare(connection: Connection) -> None:
    connection.row_factory = Row
    connection.create_function("more_words", 1, more_words, deterministic=True)  # used by triggers
    connection.create_function("below_root", 2, below_root, deterministic=True)  # and this one
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def _connect_read_only(path: Path) -> Connection:
    """Open without writing. A WAL database in a folder we cannot write to opens only as immutable, which is right
    when nobody can be writing it either."""
    if not path.exists():
        raise ProfileTrouble("There is no library here yet.", do="Add a folder first: indoors index FOLDER")
    uri = f"file:{quote(os.fspath(path.absolute()))}?mode=ro"
    log = Path(f"{path}-wal")
    if not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size):
        uri += "&immutable=1"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)
    connection.isolation_level = None
    _prepare(connection)
    return connection


def _statements(sql: str) -> Iterator[str]:
    """Single statements of a script: executescript would commit between them."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


@contextmanager
def _plain_trouble(path: Path) -> Iterator[None]:
    """Turn trouble of the world into ProfileTrouble; a mistake in our own SQL stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        trouble = _explain(error, path)
        if trouble is None:
            raise
        raise trouble from error
    except PermissionError as error:
        raise _cannot_write(path) from error
    except OSError as error:
        if error.filename is None or Path(str(error.filename)) not in (path, path.parent, *path.parents):
            raise
        raise ProfileTrouble(f"The data folder {path.parent} cannot be used: {error.strerror}.") from error


def _cannot_write(path: Path) -> ProfileTrouble:
    return ProfileTrouble(
        f"The data folder {path.parent} cannot be written to.",
        safe="Nothing was changed.",
        do="Make it writable, or choose another one with --data-dir.",
    )


def _explain(error: sqlite3.DatabaseError, path: Path) -> ProfileTrouble | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return ProfileTrouble(
            "The disk is full.", safe="Everything saved before is kept.", do="Free some space and try again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return _cannot_write(path)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return ProfileTrouble(
            f"The library file {path.name} is damaged.",
            safe="Your own files are unchanged.",
            do=f"Move {path} away and add your folders again.",
        )
    if name.startswith("SQLITE_IOERR"):
        return ProfileTrouble(
            "The disk did not read or write as it should.", safe="Your own files are unchanged.", do="Check the disk."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return ProfileTrouble("Another program is using the library.", do="Try again in a moment.")
    return None
