"""Writes the sample call down in a process of its own, saying each finished clip, so that a test can kill it.

Started by the test with this folder and the checkout on its path.
"""

import sys
from pathlib import Path

from listening_desk import CALL, desk

from app.events import TranscribeProgress
from models.api import Cancel
from models.catalog import Job
from models.clients import hosted_transcriber
from models.hardware import look
from models.shelf import Shelf

folder = Path(sys.argv[1])
model = Shelf(folder / "a", folder / "b", memory=folder / "shelf.json").choose(Job.LISTENING)
assert model is not None
for event in desk(folder, hosted_transcriber(model, look())).transcribe(CALL, cancel=Cancel()):
    if isinstance(event, TranscribeProgress):
        print(event.done_s, flush=True)
