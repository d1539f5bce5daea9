"""Main side of a parcel's way: mints its permit, hands it to the courier, and passes on what comes back as it comes."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.egress.carried import Carried, CloudTrouble, Delta, Ended, Opened, Usage
from app.egress.permits import SECRET_BYTES, SignedPermit, mint
from app.egress.providers import Provider
from models.api import Cancel, ModelError
from models.child_words import ChildMistake
from models.host import Host

_ANSWER_LIMIT_S = 20.0
_HEAR_S = 0.05
_YIELD_S = 0.002


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each part of a sending may take, in seconds."""

    connect_s: float = 10.0
    silence_s: float = 180.0
    total_s: float = 900.0


class Sender:
    """The way to the courier for parcels. Other verbs go first: hearing lets them pass between two looks."""

    def __init__(self, courier: Host | None, others: Callable[[], bool], patience: Patience) -> None:
        """`others`: whether another verb waits for the courier now."""
        self._courier = courier
        self._others = others
        self._patience = patience
        self._secret = secrets.token_bytes(SECRET_BYTES)
        self._agreed = False
        self._lock = threading.Lock()

    def permit(
        self,
        body: bytes,
        *,
        host: str,
        model: str,
        ceiling_micros: int,
        flags: Sequence[tuple[str, str]],
        ttl_s: float,
    ) -> SignedPermit:
        """Sign leave for exactly this body."""
        sha256 = hashlib.sha256(body).hexdigest()
        return mint(
            self._secret,
            body_sha256=sha256,
            host=host,
            model=model,
            ceiling_micros=ceiling_micros,
            flags=flags,
            ttl_s=ttl_s,
        )

    def prepare(self) -> None:
        """Have a carrier started, so that the parcel does not wait for it; opens nothing."""
        if self._courier is not None:
            with suppress(ModelError, ChildMistake):
                self._courier.ask_one("prepare", {}, timeout_s=_ANSWER_LIMIT_S)

    def send(self, body: bytes, permit: SignedPermit, provider: Provider, cancel: Cancel) -> Iterator[Carried]:
        """See Door.send."""
        if self._courier is None or not self._courier.alive:
            yield Ended("failed_before", trouble=CloudTrouble.OFFLINE)
            return
        header: dict[str, Any] = {"permit": permit.as_header(), "base_url": provider.base_url}
        header["key_name"] = provider.key_name if provider.key_needed else ""
        times = self._patience
        header |= {"connect_s": times.connect_s, "silence_s": times.silence_s, "total_s": times.total_s}
        if cancel.stopped:
            yield Ended("stopped")
            return
        handed = False
        try:
            self._agree()
            handed = True
            told = self._courier.ask_one("send", header, payload=body, timeout_s=_ANSWER_LIMIT_S).header
        except (ModelError, ChildMistake) as error:
            yield Ended("failed_after" if handed else "failed_before", trouble=CloudTrouble.OFFLINE, says=str(error))
            return
        if "refused" in told:
            yield Ended("failed_before", trouble=CloudTrouble(told["refused"]), says=str(told["why"]))
            return
        yield from self._heard(self._courier, int(told["job"]), cancel)

    def _heard(self, courier: Host, job: int, cancel: Cancel) -> Iterator[Carried]:
        stopped = ended = False
        try:
            while not ended:
                if cancel.stopped and not stopped:
                    stopped = True
                    courier.ask_one("cancel", {"job": job}, timeout_s=_ANSWER_LIMIT_S)
                while self._others():
                    time.sleep(_YIELD_S)
                header = {"job": job, "wait_s": _HEAR_S}
                for said in courier.ask_one("hear", header, timeout_s=_ANSWER_LIMIT_S).header["told"]:
                    ended = said["event"] == "ended"
                    yield _carried(said)
        except (ModelError, ChildMistake) as error:
            ended = True
            yield Ended("failed_after", trouble=CloudTrouble.CUT, says=str(error))
        finally:
            if not ended:  # nobody listens any more
                with suppress(ModelError, ChildMistake):
                    courier.ask_one("cancel", {"job": job}, timeout_s=_ANSWER_LIMIT_S)

    def _agree(self) -> None:
        with self._lock:
            if not self._agreed and self._courier is not None:
                self._courier.ask_one("agree", {}, payload=self._secret, timeout_s=_ANSWER_LIMIT_S)
                self._agreed = True


def _carried(said: Mapping[str, Any]) -> Carried:
    match said["event"]:
        case "opened":
            return Opened(float(said["at"]), str(said["address"]))
        case "delta":
            return Delta(str(said["text"]))
        case "usage":
            return Usage(dict(said["said"]))
        case _:
            trouble = said.get("trouble")
            return Ended(
                status=said["status"],
                http_status=said.get("http_status"),
                trouble=CloudTrouble(trouble) if trouble else None,
                says=str(said.get("says", "")),
                bytes_out=int(said.get("bytes_out", 0)),
                bytes_in=int(said.get("bytes_in", 0)),
                finish=str(said.get("finish", "")),
            )
