"""The writer on the real engine and the starter model: prefix reuse, kept states, stop, text, and bad files."""

import os
import shutil
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.api import Cancel, ChatOptions, Message, ModelError, Piece, Trouble, Usage
from models.child import python_command
from models.child_args import LanguageArgs
from models.clients import HostedChat
from models.host import Host
from models.kept_states import state_path

SYSTEM = Message("system", "You answer from the passages only, in one short sentence. " * 6)


def open_chat(model: Path, states: Path | None, *, sha256: str = "a" * 64) -> HostedChat:
    args = LanguageArgs(
        model=str(model),
        sha256=sha256,
        states=str(states or ""),
        states_bytes=200_000_000,
        context_tokens=1024,
        threads=1,
    )
    return HostedChat(Host("language", python_command("models.worker", "language", args.text())), states=states)


def say(chat: HostedChat, messages: list[Message], **options: Any) -> tuple[str, Usage]:
    parts = list(chat.chat(messages, options=ChatOptions(**{"max_tokens": 12, **options}), cancel=Cancel()))
    assert isinstance(parts[-1], Usage)
    return "".join(part.text for part in parts[:-1] if isinstance(part, Piece)), parts[-1]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("states")


@pytest.fixture(scope="module")
def chat(starter_models: Any, states: Path) -> Iterator[HostedChat]:
    made = open_chat(starter_models.writing, states)
    yield made
    made.host.close()


def follow_up(chat: HostedChat, name: str) -> tuple[list[Message], str]:
    first = [SYSTEM, Message("user", "Passage: The rent is 900 pounds a month. How much is the rent?")]
    answer, _ = say(chat, first, conversation=name)
    question = "Passage: The deposit of two months is held by the landlord. Who holds it?"
    return [*first, Message("assistant", answer), Message("user", question)], answer


def test_facts_say_what_was_loaded(chat: HostedChat) -> None:
    facts = chat.facts()
    assert facts.context_tokens == 1024
    assert facts.threads == 1
    assert "mollm2" in facts.name.lower()
    assert facts.load_s > 0


def test_a_follow_up_reads_only_what_is_new(chat: HostedChat) -> None:
    messages, _ = follow_up(chat, "follow")
    before = chat.count(messages[:2])
    _, usage = say(chat, messages, conversation="follow")
    assert usage.tokens_in == pytest.approx(chat.count(messages), abs=3)
    # The answer itself was written, not read; what ends its turn is new.
    assert 0 < usage.evaluated <= usage.tokens_in - before
    assert not usage.restored


def test_the_same_prompt_again_reads_one_token(chat: HostedChat) -> None:
    messages, _ = follow_up(chat, "again")
    first, _ = say(chat, messages, conversation="again")
    second, usage = say(chat, messages, conversation="again")
    assert (second, usage.evaluated) == (first, 1)


def test_another_conversation_between_does_not_cost_a_new_reading(chat: HostedChat) -> None:
    messages, _ = follow_up(chat, "one")
    say(chat, [Message("user", "Name a colour.")], conversation="two")
    _, usage = say(chat, messages, conversation="one")
    assert usage.restored
    assert usage.evaluated < usage.tokens_in / 2


def test_a_conversation_goes_on_after_the_process_ended(starter_models: Any, tmp_path: Path) -> None:
    chat = open_chat(starter_models.writing, tmp_path)
    try:
        messages, _ = follow_up(chat, "kept")
        there, first = say(chat, messages, conversation="kept")
        chat.host.evict()
        again, usage = say(chat, messages, conversation="kept")
        assert usage.restored
        assert usage.evaluated <= 1 < first.evaluated
        assert again == there  # the state is the model's own memory, so it says the same
        chat.forget("kept")
        assert not state_path(tmp_path, "kept").exists()
        chat.host.evict()
        _, read_again = say(chat, messages, conversation="kept")
        assert read_again.evaluated > usage.evaluated + 16
    finally:
        chat.host.close()


