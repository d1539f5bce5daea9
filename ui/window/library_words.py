"""Every sentence of the Library page, in one place, so that wording is reviewed once and can be translated."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from app.values import TroubleKind
from ui.window.words import _, count, files, folders, ngettext, size

ADD_FOLDER, ADD_FILES, MORE_WAYS = _("Add folder"), _("Add files"), _("More ways to add")
ADD_FOLDER_DOTS, ADD_FILES_DOTS = _("Add folder…"), _("Add files…")
FILES_STAY = _("Your files stay where they are.")
ASK_WHILE_READING = _("You can ask while files are read. Removing a folder removes its index, never the files.")
LIBRARY_EMPTY = _(
    "Nothing here yet. Add a folder and it becomes searchable as it is read. You can ask after the first few files."
)
SHOW_FILES, READ_AGAIN, WHAT_TO_INCLUDE = _("Show files"), _("Read again"), _("What to include…")
NEVER_CLOUD, REMOVE, SHOW_IN_FOLDER = _("Never send to cloud"), _("Remove from library"), _("Show in folder")
MORE_ACTIONS, PAUSE, RESUME, READ_NOW = _("More"), _("Pause reading"), _("Go on reading"), _("Read now")
SMALL_FIRST = _("New and small files first. Now: {name}")
NEW_SMALL_FIRST = _("New and small files first.")
LOOKING, WAITING, PAUSED = _("Looking for changes"), _("Waiting for its turn"), _("Paused")
PAUSED_LINE = _("What was read stays searchable, changes wait.")
ON_BATTERY, ON_BATTERY_LINE = _("Paused on battery"), _("Paused on battery.")
STOPPED, NOT_CONNECTED = _("Stopped"), _("Not connected")
DISK_FULL = _("Stopped: too little room on this disk. What was read stays searchable.")
NOT_CONNECTED_LINE = _("What was read stays searchable.")
READING_STOPS = _("Reading stopped. What was read stays searchable.")

ENTER_PASSWORD, PASSWORD, UNLOCK = _("Enter password"), _("Password"), _("Read")
PASSWORD_ONCE = _("Used once to read this file, never stored")
WRONG_PASSWORD = _("That password does not open it")
READ_WITH_OCR, READ_ANYWAY, SHOW_HOW = _("Read with OCR"), _("Read anyway"), _("Show how")
HIDE_KIND, CANCEL, READING_FILE, STOP_READING = _("Hide this kind"), _("Cancel"), _("Reading"), _("Stop")
NOT_DOWNLOADED = _("In the cloud only, not downloaded")
DOWNLOAD_TIP = _("Opens them, so that the provider’s own program fetches them. Indoors connects to nothing.")
STILL_NOT_DOWNLOADED = _("The provider has not brought all of them yet. They are read as they come.")

HOW_TO_OPEN = _("How to let Indoors open it")
HOW_STEPS = {
    "linux": (
        _("Show the file in its folder."),
        _("Right-click it, choose Properties, then Permissions."),
        _("Give your account leave to read it, then press Read again."),
    ),
    "darwin": (
        _("Show the file in Finder and press ⌘ I."),
        _("Under Sharing & Permissions let your account read it."),
        _("For Mail, Desktop or Documents: System Settings, Privacy & Security, Files and Folders, Indoors."),
    ),
    "win32": (
        _("Show the file in its folder."),
        _("Right-click it, choose Properties, then Security."),
        _("Give your account Read, then press Read again."),
    ),
}
NOT_YOURS = _("If it belongs to someone else, ask them for a copy.")

BACK, FIND_FILE, ALL_FILES, NEED_YOU = _("Back to the library"), _("Find a file by its name"), _("All"), _("Need you")
NO_FILE_FOUND, NO_FILES = _("No file has these words in its name."), _("No files here.")
NOTHING_NEEDS_YOU = _("No file here needs you.")
SCANS_TIP = _("The words on these pages cannot be found until they are read.")
READ_BY_OCR, INSIDE_FILE = _("OCR"), _("inside {name}")
FILES_KEYS = _("Enter opens · Space previews · F5 reads again · Del removes from the library")

INCLUDE_TITLE = _("What to include from {name}")
INCLUDE_LINE = _("One pattern a line. Capital and small letters are the same. Applies to what is inside, too.")
LEAVE_OUT, LEAVE_OUT_LINE = (
    _("Leave out"),
    _("A name (Drafts), a kind (*.dwg), or a path below it (2019/*.pdf)"),
)
ONLY, ONLY_LINE = _("Read only"), _("When anything stands here, nothing else is read")
ALSO = _("Also read")
ALSO_LINE = _("Left out without this: hidden files, node_modules, caches and other folders that programs make")
SAVE, COUNTING = _("Save"), _("Counting…")


def library_line(folder_count: int, ready: int, failed: int, waiting: int) -> str:
    """The first line of truth: what is searchable of all there is, and where the rest is. The parts add up."""
    total = ready + failed + waiting
    if ready == total:
        return _("{folders}, all {files} searchable.").format(folders=folders(folder_count), files=files(total))
    so_far = (
        _("{folders}, {ready} of {files} searchable so far.")
        if waiting
        else _("{folders}, {ready} of {files} searchable.")
    )
    line = so_far.format(folders=folders(folder_count), ready=count(ready), files=files(total))
    rest = []
    if waiting:
        rest.append(ngettext("{n} still to be read", "{n} still to be read", waiting).format(n=count(waiting)))
    if failed:
        rest.append(ngettext("{n} needs you", "{n} need you", failed).format(n=count(failed)))
    return f"{line} {', '.join(rest)}."


def index_line(index_bytes: int) -> str:
    """The second line of truth."""
    return _("{stay} The search index on this disk uses {size}.").format(stay=FILES_STAY, size=size(index_bytes))


def meaning_line(with_meaning: int, passages: int) -> str:
    """While passages can be found by their words but not all of them by their meaning; empty when all can."""
    if with_meaning >= passages:
        return ""
    return _("Found by words: all passages. Found by meaning so far: {n} of {of}.").format(
        n=count(with_meaning), of=count(passages)
    )


def folder_ready(ready: int) -> str:
    """The state of a folder that is read whole."""
    return _("All {files} ready").format(files=files(ready)) if ready != 1 else _("1 file ready")


def folder_troubled(ready: int, troubles: int) -> str:
    """The state of a folder with files that need the person."""
    return ngettext("{ready} ready, {n} needs you", "{ready} ready, {n} need you", troubles).format(
        ready=count(ready), n=count(troubles)
    )


def folder_reading(done: int, of: int, left: str) -> str:
    """The state of a folder while it is read."""
    line = _("Reading {done} of {of}").format(done=count(done), of=count(of))
    return f"{line} · {left}" if left else line


def folder_paused(done: int, of: int) -> str:
    """The state of a folder that rests; what is left is said when there is something."""
    return _("Paused · {done} of {of}").format(done=count(done), of=count(of)) if of > done else PAUSED


def folder_waiting(done: int, of: int) -> str:
    """The state of a folder that is read after another one."""
    return _("{n} wait to be read").format(n=count(of - done)) if of > done else WAITING


def time_left(seconds: float) -> str:
    """Rounded, because nobody knows better: "about 9 min left"."""
    if seconds < 60:
        return _("under 1 min left")
    if seconds < 5_400:
        return _("about {n} min left").format(n=round(seconds / 60))
    return _("about {n} h left").format(n=round(seconds / 3600))


def estimate(seconds: float) -> str:
    """On a button: "40 s", "about 25 min"."""
    if seconds < 90:
        return _("{n} s").format(n=max(1, round(seconds / 5) * 5 if seconds >= 10 else round(seconds)))
    return _("about {n} min").format(n=round(seconds / 60))


def with_estimate(verb: str, seconds: float | None) -> str:
    """A verb and how long it takes, where that is known."""
    return f"{verb} · {estimate(seconds)}" if seconds else verb


def more_troubles(number: int) -> str:
    """Below the troubles of a folder that are shown."""
    return _("{n} more").format(n=count(number))


def more_in_list(number: int) -> str:
    """The same, where there are too many for the card."""
    return _("{n} more in the list of files").format(n=count(number))


def left_out(kinds: int, number: int) -> str:
    """Below them: files of kinds nobody reads."""
    said = ngettext("{n} file of a kind that is not read", "{n} files of kinds that are not read", number)
    return said.format(n=count(number)) if kinds else ""


def kind_not_read(kind: str) -> str:
    """The reason of a kind nobody reads, in look.md's words."""
    return _("Kind not supported ({kind})").format(kind=f".{kind}" if kind and kind != "unknown" else _("no ending"))


