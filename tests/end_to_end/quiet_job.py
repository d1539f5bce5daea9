"""What the test of silence traces: the whole small job, or the control in which a library may report home.

`quiet_job job DATA_DIR FILE… RECORDING` transcribes, indexes, asks and summarises in sealed processes, which it keeps
alive.
`quiet_job control` loads onnxruntime in an unsealed child without its variable.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil

from models.api import Cancel
from models.child import python_command
from models.frames import Frame
from models.host import Host
from models.silence import hush
from models.worker import Request, serve

LIVE_S = 26.0
"""The first upload of onnxruntime comes after about ten seconds."""


def talk(request: Request) -> Iterator[Frame]:
    """Load onnxruntime and run a session, as a model process would; without its variable if so asked."""
    if request.header["control"]:
        os.environ.pop("ORT_DISABLE_TELEMETRY", None)
    from models.upload_watch import identity_model

    engine = importlib.import_module("onnxruntime")
    numpy = importlib.import_module("numpy")
    session = engine.InferenceSession(identity_model(), providers=["CPUExecutionProvider"])
    yield Frame({"ran": session.run(None, {"x": numpy.ones(1, numpy.float32)})[0].tolist() == [1.0]})


def engine_child(mode: str) -> Host:
    """A child that loads onnxruntime: sealed and silenced, or neither."""
    return Host("engine", python_command("tests.end_to_end.quiet_job", "child", mode))


def stay() -> list[str]:
    """Wait until every process below this one has lived LIVE_S; their modules."""
    children = psutil.Process().children(recursive=True)
    youngest = max(child.create_time() for child in children)
    time.sleep(max(0.0, youngest + LIVE_S - time.time()))
    return sorted(" ".join(child.cmdline()[7:9]).split(" /")[0] for child in children if child.is_running())


def job(data: Path, files: list[Path]) -> None:
    """Everything this program does on its own, once."""
    from app.egress.door import Door
    from app.events import Finished, SummaryDone
    from app.paths import Profile
    from app.services import Services
    from models.seal import seal

    cancel = Cancel()
    with closing(Door.start()), closing(engine_child("job")) as engine:
        print("seal", seal().enforced_by)
        print("engine", engine.ask_one("talk", {"control": False}).header, flush=True)
        with closing(Services.open(Profile.at(data), write=True)) as house:
            print("transcribed", len(list(house.transcribe(files[-1], cancel=cancel))), flush=True)
            print("indexed", len(list(house.library.index(files[:-1], cancel=cancel))))
            conversation = house.asking.start()
            draft = conversation.prepare("How much notice do I have to give to end the lease?", cancel=cancel)
            answer = [each for each in conversation.answer(draft, house.route(), cancel) if isinstance(each, Finished)]
            print("answered", len(answer), flush=True)
            # The writer too has to be loaded, although a small one would only quote.
            house.settings.set("answers", "writing")
            parts = house.summarise(files[0], length="short", style="prose", cancel=cancel)
            print("summarised", sum(isinstance(each, SummaryDone) for each in parts), flush=True)
            print("alive", *stay(), sep=" | ", flush=True)


def control() -> None:
    """The library alone, free to report home, so that the trace is known to see it."""
    with closing(engine_child("control")) as engine:
        print("engine", engine.ask_one("talk", {"control": True}).header)
        print("alive", *stay(), sep=" | ", flush=True)


def main(words: list[str]) -> None:
    """One of the three parts."""
    match words:
        case ["child", mode]:
            serve(lambda: {"talk": talk}, name="engine", sealed=mode != "control")
        case ["control"]:
            control()
        case ["job", data, *files]:
            hush()
            job(Path(data), [Path(file) for file in files])
        case _:
            raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
