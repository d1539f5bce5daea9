"""Starts the window in the right order: the courier, the seal, then Qt; the library opens behind the first frame."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.egress.door import Door
from app.errors import AppError, ProfileBusy, explain
from app.log import close_log, open_log
from app.settings import Settings
from models.seal import seal
from ui.options import Options
from ui.window.house import House

if TYPE_CHECKING:
    import argparse


def launch(options: Options, words: list[str]) -> int:
    """Open the window; returns the exit code when it is closed."""
    asked = _parse(words)
    door = Door.shut() if options.offline else Door.start(options.profile.data / "settings.json")
    seal()
    options.profile.make_private()
    log = open_log(options.profile.logs)
    try:
        return _run(options, asked, door)
    except (AppError, OSError) as error:  # settings that cannot be read: there is no window yet to say it in
        notice = explain(error)
        print(f"indoors: {notice.happened} {notice.do}", file=sys.stderr)
        return 70 if notice.ours else 1
    finally:
        close_log(log)
        door.close()


def _parse(words: list[str]) -> argparse.Namespace:
    import argparse

    parser = argparse.ArgumentParser(prog="indoors window", description="Open the window.", allow_abbrev=False)
    parser.add_argument("--ask", default="", metavar="TEXT", help="a question to begin with")
    parser.add_argument("--sample", action="store_true", help="add the sample library")
    parser.add_argument("files", nargs="*", type=Path, help="files and folders to add")
    return parser.parse_args(words)


def _run(options: Options, asked: argparse.Namespace, door: Door) -> int:
    # After the seal, so that nothing Qt loads could ever have had a network.
    from ui.window.application import run
    from ui.window.theme import Choice

    settings = Settings(options.profile.data / "settings.json")

    def open_house() -> House:
        from app.services import Services
        from ui.window.served_house import ServedHouse

        try:
            services = Services.open(options.profile, write=True, fake_models=options.fake_models, door=door)
        except ProfileBusy as busy:
            # The window always writes; what a terminal can do beside another one, it cannot.
            raise ProfileBusy(busy.notice.happened, safe=busy.notice.safe, do="Close it, then try again.") from busy
        return ServedHouse(services, door)

    return run(
        open_house,
        ask=asked.ask or None,
        files=[path.absolute() for path in asked.files],
        sample=asked.sample,
        theme_choice=cast("Choice", settings.get("theme")),
        text_percent=settings.number("text_size"),
        reduce_motion=bool(settings.get("reduce_motion")),
        state_file=options.profile.data / "window.ini",
    )
