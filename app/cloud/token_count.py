"""How many tokens a request has for the provider: exact where its vocabulary is known, else an estimate, and always
a number it cannot exceed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cloud.learnt import FIRST_BAND, OWN_FILE_BAND, Pair, adjust, content_of
from app.cloud.vocabularies import Vocabulary, choose
from app.errors import AppError
from models.api import ModelError
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host

# OpenAI's cookbook, "How to count tokens with tiktoken" (gpt-4o, gpt-4 and gpt-3.5): each message, a name, the reply.
PER_MESSAGE, PER_NAME, PER_REPLY = 3, 1, 3
# Beyond what we count: frames that the cookbook does not know of. Ours; 100 tokens of a dear model are $0.001.
SPARE, SPARE_PER_MESSAGE = 100, 8
_EXTRAS = ("tools", "functions", "response_format")
_LIMIT_S = 20.0
_REMEMBERED = 256


class CannotCount(AppError):
    """The request holds something that has no price in words (a picture, a sound): it is not sent."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Input tokens of one request."""

    tokens: int
    """The best estimate, or the exact count."""
    exact: bool
    band: float
    """Half width of the estimate as a share (0.12 = ±12 %); 0 when exact."""
    most: int
    """No vocabulary makes more of it; ceilings are counted from this."""
    plain: int
    """The count before anything learnt was applied; kept to learn from."""
    content: str = "prose"


@dataclass(frozen=True, slots=True)
class _Texts:
    """What of a request is counted: roles, contents and names, and JSON that the provider writes out in its own way."""

    texts: tuple[str, ...]
    extras: tuple[str, ...]
    messages: int
    names: int

    @property
    def frame(self) -> int:
        return self.messages * PER_MESSAGE + self.names * PER_NAME + PER_REPLY

    @property
    def most(self) -> int:
        """Each token of a byte-level vocabulary stands for at least one byte. JSON is counted twice, because the
        provider may render it longer than it is."""
        raw = sum(_bytes(text) for text in self.texts) + 2 * sum(_bytes(text) for text in self.extras)
        return raw + self.frame + self.spare

    @property
    def spare(self) -> int:
        return SPARE + self.messages * SPARE_PER_MESSAGE


def most_in(body: bytes) -> int:
    """Input tokens that no vocabulary exceeds for these bytes; nothing is started for it. Raises CannotCount."""
    return _read(body).most


class Tokens:
    """Counts in a small process that is started at the first count and ended when idle. Safe from any thread."""

    def __init__(
        self,
        *,
        shelf: Callable[[], Sequence[tuple[str, Path]]] = tuple,
        vocabularies: Path | None = None,
        idle_s: float = 60.0,
    ) -> None:
        """`shelf`: names and files of the writing models on this computer, for open models' own vocabularies."""
        self.host = Host("counting", python_command("models.worker", "counting"), idle_s=idle_s)
        self._shelf = shelf
        self._folder = vocabularies
        self._known: OrderedDict[tuple[Path, str], int] = OrderedDict()
        self._remembering = threading.Lock()

    def count(self, provider: str, model: str, body: bytes, *, pairs: Sequence[Pair] = ()) -> Counted:
        """Input tokens of a chat/completions body, frames included. `pairs` are earlier answers of the same model
        (Budget.pairs), newest first. Raises CannotCount; ValueError for a body that is none."""
        read = _read(body)
        vocabulary = choose(provider, model, self._shelf(), folder=self._folder)
        content = content_of(max(read.texts, key=len, default=""))
        try:
            plain = sum(self._counts(vocabulary, (*read.texts, *read.extras))) + read.frame
        except (ModelError, ChildMistake):
            # Without a vocabulary the ceiling still holds; the estimate is four bytes a token.
            return Counted(read.most // 4, False, FIRST_BAND, read.most, read.most // 4, content)
        exact = vocabulary.exact and not read.extras
        first_band = FIRST_BAND if vocabulary.pattern and not vocabulary.exact else OWN_FILE_BAND
        said = adjust(plain, exact=exact, first_band=first_band, content=content, pairs=pairs)
        # What a provider once added without telling, it may add again.
        added = max((pair.returned - pair.counted for pair in pairs), default=0)
        most = max(plain, said.tokens, plain + added) + read.spare if said.exact else read.most
        # A count that was learnt may lie above the bytes only for a server that adds words of its own.
        most = max(most, -int(-said.tokens * (1 + said.band) // 1))
        return Counted(said.tokens, said.exact, said.band, most, plain, content)

    def count_text(self, provider: str, model: str, text: str) -> int:
        """Tokens of a text the provider wrote, for an answer that came without usage. Four bytes are taken for one
        when the vocabulary cannot be loaded."""
        try:
            return self._counts(choose(provider, model, self._shelf(), folder=self._folder), (text,))[0]
        except (ModelError, ChildMistake):
            return -(-_bytes(text) // 4)

    def close(self) -> None:
        """End the process."""
        self.host.close()

    def _counts(self, vocabulary: Vocabulary, texts: Sequence[str]) -> list[int]:
        keys = [(vocabulary.file, hashlib.sha256(_raw(text)).hexdigest()) for text in texts]
        with self._remembering:
            found = {key: self._known[key] for key in keys if key in self._known}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            header = {"file": str(vocabulary.file), "pattern": vocabulary.pattern, "sha256": vocabulary.sha256}
            payload = json.dumps(list(new.values())).encode()
            frame = self.host.ask_one("count", header, payload=payload, timeout_s=_LIMIT_S)
            found |= dict(zip(new, (int(count) for count in frame.header["counts"]), strict=True))
        with self._remembering:
            for key in keys:
                self._known[key] = found[key]
                self._known.move_to_end(key)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return [found[key] for key in keys]


def _read(body: bytes) -> _Texts:
    request = json.loads(body)
    texts: list[str] = []
    extras = [_json(request[name]) for name in _EXTRAS if request.get(name) is not None]
    names = 0
    for message in request["messages"]:
        names += "name" in message
        for key, value in message.items():
            match value:
                case None:
                    pass
                case str():
                    texts.append(value)
                case list() if key == "content":
                    texts.extend(_part(part) for part in value)
                case _:
                    extras.append(_json(value))
    return _Texts(tuple(texts), tuple(extras), len(request["messages"]), names)


def _part(part: Mapping[str, Any]) -> str:
    if part.get("type") != "text":
        raise CannotCount(
            "This request holds something that is not text, so its price cannot be told.",
            safe="Nothing was sent.",
            do="Send text only.",
        )
    return str(part["text"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


def _bytes(text: str) -> int:
    return len(_raw(text))
