"""Mails of every program, calendars and cards: who, when, what, at its exact place, read through the sealed reader."""

from __future__ import annotations

import io
import random
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from letter_files import SENT_AT, mail, mbox, tarred, zipped
from reader_fuzz import damaged

from app.library.readers.archive_names import member_names
from app.library.reading import ReadFile, Reading, Refused
from app.store.anchors import anchor_of
from app.values import Anchor, LinesAnchor, MessageAnchor, TroubleKind
from models.api import Cancel

SHARED = Path(__file__).parents[3] / "shared" / "samples"
DOCUMENTS, HOSTILE = SHARED / "documents", SHARED / "hostile"
samples = pytest.mark.skipif(not DOCUMENTS.exists(), reason="the samples in ../shared are not here")


def read(reading: Reading, path: Path, data: bytes = b"") -> ReadFile:
    if data:
        path.write_bytes(data)
    return reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel())


def place(found: ReadFile, sentence: str) -> Anchor:
    """Where a sentence stands; it must be there exactly once."""
    (section,) = [section for section in found.sections if sentence in section.text]
    at = section.text.index(sentence)
    return anchor_of(section, at, at + len(sentence))


def test_a_mail_knows_who_and_when(reading: Reading, tmp_path: Path) -> None:
    found = read(reading, tmp_path / "a.eml", bytes(mail("Roof", "The offer is 4,200 euros.")))
    assert (found.title, found.sender, found.written_at) == ("Roof", "Dana Weiß <dana@example.org>", SENT_AT)
    head = "From: Dana Weiß <dana@example.org>\nTo: Sam <sam@example.org>\n"
    head += "Date: Tuesday 03 March 2026, 10:15\nSubject: Roof\n\n"
    assert place(found, "The offer is 4,200 euros.") == MessageAnchor(1, len(head), len(head) + 25)


def test_apple_mail(reading: Reading, tmp_path: Path) -> None:
    raw = bytes(mail("Roof", "The offer is 4,200 euros."))
    found = read(reading, tmp_path / "a.emlx", b"%d\n" % len(raw) + raw + b"<?xml version='1.0'?><plist>flags</plist>")
    assert "plist" not in found.sections[0].text
    assert isinstance(place(found, "4,200 euros"), MessageAnchor)


def test_pictures_of_the_layout_are_no_attachments(reading: Reading, tmp_path: Path) -> None:
    message = mail("Roof", "Words.", files={"offer.txt": b"4,200 euros"})
    message.add_attachment(
        b"GIF89a", maintype="image", subtype="gif", filename="logo.gif", disposition="inline", cid="<a>"
    )
    message.add_attachment(b"sig", maintype="application", subtype="pgp-signature", filename="signature.asc")
    found = read(reading, tmp_path / "a.eml", bytes(message))
    assert [part.member for part in found.parts] == ["offer.txt"]
    assert "Attachments: offer.txt\n" in found.sections[0].text


def test_an_invitation_in_a_mail(reading: Reading, tmp_path: Path) -> None:
    message = mail("Boiler", "See you.")
    message.add_attachment(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Boiler check\nEND:VEVENT\nEND:VCALENDAR", subtype="calendar"
    )
    message.get_payload()[-1].__delitem__("Content-Disposition")  # type: ignore[union-attr]  # a list: it is multipart
    (part,) = read(reading, tmp_path / "a.eml", bytes(message)).parts
    assert (part.member, part.sections[0].text.split("\n")[0]) == ("invitation.ics", "Boiler check")


def test_sealed_mails_say_so(reading: Reading, tmp_path: Path) -> None:
    head = b"Subject: x\r\nContent-Type: application/pkcs7-mime; smime-type=%s\r\n\r\n\0\1"
    for kind, reason in ((b"enveloped-data", "encrypted"), (b"signed-data", "signature")):
        with pytest.raises(Refused, match=reason) as caught:
            read(reading, tmp_path / "a.eml", head % kind)
        assert caught.value.kind is TroubleKind.LOCKED


def test_broken_attachments_cost_nothing_else(reading: Reading, tmp_path: Path) -> None:
    raw = bytes(mail("Roof", "Words.", files={"a.txt": b"one", "b.txt": b"two"}))
    found = read(reading, tmp_path / "a.eml", raw.replace(b"b25l", b"\xff\xfe=?!"))
    assert "b.txt" in [part.member for part in found.parts]


def test_charsets_that_are_none(reading: Reading, tmp_path: Path) -> None:
    for name in ("nope", "as\0cii", "=?x?="):
        raw = f'Subject: x\r\nContent-Type: text/plain; charset="{name}"\r\n\r\nThe otter.\r\n'.encode()
        assert "The otter." in read(reading, tmp_path / "a.eml", raw).sections[0].text


