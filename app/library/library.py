"""The person's files, made searchable: the one object the rest of Indoors asks about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.events import IndexEvent, SearchResult
from app.library.all_mentions import Mentions
from app.library.folders import FolderCard, Folders, FolderSettings
from app.library.index import Indexing, Transcribe, cuts_of
from app.library.keeping_status import Tally
from app.library.languages import notice, unknown_language
from app.library.meaning_search import Earlier, MeaningSearch
from app.library.meanings import Meanings
from app.library.pace import Pace
from app.library.page_boxes import Place, places_of
from app.library.reading import Reading
from app.library.rules import Rules
from app.library.scan import hash_of, real, shown
from app.library.search import Rerank, Search
from app.library.vectors import Vectors, VectorState
from app.library.watch import Target
from app.store.anchors import anchor_of
from app.store.db import Store
from app.store.documents import Documents, NewDocument
from app.store.names import sample_texts
from app.store.roots import Root
from app.values import Anchor, Document, DocumentKind, Passage, Section
from models.api import Cancel, Embedder


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much is in the library and what it takes on this disk."""

    files: int
    passages: int
    unreadable_files: int
    with_meaning: int
    disk_bytes: int


class Library:
    """Files in, passages out. Safe from any thread."""

    def __init__(
        self,
        store: Store,
        *,
        reading: Reading,
        embedder: Embedder | None = None,
        vectors: Vectors | None = None,
        transcribe: Transcribe | None = None,
        earlier: Earlier = lambda _: None,
        rerank: Rerank | None = None,
        own_folders: Sequence[Path] = (),
        more_readings: Sequence[Reading] = (),
    ) -> None:
        """`own_folders` hold Indoors' own data and are never read. Without an embedder search is by words alone.
        `earlier` gives the searcher of an id, which answers until the library is read for a newly chosen one;
        `rerank` scores texts for a query, or gives nothing.
        `more_readings` read beside the first one, where the computer has the cores."""
        self.store = store
        self.documents = Documents(store)
        self.folder_settings = Folders(self.documents)
        self.pace = Pace()
        self._embedder = embedder
        self._vectors = vectors
        meaning = MeaningSearch(store, vectors=vectors, embedder=embedder, earlier=earlier)
        self._search = Search(self.documents, meaning=meaning, rerank=rerank)
        own = (store.path.parent, *own_folders)
        self._readings = (reading, *more_readings)
        self._meanings = Meanings(meaning.embeddings, embedder, pace=self.pace, follow=self._follow)
        self._indexing = Indexing(
            self.documents,
            folders=self.folder_settings,
            readings=self._readings,
            transcribe=transcribe,
            meanings=self._meanings,
            pace=self.pace,
            own_folders=own,
        )

    # ------------------------------------------------------------ keeping up

    def index(
        self, paths: Sequence[Path], *, again: bool = False, cancel: Cancel | None = None
    ) -> Iterator[IndexEvent]:
        """Read what is new or changed at or below the paths and remember them as added; `again` reads everything.

        Ends with IndexDone, also when stopped. Raises ProfileTrouble.
        """
        targets = [Target(Path(path), again=again) for path in paths]
        yield from self._indexing.run(targets, cancel=cancel or Cancel())

    def read_file(
        self,
        path: Path,
        *,
        password: str = "",
        ocr: bool = False,
        anyway: bool = False,
        cancel: Cancel | None = None,
    ) -> Iterator[IndexEvent]:
        """Read one file now, whatever is known of it: with its password, with the words in its pictures, or although
        it is too large.

        The password is used once and never kept. Ends with IndexDone. Raises ProfileTrouble.
        """
        # What lies inside a file is read with that file.
        on_disk = next((each for each in (path, *path.parents) if each.is_file()), path)
        target = Target(kept_path(on_disk), again=True, password=password, ocr=ocr or None, anyway=anyway)
        yield from self._indexing.run([target], cancel=cancel or Cancel())

    def keep_up(
        self, targets: Sequence[Target], *, more: Callable[[], Sequence[Target]], tally: Tally, cancel: Cancel
    ) -> Iterator[IndexEvent]:
        """One round in the background (app/library/keeping_up.py): as `index`, but people go first, and `more` tells
        between files what else happened. Raises ProfileTrouble."""
        return self._indexing.run(targets, cancel=cancel, more=more, tally=tally)

    def forget(self, paths: Sequence[Path]) -> tuple[int, int]:
        """Take files or folders out of the library: (files, passages) that went. The files themselves stay."""
        files = passages = 0
        for path in map(kept_path, paths):
            known = self.documents.known(path)
            passages += self.documents.drop(row.id for row in known.values())
            files += len(known)
            self.documents.clear_problems(self.documents.problems(path))
            self.folder_settings.roots.remove(path)
        self._follow()
        return files, passages

    def keep_recording(
        self, path: Path, sections: Sequence[Section], *, duration_s: float, cancel: Cancel | None = None
    ) -> Document:
        """Put a recording that was written down elsewhere into the library, searchable at once.

        Raises OSError when the file is gone.
        """
        path = kept_path(path)
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
        with self._meanings.working():
            for _ in self._meanings.settle(cancel or Cancel()):
                pass
        return document

    def _follow(self) -> None:
        if self._vectors is not None:
            self._vectors.follow(self.store.generation())

    # ------------------------------------------------------------ what is set for folders

    def folder_rules(self, path: Path) -> Rules:
        """What of an added folder is read."""
        return self.folder_settings.settings(kept_path(path)).rules

    def set_folder_rules(self, path: Path, rules: Rules) -> int:
        """Change what of a folder is read. What is left out now goes at once (the number of files that went), what is
        brought in comes with the next look."""
        gone = self.folder_settings.set_rules(kept_path(path), rules)
        self._follow()
        return gone

    def library_rules(self) -> Rules:
        """What is left out of every folder."""
        return self.folder_settings.library_rules()

    def set_library_rules(self, rules: Rules) -> int:
        """Change what is left out of every folder; the number of files that went."""
        gone = self.folder_settings.set_library_rules(rules)
        self._follow()
        return gone

    def hide_kind(self, ending: str, path: Path | None = None) -> int:
        """Leave out all files with an ending (".dwg"), in one added folder or everywhere: their troubles go, too."""
        if path is None:
            return self.set_library_rules(self.library_rules().without_kind(ending))
        return self.set_folder_rules(path, self.folder_rules(path).without_kind(ending))

    def set_never_cloud(self, path: Path, on: bool) -> None:
        """Mark a folder: nothing of it, and nothing made of it, is ever sent."""
        self.folder_settings.set_never_cloud(kept_path(path), on)

    def set_paused(self, path: Path, on: bool) -> None:
        """Let one folder rest; what was read stays searchable."""
        self.folder_settings.set_paused(kept_path(path), on)

    def settings_of(self, path: Path) -> FolderSettings:
        """What is set for an added folder: to be kept for `restore` before it is forgotten."""
        return self.folder_settings.settings(kept_path(path))

    def restore(self, path: Path, settings: FolderSettings) -> None:
        """Add a forgotten folder again with what was set for it; reading follows with the next look."""
        self.folder_settings.restore(kept_path(path), settings)

    def never_cloud(self, which: Document | Path | int) -> bool:
        """Whether a document (by itself, its id or path) may never be sent, nor a transcript or summary made of it."""
        document = self.document(which) if isinstance(which, Path | int) else which
        if document is None:
            return isinstance(which, Path) and self.folder_settings.never_cloud(kept_path(which))
        return self.folder_settings.never_cloud(document)

    # ------------------------------------------------------------ finding

    def search(self, words: str, *, limit: int = 10, within: Sequence[Path] = ()) -> SearchResult:
        """Passages for words or a question, best first; `within` limits it to files or folders."""
        return self._search.run(words, limit=limit, within=[kept_path(path) for path in within])

    def warm(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Bring into memory what the first searches after a start would wait for. Raises ProfileTrouble."""
        self._search.warm(stopped)

    def all_mentions(
        self, words: str, *, within: Sequence[Path] = (), leave_out: frozenset[str] = frozenset()
    ) -> Mentions:
        """Every document that holds all the words, except those to leave out: counted, not ranked. Raises
        UsageError for a filter that cannot be understood."""
        return self._search.mentions(words, within=[kept_path(path) for path in within], leave_out=leave_out)

    def searcher_notices(self) -> list[str]:
        """What should be said of the searcher on the library's page: that it is new, that it does not know a language
        many files are in. Looks at a hundred passages."""
        if self._embedder is None:
            return []
        language = unknown_language(sample_texts(self.store, 100), self._embedder.id)
        said = [self._search.meaning.notice(), notice(language, self._embedder.id) if language else ""]
        return [sentence for sentence in said if sentence]

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
        return self.documents.document(kept_path(which) if isinstance(which, Path) else which)

    def documents_in(self, under: Path | None = None) -> list[Document]:
        """All documents, or those at or inside a path."""
        return self.documents.documents(kept_path(under) if under else None)

    def section(self, document: int, position: int) -> Section:
        """One section with its text and headings. Raises KeyError."""
        return self.documents.section(document, position)

    def sections(self, document: int) -> list[Section]:
        """All sections of a document, in order. Raises KeyError."""
        return self.documents.sections(document)

    def section_text(self, document: int, position: int) -> str:
        """The whole text of a section, exactly as it was read. Raises KeyError."""
        return self.documents.section(document, position).text

    def page_places(self, document: int, position: int, start_char: int, end_char: int) -> tuple[Place, ...]:
        """Where characters of a section stand on their page, line by line, where the page itself cannot tell (scans,
        notes, columns put in order); empty elsewhere. Raises KeyError."""
        return places_of(self.documents.section(document, position).boxes, start_char, end_char)

    def anchor_of(self, passage: Passage, start_char: int, end_char: int) -> Anchor:
        """The exact place of characters [start_char, end_char) of a passage's text, to the second in recordings."""
        section = self.documents.section(passage.document.id, passage.section)
        return anchor_of(section, passage.start_char + start_char, passage.start_char + end_char)

    # ------------------------------------------------------------ telling

    def folders(self) -> list[FolderCard]:
        """What the person added, with counts that add up and every trouble."""
        return self.folder_settings.cards()

    def roots(self) -> list[Root]:
        """What was added, with what is set for it; cheap."""
        return self.folder_settings.roots.all()

    def meaning_counts(self) -> tuple[int, int]:
        """(passages, those that have no meaning yet); cheap."""
        passages = self.documents.counts()[1]
        embeddings = self._search.meaning.embeddings() if self._embedder is not None else None
        return passages, max(0, passages - embeddings.count()) if embeddings else 0

    def counts(self) -> LibraryCounts:
        """Totals of the whole library."""
        files, passages, failed = self.documents.counts()
        embeddings = self._search.meaning.embeddings() if self._embedder is not None else None
        disk = self.store.size_bytes() + (self._vectors.size_bytes() if self._vectors else 0)
        return LibraryCounts(files, passages, failed, embeddings.count() if embeddings else 0, disk)

    @property
    def vector_state(self) -> VectorState | None:
        """What the vector index is doing, None when there is none."""
        return self._vectors.state if self._vectors else None

    @property
    def vector_trouble(self) -> str:
        """Why the vector index was made again, is off, or its server is not there; empty when all is well."""
        return self._vectors.trouble if self._vectors else ""

    def close(self, *, patience_s: float = 60.0) -> None:
        """End the processes; waits for the vector index to be finished, so that the next start finds it whole."""
        if self._vectors is not None:
            self._vectors.close(patience_s=patience_s)
        for reading in self._readings:
            reading.close()


def kept_path(path: Path) -> Path:
    """The path under which the library keeps a file or folder."""
    return shown(real(Path(path).absolute()))
