"""The parent's clients over scripted processes, the scripted models themselves, the ability check and the verdicts."""

import json
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.ability import Ability, Action, marks, prompt, tasks
from models.api import Cancel, ChatOptions, Message, ModelError, Piece, Segment, Trouble, Usage
from models.benchmark import measure
from models.catalog import Job
from models.child import python_command
from models.clients import HostedChat, HostedEmbedder, HostedTranscriber, hosted_chat
from models.fake import ScriptedChat, ScriptedEmbedder, ScriptedTranscriber
from models.fit import fit, reading_bytes
from models.gguf import read_gguf
from models.hardware import Hardware, look
from models.host import Host
from models.kept_states import KeptStates, state_path
from models.shelf import Shelf, ShelfModel

HELLO = [Message("user", "Hello there")]
SCRIPT = {
    "answers": ["One two three.", "Four."],
    "lines": [[0.5, 1.5, "Hi.", 0], [3.0, 4.0, "Bye.", 1]],
    "delay_s": 0.02,
}


def scripted_host(**script: Any) -> Host:
    return Host("language", python_command("models.worker", "fake", json.dumps({**SCRIPT, **script})))


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    made = scripted_host()
    yield made
    made.close()


def a_model(path: Path, job: Job, **more: Any) -> ShelfModel:
    engine = {Job.WRITING: "llama", Job.SEARCHING: "ctranslate2", Job.LISTENING: "moonshine"}[job]
    plain: dict[str, Any] = {
        "bytes": 10,
        "sha256": "5" * 64,
        "licence": "MIT",
        "source": "downloaded",
        "state": "ready",
    }
    return ShelfModel(id="m", job=job, engine=engine, name="M", says="", path=path, **(plain | more))  # type: ignore[arg-type]  # engine is one of them


# ---------------------------------------------------------------- clients


def test_pieces_then_usage_cross_the_pipe(host: Host) -> None:
    parts = list(HostedChat(host, states=None).chat(HELLO, options=ChatOptions(), cancel=Cancel()))
    assert "".join(part.text for part in parts if isinstance(part, Piece)) in ("One two three.", "Four.")
    last = parts[-1]
    assert isinstance(last, Usage) and last.why == "stop" and last.tokens_in == 2


def test_a_stopped_chat_ends_with_a_usage_and_not_with_an_error() -> None:
    host = scripted_host(answers=["word " * 500])
    chat, cancel, parts = HostedChat(host, states=None), Cancel(), []
    try:
        for part in chat.chat(HELLO, options=ChatOptions(max_tokens=500), cancel=cancel):
            parts.append(part)
            cancel.stop()
        assert isinstance(parts[0], Piece)
        assert isinstance(parts[-1], Usage) and parts[-1].why == "cancelled"
        assert len(parts) < 50
        again = list(chat.chat(HELLO, options=ChatOptions(), cancel=cancel))
        assert [type(part) for part in again] == [Usage]  # stopped before it began
    finally:
        host.close()


def test_after_a_crash_the_kept_state_is_not_tried_again(tmp_path: Path) -> None:
    host = scripted_host(answers=["word " * 500])
    KeptStates(tmp_path, fits="x", limit_bytes=10_000).save("talk", [1], blob=b"state")
    chat = HostedChat(host, states=tmp_path)
    try:
        with pytest.raises(ModelError) as told:
            for at, _ in enumerate(chat.chat(HELLO, options=ChatOptions(conversation="talk"), cancel=Cancel())):
                if at == 2:
                    import os
                    import signal

                    assert host.pid is not None
                    os.kill(host.pid, signal.SIGSEGV)
        assert told.value.kind is Trouble.CRASHED
        assert not state_path(tmp_path, "talk").exists()
        assert list(chat.chat(HELLO, options=ChatOptions(max_tokens=3), cancel=Cancel()))
    finally:
        host.close()


