"""What has a form is found in any dress, what only looks like it is left, and a detector that fails blocks."""

from itertools import pairwise

import pytest

from app.cloud.redact.find import find
from app.cloud.redact.found import By, DetectorFailed, Kind, Span
from models.api import Cancel


def values(text, **more):
    return [(one.kind, one.value) for one in find([text], names=nobody, **more)]


def nobody(text):
    return ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to ravi.o'brien@globex.net, please.", Kind.EMAIL, "ravi.o'brien@globex.net"),
        ("see https://example.org/a?b=1.", Kind.URL, "https://example.org/a?b=1"),
        ("on host cache-04.corp.globex.net.", Kind.URL, "cache-04.corp.globex.net"),
        ("from 253.21.219.60, twice", Kind.IP, "253.21.219.60"),
        ("at 2001:db8::8a2e:370:7334 today", Kind.IP, "2001:db8::8a2e:370:7334"),
        ("card 5213 5917 2758 6604 expires", Kind.CARD, "5213 5917 2758 6604"),
        ("IBAN DE89 3704 0044 0532 0130 00 at the bank", Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
        ("SSN: 403-57-9558", Kind.ID, "403-57-9558"),
        ("my driver's license number is 481195160", Kind.ID, "481195160"),
        ("(EMP-54597) was here", Kind.ID, "EMP-54597"),
        ("NI number AB 12 34 56 C", Kind.ID, "AB 12 34 56 C"),
        ("call (96) 627-277 now", Kind.PHONE, "(96) 627-277"),
        ("Desk: 986.291.2294x751", Kind.PHONE, "986.291.2294x751"),
        ("69 987 88 37 office", Kind.PHONE, "69 987 88 37"),
        ("ring +49 30 901820 after ten", Kind.PHONE, "+49 30 901820"),
        ("He was born on 29 March 1987 in", Kind.DATE, "29 March 1987"),
        ("since 12/1/1977", Kind.DATE, "12/1/1977"),
        ("a 43 year old man", Kind.AGE, "43"),
        ("export OPENAI_API_KEY=sk-proj-a1B2c3D4e5F6g7H8i9J0", Kind.SECRET, "sk-proj-a1B2c3D4e5F6g7H8i9J0"),
        ('password = "Tr0ub4dor&3"', Kind.SECRET, "Tr0ub4dor&3"),
        ("the wifi password is hunter2!", Kind.SECRET, "hunter2"),
        ("postgres://admin:s3cret@db.local:5432/x then", Kind.SECRET, "postgres://admin:s3cret@db.local:5432/x"),
        ("Authorization: Bearer abc123.def456-ghi789", Kind.SECRET, "abc123.def456-ghi789"),
        ("key AKIAIOSFODNN7EXAMPLE in", Kind.SECRET, "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_forms_are_found(text, kind, value):
    assert (kind, value) in values(text)


@pytest.mark.parametrize(
    "text",
    [
        "In 1998-2004 it sold 10 000 000 copies for $1,234,567.89 and 12.5 %.",
        "See chapter 3.2.1 and version 1.24.3 of file.py, e.g. the 501(c)3 status at 14:30:05.",
        "The password is changed every 90 days; a token is required, no API key is stored.",
        "3... 2... 1... liftoff! Track #15, pages 120-135, 2 x 4 = 8.",
        "api_key = os.environ['OPENAI_API_KEY']",
        "The number 4111111111111112 has a wrong check digit.",
    ],
)
def test_what_only_looks_like_it_is_left(text):
    assert values(text) == []


def test_own_words_are_found_in_any_dress_and_inside_words():
    text = "PROJEKT\n falke, Projekt Falkes; and Zoe's: ZOË."
    found = [one for one in find([text], hidden=["Projekt Falke", "Zoë"], names=nobody) if one.by is By.YOURS]
    assert [one.value for one in found] == ["PROJEKT\n falke", "Projekt Falke", "Zoe", "ZOË"]


def test_an_own_word_beside_or_across_a_longer_span_is_covered():
    text = "mail bob@falke-labs.com now, falke-labs.com now"
    found = find([text], hidden=["com now"], names=nobody)
    covered = {place for one in found for place in range(one.start, one.end)}
    start = text.index("com now")
    assert set(range(start, start + 3)) | set(range(start + 4, start + 7)) <= covered
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_a_value_found_once_is_found_everywhere():
    texts = ["Ask Karen Bäker today.", "KAREN BAKER’S note; karen baker and Karen. Baker street."]
    found = find(texts, names=lambda text: [Span(4, 15, Kind.PERSON, By.NAMES)] if "Ask" in text else [])
    assert [(one.text, one.value) for one in found] == [
        (0, "Karen Bäker"),
        (1, "KAREN BAKER"),
        (1, "karen baker"),
        (1, "Karen"),
        (1, "Baker"),
    ]


def test_only_what_a_model_copied_word_for_word_counts():
    text = "Dario met Ana; Anabel left."
    said = [("person", "Dario"), ("person", "Mario"), ("person", "Ana"), ("dragon", "left")]
    found = find([text], names=nobody, model=lambda text: said)
    assert [(one.value, one.by) for one in found] == [("Dario", By.MODEL), ("Ana", By.MODEL)]


def test_a_detector_that_fails_or_is_stopped_blocks():
    def broken(text):
        yield Span(0, 1, Kind.PERSON, By.NAMES)
        raise ValueError(text)

    with pytest.raises(DetectorFailed) as failed:
        find(["some text"], names=broken)
    assert "Nothing was sent" in failed.value.notice.safe and isinstance(failed.value.__cause__, ValueError)
    cancel = Cancel()
    cancel.stop()
    with pytest.raises(DetectorFailed):
        find(["some text"], cancel=cancel)


def test_our_own_labels_are_never_found_again_but_others_are():
    text = "⟦PERSON_1⟧ met ⟦bob@mail.org⟧ of ⟦ORGANISATION_12⟧, ⟦Person_2⟧."
    assert [one.value for one in find([text], hidden=["PERSON", "ORGANISATION"], names=nobody)] == [
        "bob@mail.org",
        "Person",
    ]
