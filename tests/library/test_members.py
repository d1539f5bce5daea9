"""Documents inside files, through the real sealed reader: found at their exact place, limited, and alone in failing."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_files import SENT_AT, encrypted, locked_zip, mail, mbox, tarred, zipped

from app.library import labels
from app.library.members import THE_REST, Unpacking
from app.library.reading import ReadFile, Reading, Refused, Stopped
from app.values import DocumentKind, TroubleKind
from models.api import Cancel


def read(reading: Reading, path: Path, data: bytes = b"", *, password: str = "") -> ReadFile:
    if data:
        path.write_bytes(data)
    found = reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel(), password=password)
    assert not list(reading.scratch.glob("*")), "something was left in the scratch folder"
    return found


def refused(reading: Reading, path: Path, data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(reading, path, data)
    assert not list(reading.scratch.glob("*"))
    return caught.value


def texts(found: ReadFile) -> dict[str, str]:
    return {part.member: "".join(section.text for section in part.sections) for part in found.parts}


NOTE = b"The rent is 900 euros.\n"


def test_a_mail_with_a_mail_with_an_archive(reading: Reading, tmp_path: Path) -> None:
    inner = mail("Lease", "See the archive.", files={"papers.zip": zipped({"deep/lease.txt": NOTE})})
    found = read(reading, tmp_path / "a.eml", bytes(mail("Fwd", "As promised.", files={"note.txt": NOTE}, inner=inner)))
    assert list(texts(found)) == ["note.txt", "Lease.eml", "Lease.eml/papers.zip/deep/lease.txt"]
    nested = found.parts[1]
    assert (nested.kind, nested.sender, nested.written_at) == (
        DocumentKind.MAIL,
        "Dana Weiß <dana@example.org>",
        SENT_AT,
    )
    lease = found.parts[2]
    assert (lease.title, lease.size_bytes, lease.sections[0].text) == ("lease", len(NOTE), NOTE.decode())
    assert found.passages == 4
    assert "Attachments: note.txt, Lease.eml" in found.sections[0].text


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_tars_packed_or_not(reading: Reading, tmp_path: Path, name: str) -> None:
    mode = {"gz": "w:gz", "tgz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}.get(name.rsplit(".")[-1], "w")
    found = read(reading, tmp_path / name, tarred({"papers/lease.txt": NOTE, "x.bin": b"1"}, mode))
    assert texts(found) == {"papers/lease.txt": NOTE.decode()}
    assert (found.title, found.other_kinds) == ("a", 1)


def test_a_single_packed_file(reading: Reading, tmp_path: Path) -> None:
    import gzip

    assert texts(read(reading, tmp_path / "lease.txt.gz", gzip.compress(NOTE))) == {"lease.txt": NOTE.decode()}


def test_one_file_is_unpacked_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"{n}.zip": zipped({"a.txt": NOTE, "b.txt": NOTE}) for n in range(5)}))
    unpacking = Unpacking(scratch=tmp_path / "scratch", password="", cancel=Cancel(), broken={})
    there = [len(list((tmp_path / "scratch").glob("*/*"))) for _ in unpacking.file(tmp_path / "a.zip")]
    assert max(there) == 2 and unpacking.read == 10
    assert not list((tmp_path / "scratch").glob("*"))


def test_one_bad_file_costs_only_itself(reading: Reading, tmp_path: Path) -> None:
    members = {"bad.docx": b"PK\x03\x04 nothing", "empty.txt": b"", "good.txt": NOTE, "talk.mp3": b"ID3", "b.eml": b"x"}
    found = read(reading, tmp_path / "a.zip", zipped(members))
    assert list(texts(found)) == ["good.txt"]
    reasons = {trouble.member: (trouble.reason.split(",")[0], trouble.skipped) for trouble in found.troubles}
    assert reasons["empty.txt"] == ("Empty", False)
    assert reasons["talk.mp3"] == ("A recording inside another file", True)
    assert set(reasons) == {"bad.docx", "empty.txt", "talk.mp3", "b.eml"}


def test_names_are_labels_only(reading: Reading, tmp_path: Path) -> None:
    members = {
        "../../evil.txt": NOTE,
        "/etc/passwd.txt": NOTE,
        "C:\\tax\\a.txt": NOTE,
        "tax/a.txt": NOTE,
        "x\x01y\u202etxt.exe.txt": NOTE,
        "./a//b/./c.txt": NOTE,
        ".hidden.txt": NOTE,
        "__MACOSX/._a.txt": NOTE,
        "n" * 400 + ".txt": NOTE,
    }
    found = read(reading, tmp_path / "a.zip", zipped(members))
    assert list(texts(found))[:6] == [
        "evil.txt",
        "etc/passwd.txt",
        "tax/a.txt",
        "tax/a (2).txt",
        "xytxt.exe.txt",
        "a/b/c.txt",
    ]
    assert len(found.parts) == 7
    assert not (tmp_path.parent / "evil.txt").exists() and not (tmp_path / "evil.txt").exists()


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["..", ".", "", "a", "\\", "C:", "\x00", "\ud800", " "])).map("/".join)
)
def test_any_name_is_cleaned_once_for_all(name: str) -> None:
    label = labels.clean_label(name)
    assert labels.is_clean(label) and label.encode()
    assert str(Path(label)) == label and not Path(label).is_absolute() and ".." not in Path(label).parts
    assert 0 < len(labels.disk_name(label).encode()) <= 200
    assert "/" not in labels.disk_name(label)
    taken = {label}
    assert labels.is_clean(labels.numbered(label, taken)) and len(taken) == 2


def test_a_locked_archive_says_so_and_one_locked_file_is_its_own_trouble(reading: Reading, tmp_path: Path) -> None:
    locked = encrypted(zipped({"a.txt": NOTE, "b.txt": NOTE}))
    assert refused(reading, tmp_path / "a.zip", locked).kind is TroubleKind.LOCKED
    found = read(reading, tmp_path / "b.zip", zipped({"in.zip": locked, "open.txt": NOTE}))
    assert list(texts(found)) == ["open.txt"]
    assert {trouble.trouble for trouble in found.troubles} == {TroubleKind.LOCKED}


def test_a_password_opens_what_it_locks(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    data = locked_zip("lease.txt", NOTE, b"walrus")
    without = refused(reading, path, data)
    assert (without.reason, "Enter its password" in without.hint) == ("Locked with a password", True)
    assert texts(read(reading, path, data, password="walrus")) == {"lease.txt": NOTE.decode()}
    with pytest.raises(Refused, match="Locked with a password") as caught:
        read(reading, path, data, password="seal")
    assert caught.value.hint == "That password does not open it."


def test_layers_end(reading: Reading, tmp_path: Path) -> None:
    data = zipped({"deepest.txt": NOTE})
    for level in range(3):
        data = zipped({f"{level}.zip": data, f"note {level}.txt": NOTE})
    found = read(reading, tmp_path / "a.zip", data)
    assert sorted(texts(found)) == ["2.zip/1.zip/note 0.txt", "2.zip/note 1.txt", "note 2.txt"]
    (trouble,) = found.troubles
    assert (trouble.member, "layers" in trouble.reason) == (f"2.zip/1.zip/0.zip/{THE_REST}", True)


def test_bombs_are_left_and_what_came_before_is_kept(reading: Reading, tmp_path: Path) -> None:
    zeros = b"0" * 60_000_000
    bomb = zipped({"a.txt": NOTE, **{f"z{n}.pdf": zeros for n in range(3)}, "last.txt": NOTE})
    assert len(bomb) < 1_000_000
    found = read(reading, tmp_path / "a.zip", bomb)
    assert "a.txt" in texts(found) and "last.txt" not in texts(found)
    assert [trouble.member for trouble in found.troubles if trouble.trouble is TroubleKind.TOO_LARGE] == [THE_REST]
    lying = bytearray(zipped({"lie.pdf": zeros}))
    at = lying.find(b"PK\x01\x02") + 24
    lying[at : at + 4] = (100).to_bytes(4, "little")
    assert refused(reading, tmp_path / "b.zip", bytes(lying)).reason


def test_ten_thousand_and_more(reading: Reading, tmp_path: Path) -> None:
    members = {f"{n}.bin": b"" for n in range(9_998)} | {"a.txt": NOTE, "b.txt": NOTE, "c.txt": NOTE}
    found = read(reading, tmp_path / "a.zip", zipped(members, packed=False))
    assert list(texts(found)) == ["a.txt", "b.txt"]
    (trouble,) = found.troubles
    assert (trouble.member, trouble.reason) == (THE_REST, "More than 10,000 files inside")


def test_nothing_of_ours_inside(reading: Reading, tmp_path: Path) -> None:
    assert "kind" in refused(reading, tmp_path / "a.zip", zipped({"a.bin": b"1", "b.exe": b"2"})).reason
    assert "No words" in refused(reading, tmp_path / "b.zip", zipped({})).reason
    assert "may be damaged" in refused(reading, tmp_path / "c.zip", zipped({"a.txt": NOTE})[:40]).reason
    assert "although its name says so" in refused(reading, tmp_path / "d.zip", b"hello").reason


def test_a_file_inside_that_ends_the_process_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(tmp_path / "scratch")
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": NOTE, "b.txt": b"slow " * 200_000, "c.txt": NOTE}))
    killed = threading.Event()

    def kill() -> None:
        # As soon as the second file is unpacked, the process is gone: once, as from a crash of a parser.
        while not killed.is_set():
            if list(tmp_path.glob("scratch/*/2/*")) and reading.host.pid:
                os.kill(reading.host.pid, signal.SIGKILL)
                killed.set()

    threading.Thread(target=kill, daemon=True).start()
    try:
        found = reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel())
    finally:
        killed.set()
        reading.close()
    assert list(texts(found)) == ["a.txt", "c.txt"]
    assert [(trouble.member, trouble.reason) for trouble in found.troubles] == [
        ("b.txt", "The reader stopped working on it")
    ]
    assert not list((tmp_path / "scratch").glob("*"))


def test_a_stop_leaves_nothing_behind(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{n}.txt": NOTE * 2_000 for n in range(400)}))
    cancel = Cancel()
    threading.Timer(0.4, cancel.stop).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        reading.read(path, size_bytes=path.stat().st_size, cancel=cancel)
    assert not list(reading.scratch.glob("*")), time.monotonic() - began


def test_what_a_killed_program_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "inside-1-abc" / "1"
    left.mkdir(parents=True)
    (left / "lease.pdf").write_bytes(b"x")
    Reading(tmp_path / "scratch").clear_scratch()
    assert not list((tmp_path / "scratch").glob("*"))


def test_messages_of_a_mailbox_and_their_files(reading: Reading, tmp_path: Path) -> None:
    path = mbox(
        tmp_path / "2026.mbox",
        [
            mail("Roof", "The offer is 4,200 euros.\n\nFrom here on it gets wet.\n"),
            mail("Lease", "Signed.", files={"lease.txt": NOTE}),
        ],
    )
    found = read(reading, path)
    assert [(s.kind, s.number, s.sender, s.written_at) for s in found.sections] == [
        ("message", 1, "Dana Weiß <dana@example.org>", SENT_AT),
        ("message", 2, "Dana Weiß <dana@example.org>", SENT_AT),
    ]
    assert found.sections[0].headings == ((0, "Roof — Dana Weiß <dana@example.org>, Tuesday 03 March 2026, 10:15"),)
    assert "From here on it gets wet." in found.sections[0].text
    assert texts(found) == {"2/lease.txt": NOTE.decode()}
