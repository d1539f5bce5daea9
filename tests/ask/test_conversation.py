"""A conversation on a real library: quoting, nothing found, follow-ups, and what is kept of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from asking_desk import Saying, asking_with

from app.ask.confidence import NOTHING
from app.errors import UsageError
from app.events import AnswerEvent, Cited, Finished, Passages, Started
from app.library.library import Library
from app.values import AnswerMode, Confidence, OnDevice, QuoteCheck
from models.api import Cancel, Message


def ask(asking: object, conversation: object, question: str) -> list[AnswerEvent]:
    draft = conversation.prepare(question)  # type: ignore[attr-defined]  # kept short for the tests below
    return list(conversation.answer(draft, OnDevice(None), Cancel()))  # type: ignore[attr-defined]  # as above


def test_quotes_are_the_files_own_words_at_their_place(letters: Library) -> None:
    asking = asking_with(letters, None)
    events = ask(asking, asking.start(), "How much is the monthly rent?")
    assert isinstance(events[0], Started)
    assert isinstance(events[1], Passages)
    first = next(event.citation for event in events if isinstance(event, Cited))
    assert "1,250 euros" in first.quote
    assert first.check is QuoteCheck.WORD_FOR_WORD
    text = letters.section_text(first.passage.document.id, first.passage.section)
    assert first.quote in text
    assert "1,250 euros" in [first.quote[start:end] for start, end in first.emphasis]
    done = events[-1]
    assert isinstance(done, Finished)
    assert done.mode is AnswerMode.QUOTING
    assert done.confidence is not Confidence.NONE


def test_nothing_answers_is_said_with_the_closest_passages(letters: Library) -> None:
    asking = asking_with(letters, None)
    done = ask(asking, asking.start(), "Which submarine did admiral Jellicoe show the landlord?")[-1]
    assert isinstance(done, Finished)
    assert done.confidence is Confidence.NONE
    assert done.answer == NOTHING
    assert done.closest
    assert done.suggestion


def test_a_changed_file_is_no_longer_word_for_word(letters: Library) -> None:
    document = next(one for one in letters.documents_in() if one.path.name == "recipe.txt")
    before = document.path.read_text(encoding="utf-8")
    document.path.write_text(before + " Changed.", encoding="utf-8")
    try:
        asking = asking_with(letters, None)
        events = ask(asking, asking.start(), "How many eggs are in the plum cake?")
        first = next(event.citation for event in events if isinstance(event, Cited))
        assert first.passage.document.path.name == "recipe.txt"
        assert first.check is QuoteCheck.REWORDED
        document.path.unlink()
        events = ask(asking, asking.start(), "How many eggs are in the plum cake?")
        assert next(event.citation for event in events if isinstance(event, Cited)).check is QuoteCheck.UNCHECKED
    finally:
        document.path.write_text(before, encoding="utf-8")


def test_a_follow_up_carries_the_file_it_was_about(letters: Library) -> None:
    asking = asking_with(letters, None)
    conversation = asking.start()
    ask(asking, conversation, "How much is the monthly rent in the lease?")
    draft = conversation.prepare("And the deposit?")
    assert "lease" in draft.standalone_question
    assert "rent" not in draft.standalone_question
    assert draft.passages[0].document.path.name == "lease.txt"


def test_a_conversation_is_reopened_as_it_was_shown(letters: Library) -> None:
    asking = asking_with(letters, None)
    conversation = asking.start()
    events = ask(asking, conversation, "Who handles the claim?")
    again = asking_with(letters, None)
    (turn,) = again.past_turns(conversation.id)
    assert turn.citations == tuple(event.citation for event in events if isinstance(event, Cited))
    assert again.recent(1)[0] == (conversation.id, "Who handles the claim?")
    assert again.resume(conversation.id).id == conversation.id
    with pytest.raises(UsageError):
        again.resume(10_000_000)


def test_follow_up_messages_only_append(letters: Library) -> None:
    chat = Saying("The check costs 45 euros. {dentist}")
    asking = asking_with(letters, chat)
    conversation = asking.start()
    for question in ("What does the dentist check cost?", "Who is the landlord in the lease?"):
        ask(asking, conversation, question)
    ask(asking, asking.resume(conversation.id), "How many eggs are in the recipe?")
    prompts = [messages for messages, _ in chat.asked]
    for earlier, later in pairwise(prompts):
        said = Message("assistant", chat._say(earlier))
        assert later[: len(earlier) + 1] == (*earlier, said)
    texts = [message.content for message in prompts[-1] if message.role == "user"]
    assert sum(text.count("Letter from the dentist") for text in texts) == 1


def test_without_files_a_small_writer_says_that_it_cannot(letters: Library) -> None:
    asking = asking_with(letters, Saying("Paris."), mode=AnswerMode.QUOTING)
    conversation = asking.start()
    draft = conversation.prepare("What is the capital of France?", use_files=False)
    done = list(conversation.answer(draft, OnDevice("scripted"), Cancel()))[-1]
    assert isinstance(done, Finished)
    assert "Paris" not in done.answer
    assert "writer" in done.suggestion
