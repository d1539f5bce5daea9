"""Indexes a folder and is killed meanwhile: the program of the kill tests, with real store, reader and vectors."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from library_desk import WordEmbedder  # noqa: E402 - found through the line above

from app.library.library import Library  # noqa: E402
from app.library.reading import Reading  # noqa: E402
from app.library.vectors import Vectors  # noqa: E402
from app.paths import Profile  # noqa: E402
from app.store.db import Store  # noqa: E402


def main(profile_folder: str, papers: str, *, with_vectors: bool, again: bool) -> None:
    """Index once, say "indexing" when it begins and "done" when all is closed."""
    profile = Profile.at(Path(profile_folder))
    store = Store.open(profile.database)
    library = Library(
        store,
        reading=Reading(profile.scratch),
        embedder=WordEmbedder(),
        vectors=Vectors(profile.vectors) if with_vectors else None,
    )
    for number, _ in enumerate(library.index([Path(papers)], again=again)):
        if number == 0:
            print("indexing", flush=True)
    library.close()
    store.close()
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], with_vectors=sys.argv[3] == "vectors", again=sys.argv[4] == "again")