def test_a_foreign_or_broken_state_is_read_again(starter_models: Any, tmp_path: Path) -> None:
    mine = open_chat(starter_models.writing, tmp_path)
    messages, _ = follow_up(mine, "x")
    mine.host.close()
    path = state_path(tmp_path, "x")
    good = bytearray(path.read_bytes())

    def only(raw: bytes) -> None:
        for each in tmp_path.glob("*.state"):  # the beginning that conversations share is kept on its own
            each.unlink()
        path.write_bytes(raw)

    only(good)
    assert restored(starter_models.writing, tmp_path, messages)
    only(good)
    assert not restored(starter_models.writing, tmp_path, messages, sha256="b" * 64)
    good[-1000] ^= 0xFF
    only(good)
    assert not restored(starter_models.writing, tmp_path, messages)


def test_the_beginning_all_conversations_share_is_read_once(starter_models: Any, tmp_path: Path) -> None:
    chat = open_chat(starter_models.writing, tmp_path)
    try:
        say(chat, [SYSTEM, Message("user", "Name a colour.")], conversation="first", max_tokens=1)
        chat.host.evict()
        _, usage = say(chat, [SYSTEM, Message("user", "Name a town.")], conversation="second", max_tokens=1)
        assert usage.restored
        assert usage.evaluated < usage.tokens_in / 4
    finally:
        chat.host.close()


def restored(model: Path, states: Path, messages: list[Message], **other: str) -> bool:
    """Whether a new process goes on from the state it finds."""
    chat = open_chat(model, states, **other)
    try:
        return say(chat, messages, conversation="x", max_tokens=2)[1].restored
    finally:
        chat.host.close()


def test_an_answer_is_not_read_again_when_its_text_is_cut_otherwise(chat: HostedChat) -> None:
    """Made-up words are written in other tokens than they are read in; they are in memory all the same."""
    first = [SYSTEM, Message("user", "Say the spell.")]
    spell = "zqorvex umplefitz brontograde kvistal"
    answer, usage = say(chat, first, conversation="spell", grammar=f'root ::= "{spell}"', max_tokens=60)
    assert answer == spell
    # The prefix alone would not do: the tokens written are not those of the text.
    assert usage.tokens_out != chat.count([Message("user", spell)]) - chat.count([Message("user", "")])
    _, follow = say(chat, [*first, Message("assistant", spell), Message("user", "Again.")], conversation="spell")
    assert follow.evaluated < 15


def test_states_are_readable_by_nobody_else(chat: HostedChat, states: Path) -> None:
    say(chat, [SYSTEM, Message("user", "Hello.")], conversation="private")
    assert state_path(states, "private").stat().st_mode & 0o077 == 0


def test_stop_while_a_long_prompt_is_read_keeps_the_process(chat: HostedChat) -> None:
    pid = chat.host.pid or (chat.facts() and chat.host.pid)
    cancel = Cancel()
    timer = threading.Timer(0.4, cancel.stop)
    timer.start()
    parts = list(
        chat.chat([Message("user", "word and " * 480)], options=ChatOptions(conversation="long"), cancel=cancel)
    )
    timer.join()
    assert [type(part) for part in parts] == [Usage]
    assert isinstance(parts[0], Usage) and parts[0].why == "cancelled" and parts[0].tokens_out == 0
    text, _ = say(chat, [Message("user", "Name a colour.")])
    assert text
    assert chat.host.pid == pid  # it stopped by itself: nobody had to end it


def test_stop_while_writing_keeps_the_text_so_far(chat: HostedChat) -> None:
    cancel, written = Cancel(), ""
    last: Piece | Usage | None = None
    for last in chat.chat([Message("user", "Tell a story.")], options=ChatOptions(max_tokens=400), cancel=cancel):
        if isinstance(last, Piece):
            written += last.text
            cancel.stop()
    assert isinstance(last, Usage) and last.why == "cancelled"
    assert written and last.tokens_out < 100


def test_writing_ends_at_a_stop_string_or_the_limit(chat: HostedChat) -> None:
    question = [Message("user", "Count: one, two, three, four, five, six, seven.")]
    whole, usage = say(chat, question, max_tokens=30)
    assert usage.why in ("length", "stop")
    middle = whole.split()[2]
    cut, usage = say(chat, question, max_tokens=30, stop=(middle,))
    assert usage.why == "stop"
    assert cut == whole[: whole.index(middle)]


