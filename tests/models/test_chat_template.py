"""Prompts from a file's own template, kept in a sandbox; and the text that may be shown while a model writes."""

import pytest

from models.api import Message
from models.chat_template import ChatTemplate, TemplateTrouble
from models.tail import Tail

CHATML = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + CHATML
TALK = [Message("system", "Be brief."), Message("user", "Why?")]


def template(source: str) -> ChatTemplate:
    return ChatTemplate(source, bos="<s>", eos="</s>")


def test_messages_become_the_prompt_the_file_asks_for() -> None:
    assert template(CHATML).render(TALK) == "<|system|>Be brief.<|end|><|user|>Why?<|end|><|assistant|>"
    assert template(CHATML).render(TALK, ask=False).endswith("Why?<|end|>")
    assert template("{{ bos_token }}{{ messages[0].content | tojson }}").render([Message("user", "é")]) == '<s>"é"'


def test_a_model_without_a_system_turn_gets_it_in_the_first_question() -> None:
    assert template(NO_SYSTEM).render(TALK) == "<|user|>Be brief.\n\nWhy?<|end|><|assistant|>"
    with pytest.raises(TemplateTrouble):
        template(NO_SYSTEM).render(TALK[:1])


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ messages.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__.__base__ }}{{ cycler.__init__.__globals__.os.system('true') }}",
        "{% for a in range(99999999) %}{{ a }}{% endfor %}",
        "{{ messages.append(1) }}",
        "{% if %}",
        "{{ 1 // 0 }}",
        "{{ nothing.there }}",
    ],
)
def test_a_hostile_or_broken_template_is_refused(hostile: str) -> None:
    with pytest.raises(TemplateTrouble):
        template(hostile).render(TALK)


def test_half_characters_and_half_stop_strings_are_held_back() -> None:
    tail = Tail(["\nUser:"])
    assert tail.push("né".encode()[:2]) == "n"
    assert tail.push("né".encode()[2:]) == "é"
    assert tail.push(b" yes\nUs") == " yes"
    assert tail.push(b"ually") == "\nUsually"
    assert not tail.stopped
    assert tail.push(b" ok\nUser: more") == " ok"
    assert tail.stopped


def test_what_was_held_back_comes_at_the_end() -> None:
    tail = Tail(["STOP"])
    assert tail.push(b"the ST") == "the "
    assert tail.flush() == "ST"
    assert Tail([]).push(b"\xff!") == "\ufffd!"
