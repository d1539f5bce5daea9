"""`indoors settings`, `doctor` and `prove`: the program about itself."""

from __future__ import annotations

from app.doctor import examine
from app.egress.proving import holds, parse_target
from app.egress.proving import prove as prove_lines
from app.settings import DECLARED
from ui.terminal.session import DONE, WORLD, Session


def settings_show(session: Session) -> int:
    """Every declared setting with its value and what it means."""
    settings = session.settings
    for setting in DECLARED:
        value = settings.get(setting.key)
        changed = value != setting.default
        session.screen.lines([{"event": "setting", "key": setting.key, "value": value, "default": setting.default}])
        mark = f"  (usually {setting.default})" if changed else ""
        session.screen.say(f"{setting.key:<14} {value}{mark}")
        session.screen.say(f"{'':<14} {setting.label}: {setting.help}", style="dim")
    return DONE


def settings_set(session: Session, key: str, value: str) -> int:
    """Change one setting."""
    new = session.settings.set(key, value)
    _note_network(session, key)
    session.screen.lines([{"event": "setting", "key": key, "value": new}])
    session.screen.say(f"{key} is now {new}.")
    return DONE


def settings_reset(session: Session, key: str) -> int:
    """Put one setting back to its default."""
    new = session.settings.reset(key)
    _note_network(session, key)
    session.screen.lines([{"event": "setting", "key": key, "value": new}])
    session.screen.say(f"{key} is {new} again.")
    return DONE


def _note_network(session: Session, key: str) -> None:
    """That all network was blocked, or allowed again, stands in the ledger wherever it was done."""
    if key == "network":
        with session.house(write=False) as house:
            house.cloud.ledger.blocked(session.settings.get("network") == "blocked")


def doctor(session: Session) -> int:
    """Look at everything the program stands on, and say in plain words what is wrong."""
    sealed = session.shut_in()
    healthy = True
    with session.house(write=False) as house:
        door = session.door
        if door is not None and house.settings.get("vectors_server"):
            house.library.search("a question to see whether the server answers", limit=1)
        told = door.connections() if door is not None else ()
        for check in examine(house, sealed, courier=door is not None and door.alive, connections=told):
            line = {"event": "check", "check": check.check, "ok": check.ok, "detail": check.detail}
            session.screen.lines([{**line, **check.extra}])
            session.screen.say(f"{'ok' if check.ok else 'trouble':<8} {check.check:<12} {check.detail}")
            healthy = healthy and check.ok
    return DONE if healthy else WORLD


def prove(session: Session, *, target: str | None, control: bool) -> int:
    """Try the twelve ways out from inside each sealed process, against a listener, and print what happened."""
    session.leave_at_once()
    if target is not None:
        parse_target(target)
    session.screen.message("This takes about half a minute: the last way is a library that waits before it talks.")
    seen = []
    for line in prove_lines(target=target, control=control):
        seen.append(line)
        fields = {"process": line.process, "way": line.way, "outcome": line.outcome, "errno": line.errno}
        session.screen.lines([{"event": "way", **fields, "name": line.name, "detail": line.detail}])
        words = f"{line.process:<10} {line.way:>2} {line.name:<44} {line.outcome:<18} {line.errno} {line.detail}"
        session.screen.say(words.rstrip())
    held = holds(seen, control=control)
    if not held:
        session.screen.message("Something is not as it should be: see the lines above.")
    elif control:
        session.screen.message("Unsealed, every attempt arrived: the attempts are real.")
    else:
        session.screen.message("No sealed process got out, and the courier did.")
    return DONE if held else WORLD
