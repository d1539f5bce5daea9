"""What lies in a folder that is never sent does not leave by any way round: answers, history, copies, whole files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asking_desk import SCRIPTS, Saying, asking_with
from bursting_desk import RENT, House, house_of

from app.ask.asking import Asking
from app.cloud import gate
from app.cloud.parcel import Level, PartKind, Stop, Wait, Wish
from app.egress.door import Door
from app.events import Finished
from app.values import OnDevice
from models.api import Cancel
from tests.egress.cloud_provider import CloudProvider

pytestmark = pytest.mark.loopback
SECRET = "The lease of the cellar: the monthly rent of the cellar is 77 euros, to be paid to Otto Brandt in cash."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("never")
    with (
        CloudProvider(tmp_path_factory.mktemp("provider"), tls=False) as there,
        house_of(folder, SCRIPTS["files"], door=Door.shut(), there=there) as opened,
    ):
        secret = folder / "secret"
        secret.mkdir()
        (secret / "cellar.txt").write_text(SECRET, encoding="utf-8")
        for _ in opened.library.index([secret], cancel=Cancel()):
            pass
        opened.library.set_never_cloud(secret, True)
        yield opened
        assert there.connections == 0


@pytest.fixture
def secret(house: House) -> Path:
    return next(one.path for one in house.library.documents_in() if one.path.name == "cellar.txt")


def test_a_passage_of_it_is_shown_but_cannot_be_ticked(house: House, secret: Path) -> None:
    offer = house.offer(
        "What is the monthly rent of the cellar?", ticked=frozenset({"p1", "p2", "p3", "p4", "p5", "p6"})
    )
    held = [part for part in offer.parcel.parts if part.document == secret]
    assert held
    assert all(part.kept_here == "This file is never sent." for part in held)
    assert not {part.id for part in held} & {one.part for one in offer.parcel.outgoing}
    assert b"77 euros" not in offer.parcel.body
    assert b"Otto Brandt" not in offer.parcel.body
    assert Wait.NEVER_SEND in [one.wait for one in offer.waits]
    assert offer.parcel.outgoing[1:], "the other files may leave"


def test_as_a_whole_file_neither(house: House, secret: Path) -> None:
    draft = house.draft("What is the monthly rent of the cellar?")
    offer = house.bursting.offer(draft, Wish(Level.FULL), attached=[secret])
    whole = next(part for part in offer.parcel.parts if part.kind is PartKind.FILE and part.document == secret)
    assert whole.kept_here
    assert b"77 euros" not in offer.parcel.body


def answered(asking: Asking, question: str, *, conversation: int = 0) -> tuple[object, str, int]:
    talk = asking.resume(conversation) if conversation else asking.start()
    draft = talk.prepare(question)
    last = list(talk.answer(draft, OnDevice(None), Cancel()))[-1]
    assert isinstance(last, Finished)
    return draft, last.answer, last.conversation


def test_an_answer_made_from_it_is_not_refined(house: House) -> None:
    draft, answer, _ = answered(house.asking, "What is the monthly rent of the cellar?")
    assert "77 euros" in answer
    offer = house.bursting.offer(draft, Wish(Level.SNIPPETS, refine=True), answer=answer)  # type: ignore[arg-type]  # a Draft
    kept = next(part for part in offer.parcel.parts if part.kind is PartKind.DRAFT)
    assert kept.kept_here == "It rests on a file that is never sent."
    assert b"77 euros" not in offer.parcel.body


def test_nor_a_written_one_that_only_read_it(house: House) -> None:
    asking = asking_with(house.library, Saying("The monthly rent is 1,250 euros. {lease}"))
    draft, answer, _ = answered(asking, "What is the monthly rent of the cellar and of the flat?")
    offer = house.bursting.offer(draft, Wish(Level.SNIPPETS, refine=True), answer=answer)  # type: ignore[arg-type]  # a Draft
    assert next(part for part in offer.parcel.parts if part.kind is PartKind.DRAFT).kept_here


def test_a_follow_up_sends_nothing_of_a_history_that_rests_on_it(house: House) -> None:
    _, _, number = answered(house.asking, "What is the monthly rent of the cellar?")
    talk = house.asking.resume(number)
    follow = talk.prepare("And when is it to be paid?")
    everything = frozenset(f"e{turn.id}" for turn in house.asking.conversations.turns(number))
    offer = house.bursting.offer(follow, Wish(Level.SNIPPETS, ticked=everything))
    earlier = [part for part in offer.parcel.parts if part.kind is PartKind.EARLIER]
    assert earlier
    assert all(part.kept_here for part in earlier)
    for words in (b"77 euros", b"Otto", b"cellar"):
        assert words not in offer.parcel.body
    # Also an answer made now: its writer may have read the turn before.
    draft, answer, _ = answered(house.asking, "How many eggs are in the plum cake?", conversation=number)
    assert "cellar" not in "".join(passage.text for passage in draft.passages)  # type: ignore[attr-defined]  # a Draft
    refined = house.bursting.offer(draft, Wish(Level.SNIPPETS, refine=True), answer=answer)  # type: ignore[arg-type]  # a Draft
    assert next(part for part in refined.parcel.parts if part.kind is PartKind.DRAFT).kept_here


def test_a_history_nobody_can_trace_any_more_stays(house: House) -> None:
    _, _, number = answered(house.asking, RENT)
    turn = house.asking.conversations.turns(number)[-1]
    with house.library.store.write() as db:
        db.execute("UPDATE turns SET passages = '[99999]', citations = '[]' WHERE id = ?", (turn.id,))
    offer = house.bursting.offer(house.asking.resume(number).prepare(RENT), Wish(Level.SNIPPETS))
    assert next(part for part in offer.parcel.parts if part.kind is PartKind.EARLIER).kept_here


def test_an_earlier_question_leaves_only_when_ticked(house: House) -> None:
    _, _, number = answered(house.asking, "What does the check at the dentist cost?")
    follow = house.asking.resume(number).prepare(RENT)
    turn = house.asking.conversations.turns(number)[-1]
    silent = house.bursting.offer(follow, Wish(Level.SNIPPETS, unticked=frozenset()))
    spoken = house.bursting.offer(follow, Wish(Level.SNIPPETS, ticked=frozenset({f"e{turn.id}"})))
    assert turn.question.encode() not in silent.parcel.body
    assert turn.question.encode() in spoken.parcel.body
    assert "earlier question" in spoken.claim


def test_a_copy_elsewhere_is_the_same_text(house: House, secret: Path) -> None:
    copy = secret.parent.parent / "files" / "harmless name.txt"
    shutil.copy(secret, copy)
    for _ in house.library.index([copy.parent], cancel=Cancel()):
        pass
    offer = house.offer("What is the monthly rent of the cellar?")
    held = [part for part in offer.parcel.parts if part.document in (secret, copy)]
    assert held
    assert all(part.kept_here for part in held)
    copy.unlink()
    for _ in house.library.index([copy.parent], cancel=Cancel()):
        pass


def read(house: House, *folders: Path) -> None:
    for _ in house.library.index(list(folders), cancel=Cancel()):
        pass


def test_a_file_that_was_moved_out_or_renamed_away_stays_never_sent(house: House, secret: Path) -> None:
    document = house.library.document(secret)
    assert document is not None
    home, elsewhere = secret.parent, secret.parent.parent / "files" / "moved.txt"
    secret.rename(elsewhere)
    read(house, home, elsewhere.parent)
    assert house.library.document(secret) is None
    offer = house.offer("What is the monthly rent of the cellar?")
    assert next(part for part in offer.parcel.parts if part.document == elsewhere).kept_here
    assert b"77 euros" not in offer.parcel.body
    assert house.bursting.origins().never_send("/anywhere.txt", document.sha256)
    assert not house.bursting.origins().never_send("/anywhere.txt", "0" * 64)
    renamed = elsewhere.parent / "personal"
    renamed.mkdir()
    elsewhere.rename(renamed / "cellar.txt")
    read(house, elsewhere.parent)
    assert b"77 euros" not in house.offer("What is the monthly rent of the cellar?").parcel.body
    # Only taking the mark off frees it.
    house.library.set_never_cloud(home, False)
    assert b"77 euros" in house.offer("What is the monthly rent of the cellar?").parcel.body
    house.library.set_never_cloud(home, True)
    (renamed / "cellar.txt").rename(secret)
    read(house, home, elsewhere.parent)


def test_a_copy_by_hand_is_its_words_too(house: House, secret: Path) -> None:
    copy = secret.parent.parent / "files" / "notes.txt"
    copy.write_text(f"A copy made by hand. {SECRET}", encoding="utf-8")
    for _ in house.library.index([copy.parent], cancel=Cancel()):
        pass
    offer = house.offer("What is the monthly rent of the cellar?")
    held = next(part for part in offer.parcel.parts if part.document == copy)
    assert held.kept_here == "It repeats words of a file that is never sent."
    assert b"77 euros" not in offer.parcel.body
    freed = replace(offer.parcel, parts=tuple(replace(part, kept_here="") for part in offer.parcel.parts))
    freed = replace(freed, outgoing=(*freed.outgoing, replace(freed.outgoing[0], part=held.id)))
    found = gate.check(freed, offer.quote, Wish(Level.SNIPPETS), house.bursting.guards())
    assert Stop.NEVER_SEND in [one.stop for one in found]
    copy.unlink()
    for _ in house.library.index([copy.parent], cancel=Cancel()):
        pass


def test_an_answer_after_one_that_read_it_rests_on_it(house: House) -> None:
    _, _, number = answered(house.asking, "What is the monthly rent of the cellar?")
    answered(house.asking, "How many eggs are in the plum cake?", conversation=number)
    offer = house.bursting.offer(house.asking.resume(number).prepare(RENT), Wish(Level.SNIPPETS))
    earlier = [part for part in offer.parcel.parts if part.kind is PartKind.EARLIER]
    assert len(earlier) == 2
    assert all(part.kept_here for part in earlier)


def test_a_summary_or_transcript_of_it_is_not_sent(house: House, secret: Path) -> None:
    offer = house.bursting.offer(
        house.draft(), Wish(Level.SNIPPETS, refine=True), answer="The cellar costs 77 euros.", rests_on=[secret]
    )
    assert next(part for part in offer.parcel.parts if part.kind is PartKind.DRAFT).kept_here
    assert b"77 euros" not in offer.parcel.body


def test_its_words_in_the_question_stay_at_every_level(house: House) -> None:
    pasted = "Is it true that the monthly rent of the cellar is 77 euros, to be paid to Otto Brandt?"
    for level in (Level.BLIND, Level.SNIPPETS, Level.FULL):
        assert Stop.NEVER_SEND in [one.stop for one in house.offer(pasted, level).refusals]


def test_the_gate_looks_again_whatever_the_offer_said(house: House, secret: Path) -> None:
    offer = house.offer("What is the monthly rent of the cellar?")
    freed = tuple(replace(part, kept_here="") for part in offer.parcel.parts)
    held = next(part for part in freed if part.document == secret)
    sneaked = replace(
        offer.parcel,
        parts=freed,
        outgoing=(*offer.parcel.outgoing, replace(offer.parcel.outgoing[0], part=held.id)),
    )
    found = gate.check(sneaked, offer.quote, Wish(Level.SNIPPETS), house.bursting.guards())
    assert Stop.NEVER_SEND in [one.stop for one in found]
