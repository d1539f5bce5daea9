"""Counts: equal to what the provider's own interface counted, never by a download, and never above the bound."""

from __future__ import annotations

import json
import lzma
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiktoken.model
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from app.cloud import vocabularies
from app.cloud.learnt import Pair, adjust, content_of
from app.cloud.token_count import CannotCount, Tokens
from app.paths import starter_models
from models.api import ModelError
from models.counting import PATTERNS, ranks

# openai/openai-cookbook, examples/How_to_count_tokens_with_tiktoken.ipynb at 06d9feb5: "129 prompt tokens counted by
# the OpenAI API" for gpt-4-0613 and gpt-3.5-turbo-0613.
COOKBOOK = [
    (
        "system",
        "",
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    ),
    ("system", "example_user", "New synergies will help drive top-line growth."),
    ("system", "example_assistant", "Things working well together will increase revenue."),
    (
        "system",
        "example_user",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    ),
    ("system", "example_assistant", "Let's talk later when we're less busy about how to do better."),
    ("user", "", "This late pivot means we don't have time to boil the ocean for the client deliverable."),
]
FAMILIES = [
    "gpt-4", "gpt-4-0613", "gpt-4-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-nano", "gpt-4.5-preview",
    "gpt-5", "gpt-5-mini", "gpt-5.4-nano", "gpt-5.6-sol", "o1", "o1-mini", "o3", "o3-mini", "o4-mini",
    "o4-mini-2025-04-16", "chatgpt-4o-latest", "gpt-3.5-turbo", "gpt-3.5-turbo-0125", "gpt-35-turbo",
    "ft:gpt-4o:org", "ft:gpt-4:org",
]  # fmt: skip


@pytest.fixture(scope="module")
def tokens() -> Iterator[Tokens]:
    counting = Tokens(idle_s=600)
    yield counting
    counting.close()


def body(*messages: tuple[str, str], **more: Any) -> bytes:
    spoken = [{"role": role, "content": content} for role, content in messages]
    return json.dumps({"model": "m", "messages": spoken, **more}, ensure_ascii=False).encode()


def test_the_count_is_the_one_of_the_providers_own_interface(tokens: Tokens) -> None:
    spoken = [{"role": role, "content": text, **({"name": name} if name else {})} for role, name, text in COOKBOOK]
    counted = tokens.count("openai", "gpt-4-0613", json.dumps({"messages": spoken}).encode())
    assert (counted.tokens, counted.exact, counted.band) == (129, True, 0.0)
    assert 129 < counted.most < 300