def test_vectors_and_scores_cross_the_pipe(host: Host, tmp_path: Path) -> None:
    model = a_model(tmp_path, Job.SEARCHING, width=ScriptedEmbedder.width)
    embedder, plain = HostedEmbedder(model, host), ScriptedEmbedder()
    assert embedder.embed(["a cat", "a dog"]) == plain.embed(["a cat", "a dog"])
    assert embedder.rank("cat", ["a cat", "tax"]) == pytest.approx(plain.rank("cat", ["a cat", "tax"]))


def test_lines_cross_the_pipe_and_belong_to_their_stretch(host: Host, tmp_path: Path) -> None:
    pcm = tmp_path / "x.pcm"
    pcm.write_bytes(b"")
    listener = HostedTranscriber(a_model(tmp_path, Job.LISTENING), host)
    lines = list(listener.transcribe(pcm, start_s=2, end_s=5, language="en", cancel=Cancel()))
    assert lines == [Segment(start_s=3.0, end_s=4.0, text="Bye.", speaker=1)]
    assert listener.name == "M"


# ---------------------------------------------------------------- scripted models


def test_the_scripted_writer_reads_only_what_is_new() -> None:
    chat = ScriptedChat(["Yes indeed.", "No."])
    options = ChatOptions(conversation="c")

    def usage(messages: list[Message]) -> Usage:
        last = list(chat.chat(messages, options=options, cancel=Cancel()))[-1]
        assert isinstance(last, Usage)
        return last

    assert usage([Message("user", "one two three")]).evaluated == 3
    follow = [Message("user", "one two three"), Message("assistant", "Yes indeed."), Message("user", "four five")]
    assert usage(follow).evaluated == 2
    assert len(chat.asked) == 2


def test_the_scripted_writer_obeys_limits_stops_and_crashes() -> None:
    chat = ScriptedChat(lambda messages: "a b c STOP d")

    def text(**options: Any) -> tuple[str, str]:
        parts = list(chat.chat(HELLO, options=ChatOptions(**options), cancel=Cancel()))
        assert isinstance(parts[-1], Usage)
        return "".join(part.text for part in parts if isinstance(part, Piece)), parts[-1].why

    assert text(max_tokens=2) == ("a b ", "length")
    assert text(stop=("STOP",)) == ("a b c ", "stop")
    crashing = ScriptedChat(["a b c"], crash_after=2)
    seen = []
    with pytest.raises(ModelError):
        seen.extend(crashing.chat(HELLO, options=ChatOptions(), cancel=Cancel()))
    cancel = Cancel()
    threading.Timer(0.05, cancel.stop).start()
    slow = list(ScriptedChat(["w " * 400], delay_s=0.01).chat(HELLO, options=ChatOptions(), cancel=cancel))
    assert isinstance(slow[-1], Usage) and slow[-1].why == "cancelled"


def test_scripted_vectors_have_length_one_and_shared_words_are_near() -> None:
    embedder = ScriptedEmbedder()
    near, far = embedder.rank("the red house", ["the red house stands", "quarterly tax"])
    assert near > 0.6 > far
    (raw,) = embedder.embed(["the red house"])
    assert sum(number**2 for number in struct.unpack("<64e", raw)) == pytest.approx(1.0, abs=0.01)


def test_the_scripted_listener_misses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        list(ScriptedTranscriber([]).transcribe(tmp_path / "none", start_s=0, end_s=1, language="en", cancel=Cancel()))


# ---------------------------------------------------------------- ability


def knowing(share: float) -> ScriptedChat:
    """A writer that knows the given share of the answers."""
    answers = {}
    for action in Action:
        chosen = [task for task in tasks() if task.action is action]
        for at, task in enumerate(chosen):
            right = " ".join(group[0] for group in task.must)
            answers[prompt(task)[-1].content] = right if at < round(share * len(chosen)) else "I cannot say."
    return ScriptedChat(lambda messages: answers[messages[-1].content])


