"""Swaps personal details for labels before anything leaves, until the detectors find nothing more, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from app.cloud.levels import hides_details
from app.cloud.parcel import Outgoing, Part, Swap, Wish
from app.cloud.redact.find import find
from app.cloud.redact.found import Asked, By, Detector, Found, Kind
from app.cloud.redact.own_words import found_own
from app.cloud.redact.propagate import elsewhere
from app.cloud.redact.recogniser import Recogniser
from app.cloud.surrogates import Secrets, Surrogates
from app.store.db import Store
from app.store.hidden_words import HiddenWords
from models.api import Cancel

_ROUNDS = 8
"""After so many the texts are taken as they are; the gate then says what is still found in them."""
_LABEL = re.compile(r"⟦[^⟦⟧\n]{1,40}⟧")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Texts as they may leave, and what their labels stand for."""

    outgoing: tuple[Outgoing, ...]
    swaps: tuple[Swap, ...]


class Hiding:
    """The detectors and the labels of every conversation. Raises DetectorFailed, KeyringMissing."""

    def __init__(
        self,
        store: Store,
        secrets: Secrets,
        *,
        names: Detector | None = None,
        model: Callable[[], Asked | None] = lambda: None,
    ) -> None:
        """`names` recognises names; `model` gives the local model's pass, or None where there is none good enough."""
        self._store = store
        self._secrets = secrets
        self._names = names
        self._model = model
        self.words = HiddenWords(store)

    def hide(self, parts: Sequence[Part], wish: Wish, *, conversation: int, cancel: Cancel | None = None) -> Hidden:
        """The parts with labels in place of details. Looked at again after each swap: with names gone, a detector may
        see others."""
        hidden = (*self.words.all(), *wish.hide)
        labels = Surrogates(self._store, self._secrets, conversation, hidden=hidden)
        texts = [part.text for part in parts]
        used: dict[str, Swap] = {}
        model = self._model() if hides_details(wish.level) else None
        for turn in range(_ROUNDS):
            if hides_details(wish.level):
                asked = model if turn == 0 else None
                found = find(texts, hidden=hidden, names=self._names, model=asked, cancel=cancel)
                found += _further(texts, list(used.values()), found)
            else:
                found = _own(texts, hidden)
            found = [part for one in found for part in _outside(texts[one.text], one, used)]
            swapped = labels.swap(texts, found, wish.as_written)
            if list(swapped.texts) == texts:
                break
            texts = list(swapped.texts)
            used |= {swap.label: swap for swap in swapped.swaps}
        outgoing = tuple(Outgoing(part.id, text, _marks(text, used)) for part, text in zip(parts, texts, strict=True))
        return Hidden(outgoing, tuple(used.values()))

    def details(self, texts: Sequence[str], swaps: Sequence[Swap] = ()) -> list[str]:
        """What the detectors find outside the labels of texts that are about to leave, and every further place of what
        was swapped; the model's pass is not repeated."""
        found = find(texts, hidden=self.words.all(), names=self._names)
        found += _further(texts, swaps, found)
        labels = {swap.label for swap in swaps}
        return [part.value for one in found for part in _outside(texts[one.text], one, labels)]

    def telling(self, texts: Sequence[str], kinds: Collection[str]) -> list[Found]:
        """What the detectors find of some kinds: at Full it leaves as it is written, and that is said."""
        return [one for one in find(texts, names=self._names) if one.kind in kinds]

    def labels(self, conversation: int) -> Mapping[str, str]:
        """Every label of a conversation with its value."""
        return Surrogates(self._store, self._secrets, conversation).known()


def _further(texts: Sequence[str], swaps: Sequence[Swap], found: Sequence[Found]) -> list[Found]:
    """Further places of what was swapped, beside what is found anyway."""
    before = [Found(0, 0, 0, Kind(swap.kind), swap.value, By(swap.found_by)) for swap in swaps]
    taken = [(one.text, one.start, one.end) for one in found]
    more: list[Found] = []
    for number, span in sorted(elsewhere(texts, before, Recogniser.ours().lexicon), key=lambda one: one[1].start):
        if not any(text == number and span.start < end and start < span.end for text, start, end in taken):
            taken.append((number, span.start, span.end))
            more.append(Found(number, span.start, span.end, span.kind, texts[number][span.start : span.end], span.by))
    return more


def _own(texts: Sequence[str], hidden: Sequence[str]) -> list[Found]:
    """At Full only the person's own words are hidden: everything else goes as it is written, and the sheet says so.

    Longer words first; of two that overlap the first one counts.
    """
    found: list[Found] = []
    for number, text in enumerate(texts):
        end = 0
        for span in sorted(found_own(text, hidden), key=lambda span: (span.start, -span.end)):
            if span.start >= end:
                found.append(Found(number, span.start, span.end, Kind.OWN, text[span.start : span.end], By.YOURS))
                end = span.end
    return found


def _outside(text: str, one: Found, labels: Collection[str]) -> list[Found]:
    """What of a found place stands outside the labels given out for these texts. Other words in such brackets are the
    file's own, and no label: whoever wrote them must not hide anything from the detectors by it."""
    marks = [match.span() for match in _LABEL.finditer(text) if match.group() in labels]
    touching = [(start, end) for start, end in marks if start < one.end and one.start < end]
    if not touching:
        return [one]
    pieces: list[Found] = []
    start = one.start
    for mark_start, mark_end in [*touching, (one.end, one.end)]:
        piece = text[start : max(start, mark_start)]
        bare = piece.strip()
        # Small words between two labels ("of the") tell nothing by themselves.
        if any(char.isupper() or char.isdigit() for char in bare):
            at = start + piece.index(bare)
            pieces.append(Found(one.text, at, at + len(bare), one.kind, bare, one.by))
        start = max(start, mark_end)
    return pieces


def _marks(text: str, used: Mapping[str, Swap]) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (match.start(), match.end(), match.group()) for match in _LABEL.finditer(text) if match.group() in used
    )