def test_a_mailbox_starts_messages_only_where_they_start(reading: Reading, tmp_path: Path) -> None:
    body = "First.\n\nFrom now on 10:15 is late.\nFrom dana at 10:15 in 2026.\n\n>From the kitchen\n"
    found = read(reading, mbox(tmp_path / "a.mbox", [mail("One", body), EmailMessage(), mail("Three", "Last words.")]))
    assert [section.number for section in found.sections] == [1, 3]
    assert "From now on 10:15 is late." in found.sections[0].text
    assert "\nFrom the kitchen" in found.sections[0].text
    assert isinstance(where := place(found, "Last words."), MessageAnchor) and where.message == 3
    with pytest.raises(Refused, match="Not a mailbox"):
        read(reading, tmp_path / "b.mbox", b"just words\n")


CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Boiler check
DTSTART:20260303T101500
DTEND:20260303T110000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=9
LOCATION:Cellar\\, left door
ATTENDEE;CN=Sam Berg:mailto:sam@example.org
DESCRIPTION:Bring the keys.\\nThe valve leaks.
END:VEVENT
BEGIN:VEVENT
SUMMARY:Holiday
DTSTART;VALUE=DATE:20260801
DTEND;VALUE=DATE:20260815
END:VEVENT
END:VCALENDAR
"""


def test_events_in_words(reading: Reading, tmp_path: Path) -> None:
    found = read(reading, tmp_path / "house.ics", CALENDAR)
    (section,) = found.sections
    assert section.text == (
        "Boiler check\nWhen: Tuesday 03 March 2026, 10:15 to 11:00\n"
        "Repeats: every 2 weeks on Tuesday, Friday, 9 times\nWhere: Cellar, left door\n"
        "With: Sam Berg <sam@example.org>\nBring the keys.\nThe valve leaks.\n\n"
        "Holiday\nWhen: Saturday 01 August 2026 to Friday 14 August 2026\n\n"
    )
    assert [heading for _, heading in section.headings] == [
        "Boiler check, Tuesday 03 March 2026, 10:15",
        "Holiday, Saturday 01 August 2026",
    ]
    assert place(found, "The valve leaks.") == LinesAnchor(7, 7)
    broken = CALENDAR.replace(b"COUNT=9", b"UNTIL=2026121gT").replace(b"DTEND:20260303T110000", b"DTEND:soon")
    text = read(reading, tmp_path / "c.ics", broken).sections[0].text
    assert "When: Tuesday 03 March 2026, 10:15\nRepeats: yes\n" in text
    with pytest.raises(Refused):
        read(reading, tmp_path / "b.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n")


def test_many_events_know_their_line(reading: Reading, tmp_path: Path) -> None:
    event = (
        "BEGIN:VEVENT\nSUMMARY:Meeting %d\nDTSTART:20260303T101500\nDESCRIPTION:"
        + "about bees " * 20
        + "\nEND:VEVENT\n"
    )
    text = "BEGIN:VCALENDAR\n" + "".join(event % n for n in range(300)) + "END:VCALENDAR\n"
    found = read(reading, tmp_path / "a.ics", text.encode())
    assert len(found.sections) > 2
    lines = "".join(section.text for section in found.sections).split("\n")
    for section in found.sections:
        assert section.text.split("\n")[0] == lines[section.number - 1] != ""


def test_address_cards(reading: Reading, tmp_path: Path) -> None:
    card = "BEGIN:VCARD\r\nFN:Dana Weiß\r\nitem1.TEL;TYPE=CELL:+49 170 5550100\r\n"
    card += "NOTE:likes\r\n  bees\\, and honey\r\nEND:VCARD\r\n"
    found = read(reading, tmp_path / "a.vcf", card.encode() * 2)
    assert found.sections[0].text == "Dana Weiß\nPhone: +49 170 5550100\nNote: likes bees, and honey\n\n" * 2


@pytest.mark.parametrize("code", ["utf-8", "gb18030", "cp932", "cp866", "cp437"])
def test_names_in_old_codes(code: str) -> None:
    names = {
        "utf-8": "Büro/Überweisung.txt",
        "gb18030": "合同/租赁协议.txt",
        "cp932": "契約/ちんたい契約書.txt",
        "cp866": "Договоры/Аренда.txt",
        "cp437": "Vertrag für Jörg.txt",
    }
    # The library writes all that is not ASCII as UTF-8; the same bytes without its mark are what old programs wrote.
    out = io.BytesIO()
    info = zipfile.ZipInfo("x" * len(names[code].encode(code)))
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"x")
    data = out.getvalue().replace(info.filename.encode(), names[code].encode(code))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert member_names(archive.infolist()) == [names[code]]


@samples
@pytest.mark.parametrize(
    ("name", "message", "sentence", "sender", "day"),
    [
        (
            "markitdown__test_outlook_msg.msg",
            1,
            "This is the body of the test email message",
            "test.sender@",
            "2024-12-22",
        ),
        (
            "unstructured__fake-email-with-cc-and-bcc.msg",
            1,
            "This is a test email. Please ignore.",
            "johnjennings702@",
            "2024-07-29",
        ),
        ("tika__testPST_variousBodyTypes.pst", 3, "Forwarded RTF", "tallison@mitre.org", "2017-08-30"),
        (
            "tika__testEMLX.emlx",
            1,
            "I'll have a look at mime4j and try to use it in Tika",
            "jira@apache.org",
            "2010-09-06",
        ),
        (
            "tika__testEmailWithPNGAtt.eml",
            1,
            "This email has a PNG attachment included in it",
            "XXXX@apache.org",
            "2016-07-20",
        ),
        ("tika__quoted.mbox", 1, "> quoted stuff", "", ""),
    ],
)
def test_mails_of_real_programs(
    reading: Reading, name: str, message: int, sentence: str, sender: str, day: str
) -> None:
    import datetime

    found = read(reading, DOCUMENTS / name)
    where = place(found, sentence)
    assert isinstance(where, MessageAnchor) and where.message == message
    (section,) = [section for section in found.sections if section.number == message]
    assert section.text[where.start_char : where.end_char] == sentence
    assert sender in section.sender
    if day:
        assert section.written_at is not None
        assert str(datetime.datetime.fromtimestamp(section.written_at, datetime.UTC).date()) == day


@samples
def test_real_archives(reading: Reading) -> None:
    assert [part.member for part in read(reading, DOCUMENTS / "unstructured__mime-multipart-digest.eml").parts] == [
        "First Message.eml",
        "Second Message.eml",
        "Third Message.eml",
    ]
    assert "testTXT.txt" in [part.member for part in read(reading, DOCUMENTS / "tika__test-documents.zip").parts]
    nested = read(reading, HOSTILE / "tika__test-nested-tarball.tar")
    assert [part.member for part in nested.parts] == [
        "folderContainingTgz/inner/nested.tgz/folderWithinTgz/testTXT.txt"
    ]
    with zipfile.ZipFile(HOSTILE / "tika__gbk.zip") as archive:
        assert member_names(archive.infolist())[1].startswith("审计压缩包文件检索测试/集团邮件审计系统2021年")


def test_a_zip_in_a_zip_is_found_by_its_place(reading: Reading, tmp_path: Path) -> None:
    data = zipped({"in.zip": zipped({"契約/a.txt": "賃料は九百ユーロです。".encode()})})
    (part,) = read(reading, tmp_path / "a.zip", data).parts
    assert part.member == "in.zip/契約/a.txt"


def _whole() -> dict[str, bytes]:
    inner = mail("Lease", "See inside.", files={"papers.zip": zipped({"deep/lease.txt": b"The rent is 900 euros."})})
    outer = bytes(mail("Fwd", "As promised.", files={"note.txt": b"The otter."}, inner=inner))
    card = "BEGIN:VCARD\nFN:Dana Weiß\nTEL:+49 170\nNOTE;ENCODING=QUOTED-PRINTABLE:bees=20and=\n honey\nEND:VCARD\n"
    box = b"From dana Tue Mar  3 10:15:00 2026\n" + outer + b"\nFrom dana Tue Mar  3 10:15:00 2026\n" + outer
    packed = {
        f"t.{ending}": tarred({"a/b.txt": b"words " * 99, "c.eml": outer}, mode) for ending, mode in _TARS.items()
    }
    return {
        "a.eml": outer,
        "a.emlx": b"%d\n" % len(outer) + outer,
        "a.mbox": box,
        "a.ics": CALENDAR,
        "a.vcf": card.encode(),
        "a.zip": zipped({"a.txt": b"words", "b.eml": outer}),
        **packed,
    }


_TARS = {"tar": "w", "tgz": "w:gz", "tbz": "w:bz2", "txz": "w:xz"}


@pytest.mark.parametrize(
    "name", ["a.eml", "a.emlx", "a.mbox", "a.ics", "a.vcf", "a.zip", *(f"t.{each}" for each in _TARS)]
)
def test_damaged_ones_are_read_or_refused_with_a_reason(reading: Reading, tmp_path: Path, name: str) -> None:
    whole = _whole()
    chance = random.Random(name)
    assert read(reading, tmp_path / name, whole[name]).passages
    starts = reading.host.starts
    for number in range(15):
        data = damaged(whole[name], chance.choice(list(whole.values())), chance)[:100_000]
        try:
            read(reading, tmp_path / f"{number}{Path(name).suffix}", data or b" ")
        except Refused as refusal:
            assert refusal.reason and refusal.hint and not refusal.ended_reader, (name, number)
    assert reading.host.starts == starts, "the reader ended over a damaged file"
    assert not list(reading.scratch.glob("*"))
