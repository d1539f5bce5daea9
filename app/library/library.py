"""The person's files, made searchable: the one object the rest of Indoors asks about them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import NoModel
from app.events import IndexEvent, IndexProgress, SearchResult
from app.library.index import Indexing, Transcribe, cuts_of
from app.library.reading import Reading
from app.library.scan import hash_of, real, shown
from app.library.search import Search
from app.library.vectors import Vectors, VectorState
from app.store.anchors import anchor_of
from app.store.db import Store
from app.store.documents import Documents, NewDocument
from app.store.rows import FileProblem
from app.values import Anchor, Document, DocumentKind, Passage, Section
from models.api import Cancel, Embedder, ModelError

_EMBED_BATCH = 64


@dataclass(frozen=True, slots=True)
class FolderCard:
    """An added folder or file: what of it is searchable and what is not."""

    path: Path
    present: bool
    files: int
    passages: int
    troubles: tuple[FileProblem, ...]


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much is in the library and what it takes on this disk."""

    files: int
    passages: int
    unreadable_files: int
    with_meaning: int
    disk_bytes: int


class Library:
    """Files in, passages out. Safe from any thread; one indexing run at a time."""

    def __init__(
        self,
        store: Store,
        *,
        reading: Reading,
        embedder: Embedder | None = None,
        vectors: Vectors | None = None,
        transcribe: Transcribe | None = None,
        own_folders: Sequence[Path] = (),
    ) -> None:
        """`own_folders` hold Indoors' own data and are never read. Without an embedder search is by words alone."""
        self.store = store
        self.documents = Documents(store)
        self._reading = reading
        self._embedder = embedder
        self._vectors = vectors
        self._search = Search(self.documents, vectors=vectors, embedder=embedder)
        own = (store.path.parent, *own_folders)
        self._indexing = Indexing(
            self.documents, reading=reading, transcribe=transcribe, embed=self._embed, own_folders=own
        )
        self._one_run = threading.Lock()

    # ------------------------------------------------------------ keeping up

    def index(
        self, paths: Sequence[Path], *, again: bool = False, cancel: Cancel | None = None
    ) -> Iterator[IndexEvent]:
        """Read what is new or changed at or below the paths and remember them as added; `again` reads everything.

        Ends with IndexDone, also when stopped. Raises ProfileTrouble.
        """
        with self._one_run:
            yield from self._indexing.run(paths, again=again, cancel=cancel or Cancel())

    def forget(self, paths: Sequence[Path]) -> tuple[int, int]:
        """Take files or folders out of the library: (files, passages) that went. The files themselves stay."""
        files = passages = 0
        for path in map(_kept, paths):
            known = self.documents.known(path)
            passages += self.documents.drop(row.id for row in known.values())
            files += len(known)
            self.documents.clear_problems(self.documents.problems(path))
            self.documents.remove_root(path)
        self._follow()
        return files, passages

    def keep_recording(
        self, path: Path, sections: Sequence[Section], *, duration_s: float, cancel: Cancel | None = None
    ) -> Document:
        """Put a recording that was written down elsewhere into the library, searchable at once.

        Raises OSError when the file is gone.
        """
        path = _kept(path)
        info = path.stat()
        new = NewDocument(
            path=path,
            kind=DocumentKind.AUDIO,
            title=path.stem,
            author="",
            size_bytes=info.st_size,
            mtime_ns=info.st_mtime_ns,
            sha256=hash_of(path),
            duration_s=duration_s,
        )
        document = self.documents.keep(new, sections, cuts_of(sections))
        for _ in self._embed(cancel or Cancel()):
            pass
        return document

    def _embed(self, cancel: Cancel) -> Iterator[IndexProgress]:
        """Give every passage without a vector its vector, batch by batch; what is missing today is found next time."""
        try:
            embeddings = self._search.embeddings()
            if embeddings is None or self._embedder is None:
                return
            total = sum(1 for _ in self._missing_count(embeddings.count()))
            done = 0
            while not cancel.stopped and (batch := embeddings.missing(_EMBED_BATCH)):
                vectors = self._embedder.embed([text for _, text in batch], cancel=cancel)
                if len(vectors) < len(batch):
                    break
                embeddings.keep([(passage, vector) for (passage, _), vector in zip(batch, vectors, strict=True)])
                done += len(batch)
                yield IndexProgress(done, max(done, total), "")
        except (ModelError, NoModel):
            # Words are searchable without it; the passages are found again by `missing` in the next run.
            return
        finally:
            self._follow()

    def _missing_count(self, have: int) -> range:
        return range(max(0, self.documents.counts()[1] - have))

    def _follow(self) -> None:
        if self._vectors is not None:
            self._vectors.follow(self.store.generation())

    # ------------------------------------------------------------ finding

    def search(self, words: str, *, limit: int = 10, within: Sequence[Path] = ()) -> SearchResult:
        """Passages for words or a question, best first; `within` limits it to files or folders."""
        return self._search.run(words, limit=limit, within=[_kept(path) for path in within])

    def ranked(self, words: str, *, limit: int) -> tuple[list[int], list[int]]:
        """Passages that each of the two searches finds by itself, best first: by words, by meaning (for measuring)."""
        return self._search.ranked(words, limit=limit)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages by id, in the order asked; those that are gone are left out."""
        found = self.documents.passages(ids)
        return [found[number] for number in ids if number in found]

    def passages_of(self, document: int) -> list[Passage]:
        """All passages of a document in reading order."""
        return self.documents.passages_of(document)

    def neighbours(self, passage: Passage, n: int) -> tuple[list[Passage], list[Passage]]:
        """Up to n passages before and after one, each in reading order."""
        return self.documents.neighbours(passage, n)

    def document(self, which: Path | int) -> Document | None:
        """A document by path or id."""
        return self.documents.document(_kept(which) if isinstance(which, Path) else which)

    def documents_in(self, under: Path | None = None) -> list[Document]:
        """All documents, or those at or inside a path."""
        return self.documents.documents(_kept(under) if under else None)

    def section(self, document: int, position: int) -> Section:
        """One section with its text and headings. Raises KeyError."""
        return self.documents.section(document, position)

    def sections(self, document: int) -> list[Section]:
        """All sections of a document, in order. Raises KeyError."""
        return self.documents.sections(document)

    def section_text(self, document: int, position: int) -> str:
        """The whole text of a section, exactly as it was read. Raises KeyError."""
        return self.documents.section(document, position).text

    def anchor_of(self, passage: Passage, start_char: int, end_char: int) -> Anchor:
        """The exact place of characters [start_char, end_char) of a passage's text, to the second in recordings."""
        section = self.documents.section(passage.document.id, passage.section)
        return anchor_of(section, passage.start_char + start_char, passage.start_char + end_char)

    # ------------------------------------------------------------ telling

    def folders(self) -> list[FolderCard]:
        """What the person added, with counts that add up and every trouble."""
        cards = []
        for root in self.documents.roots():
            known = self.documents.known(root)
            troubles = tuple(sorted(self.documents.problems(root).values(), key=lambda trouble: trouble.path))
            passages = sum(row.passages for row in known.values())
            cards.append(FolderCard(root, root.exists(), len(known), passages, troubles))
        return cards

    def counts(self) -> LibraryCounts:
        """Totals of the whole library."""
        files, passages, failed = self.documents.counts()
        embeddings = self._search.embeddings() if self._embedder is not None else None
        disk = self.store.size_bytes() + (self._vectors.size_bytes() if self._vectors else 0)
        return LibraryCounts(files, passages, failed, embeddings.count() if embeddings else 0, disk)

    @property
    def vector_state(self) -> VectorState | None:
        """What the vector index is doing, None when there is none."""
        return self._vectors.state if self._vectors else None

    def close(self, *, patience_s: float = 60.0) -> None:
        """End the processes; waits for the vector index to be finished, so that the next start finds it whole."""
        if self._vectors is not None:
            self._vectors.close(patience_s=patience_s)
        self._reading.close()


def _kept(path: Path) -> Path:
    """The path under which the library keeps a file or folder."""
    return shown(real(Path(path).absolute()))
