"""The open profile in the shape the window wants: counts that add up, plain names, the courier for documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.ask.asking import Asking
from app.ask.past import PastTurn
from app.ask.suggested import suggested
from app.egress.door import Door
from app.events import SummaryEvent, TranscriptEvent
from app.services import Services
from app.values import Anchor, Passage, Route
from models.api import Cancel
from ui.window.anchor_reach import holds
from ui.window.ask.markdown_blocks import find_quote
from ui.window.house import Standing, SuggestedQuestion, SummaryLength
from ui.window.models.models_house import ModelsHouse
from ui.window.privacy.privacy_house import PrivacyHouse
from ui.window.served_cloud import ServedCloud
from ui.window.served_privacy import ServedPrivacy
from ui.window.served_shelves import ServedShelves

CLOSING_S = 1.0
"""How long a closed window waits for the vector index: a person who quits wants the computer back; the index goes on
where it was at the next start."""


class ServedHouse:
    """Everything behind the window, on real files and models."""

    def __init__(self, services: Services, door: Door) -> None:
        self._services = services
        self._door = door
        self.library = ServedShelves(services.library, services.keeping_up)
        self.cloud = ServedCloud.of(services.cloud, services.settings)
        self._privacy: ServedPrivacy | None = None
        self.models: ModelsHouse | None = services.care
        services.keeping_up.start()

    @property
    def privacy(self) -> PrivacyHouse:
        if self._privacy is None:
            self._privacy = ServedPrivacy.of(self._services, self._door)
        return self._privacy

    @property
    def asking(self) -> Asking:
        return self._services.asking

    def recent_conversations(self, limit: int) -> Sequence[tuple[int, str]]:
        return self._services.asking.recent(limit)

    def turns(self, conversation: int) -> Sequence[PastTurn]:
        return self._services.asking.past_turns(conversation)

    def route(self) -> Route:
        return self._services.route()

    def summarise(self, path: Path, length: SummaryLength, cancel: Cancel) -> Iterator[SummaryEvent]:
        return self._services.summarise(path, length=length, style="prose", cancel=cancel)

    def passage_at(self, path: Path, anchor: Anchor, said: str) -> Passage | None:
        document = self._services.library.document(path)
        if document is None:
            return None
        found = [one for one in self._services.library.passages_of(document.id) if holds(one.anchor, anchor)]
        # Two passages may share a line or a second: the words tell which of them it is.
        return next((one for one in found if find_quote(one.text, said)), found[0] if found else None)

    def transcribe(self, path: Path, cancel: Cancel) -> Iterator[TranscriptEvent]:
        return self._services.transcribe(path, cancel=cancel)

    def status(self) -> Standing:
        services = self._services
        return Standing(
            place="On this computer",
            writer=services.models.writer_name or "No writer",
            words_per_s=services.words_per_s(),
            memory_bytes=services.memory_bytes(),
            memory_total_bytes=services.models.hardware.memory_bytes,
        )

    def suggested_questions(self) -> Sequence[SuggestedQuestion]:
        return [
            SuggestedQuestion(found.question, found.document.path.name, found.document.kind.value)
            for found in suggested(self._services.library)
        ]

    def open_document(self, path: Path) -> None:
        self._door.open_document(path)

    def open_address(self, address: str) -> None:
        self._door.open_address(address)

    def close(self) -> None:
        self._services.close(patience_s=CLOSING_S)
