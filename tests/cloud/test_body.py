"""The body: canonical bytes that read back as what was laid out, with the limit and the flags each provider needs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cloud.body import FROM_PASSAGES, build, messages_of, question_only, whole, with_texts, words_sent
from models.api import Message

ANY_TEXT = st.text(max_size=200)


def made(*messages: Message, kind: str = "openai", extras: dict[str, object] | None = None) -> bytes:
    return build(messages, model="m", kind=kind, max_output_tokens=300, extras=extras)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=5), ANY_TEXT)
def test_any_text_is_read_back_as_it_was_laid_out(texts: list[str], question: str) -> None:
    body = made(*with_texts(question, texts))
    said = messages_of(body)
    assert said[0].content == FROM_PASSAGES
    for number, text in enumerate(texts, 1):
        assert f"[{number}]\n{whole(text)}" in said[1].content
    assert said[1].content.endswith(f"Question: {whole(question)}")
    assert body == made(*said)
    assert json.loads(body.decode("utf-8"))["store"] is False


def test_the_bytes_are_canonical() -> None:
    body = made(*question_only("Was heißt „Frist“?"))
    said = json.loads(body)
    assert list(said) == sorted(said)
    assert "„Frist“".encode() in body
    assert json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == body


def test_a_half_character_becomes_one_that_can_be_sent() -> None:
    assert whole("a\udcffb") == "a�b"
    assert len(whole("\ud83d\ud83d")) == 2


@pytest.mark.parametrize(
    ("kind", "cap"),
    [
        ("openai", "max_completion_tokens"),
        ("azure", "max_completion_tokens"),
        ("openrouter", "max_tokens"),
        ("own", "max_tokens"),
    ],
)
def test_every_provider_gets_its_limit_and_usage_is_asked_for(kind: str, cap: str) -> None:
    said = json.loads(made(*question_only("x"), kind=kind))
    assert said[cap] == 300
    assert len({"max_tokens", "max_completion_tokens"} & said.keys()) == 1
    assert said["stream"] is True
    assert said["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    "extras", [{"model": "dear"}, {"stream": False}, {"max_completion_tokens": 9}, {"messages": []}, {"store": True}]
)
def test_a_provider_cannot_replace_what_was_asked(extras: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="may not replace"):
        made(*question_only("x"), extras=extras)


def test_a_provider_adds_its_flags() -> None:
    said = json.loads(made(*question_only("x"), extras={"provider": {"zdr": True}}))
    assert said["provider"] == {"zdr": True}


def test_words_are_counted_apart_from_ours() -> None:
    theirs, ours = words_sent(made(*question_only("how long is it", instructions="Answer briefly.")), "Answer briefly.")
    assert (theirs, ours) == (4, 2)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages":3}', b'{"messages":[{"role":"user"}]}', b"\xff"])
def test_what_is_no_body_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        messages_of(body)
