"""Tells where in a recording somebody may be speaking, from loudness alone: generous, because the speech engine
listens again and what is left out here nobody will ever read. Runs in the reader process only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.library.recording import SAMPLE_RATE

FRAME_S = 0.03
_FRAME = round(FRAME_S * SAMPLE_RATE)
_ABOVE_NOISE_DB = 6.0
_QUIETEST_DB = -72.0
"""Below this, relative to full scale and after the treble lift, there is no speech: 16-bit hiss lies near -80."""
_SURELY_LOUD_DB = -38.0
"""Above this it is always worth listening, however steady: crowded rooms and radio speech hardly ever pause."""
_NOISE_SHARE = 15
"""The noise is the level that this percentage of the frames nearby stay below: pauses between words are enough."""
_NEARBY_S = 10.0
_LEAST_RUN_S = 0.09
_PAD_S = 0.3
_JOIN_GAP_S = 0.1
"""Between padded runs: a pause of 0.7 s in the speech itself."""
LONGEST_RUN_S = 25.0
_SHORTEST_CUT_S = 12.0
_TREBLE_LIFT = 0.97

Runs = tuple[tuple[float, float], ...]


class Levels:
    """Loudness of every 30 ms of a recording, given block by block; four bytes each are kept."""

    def __init__(self) -> None:
        self._rest: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._before = 0.0
        self._levels: list[npt.NDArray[np.float32]] = []
        self._samples = 0

    def add(self, block: npt.NDArray[np.int16]) -> None:
        """The next 16 kHz samples, any number of them."""
        if not len(block):
            return
        self._samples += len(block)
        sound = block.astype(np.float32) / 32768.0
        lifted = np.empty_like(sound)
        lifted[0] = sound[0] - _TREBLE_LIFT * self._before
        lifted[1:] = sound[1:] - _TREBLE_LIFT * sound[:-1]
        self._before = float(sound[-1])
        joined = np.concatenate([self._rest, lifted])
        whole = len(joined) // _FRAME
        frames = joined[: whole * _FRAME].reshape(whole, _FRAME)
        self._levels.append(decibels(frames))
        self._rest = joined[whole * _FRAME :]

    def speech(self) -> Runs:
        """(start_s, end_s) of the stretches where somebody may be speaking; none longer than LONGEST_RUN_S."""
        if len(self._rest):
            self._levels.append(decibels(self._rest[np.newaxis, :]))
            self._rest = np.zeros(0, np.float32)
        if not self._levels:
            return ()
        levels = np.concatenate(self._levels)
        end_s = self._samples / SAMPLE_RATE
        runs = _padded(_loud_runs(levels), end_s)
        return tuple(part for run in runs for part in _cut(run, levels))


def decibels(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Level of each row relative to full scale; digital silence is -100 dB."""
    power = np.mean(np.square(frames), axis=1)
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-10)), dtype=np.float32)


def noise_floor(levels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """For each frame the level of the noise around it, told once a second from the ten seconds on both sides."""
    step = round(1.0 / FRAME_S)
    reach = round(_NEARBY_S / FRAME_S)
    floors = [
        float(np.percentile(levels[max(0, at - reach) : at + step + reach], _NOISE_SHARE))
        for at in range(0, len(levels), step)
    ]
    return np.repeat(np.asarray(floors, np.float32), step)[: len(levels)]


def _loud_runs(levels: npt.NDArray[np.float32]) -> list[tuple[float, float]]:
    """Stretches louder than the noise around them, longer than a click."""
    loud = levels > np.clip(noise_floor(levels) + _ABOVE_NOISE_DB, _QUIETEST_DB, _SURELY_LOUD_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    runs = zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(a * FRAME_S, b * FRAME_S) for a, b in runs if (b - a) * FRAME_S >= _LEAST_RUN_S]


def _padded(runs: list[tuple[float, float]], end_s: float) -> list[tuple[float, float]]:
    """Runs with room for soft beginnings and ends, joined where the pause between them is short."""
    wide: list[tuple[float, float]] = []
    for start_s, stop_s in runs:
        start_s, stop_s = max(0.0, start_s - _PAD_S), min(end_s, stop_s + _PAD_S)
        if wide and start_s - wide[-1][1] < _JOIN_GAP_S:
            wide[-1] = (wide[-1][0], stop_s)
        else:
            wide.append((start_s, stop_s))
    return [(round(a, 3), round(b, 3)) for a, b in wide]


def _cut(run: tuple[float, float], levels: npt.NDArray[np.float32]) -> list[tuple[float, float]]:
    """The run in parts no longer than LONGEST_RUN_S, cut where it is quietest for about a third of a second."""
    start_s, end_s = run
    parts: list[tuple[float, float]] = []
    smooth = np.convolve(levels, np.ones(11) / 11, mode="same")
    while end_s - start_s > LONGEST_RUN_S:
        first, last = (round((start_s + after) / FRAME_S) for after in (_SHORTEST_CUT_S, LONGEST_RUN_S))
        cut_s = round((first + int(np.argmin(smooth[first:last]))) * FRAME_S, 3)
        parts.append((start_s, cut_s))
        start_s = cut_s
    return [*parts, (start_s, end_s)]
