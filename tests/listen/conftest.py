"""The real starter listener, once for all tests of a module, and imports from this folder."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def moonshine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The starter listener in its own sealed process."""
    from models.catalog import Job
    from models.clients import hosted_transcriber
    from models.hardware import look
    from models.shelf import Shelf

    folder = tmp_path_factory.mktemp("shelf")
    shelf = Shelf(folder / "starter", folder / "downloaded", memory=folder / "shelf.json")
    model = shelf.choose(Job.LISTENING)
    assert model is not None, "moonshine-voice brings its model; `make setup` installs it"
    engine = hosted_transcriber(model, look())
    yield engine
    engine.host.close()
