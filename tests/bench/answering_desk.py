"""What the benches of answers and summaries share: a library of given texts in a temporary profile, on real models."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.paths import Profile
from app.services import Services
from models.api import Cancel, Embedder

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"


@contextmanager
def house_of(texts: Mapping[str, str]) -> Iterator[tuple[Services, Path]]:
    """A house whose library holds these files (name to text), and their folder. Gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="indoors-bench-") as kept:
        folder = Path(kept) / "files"
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        services = Services.open(Profile.at(Path(kept) / "profile"), write=True)
        try:
            for _ in services.library.index([folder], cancel=Cancel()):
                pass
            yield services, folder
        finally:
            services.close()


class RememberingEmbedder:
    """The real searcher, asked once per question and text: the bench looks at each answer twice."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self._known: dict[tuple[str, str, str], float] = {}

    @property
    def id(self) -> str:
        """As the real one."""
        return self._real.id

    @property
    def width(self) -> int:
        """As the real one."""
        return self._real.width

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        """As the real one."""
        return self._real.embed(texts, cancel=cancel)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """As the real one; each text once."""
        return self._once("rank", query, texts)

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        """As the real one; each text once."""
        return self._once("match", query, texts)

    def _once(self, verb: str, query: str, texts: Sequence[str]) -> list[float]:
        new = [text for text in dict.fromkeys(texts) if (verb, query, text) not in self._known]
        if new:
            scores = self._real.rank(query, new) if verb == "rank" else self._real.match(query, new)
            self._known.update(((verb, query, text), score) for text, score in zip(new, scores, strict=True))
        return [self._known[verb, query, text] for text in texts]


def samples(name: str) -> Path | None:
    """A file of the samples, or None with a printed reason when they are not here."""
    path = SAMPLES / name
    if path.exists():
        return path
    print(f"Skipped: {path} is not here.")
    return None
