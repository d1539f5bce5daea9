"""`indoors models`, `settings`, `doctor` and `prove`: the program about itself."""

from __future__ import annotations

from app.doctor import examine
from app.egress.proving import holds
from app.egress.proving import prove as prove_lines
from app.settings import DECLARED
from ui.terminal.places import count_words, size_words
from ui.terminal.session import DONE, WORLD, Session


def models_list(session: Session) -> int:
    """Every model on this computer: what it is for, how large, whether it fits."""
    session.shut_in()
    with session.house(write=False) as house:
        rows = house.models()
    for row in rows:
        line = {"id": row.id, "job": row.job, "state": row.state, "bytes": row.bytes, "fits": row.fits}
        session.screen.lines([{"event": "model", **line, "verdict": row.verdict, "licence": row.licence}])
        session.screen.say(f"{row.job:<10} {row.id} · {size_words(row.bytes)} · {row.licence} · {row.state}")
        session.screen.say(f"{'':<10} {row.verdict}")
    return DONE


def models_bench(session: Session, model: str | None) -> int:
    """Measure the writer on this computer: loading, reading, writing, memory, and against the bare engine."""
    with session.house(write=False) as house:
        session.screen.message("Measuring for about 8 seconds.")
        measured = house.benchmark(model, cancel=session.cancel)
    session.screen.lines([{"event": "bench", **measured}])
    session.screen.say(
        f"{measured['model']}: loads in {measured['load_s']:.2f} s, reads {measured['prompt_tok_s']:.0f} and writes "
        f"{measured['write_tok_s']:.0f} tokens a second on {count_words(measured['threads'], 'thread')}, "
        f"{size_words(measured['peak_bytes'])} at most, {measured['ratio_to_engine']:.2f} × the bare engine."
    )
    return DONE


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
    session.screen.lines([{"event": "setting", "key": key, "value": new}])
    session.screen.say(f"{key} is now {new}.")
    return DONE


def settings_reset(session: Session, key: str) -> int:
    """Put one setting back to its default."""
    new = session.settings.reset(key)
    session.screen.lines([{"event": "setting", "key": key, "value": new}])
    session.screen.say(f"{key} is {new} again.")
    return DONE


def doctor(session: Session) -> int:
    """Look at everything the program stands on, and say in plain words what is wrong."""
    sealed = session.shut_in()
    healthy = True
    with session.house(write=False) as house:
        for check in examine(house, sealed, courier=session.door is not None and session.door.alive):
            line = {"event": "check", "check": check.check, "ok": check.ok, "detail": check.detail}
            session.screen.lines([{**line, **check.extra}])
            session.screen.say(f"{'ok' if check.ok else 'trouble':<8} {check.check:<12} {check.detail}")
            healthy = healthy and check.ok
    return DONE if healthy else WORLD


def prove(session: Session, *, target: str | None, control: bool) -> int:
    """Try the twelve ways out from inside each sealed process, against a listener, and print what happened."""
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