@pytest.mark.parametrize(("share", "able"), [(1.0, True), (0.5, False), (0.0, False)])
def test_the_mark_decides_and_is_remembered(share: float, able: bool, tmp_path: Path) -> None:
    ability = Ability(tmp_path / "abilities.json")
    assert not any(ability.may("f" * 64, action) for action in Action)
    done = list(ability.measure(knowing(share), "f" * 64, cancel=Cancel(), actions=tuple(Action)))
    assert len(done) == done[-1].of == len(tasks())
    ability.note_speed("f" * 64, 12.5)
    later = Ability(tmp_path / "abilities.json")
    assert [later.may("f" * 64, action) for action in Action] == [able] * len(Action)
    assert later.words_per_s("f" * 64) == 12.5
    assert not later.may("e" * 64, Action.WRITE)


def test_a_stopped_check_counts_nothing(tmp_path: Path) -> None:
    ability, cancel = Ability(tmp_path / "a.json"), Cancel()
    for _ in ability.measure(knowing(1.0), "f", cancel=cancel):
        cancel.stop()
    assert ability.share("f", Action.WRITE) is None


def test_a_damaged_memory_means_unmeasured(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"f": 3, "g": {"check": "old", "shares": {"write": 1.0}}}')
    ability = Ability(tmp_path / "a.json")
    assert not ability.may("f", Action.WRITE) and not ability.may("g", Action.WRITE)


def test_every_action_has_tasks_and_a_mark() -> None:
    assert {task.action for task in tasks()} == set(Action) == set(marks())
    assert sum(task.action is Action.WRITE for task in tasks()) >= 12
    for task in tasks():
        assert task.right(" ".join(group[0] for group in task.must)), task.ask
        assert not task.right("I cannot say."), task.ask


def test_the_starter_writer_is_honestly_not_able_to_write(starter_models: Any, tmp_path: Path) -> None:
    """Known from the design's own measurements: its answer holds the true one in 35 to 52 % of cases."""
    model = Shelf(starter_models.root, tmp_path, memory=tmp_path / "m.json").choose(Job.WRITING)
    assert model is not None
    ability, chat = Ability(tmp_path / "a.json"), hosted_chat(model, look(), states=None)
    try:
        for _ in ability.measure(chat, model.sha256, cancel=Cancel()):
            pass
        share = ability.share(model.sha256, Action.WRITE)
        assert share is not None and 0.2 <= share <= 0.7
        assert not ability.may(model.sha256, Action.WRITE)
        seen = measure(chat, cancel=Cancel())
        assert seen is not None and seen.ratio_to_engine is not None
        assert 120e6 < seen.peak_bytes < 600e6 and seen.threads == look().writer_threads
    finally:
        chat.host.close()


# ---------------------------------------------------------------- fit and hardware

SMALL = Hardware(performance_cores=2, logical_cores=4, memory_bytes=8 << 30, free_bytes=2 << 30, on_battery=False)


def test_the_verdict_is_a_sentence_with_numbers(starter_models: Any, tmp_path: Path) -> None:
    model = Shelf(starter_models.root, tmp_path, memory=tmp_path / "m.json").choose(Job.WRITING)
    assert model is not None
    assert fit(model, SMALL).fits
    assert fit(model, SMALL, words_per_s=30.7).verdict == "31 words a second, measured on this computer"
    large = fit(replace(model, bytes=12_000_000_000), SMALL)
    assert not large.fits
    assert large.verdict.startswith("Does not fit: needs 12.") and "2.1 would be free" in large.verdict
    assert not fit(replace(model, state="damaged", trouble="It is cut off."), SMALL).fits


def test_room_for_reading_grows_with_the_context_and_ends_at_the_models_own(starter_models: Any) -> None:
    header = read_gguf(starter_models.writing)
    # 30 layers, 3 heads of 64: keys 204 and values 384 bytes a layer; scores of 9 heads, 512 at a time.
    assert reading_bytes(header, context_tokens=1000) == 1000 * 30 * (204 + 384) + 512 * 1000 * 9 * 4
    assert reading_bytes(header, context_tokens=100_000) == reading_bytes(header, context_tokens=8192)


def test_one_core_is_left_to_the_person() -> None:
    assert [replace(SMALL, performance_cores=cores).writer_threads for cores in (1, 2, 4, 16)] == [1, 1, 3, 15]
    here = look()
    assert 1 <= here.performance_cores <= here.logical_cores
    assert 0 < here.free_bytes <= here.memory_bytes
