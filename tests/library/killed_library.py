"""Keeps a folder in a library and is killed meanwhile: the program of the kill tests, real but for its embedder."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from library_desk import WordEmbedder  # noqa: E402 - found through the line above

from app.events import IndexEvent  # noqa: E402
from app.library.keeping_status import KeepingState, KeepingStatus  # noqa: E402
from app.library.keeping_up import KeepingUp  # noqa: E402
from app.library.library import Library  # noqa: E402
from app.library.reading import Reading  # noqa: E402
from app.library.vectors import Vectors  # noqa: E402
from app.paths import Profile  # noqa: E402
from app.store.db import Store  # noqa: E402


def main(profile_folder: str, papers: str, *, with_vectors: bool, mode: str) -> None:
    """`once`: index and say "done". `watch` and `again` (which reads everything anew): keep up until killed, saying
    "indexing" when it begins, then "busy" and "idle"."""
    profile = Profile.at(Path(profile_folder))
    store = Store.open(profile.database)
    vectors = Vectors(profile.vectors) if with_vectors else None
    library = Library(store, reading=Reading(profile.scratch), embedder=WordEmbedder(), vectors=vectors)
    if mode == "once":
        for _ in library.index([Path(papers)]):
            pass
        library.close()
        store.close()
        print("done", flush=True)
        return
    up = KeepingUp(library, on_battery=lambda: False)
    said = ["indexing"]

    def began(event: IndexEvent) -> None:
        if said == ["indexing"]:
            said.append("busy")
            print("indexing", flush=True)

    def told(status: KeepingStatus) -> None:
        now = "idle" if status.state is KeepingState.UP_TO_DATE and not status.without_meaning else "busy"
        if now != said[-1] and len(said) > 1:
            said.append(now)
            print(now, flush=True)

    up.on_event = began
    up.subscribe(told)
    up.add([Path(papers)], again=mode == "again")
    up.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], with_vectors=sys.argv[3] == "vectors", mode=sys.argv[4])