@pytest.mark.parametrize(
    ("text", "count"),
    [("tiktoken is great!", 6), ("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 9)],
)
def test_words_are_cut_as_the_cookbook_shows(tokens: Tokens, text: str, count: int) -> None:
    assert tokens.count_text("openai", "gpt-4", text) == count


def test_words_that_steer_other_programs_are_words_here(tokens: Tokens) -> None:
    assert tokens.count_text("openai", "gpt-4o", "<|endoftext|>") > 1
    assert tokens.count_text("openai", "gpt-4o", "\ud800 half a letter") > 1


def test_patterns_are_those_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def load(address: str, expected_hash: str) -> dict[bytes, int]:
        asked.append(expected_hash)
        return {}

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", load)
    for name, pattern in PATTERNS.items():
        assert getattr(openai_public, name)()["pat_str"] == pattern
    assert asked == [vocabularies.HASHES[name] for name in PATTERNS], "the same content the package would fetch"


@pytest.mark.parametrize("model", FAMILIES)
def test_names_map_as_in_the_package(model: str) -> None:
    expected = tiktoken.model.encoding_name_for_model(model)
    assert vocabularies.encoding_of("openai", model) == expected
    if not model.startswith("ft:"):
        assert vocabularies.encoding_of("openrouter", f"openai/{model}:nitro") == expected


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-6-sol"), ("own", "gpt-4o"), ("openrouter", "anthropic/claude-sonnet-5"), ("openrouter", "gpt-4o")],
)
def test_other_names_are_estimates(tokens: Tokens, provider: str, model: str) -> None:
    counted = tokens.count(provider, model, body(("user", "The deposit is 1,200 euros.")))
    assert not counted.exact
    assert counted.band > 0
    assert counted.most >= counted.tokens * (1 + counted.band)


def test_an_altered_vocabulary_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    for name in PATTERNS:
        whole = lzma.decompress(vocabularies.shipped(name, exact=True).file.read_bytes())
        altered = tmp_path / f"{name}.tiktoken.xz"
        altered.write_bytes(lzma.compress(whole.replace(b"aGVsbG8=", b"aGVsbGE=", 1), preset=0))
        with pytest.raises(ModelError, match="not the file that was installed"):
            ranks(altered, sha256=vocabularies.HASHES[name])
    counting = Tokens(vocabularies=tmp_path)
    counted = counting.count("openai", "gpt-4o", body(("user", "word " * 400)))
    assert (counted.exact, counted.band) == (False, 0.5)
    assert counted.most > 2000, "the ceiling holds without any vocabulary: one token a byte"
    assert counting.count_text("openai", "gpt-4o", "four") == 1
    counting.close()


def test_a_process_that_ends_costs_only_the_exactness(tmp_path: Path) -> None:
    counting = Tokens(vocabularies=tmp_path / "nowhere")
    assert not counting.count("openai", "gpt-4o", body(("user", "hi"))).exact
    counting.close()


def test_an_open_model_is_counted_with_the_file_on_this_computer(tokens: Tokens) -> None:
    found = sorted(starter_models().rglob("*.gguf"))
    if not found:
        pytest.skip("the starter writer is not installed")
    own = Tokens(shelf=lambda: [("SmolLM2 135M Instruct", found[0])])
    words = "Größe, 𝔘nicode und 12345678 Zahlen; def f(x): return x"
    counted = own.count("own", "HuggingFaceTB/SmolLM2-135M-Instruct", body(("user", words)))
    other = tokens.count("own", "HuggingFaceTB/SmolLM2-135M-Instruct", body(("user", words)))
    assert (counted.exact, counted.band, other.band) == (False, 0.05, 0.5)
    assert counted.tokens != other.tokens, "its own vocabulary cuts otherwise"
    assert counted.most == other.most, "the bound does not rest on a name"
    assert own.count("own", "another-model", body(("user", words))).tokens == other.tokens
    own.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Qwen/Qwen3-8B-Instruct", "Qwen3-8B-Instruct-Q4_K_M.gguf"),
        ("meta-llama/llama-3.1-8b-instruct:free", "Llama-3.1-8B-Instruct.IQ3_XS.gguf"),
        ("gemma-3-4b-it", "gemma-3-4b-it-f16.gguf"),
    ],
)
def test_one_family_has_many_names(one: str, other: str) -> None:
    assert vocabularies.family(one) == vocabularies.family(other)
    assert vocabularies.family("qwen3-8b") != vocabularies.family("qwen3-14b")


