"""Speaks the sample library's telephone call with two flite voices and packs it as FLAC.

flite (`apt-get install flite`) and its CMU voices may be used and passed on freely; what they say is our own text.
slt and rms were chosen among slt, rms, awb and espeak-ng's voices because the starter speech model writes them down
with the fewest errors and tells them apart.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

VOICES = {"Dana": "slt", "Martin": "rms"}
RATE = 16_000
BETWEEN_SENTENCES_S = 0.3
BETWEEN_TURNS_S = 0.6
LOUDNESS = 0.8

Sound = npt.NDArray[np.float32]


def speak(sentence: str, voice: str) -> Sound:
    """One sentence as 16 kHz mono samples, -1 to 1."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sentence.wav"
        subprocess.run(["flite", "-voice", voice, "-o", str(wav), "-t", sentence], check=True)
        sound, rate = soundfile.read(wav, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"{voice} speaks at {rate} Hz, expected {RATE}")
    return np.asarray(sound, dtype=np.float32)


def silence(seconds: float) -> Sound:
    """Nothing, for a while."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def turns(source: str) -> list[tuple[str, list[str]]]:
    """(who, sentences) for each line `Name: words`."""
    parted = (line.split(": ", 1) for line in source.strip().splitlines())
    return [(who, re.split(r"(?<=[.?!]) ", words)) for who, words in parted]


def write_call(source: str) -> bytes:
    """The whole call as a 16-bit mono FLAC file."""
    parts: list[Sound] = [silence(0.4)]
    for who, sentences in turns(source):
        for sentence in sentences:
            parts += [speak(sentence, VOICES[who]), silence(BETWEEN_SENTENCES_S)]
        parts.append(silence(BETWEEN_TURNS_S - BETWEEN_SENTENCES_S))
    out = io.BytesIO()
    soundfile.write(out, np.concatenate(parts) * LOUDNESS, RATE, format="FLAC", subtype="PCM_16")
    return out.getvalue()