def files_like(example: str, number: int) -> str:
    """Several files under one name: "plan.dwg and 3 more"."""
    return _("{name} and {n} more").format(name=example, n=count(number - 1)) if number > 1 else example


def download(number: int) -> str:
    """The button for files that are with a provider only."""
    return ngettext("Download {n} file", "Download {n} files", number).format(n=count(number))


def downloading(done: int, of: int) -> str:
    """While they are fetched."""
    return _("Fetching {done} of {of}").format(done=count(done), of=count(of))


def removed(name: str) -> str:
    """The toast after a folder was removed."""
    return _("Removed {name} and its index.").format(name=name)


def file_removed(number: int, name: str) -> str:
    """The toast after files were taken out of the library; the files themselves stay."""
    if number == 1:
        return _("{name} is no longer searched.").format(name=name)
    return _("{n} files are no longer searched.").format(n=count(number))


def added(name: str) -> str:
    """The toast when a folder begins to be read."""
    return _("Reading {name}. You can ask already.").format(name=name)


def hidden(kind: str) -> str:
    """The toast after a kind was hidden."""
    return _("Files ending in .{kind} are left out here.").format(kind=kind)


def never_cloud_set(name: str, on: bool) -> str:
    """The toast after a folder was marked."""
    said = _("Nothing of {name} is ever sent to a cloud.") if on else _("{name} may be chosen for a cloud again.")
    return said.format(name=name)


