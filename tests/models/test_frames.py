"""The wire format: what goes in comes out, and nothing malformed gets through."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models import frames
from models.frames import LENGTHS, Frame, FrameError, read_frame, write_frame

JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HEADERS = some.dictionaries(some.text(max_size=8), JSON, max_size=4)


def written(*sent: Frame) -> io.BytesIO:
    stream = io.BytesIO()
    for frame in sent:
        write_frame(stream, frame)
    stream.seek(0)
    return stream


@given(some.lists(some.builds(Frame, HEADERS, some.binary(max_size=200)), max_size=4))
def test_what_is_written_is_read(sent: list[Frame]) -> None:
    stream = written(*sent)
    assert [read_frame(stream) for _ in sent] == sent
    assert read_frame(stream) is None


@given(some.builds(Frame, HEADERS, some.binary(max_size=40)), some.data())
def test_a_cut_frame_is_refused(frame: Frame, data: some.DataObject) -> None:
    whole = written(frame).getvalue()
    cut = data.draw(some.integers(1, len(whole) - 1))
    with pytest.raises(FrameError, match="cut"):
        read_frame(io.BytesIO(whole[:cut]))


@given(some.binary(max_size=64))
def test_noise_is_a_frame_error_or_a_frame_never_another_error(noise: bytes) -> None:
    try:
        frame = read_frame(io.BytesIO(noise))
    except FrameError:
        return
    assert frame is None or isinstance(frame.header, dict)


@pytest.mark.parametrize("lengths", [(frames.MAX_HEADER_BYTES + 1, 0), (2, frames.MAX_PAYLOAD_BYTES + 1)])
def test_a_huge_length_is_refused_before_it_is_read(lengths: tuple[int, int]) -> None:
    class Unread(io.BytesIO):
        """Gives the lengths, then must not be asked for more."""

        def read(self, size: int | None = -1) -> bytes:
            assert size == LENGTHS.size
            return super().read(size)

    with pytest.raises(FrameError, match="too large"):
        read_frame(Unread(LENGTHS.pack(*lengths)))


def test_a_frame_too_large_is_not_written() -> None:
    stream = io.BytesIO()
    with pytest.raises(FrameError, match="too large"):
        write_frame(stream, Frame({"text": "x" * frames.MAX_HEADER_BYTES}))
    assert stream.getvalue() == b""


@pytest.mark.parametrize("header", [b"[1]", b"7", b"\xff\xfe", b"{", b"null"])
def test_a_header_that_is_no_object_is_refused(header: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(LENGTHS.pack(len(header), 0) + header))


def test_the_payload_travels_as_it_is_and_is_not_shown() -> None:
    frame = Frame({"n": 1}, b"the words of a document")
    raw = written(frame).getvalue()
    assert raw.endswith(frame.payload)
    assert json.loads(raw[LENGTHS.size : -len(frame.payload)]) == {"n": 1}
    assert "document" not in repr(frame)
