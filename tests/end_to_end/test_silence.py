"""Nothing talks: a whole job under a system-call trace asks for no internet socket, and the trace is known to work.

The control is needed because onnxruntime waits about ten seconds before it reports home: a short run, or a trace that
misses native threads, would pass for nothing. Both runs go side by side and keep every process alive for 26 s.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from models.child import python_command

STRACE = shutil.which("strace")
FILES = ("Letter to the landlord.txt", "Office lease.pdf")
RECORDING, RECORDING_S = "Call with Dana.flac", 12
INTERNET = re.compile(r"^socket\((AF_INET6?|AF_PACKET), (\S+), (\S+)\) += (-?\d+)(?: (\w+))?")
TO_INTERNET = re.compile(r"^(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET6?.*")
KNOWN_REFUSED = {
    # models/seal.py asks the kernel whether the seal holds.
    ("AF_INET", "SOCK_STREAM", "IPPROTO_IP"),
    # urllib3, imported by moonshine_voice through requests, asks at import whether this computer has IPv6.
    ("AF_INET6", "SOCK_STREAM|SOCK_CLOEXEC", "IPPROTO_IP"),
}


def can_trace() -> bool:
    """Whether system calls may be traced here (some containers forbid it)."""
    return STRACE is not None and subprocess.run([STRACE, "-qq", "-o", os.devnull, "true"], check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class Trace:
    """What one run said and asked the kernel for."""

    said: str
    trouble: str
    threads: int
    granted: Counter[tuple[str, str, str]]
    refused: Counter[tuple[str, str, str]]
    sent: list[str]


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    folder.mkdir()
    command = python_command("tests.end_to_end.quiet_job", *words)
    trace = [str(STRACE), "-ff", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", str(folder / "trace"), "--"]
    return subprocess.Popen(
        [*trace, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"HOME": str(folder)},
    )


def finish(process: subprocess.Popen[str], folder: Path) -> Trace:
    said, trouble = process.communicate()
    granted: Counter[tuple[str, str, str]] = Counter()
    refused: Counter[tuple[str, str, str]] = Counter()
    sent: list[str] = []
    files = sorted(folder.glob("trace.*"))
    for line in (line for file in files for line in file.read_text(errors="replace").splitlines()):
        if TO_INTERNET.match(line):
            sent.append(line)
        elif found := INTERNET.match(line):
            family, kind, protocol, result, _ = found.groups()
            (granted if int(result) >= 0 else refused)[family, kind, protocol] += 1
    return Trace(said, trouble[-2000:], len(files), granted, refused, sent)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory, sample_library: Path) -> tuple[Trace, Trace]:
    """The job and the control, run side by side."""
    folder = tmp_path_factory.mktemp("silence")
    files = [str(sample_library / name) for name in FILES]
    sound, rate = soundfile.read(sample_library / RECORDING, frames=RECORDING_S * 16_000)
    soundfile.write(folder / "call.wav", sound, rate)
    files.append(str(folder / "call.wav"))
    with (
        start(folder / "job", "job", str(folder / "profile"), *files) as job,
        start(folder / "control", "control") as control,
    ):
        traced = [finish(job, folder / "job"), finish(control, folder / "control")]
    assert (job.returncode, control.returncode) == (0, 0), [each.trouble for each in traced]
    return traced[0], traced[1]


pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or not can_trace(), reason="system calls cannot be traced here (strace)"
    ),
    pytest.mark.timeout(180),
]


def test_the_whole_job_was_done_with_every_process_alive(traces: tuple[Trace, Trace]) -> None:
    said = traces[0].said
    assert "seal system" in said
    assert "engine {'ran': True}" in said
    assert "answered 1" in said
    assert "summarised 1" in said
    for kind in ("courier", "language", "embedding", "speech", "reader_process", "vector_process", "quiet_job"):
        assert kind in said.splitlines()[-1], said
    assert traces[0].threads > 20


def test_the_job_was_granted_nothing_and_sent_nothing(traces: tuple[Trace, Trace]) -> None:
    assert traces[0].granted == {}
    assert traces[0].sent == []


def test_the_job_did_not_even_try(traces: tuple[Trace, Trace]) -> None:
    assert set(traces[0].refused) <= KNOWN_REFUSED, traces[0].refused


def test_the_control_is_seen_reporting_home(traces: tuple[Trace, Trace]) -> None:
    """Without its variable and without the seal, onnxruntime asks for names: the trace works."""
    _, control = traces
    assert "engine {'ran': True}" in control.said
    assert control.granted.total() >= 2, control
    assert any("sin_port=htons(53)" in line or "sin_port=htons(443)" in line for line in control.sent), control.sent
