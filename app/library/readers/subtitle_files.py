"""Reads subtitles (vtt, srt): every spoken line keeps its seconds, so that an answer can name the moment."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.charset import decode
from app.values import Section, TroubleKind

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_CUE = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]{1,100})>")
_TAG = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")
_NAMED = re.compile(r"(?:>>\s*)?([^\W\d_][\w .'’-]{0,30}):\s+(?=\S)")
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_NEW_PARAGRAPH_S = 2.0


def read_subtitles(path: Path) -> Content:
    """One section of kind "time" with a span for each cue; lines without times are passed over. Raises FileTrouble."""
    text = ""
    spans: list[tuple[int, int, float, float, str]] = []
    for start_s, end_s, speaker, words in _cues(decode(path.read_bytes())):
        if spans:
            before = spans[-1]
            if text[before[0] : before[1]] == words and before[4] == speaker and start_s - before[3] < 1.0:
                spans[-1] = (*before[:3], max(end_s, before[3]), speaker)  # the same line, shown on
                continue
            apart = speaker != before[4] or start_s - before[3] > _NEW_PARAGRAPH_S or _ENDED.search(text)
            text += "\n" if apart else " "
        spans.append((len(text), len(text) + len(words), start_s, end_s, speaker))
        text += words
    if not spans:
        raise FileTrouble(
            "No spoken lines with times in it", hint="Check that it is a subtitle file.", kind=TroubleKind.EMPTY
        )
    end_s = max(span[3] for span in spans)
    return Content(path.stem, "", (Section("time", 1, text, spans=tuple(spans)),), duration_s=end_s)


def _cues(text: str) -> list[tuple[float, float, str, str]]:
    """(start_s, end_s, speaker, words) of every cue that says something, in the order of the file."""
    found: list[tuple[float, float, str, str]] = []
    when: tuple[float, float] | None = None
    lines: list[str] = []
    speaker = ""
    for line in [*text.split("\n"), ""]:
        if match := _CUE.match(line):
            when, lines = (_seconds(match, 1), _seconds(match, 5)), []
        elif line.strip() and when:
            lines.append(line)
        elif when:
            said, words = _spoken(lines)
            # A voice tag says who speaks in this cue; a name before a colon ("ANNA:") stays until the next one.
            speaker = said or ("" if "<v" in text else speaker)
            if words:
                found.append((when[0], max(when), speaker, words))
            when = None
    return found


def _spoken(lines: list[str]) -> tuple[str, str]:
    """Who speaks, and the words of a cue without marks."""
    joined = " ".join(lines)
    voice = _VOICE.search(joined)
    words = " ".join(unescape(_TAG.sub("", joined)).split())
    if voice:
        return " ".join(unescape(voice[1]).split()), words
    named = _NAMED.match(words)
    if named and (named[1].isupper() or named[1].istitle()):
        return named[1].title() if named[1].isupper() else named[1], words[named.end() :]
    return "", words


def _seconds(match: re.Match[str], first: int) -> float:
    hours, minutes, seconds, rest = (match[first + n] or "0" for n in range(4))
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(rest.ljust(3, "0")) / 1000