def test_many_may_count_at_once(tokens: Tokens) -> None:
    wrong: list[int] = []

    def count(number: int) -> None:
        for step in range(40):
            # More texts than are remembered, so that some are forgotten while others are looked up.
            words = " word" * ((number * 40 + step) % 300 + 1)
            if tokens.count_text("openai", "gpt-4o", words) != len(words) // 5:
                wrong.append(number)

    threads = [threading.Thread(target=count, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_schema_or_a_tool_makes_it_an_estimate_with_room(tokens: Tokens) -> None:
    plain = tokens.count("openai", "gpt-4o", body(("user", "hi")))
    shaped = {"type": "json_schema", "json_schema": {"name": "plan", "schema": {"type": "object"}}}
    asked = tokens.count("openai", "gpt-4o", body(("user", "hi"), response_format=shaped))
    assert (plain.exact, asked.exact) == (True, False)
    assert asked.tokens > plain.tokens
    assert asked.most > plain.most + len(json.dumps(shaped, separators=(",", ":")))


def test_a_picture_has_no_price_in_words(tokens: Tokens) -> None:
    parts = [{"type": "text", "text": "what is this"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    with pytest.raises(CannotCount):
        tokens.count("openai", "gpt-4o", json.dumps({"messages": [{"role": "user", "content": parts}]}).encode())
    words = [{"role": "user", "content": parts[:1]}]
    assert tokens.count("openai", "gpt-4o", json.dumps({"messages": words}).encode()).tokens == 3 + 1 + 3 + 3


@settings(max_examples=60, deadline=None)
@example(texts=["привет, мир " * 200])  # two bytes a letter, several letters a token
@given(texts=st.lists(st.text(max_size=300) | st.text("aéß字🏳️‍🌈 \n\t{}|<>", max_size=300), min_size=1, max_size=4))
def test_no_vocabulary_makes_more_than_the_bound(tokens: Tokens, texts: list[str]) -> None:
    sent = body(*(("user", text) for text in texts))
    most = tokens.count("elsewhere", "closed-model", sent).most
    assert most >= sum(len(text.encode()) for text in texts), "a vocabulary nobody knows may make a token of each byte"
    for model in ("gpt-4", "gpt-4o"):
        assert tokens.count("openai", model, sent).tokens <= most


# ---------------------------------------------------------------- what usage teaches


def learnt(plain: int, pairs: list[tuple[int, int]], *, exact: bool = False, content: str = "prose") -> Any:
    told = [Pair("prose", counted, returned) for counted, returned in pairs]
    return adjust(plain, exact=exact, first_band=0.5, content=content, pairs=told)


def test_a_band_narrows_with_use_and_covers_what_was_seen() -> None:
    assert learnt(1000, [(100, 120)] * 4).band == 0.5, "four answers teach nothing yet"
    after = learnt(1000, [(100, 118), (200, 244), (300, 360), (100, 121), (50, 60)] * 4)
    assert (after.tokens, after.exact) == (1200, False)
    assert 0.02 <= after.band <= 0.06
    wild = learnt(1000, [(100, 80), (100, 120), (100, 200), (100, 100), (100, 150)])
    assert wild.band > 0.5


def test_a_frame_and_a_ratio_are_told_apart() -> None:
    pairs = [(size, round(size * 1.3) + 20) for size in (12, 30, 55, 80, 140, 300, 610, 900, 1500, 2000)]
    assert abs(learnt(1000, pairs).tokens - 1320) <= 3
    assert abs(learnt(20, pairs).tokens - 46) <= 2, "a short request is mostly frame"
    assert learnt(20, pairs).band <= 0.05
    same_size = learnt(100, [(100, 150)] * 12)
    assert same_size.tokens == 150


def test_what_a_provider_once_added_is_in_the_ceiling(tokens: Tokens) -> None:
    asked = body(("user", "hi"))
    before, after = (
        tokens.count("openai", "gpt-4o", asked),
        tokens.count("openai", "gpt-4o", asked, pairs=[Pair("prose", 8, 5008)]),
    )
    assert after.exact and after.tokens == before.tokens, "once is no rule"
    assert after.most == before.most + 5000


def test_a_frame_nobody_told_of_is_added_once_it_was_the_same_three_times() -> None:
    assert learnt(50, [(40, 52), (90, 102)], exact=True).tokens == 50
    known = learnt(50, [(40, 52), (90, 102), (10, 22)], exact=True)
    assert (known.tokens, known.exact, known.band) == (62, True, 0.0)
    off = learnt(50, [(40, 52), (90, 99), (10, 22)], exact=True)
    assert (off.exact, off.band > 0) == (False, True)


def test_kinds_of_text_are_learnt_apart() -> None:
    assert content_of("The tenant pays on the first of the month.") == "prose"
    assert content_of('{"a": [1, 2], "b": {"c": "d"}}') == "code"
    assert content_of("家賃は毎月一日に支払う。") == "script"
    pairs = [Pair("code", 100, 200)] * 6 + [Pair("prose", 100, 100)] * 6
    assert adjust(100, exact=False, first_band=0.5, content="code", pairs=pairs).tokens == 200
    assert adjust(100, exact=False, first_band=0.5, content="prose", pairs=pairs).tokens == 100
