"""Every sentence of the Models page, in one place, so that wording is reviewed once and can be translated."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from models.catalog import Job
from ui.window.widgets.state import StateLook
from ui.window.words import MODELS, _, ngettext, size

if TYPE_CHECKING:
    from app.model_care import ModelLook
    from models.adopting import Found
    from models.fit import MemoryRoom
    from models.hardware import Hardware

__all__ = ["MODELS"]
LICENCES = {"apache-2.0": "Apache 2.0", "mit": "MIT", "bsd-3-clause": "BSD 3-Clause", "gpl-3.0": "GPL 3.0"}
"""Files write these names in many ways; others are shown as they are written."""
SLOW_WORDS_PER_S = 7.0
"""Below this a writer is slower than people read: about 4 words a second, more for what is skimmed."""
USE_A_FILE, CHOOSE_MODEL = _("Use a file I have…"), _("Choose a GGUF file")
ALL_RUN_HERE = _("All three run here, without the network.")
JOBS = {
    Job.WRITING: (_("Writing"), _("answers and summaries"), "pen-line"),
    Job.LISTENING: (_("Listening"), _("turns speech into text"), "audio-lines"),
    Job.SEARCHING: (_("Searching"), _("finds passages by meaning"), "search"),
}
NONE_FOR_JOB = {
    Job.WRITING: _("No writer yet. Answers show your own sentences, word for word."),
    Job.LISTENING: _("No listener yet. Recordings cannot be written down."),
    Job.SEARCHING: _("No searcher yet. Search finds words, not meaning."),
}
OTHERS = {
    Job.WRITING: _("Other models for writing"),
    Job.LISTENING: _("Other models for listening"),
    Job.SEARCHING: _("Other models for searching"),
}
OTHER_MODELS, HIDE_OTHERS = _("Other models"), _("Hide other models")
USE, USE_ANYWAY = _("Use"), _("Use anyway")
MEASURE, MEASURE_AGAIN, STOP = _("Measure · 8 s"), _("Measure again · 8 s"), _("Stop")
CHECKING = _("Checking")
CHECK, CHECK_AGAIN, SHOW_IN_FOLDER = _("Check what it gets right"), _("Check again"), _("Show in folder")
REMOVE, MORE = _("Remove"), _("More")
SPEEDS_LINE = _("Speeds are measured on this computer, for 8 seconds. Before that they are a range.")
CHECKING_FILE, MEASURING, LOADING = _("Checking the file"), _("Measuring for 8 seconds"), _("Looking at the models")
STAYS_THERE = _("Used where it lies, not copied.")
NOT_MEASURED, READY = _("Not measured yet"), _("Ready")
OTHER_PROGRAMS, MODEL, ROOM_FOR_READING, FREE = (
    _("Other programs"),
    _("Model"),
    _("Room for reading"),
    _("Free"),
)
REMOVED_SAFE = _("Its file stays where it is.")
FROM_NEXT_START = _("{name} searches from the next start on; the library is read again for it.")


def amount(number_of_bytes: int) -> str:
    """Memory, in the same form everywhere, so that the parts can be added up: "2.6 GB", "0.3 GB"."""
    return f"{number_of_bytes / 1e9:.1f} GB" if number_of_bytes < 99.95e9 else f"{number_of_bytes / 1e9:.0f} GB"


def chosen_for(hardware: Hardware) -> str:
    """Under the title."""
    cores = ngettext("{n} core", "{n} cores", hardware.performance_cores).format(n=hardware.performance_cores)
    said = _("This computer: {cores}, {memory} of memory, no graphics card needed.")
    return said.format(cores=cores, memory=size(hardware.memory_bytes))


def facts(look: ModelLook) -> str:
    """Beside the name: "2.5 GB on disk · licence Apache 2.0 · from Ollama"."""
    model = look.model
    licence = LICENCES.get(model.licence.lower(), model.licence) if model.licence != "not stated" else ""
    parts = [_("{size} on disk").format(size=size(model.bytes))]
    parts.append(_("licence {licence}").format(licence=licence) if licence else _("licence not stated"))
    match model.source:
        case "starter":
            parts.append(_("came with Indoors"))
        case "adopted":
            parts.append(_("from {program}").format(program=model.program) if model.program else _("not copied"))
        case _:
            pass
    return " · ".join(parts)


def found_facts(found: Found) -> str:
    """The same for a file of another program."""
    return _("{size} on disk · got by {program}").format(size=size(found.bytes), program=found.program)


def state(look: ModelLook, now: float) -> StateLook:
    """The verdict: an icon, a sentence, a colour."""
    model = look.model
    if model.state == "damaged":
        return StateLook("file-warning", model.trouble, "warn")
    if look.room is not None and look.room.over_bytes and not look.in_use:
        return StateLook("triangle-alert", _does_not_fit(look, look.room), "warn")
    if look.words_per_s:
        speed = words_a_second(look.words_per_s)
        slow = look.words_per_s < SLOW_WORDS_PER_S
        said = _("Runs, slowly: {speed}, {when}") if slow else _("{speed}, {when}")
        when = measured(look.measured_at, now)
        return StateLook("gauge" if slow else "check", said.format(speed=speed, when=when), "text2" if slow else "ok")
    if look.expected is not None:
        return _expected(*look.expected)
    if model.job is Job.WRITING:
        return StateLook("gauge", NOT_MEASURED, "text2")
    return StateLook("check", READY, "ok" if look.in_use else "text2")


def _expected(low: float, high: float) -> StateLook:
    first, last = max(1, math.floor(low)), max(2, math.ceil(high))
    if high < SLOW_WORDS_PER_S:
        return StateLook("gauge", _("Runs, slowly: {a} to {b} words a second").format(a=first, b=last), "text2")
    return StateLook("gauge", _("Runs well: {a} to {b} words a second").format(a=first, b=last), "text2")


def _does_not_fit(look: ModelLook, room: MemoryRoom) -> str:
    free = room.total_bytes - room.others_bytes
    said = _("Does not fit: needs {need}, {free} would be free.")
    words = said.format(need=amount(room.need_bytes), free=amount(free))
    if look.close is not None:
        more = _("Closing {name} frees about {size}.")
        words += " " + more.format(name=look.close.name, size=amount(look.close.bytes))
    return words


def verdict(look: ModelLook, now: float) -> str:
    """The built-in check: "18 of 20 right, checked today"; empty before it."""
    if look.verdict is None:
        return ""
    right, of, at = look.verdict
    return _("{right} of {of} right, checked {day}").format(right=right, of=of, day=day(at, now))


def words_a_second(speed: float) -> str:
    """ "31 words a second"."""
    number = round(speed) if speed >= 1 else 1
    return ngettext("{n} word a second", "{n} words a second", number).format(n=number)


def measured(at: float, now: float) -> str:
    """ "measured today", "measured 9 November"."""
    return _("measured {day}").format(day=day(at, now)) if at else _("measured earlier")


def day(at: float, now: float) -> str:
    """ "today", "9 November", "9 November 2025"."""
    when, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    if when.date() == today.date():
        return _("today")
    return f"{when.day} {when:%B}" + ("" if when.year == today.year else f" {when.year}")


def details(look: ModelLook) -> str:
    """What the measurement saw, for the tip of the verdict: loading, reading, writing, memory, what a graphics card
    took."""
    seen = dict(look.profile)
    if not seen:
        return ""
    lines = [
        _("Loads in {s} s").format(s=f"{seen.get('load_s', 0):.1f}"),
        _("Reads {n} words a second").format(n=round(seen.get("prompt_tok_s", 0) * 0.75)),
        _("Writes {n} words a second").format(n=round(seen.get("write_tok_s", 0) * 0.75)),
        _("Takes {size} at most").format(size=size(int(seen.get("peak_bytes", 0)))),
        _("On a graphics card: {n} %").format(n=round(100 * seen.get("offloaded", 0))),
    ]
    return "\n".join(lines)


def bar_said(room: MemoryRoom) -> str:
    """The memory bar in words."""
    parts = [f"{name} {amount(held)}" for name, held in bar_parts(room)]
    if room.over_bytes:
        parts.append(_("{size} too much").format(size=amount(room.over_bytes)))
    return _("Memory: {parts}").format(parts=", ".join(parts))


def bar_parts(room: MemoryRoom) -> list[tuple[str, int]]:
    """The parts of the bar that have a size, in order."""
    parts = [(OTHER_PROGRAMS, room.others_bytes), (MODEL, room.model_bytes)]
    if room.reading_bytes:
        parts.append((ROOM_FOR_READING, room.reading_bytes))
    return [*parts, (FREE, room.free_bytes)]


def checked_of(done: int, of: int) -> str:
    """While the check runs."""
    return _("Checking: {done} of {of}").format(done=done, of=of)


def removed(name: str, adopted: bool) -> str:
    """In the toast."""
    said = _("Removed {name} from this list. Its file stays.") if adopted else _("Removed {name}.")
    return said.format(name=name)


def in_use_now(name: str, job: Job) -> str:
    """In the toast."""
    if job is Job.SEARCHING:
        return FROM_NEXT_START.format(name=name)
    said = _("{name} writes from now on") if job is Job.WRITING else _("{name} listens from now on")
    return said.format(name=name)
