"""How the state of a folder looks: what is going on in it turned into an icon, words, a bar and what can be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from ui.window import library_words as words
from ui.window.house import FolderView, FolderWork
from ui.window.widgets.state import StateLook


@dataclass(frozen=True, slots=True)
class WorkLook:
    """`busy` turns the ring beside the words of `state`; `share` is None without a bar; `line` stands below it."""

    state: StateLook
    busy: bool = False
    share: float | None = None
    line: str = ""
    pause: Literal["pause", "resume", "none"] = "none"
    offers_now: bool = False


def look_of(folder: FolderView, work: FolderWork | None) -> WorkLook:
    """The look of a folder with, or without, something going on in it."""
    if not folder.present:
        return WorkLook(StateLook("hard-drive", words.NOT_CONNECTED, "warn"), line=words.NOT_CONNECTED_LINE)
    if work is None:
        if folder.paused:
            return WorkLook(StateLook("pause", words.PAUSED, "text2"), line=words.PAUSED_LINE, pause="resume")
        return WorkLook(_settled(folder))
    share = work.done / work.of if work.of else None
    match work.state:
        case "looking":
            return WorkLook(StateLook("search", words.LOOKING, "text2"), busy=True, pause="pause")
        case "reading":
            line = words.SMALL_FIRST.format(name=work.now) if work.now else words.NEW_SMALL_FIRST
            left = words.time_left(work.left_s) if work.left_s else ""
            state = StateLook("folder", words.folder_reading(work.done, work.of, left), "text2")
            return WorkLook(state, busy=True, share=share or 0.0, line=line, pause="pause")
        case "waiting":
            state = StateLook("folder", words.folder_waiting(work.done, work.of), "text2")
            return WorkLook(state, share=share, line=work.says, pause="pause")
        case "paused":
            state = StateLook("pause", words.folder_paused(work.done, work.of), "text2")
            return WorkLook(state, share=share, line=words.PAUSED_LINE, pause="resume")
        case "battery":
            resting = StateLook("battery-low", words.ON_BATTERY, "text2") if work.of > work.done else _settled(folder)
            return WorkLook(resting, share=share, line=words.ON_BATTERY_LINE, offers_now=True)
        case "disk":
            line = work.says or words.DISK_FULL
            return WorkLook(StateLook("triangle-alert", words.STOPPED, "warn"), share=share, line=line)
        case "trouble":
            line = work.says or words.READING_STOPS
            return WorkLook(StateLook("triangle-alert", words.STOPPED, "warn"), share=share, line=line)
        case _:
            assert_never(work.state)


def _settled(folder: FolderView) -> StateLook:
    if folder.files_failed:
        said = words.folder_troubled(folder.files_ready, folder.files_failed)
        return StateLook("triangle-alert", said, "warn")
    return StateLook("check", words.folder_ready(folder.files_ready), "ok")
