"""Finds what opens a door: keys of services, private keys, bearer marks, passwords after a name or in an address."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from app.cloud.redact.found import By, Kind, Span

_KNOWN_FORMS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{12,20}"  # Amazon
    r"|gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{20,255}|gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{16,64}"
    r"|sk-(?:proj-|ant-|or-|svcacct-|live-|test-)?[A-Za-z0-9_-]{12,220}|(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{12,128}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{8,250}|xapp-[A-Za-z0-9-]{10,250}|AIza[A-Za-z0-9_-]{30,45}|ya29\.[A-Za-z0-9_-]{16,}"
    r"|SG\.[A-Za-z0-9_-]{10,40}\.[A-Za-z0-9_-]{10,60}|key-[a-f0-9]{24,40}|(?:AC|SK)[a-f0-9]{32}"
    r"|hf_[A-Za-z0-9]{16,64}|npm_[A-Za-z0-9]{16,64}|pypi-[A-Za-z0-9_-]{16,}|dop_v1_[a-f0-9]{32,80}|shp(?:at|ss|ca|pa)_[a-fA-F0-9]{24,40}"
    r"|hvs\.[A-Za-z0-9_-]{16,}|dapi[a-f0-9]{28,40}|sq0[a-z]{3}-[A-Za-z0-9_-]{16,50}|EAAC[A-Za-z0-9]{20,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?"  # JSON web token (RFC 7519)
    r"|ssh-(?:rsa|ed25519|dss) [A-Za-z0-9+/=]{32,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}"
    r"|https://hooks\.slack\.com/\S+|https://discord(?:app)?\.com/api/webhooks/\S+"
    r")"
)
_PRIVATE = re.compile(
    r"-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL
)
_IN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]*:[^\s@\"'<>]+@[^\s\"'<>,;)]*", re.IGNORECASE)
_BEARER = re.compile(r"\b(?:bearer|basic|token)\s+([A-Za-z0-9._~+/=-]{12,})", re.IGNORECASE)
_NAME = (
    r"[\w.-]{0,40}?(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[ _-]?key|apikey|access[ _-]?key|"
    r"auth(?:[ _-]?key)?(?![a-z])|private[ _-]?key|client[ _-]?secret|credentials?|encryption[ _-]?key|"
    r"signing[ _-]?key|license[ _-]?key|conn(?:ection)?[ _-]?str(?:ing)?|webhook|pin|otp|cvv2?|cvc|security code|"
    r"recovery code|seed phrase|kennwort|passwort|mot de passe|contraseña|account[ _-]?key|[ _-]key)[\w-]{0,20}?"
)
_ASSIGNED = re.compile(
    rf"(?<![A-Za-z0-9])({_NAME})(?:\s*[\"'`]?\s*(?::=|=>|[:=])\s*|\s+(?:is|was|to)\s*:?\s+)"
    r"(\"[^\"\n]+\"|'[^'\n]+'|`[^`\n]+`|[^\s,;\"'`<>]+)",
    re.IGNORECASE,
)
_SPACED = re.compile(  # phrases of words, codes after their name, switches of commands
    r"\bpass ?phrase\s*[:=]\s*([^\n,;\"'.]{8,80})|\b(?:otp|one[- ]time (?:code|password)|cvv2?|cvc)\s+(\d{3,8})\b"
    r"|(?<!\S)(?:-u|--user)[ =]['\"]?[\w.@-]+:([^\s'\"]+)"
    r"|(?<!\S)(?:-p ?|--pass(?:word|wd)?[ =])['\"]([^'\"\s]{4,})['\"]"
    r"|(?<!\S)(?:mysql|mysqldump|mariadb|sshpass|psql)\b[^\n|;]*?\s-p([^\s'\"]{4,})"
    r"|--pass(?:word|wd)?[ =]([^\s'\"-]\S{3,})",
    re.IGNORECASE,
)
_FINGERPRINT = re.compile(
    r"(?:commit|sha-?\d+|md5|digest|checksum|hash|uuid|guid|revision|integrity)\W{0,4}(?:is )?$", re.I
)
_ENVIRONMENT = re.compile(
    r"(?:environ|getenv|process\.env|secrets?\.|config\.|settings\.|\$\{|\{\{|<your|args?\.|self\.|input\()",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/_-]{20,256}={0,2}(?![\w/+=-])")
_PLAIN = frozenset(
    """none null true false required optional missing invalid expired incorrect wrong changed reset the a an my your our
    not correct valid in on for and or with too be being been stored sent set used empty str string int bool bytes any
    to""".split()  # noqa: SIM905 - a list of quoted words is harder to read
)


def found_secrets(text: str) -> Iterator[Span]:
    """Keys, passwords and other secrets; spans may overlap."""
    for pattern in (_KNOWN_FORMS, _PRIVATE, _IN_ADDRESS):
        for match in pattern.finditer(text):
            end = match.start() + len(match.group().rstrip(".,;:"))
            yield Span(match.start(), end, Kind.SECRET, By.PATTERNS)
    for match in _BEARER.finditer(text):
        if any(char.isdigit() for char in match.group(1)):
            yield Span(match.start(1), match.end(1), Kind.SECRET, By.PATTERNS)
    for match in _ASSIGNED.finditer(text):
        start, end = match.span(2)
        if text[start] in "\"'`" and end - start > 2:
            start, end = start + 1, end - 1
        end = start + len(text[start:end].rstrip(".,;:!?)]}"))
        if _can_be_secret(text[start:end], match.group(1)):
            yield Span(start, end, Kind.SECRET, By.PATTERNS)
    for match in _SPACED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        yield Span(start, end, Kind.SECRET, By.PATTERNS)
    for match in _RANDOM.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        if _looks_random(match.group()) and not _FINGERPRINT.search(before):
            yield Span(match.start(), match.end(), Kind.SECRET, By.PATTERNS)


def _can_be_secret(value: str, name: str) -> bool:
    folded = value.lower()
    if folded in _PLAIN or _ENVIRONMENT.search(value) or len(value) < 3:
        return False
    if re.search(r"(?i)pin|otp|cv[vc]|code", name):
        return value.isdigit() or (len(value) >= 6 and any(char.isdigit() for char in value))
    if value.isalpha() and (value.islower() or value.istitle()):
        # "password: hunter" may be one, "the password is changed" is not: only after a sign, and long enough
        return len(value) >= 6 and not name.lower().endswith(("token", "auth")) and " " not in value and value.islower()
    return len(value) >= 4


def _looks_random(value: str) -> bool:
    """Letters and digits mixed without a pattern: at least 3.3 bits a character by its own counts and three changes
    between classes of characters; words joined by hyphens, paths and hashes in hex of known length are left."""
    if re.fullmatch(r"[A-Za-z_-]+|[0-9_-]+", value) or value.count("/") > 2 or value.count("-") > 4:
        return False
    if not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value)):
        return False
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    classes = ["d" if char.isdigit() else "u" if char.isupper() else "l" if char.islower() else "s" for char in value]
    changes = sum(first != second for first, second in pairwise(classes))
    return bits >= 3.3 and changes >= max(6, len(value) // 4)
