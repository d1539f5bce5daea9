"""`indoors models`: what is on this computer, choosing, adopting, measuring, checking, shrinking, removing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from app.errors import UsageError
from app.services import Services
from models.benchmark import Benchmark
from models.fit import fit
from models.shelf import ShelfModel
from models.verdict import Tried
from ui.terminal.session import DONE, Session
from ui.terminal.spoken_places import count_words, size_words


def models_list(session: Session) -> int:
    """Every model on this computer: what it is for, how large, whether it fits, and whether it is in use."""
    with session.house(write=False) as house:
        overview = house.care.overview()
        for look in overview.models:
            model = look.model
            seen = fit(model, overview.hardware, words_per_s=look.words_per_s)
            state = model.state if model.state == "damaged" else "in use" if look.in_use else "ready"
            line = {"id": model.id, "job": model.job.value, "state": state, "bytes": model.bytes, "fits": seen.fits}
            words = {"verdict": model.trouble or seen.verdict, "name": model.name, "licence": model.licence}
            checked = {"right": look.verdict[0], "of": look.verdict[1]} if look.verdict else {}
            profile = {"profile": dict(look.profile)} if look.profile else {}
            origin = {"source": model.source, "path": str(model.path)}
            session.screen.lines([{"event": "model", **line, **words, **origin, **checked, **profile}])
            facts = f"{model.id} · {size_words(model.bytes)} · {model.licence} · {state}"
            session.screen.say(f"{model.job.value:<10} {facts}")
            right = f" · {checked['right']} of {checked['of']} right" if checked else ""
            session.screen.say(f"{'':<10} {words['verdict']}{right}", style="dim")
        if overview.found:
            session.screen.message("Other programs have more: indoors models adopt --found")
    return DONE


def models_use(session: Session, model: str) -> int:
    """Use a model for its job from now on."""
    with session.house(write=False) as house:
        chosen = house.care.use(model)
    session.screen.lines([{"event": "done", "id": chosen.id, "job": chosen.job.value}])
    session.screen.say(f"{chosen.name} is now used for {chosen.job.value}.")
    return DONE


def models_adopt(session: Session, path: Path | None, *, found: bool) -> int:
    """Use a file where it lies, or show what other programs have."""
    if (path is None) is not found:
        raise UsageError("Give one file, or --found.", do="indoors models adopt FILE, or indoors models adopt --found")
    with session.house(write=False) as house:
        if path is None:
            return _show_found(session, house)
        session.screen.message("Reading the whole file once, to know it again.")
        model = house.care.adopt(path)
    session.screen.lines([{"event": "done", "id": model.id, "job": model.job.value, "path": str(model.path)}])
    session.screen.say(f"{model.name} is used where it lies. To write with it: indoors models use {model.id}")
    return DONE


def _show_found(session: Session, house: Services) -> int:
    everything = house.care.found()
    for one in everything:
        fields = {"name": one.name, "program": one.program, "path": str(one.path), "bytes": one.bytes}
        session.screen.lines([{"event": "found", **fields}])
        session.screen.say(f"{one.program:<10} {one.name} · {size_words(one.bytes)}")
        session.screen.say(f"{'':<10} {one.path}", style="dim")
    if not everything:
        session.screen.message("No writers of LM Studio, Ollama, GPT4All or Jan were found that could be used.")
    return DONE


def models_remove(session: Session, model: str) -> int:
    """Take a model away; the next best does its job."""
    with session.house(write=False) as house:
        gone = house.care.remove(model)
    kept = gone.source == "adopted"
    session.screen.lines([{"event": "done", "id": gone.id, "deleted": not kept, "path": str(gone.path)}])
    session.screen.say(f"{gone.name} was removed." + (" Its file stays where it is." if kept else ""))
    return DONE


def models_bench(session: Session, model: str, *, check: bool) -> int:
    """Measure a writer on this computer: loading, reading, writing, memory; the one in use also against the bare
    engine."""
    with session.house(write=False) as house:
        session.screen.message("Measuring for about 8 seconds.")
        used = house.models.chosen.writer
        if model and (used is None or model != used.id):
            writer: ShelfModel | None = house.care.one(model)
            measured = house.care.measure(model, cancel=session.cancel)
        else:
            writer, measured = used, house.benchmark(cancel=session.cancel)
        if measured is None or writer is None:
            return DONE
        _say_measured(session, writer.name, measured)
        if check:
            _check(session, house, writer, measured)
            if writer == used:
                _check_writer(session, house)
    return DONE


def _say_measured(session: Session, name: str, measured: Benchmark) -> None:
    session.screen.lines([{"event": "bench", "model": name, **asdict(measured)}])
    ratio = f", {measured.ratio_to_engine:.2f} × the bare engine" if measured.ratio_to_engine else ""
    session.screen.say(
        f"{name}: loads in {measured.load_s:.2f} s, reads {measured.prompt_tok_s:.0f} and writes "
        f"{measured.write_tok_s:.0f} tokens a second on {count_words(measured.threads, 'thread')}, "
        f"{size_words(measured.peak_bytes)} at most{ratio}."
    )


def _check(session: Session, house: Services, writer: ShelfModel, measured: Benchmark) -> tuple[int, int]:
    """The built-in check: "18 of 20 right, 31 words/s"."""
    right, of = _count(session, house.care.check_model(writer, cancel=session.cancel))
    if of and not session.cancel.stopped:
        line = {"model": writer.id, "right": right, "of": of, "words_per_s": round(measured.words_per_s, 1)}
        session.screen.lines([{"event": "verdict", **line}])
        session.screen.say(f"{right} of {of} right, {measured.words_per_s:.0f} words/s")
    return right, of


def _count(session: Session, tasks: Iterator[Tried]) -> tuple[int, int]:
    right = of = 0
    with session.screen.meter() as meter:
        for tried in tasks:
            right, of = right + tried.right, tried.of
            meter(tried.done, tried.of, tried.kind.value)
    return right, of


def _check_writer(session: Session, house: Services) -> None:
    """What the writer in use may do: the marks that decide what is offered."""
    right: dict[str, list[bool]] = {}
    with session.screen.meter() as meter:
        for task in house.check_writer(cancel=session.cancel):
            right.setdefault(task.action.value, []).append(task.right)
            meter(task.done, task.of, task.action.value)
    writer = house.models.chosen.writer
    for action, answers in right.items():
        passed = writer is not None and house.ability.may(writer.sha256, action)
        line = {"action": action, "right": sum(answers), "of": len(answers), "passed": passed}
        session.screen.lines([{"event": "check", **line}])
        verdict = "offered" if passed else "not offered with this writer"
        session.screen.say(f"{action:<10} {sum(answers)} of {len(answers)} right: {verdict}")


def models_shrink(session: Session, file: str, *, to: str, output: Path | None, check: bool) -> int:
    """Store a writer smaller; say its size, speed and check before and after."""
    with session.house(write=False) as house:
        source = house.care.file_or_id(file)
        name = f"{source.path.stem}-{to.upper()}.gguf"
        target = (output or house.profile.downloaded_models / "writing" / name).absolute()
        plan = house.care.plan_shrink(source.path, to, target)
        if check:
            _tell(session, house, "before", source)
        session.screen.message(f"Storing {source.name} as {plan.kind}. The original stays as it is.")
        with session.screen.meter() as meter:
            for at in house.care.shrink(plan, cancel=session.cancel):
                session.screen.lines([{"event": "progress", "done": at.done, "of": at.of}])
                meter(at.done, at.of, plan.kind)
        if session.cancel.stopped:
            session.screen.message("Stopped. Nothing of the new file was kept.")
            return DONE
        made = house.care.file_or_id(str(target))
        if check:
            _tell(session, house, "after", made)
    before, after = source.bytes, made.bytes
    line = {"path": str(target), "sha256": made.sha256, "bytes_before": before, "bytes_after": after}
    session.screen.lines([{"event": "done", **line}])
    saved = f"{size_words(before)} became {size_words(after)}, {100 * after / before:.0f} % of it"
    session.screen.say(f"{saved}: {target}")
    return DONE


def _tell(session: Session, house: Services, when: str, model: ShelfModel) -> None:
    measured = house.care.measure_model(model, cancel=session.cancel)
    if measured is None:
        return
    right, of = _count(session, house.care.check_model(model, cancel=session.cancel))
    if session.cancel.stopped:
        return
    speed = measured.words_per_s
    line = {"bytes": model.bytes, "words_per_s": round(speed, 1), "right": right, "of": of}
    session.screen.lines([{"event": when, **line, **measured.profile()}])
    session.screen.say(f"{when:<7} {size_words(model.bytes):>8} · {right} of {of} right, {speed:.0f} words/s")