def test_a_seed_repeats_a_drawn_answer(chat: HostedChat) -> None:
    question = [Message("user", "Invent a name for a village.")]
    drawn = [say(chat, question, temperature=1.0, seed=seed)[0] for seed in (7, 7, 8, 9)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


def test_a_grammar_binds_the_answer(chat: HostedChat) -> None:
    text, _ = say(chat, [Message("user", "Is snow white?")], grammar='root ::= "yes" | "no"')
    assert text in ("yes", "no")
    with pytest.raises(ModelError):
        say(chat, [Message("user", "?")], grammar="root ::= (")


def test_too_long_is_said_and_nothing_breaks(chat: HostedChat) -> None:
    with pytest.raises(ModelError) as told:
        say(chat, [Message("user", "word and " * 2000)])
    assert told.value.kind is Trouble.TOO_LONG
    assert chat.count([Message("user", "Hello.")]) > 3


def test_characters_of_several_tokens_arrive_whole(chat: HostedChat) -> None:
    text, _ = say(chat, [Message("user", "Repeat: 漢字 🙂")], grammar='root ::= "漢字 🙂 ok"', max_tokens=30)
    assert text == "漢字 🙂 ok"


def _field(key: str, value: str) -> bytes:
    raw_key, raw = key.encode(), value.encode()
    return struct.pack("<Q", len(raw_key)) + raw_key + struct.pack("<IQ", 8, len(raw)) + raw


def _tiny_gguf(architecture: str, *, template: str = "{{ messages[0].content }}") -> bytes:
    fields = [_field("general.architecture", architecture)]
    if template:
        fields.append(_field("tokenizer.chat_template", template))
    tensor = struct.pack("<Q", 1) + b"x" + struct.pack("<IQIQ", 1, 32, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(fields)) + b"".join(fields) + tensor
    return head + bytes(-len(head) % 32) + bytes(128)


BAD_FILES = {
    "empty": (lambda good: b"", "the file is empty"),
    "not a model": (lambda good: b"%PDF-1.7 " * 100, "it is not a GGUF model"),
    "cut in the weights": (lambda good: good[: len(good) // 2], "it is cut off"),
    "cut in the header": (lambda good: good[:5000], "it is cut off"),
    "unknown kind": (lambda good: _tiny_gguf("zebra9000"), "zebra9000"),
    "known kind, nothing in it": (lambda good: _tiny_gguf("llama"), "it is damaged"),
    "no chat template": (lambda good: _tiny_gguf("llama", template=""), "no chat template"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_gives_one_clear_sentence(kind: str, starter_models: Any, tmp_path: Path) -> None:
    make, words = BAD_FILES[kind]
    path = tmp_path / "model.gguf"
    path.write_bytes(make(starter_models.writing.read_bytes()))
    chat = open_chat(path, None)
    try:
        with pytest.raises(ModelError) as told:
            chat.facts()
        assert told.value.kind is Trouble.BAD_FILE
        assert words in str(told.value)
        assert told.value.do
        assert "\n" not in str(told.value)
    finally:
        chat.host.close()


def test_a_file_that_is_gone_is_missing(tmp_path: Path) -> None:
    chat = open_chat(tmp_path / "none.gguf", None)
    try:
        with pytest.raises(ModelError) as told:
            chat.facts()
        assert told.value.kind is Trouble.MISSING
    finally:
        chat.host.close()


def test_a_full_cache_folder_only_costs_time(starter_models: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "states"
    blocked.write_text("a file where the folder should be")
    chat = open_chat(starter_models.writing, blocked)
    try:
        text, usage = say(chat, [SYSTEM, Message("user", "Hello.")], conversation="c")
        assert text and not usage.restored
    finally:
        chat.host.close()


def test_the_kept_folder_stays_under_its_limit(tmp_path: Path) -> None:
    from models.kept_states import KeptStates

    kept = KeptStates(tmp_path, fits="m", limit_bytes=4000)
    for at in range(6):
        assert kept.save(f"c{at}", [1, 2, 3], blob=bytes(1000))
        time.sleep(0.01)
    half = tmp_path / "left by a killed process.writing"
    half.write_bytes(b"the person's text")
    os.utime(half, (1, 1))
    assert kept.save("c5", [1, 2, 3], blob=bytes(1000))
    assert not half.exists()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4000
    assert kept.find("c5") is not None and kept.find("c0") is None
    assert not kept.save("huge", [1], blob=bytes(3000))
    shutil.rmtree(tmp_path)
    assert kept.find("c5") is None
