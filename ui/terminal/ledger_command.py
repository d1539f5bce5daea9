"""`indoors ledger`: what left this computer, shown, checked, written out and erased from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.cloud.dollars import exact
from app.cloud.ledger import Ledger
from app.cloud.ledger_entries import Entry, EntryKind, Sent
from app.errors import UsageError
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, WORLD, Session
from ui.terminal.spoken_places import count_words, size_words

_EMPTY = "Nothing to show, and that is the point."


def show_ledger(session: Session, *, limit: int, connections: bool) -> int:
    """With --json every line of the ledger as it was written, newest first; for people what was sent, or the
    connections."""
    with session.house(write=False) as house:
        ledger, screen = house.cloud.ledger, session.screen
        kinds = (EntryKind.CONNECTION,) if connections else ()
        if screen.options.json:
            screen.lines([_entry_json(ledger, entry) for entry in ledger.entries(kinds, limit=limit)])
            return DONE
        _say_headline(ledger, screen)
        opened = ledger.entries(kinds, limit=limit) if connections else []
        sent = [] if connections else ledger.sent(limit=limit)
        for entry in opened:
            screen.say(_connection_words(entry))
        for one in sent:
            _say_sent(screen, one)
        if not opened and not sent:
            screen.say(_EMPTY)
    return DONE


def show_entry(session: Session, number: int) -> int:
    """One entry: for something sent to whom, when, what it cost, what stayed here, and the exact text."""
    with session.house(write=False) as house:
        ledger, screen = house.cloud.ledger, session.screen
        entry, sent = ledger.entry(number), ledger.sent_entry(number)
        if entry is None:
            raise UsageError(f"There is no entry {number}.", do="See `indoors ledger show`.")
        line = _entry_json(ledger, entry)
        kept = ledger.kept(number) if sent is not None else None
        if kept is not None:
            line["body"] = kept.body.decode(errors="replace")
            line["stayed_here"] = [{"label": label, "value": value} for label, value in kept.swaps]
        screen.lines([line])
        if sent is None:
            screen.say(_connection_words(entry) if entry.kind is EntryKind.CONNECTION else _plain_words(entry))
            return DONE
        _say_sent(screen, sent)
        screen.say(f"  approved {_time(sent.approved_at)}, sent {_time(sent.at)}, fingerprint {sent.body_sha256}")
        for label, value in kept.swaps if kept is not None else ():
            screen.say(f"  stayed here: {label} = {value}")
        if words := ledger.provider_words(number):
            screen.say(f"  {sent.provider} said: {words}")
        if kept is not None and kept.body:
            screen.say("  the exact text:")
            screen.say(kept.body.decode(errors="replace"))
    return DONE


def verify(session: Session, *, go_on: bool) -> int:
    """Check the whole ledger; exit code 1 when it is not as Indoors wrote it, or nobody can tell."""
    with session.house(write=False) as house:
        ledger, screen = house.cloud.ledger, session.screen
        verdict = ledger.go_on() if go_on else ledger.verify()
        words = " ".join(ledger.words())
    line: dict[str, Any] = {"event": "verify", "entries": verdict.entries, "intact": verdict.intact}
    if verdict.first_bad is not None:
        line["first_bad"] = verdict.first_bad
    more = {"chained": verdict.chained, "unchecked": verdict.unchecked, "words": words, "says": verdict.says}
    screen.lines([{**line, **more, "notes": list(verdict.notes)}])
    screen.say(verdict.says)
    if verdict.missing:
        there = "1 is" if verdict.entries == 1 else f"{verdict.entries:,} are" if verdict.entries else "none is"
        screen.say(f"Entry {verdict.first_bad:,} is missing; {there} there.")
    elif verdict.first_bad is not None:
        screen.say(f"The first one is entry {verdict.first_bad:,} of {verdict.entries:,}.")
    for note in verdict.notes:
        screen.say(note)
    if words and not verdict.broken:
        screen.say(f"Its end in six words: {words}")
    if verdict.broken:
        screen.message("Nothing is sent meanwhile. To begin anew, with a note of this: indoors ledger verify --go-on")
    return DONE if verdict.intact else WORLD


def export(session: Session, form: str, *, output: Path | None, with_text: bool) -> int:
    """Write the whole ledger to a file, or to standard output as it is."""
    if with_text and form != "json":
        raise UsageError("Only json takes what was sent.", do="Leave out --with-text, or use --format json.")
    with session.house(write=False) as house:
        ledger = house.cloud.ledger
        text, entries = ledger.export(form, everything=with_text), ledger.count()
        words = " ".join(ledger.words())
    if output is None:
        # The export is the output, with --json too: it is what was asked for.
        print(text, end="")
        return DONE
    path = output.absolute()
    path.write_text(text, encoding="utf-8")
    session.screen.lines([{"event": "done", "path": str(path), "entries": entries, "words": words}])
    session.screen.say(f"{count_words(entries, 'entry', 'entries')} written to {path}.")
    if words:
        session.screen.say(f"The ledger's end in six words: {words}")
    return DONE


def erase(session: Session, number: int) -> int:
    """Erase what is kept of something sent; the line stays."""
    with session.house(write=False) as house:
        house.cloud.ledger.erase(number)
    session.screen.lines([{"event": "done", "entry": number, "erased": True}])
    session.screen.say(f"The text of entry {number} is erased. Its line stays in the ledger and says so.")
    return DONE


def _entry_json(ledger: Ledger, entry: Entry) -> dict[str, Any]:
    line: dict[str, Any] = {"event": "entry", "seq": entry.seq, "at": round(entry.at, 3), "kind": entry.kind.value}
    line |= {**entry.fields, "chained": entry.chained}
    if entry.kind in (EntryKind.INTENT, EntryKind.HELD):
        sent = ledger.sent_entry(entry.seq)
        if sent is not None:
            line |= {"question": sent.question, "state": sent.state.name.lower(), "erased": sent.erased}
            line |= {"cost_micros": sent.cost_micros}
    return line


def _say_headline(ledger: Ledger, screen: Screen) -> None:
    month, verdict = ledger.month(), ledger.sound()
    screen.say(month.headline, style="bold")
    if month.below:
        screen.say(month.below)
    if verdict.broken:
        screen.message(f"{verdict.says} See: indoors ledger verify")
    elif not verdict.chained and verdict.entries:
        screen.message(verdict.says)
    screen.say()


def _say_sent(screen: Screen, one: Sent) -> None:
    question = one.question or ("erased by you" if one.erased else "the question was not kept")
    cost = f" · {exact(one.cost_micros)}" if one.cost_micros is not None and one.state.left else ""
    screen.say(f"{one.seq:>5}  {_time(one.at)}  {question}")
    facts = f"{one.provider} · {one.model} · {one.level} · {count_words(one.words, 'word')}"
    hidden = f" · {count_words(one.hidden, 'detail')} hidden" if one.hidden else ""
    screen.say(f"{'':>5}  {facts}{hidden} · {one.state.value}{cost}", style="dim")


def _connection_words(entry: Entry) -> str:
    said = entry.fields
    sizes = f"{size_words(said['bytes_out'])} out, {size_words(said['bytes_in'])} in"
    return f"{entry.seq:>5}  {_time(entry.at)}  {said['host']} · {said['purpose']} · {sizes}{_failed(said['ok'])}"


def _failed(ok: bool) -> str:
    return "" if ok else " · did not end well"


def _plain_words(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.RESULT:
            words = f"how entry {entry.fields['about']} went: {str(entry.fields['status']).replace('_', ' ')}"
        case EntryKind.ERASURE:
            words = f"you erased the text of entry {entry.fields['about']}"
        case EntryKind.BLOCKED:
            words = "you blocked all network"
        case EntryKind.UNBLOCKED:
            words = "you allowed the network again"
        case EntryKind.PRICES:
            words = f"prices as of {entry.fields['as_of']}, {entry.fields['source']}"
        case _:
            words = "the chain begins anew here"
    return f"{entry.seq:>5}  {_time(entry.at)}  {words}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")
