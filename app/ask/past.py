"""Answers as they were shown, kept whole: a citation outlives the file it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from app.evidence.anchor_rows import anchor_from
from app.store.conversations import Turn
from app.values import (
    AnswerMode,
    Citation,
    Confidence,
    Document,
    DocumentKind,
    Passage,
    QuoteCheck,
)


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One question and its stored answer, as shown again when a conversation is reopened."""

    question: str
    answer: str
    citations: tuple[Citation, ...]
    mode: AnswerMode
    passages_read: int
    seconds: float
    confidence: Confidence
    place: Literal["on_device", "cloud"] = "on_device"
    model: str = ""
    provider: str = ""
    """Who answered, by the name shown; empty for answers made here."""
    cost_micros: int | None = None
    estimate_micros: int = 0
    entry: int = 0
    """The ledger's number for what was sent; 0 when nothing was."""
    labels: int = 0
    """Labels put back into names in the answer."""
    stopped: bool = False


def past_turn(turn: Turn) -> PastTurn:
    """A stored turn with its citations rebuilt."""
    return PastTurn(
        question=turn.question,
        answer=turn.answer,
        citations=tuple(from_row(row) for row in turn.citations),
        mode=AnswerMode(turn.mode or "quoting"),
        passages_read=len(turn.passages),
        seconds=turn.seconds,
        confidence=Confidence(turn.confidence or "none"),
        place="cloud" if turn.place == "cloud" else "on_device",
        model=turn.model,
        provider=turn.provider,
        cost_micros=turn.cost_micros,
        estimate_micros=turn.estimate_micros or 0,
        entry=turn.ledger_seq or 0,
        labels=turn.labels,
        stopped=turn.stopped,
    )


def to_row(citation: Citation) -> dict[str, Any]:
    """A citation as JSON values."""
    row = asdict(citation)
    row["passage"]["document"]["path"] = str(citation.passage.document.path)
    return row


def from_row(row: Mapping[str, Any]) -> Citation:
    """The citation `to_row` kept. Raises KeyError, TypeError or ValueError for anything else."""
    kept = dict(row["passage"])
    document = dict(kept["document"])
    document |= {"path": Path(document["path"]), "kind": DocumentKind(document["kind"])}
    kept |= {
        "document": Document(**document),
        "anchor": anchor_from(kept["anchor"]),
        "found_by": tuple(kept["found_by"]),
    }
    return Citation(
        n=int(row["n"]),
        passage=Passage(**kept),
        anchor=anchor_from(row["anchor"]),
        quote=str(row["quote"]),
        check=QuoteCheck(row["check"]),
        emphasis=tuple((int(start), int(end)) for start, end in row["emphasis"]),
    )