def preview(read: int, out: int, whole: bool) -> str:
    """What rules would do, counted as they are typed."""
    if not whole:
        return _("{n} files so far").format(n=count(read))
    if not out:
        return _("{files} would be read, nothing is left out.").format(files=files(read))
    return _("{files} would be read, {out} left out.").format(files=files(read), out=count(out))


def listed(number: int, words: str, need_you: bool) -> str:
    """Beside the search field of the file list."""
    if not number:
        return NO_FILE_FOUND if words else NOTHING_NEEDS_YOU if need_you else NO_FILES
    return files(number) if not words else ngettext("{n} file found", "{n} files found", number).format(n=count(number))


def unread_pages(number: int) -> str:
    """Pages of a file that are pictures nobody has looked at."""
    return ngettext("{n} page is a picture", "{n} pages are pictures", number).format(n=count(number))


def not_found(name: str) -> str:
    """Beside a file that could not be read in the end."""
    return _("{name} was not read").format(name=name)


def how_to_open() -> Sequence[str]:
    """Steps for a file that may not be opened, for this system."""
    return (*HOW_STEPS.get(sys.platform, HOW_STEPS["linux"]), NOT_YOURS)


def action(trouble: TroubleKind, estimate_s: float | None) -> str:
    """The one action for a trouble."""
    match trouble:
        case TroubleKind.LOCKED:
            return ENTER_PASSWORD
        case TroubleKind.PICTURES:
            return with_estimate(READ_WITH_OCR, estimate_s)
        case TroubleKind.TOO_LARGE:
            return with_estimate(READ_ANYWAY, estimate_s)
        case TroubleKind.NO_PERMISSION:
            return SHOW_HOW
        case TroubleKind.CLOUD_ONLY:
            return download(1)
        case TroubleKind.UNSUPPORTED:
            return HIDE_KIND
        case TroubleKind.DAMAGED | TroubleKind.EMPTY | TroubleKind.OTHER:
            return SHOW_IN_FOLDER
