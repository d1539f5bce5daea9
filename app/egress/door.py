"""Parent side of the courier: how the rest of Indoors asks for the few things that need the world outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.egress.carried import Carried, CloudTrouble, ConnectionNote, Ended, Opened
from app.egress.desktop_env import desktop
from app.egress.key_desk import KeyDesk
from app.egress.permits import SignedPermit
from app.egress.providers import Provider
from app.egress.relay_line import Address, Connection, RelayLine
from app.egress.sending import Patience, Sender
from app.errors import AppError, ProfileTrouble
from app.settings import Settings
from models.api import Cancel, ModelError
from models.child import python_command
from models.host import Host

_ANSWER_LIMIT_S = 20.0


class Door:
    """The courier, or nothing (`--offline`). Started before the main process seals itself; once gone it stays gone,
    because a sealed process cannot start it again, and everything local goes on."""

    def __init__(
        self,
        courier: Host | None,
        line: RelayLine | None = None,
        *,
        settings: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._courier = courier
        self._line = line
        self._settings = settings
        self._keys = KeyDesk()
        self._waiting = 0
        self._lock = threading.Lock()
        self._sender = Sender(courier, lambda: self._waiting > 0, patience or Patience())
        self._blocked = _is_blocked(settings)
        self._noted_until = 0.0
        self.on_connection: Callable[[ConnectionNote], None] = lambda _: None
        """Told of every connection once it is over; services points it at the ledger."""

    @classmethod
    def start(
        cls, settings: Path | None = None, *, trust: Path | None = None, patience: Patience | None = None
    ) -> Door:
        """Start the courier; returns once it runs, before it is ready. Raises OSError.

        `settings`: the profile's settings file, where "Block all network" is kept. `trust`: certificates to trust
        instead of the system's, and `patience`: for tests; neither can come from the environment.
        """
        env = desktop()
        if _is_blocked(settings):
            env["INDOORS_NETWORK"] = "blocked"
        if trust is not None:
            env["INDOORS_TRUST"] = str(trust)
        command = python_command("app.egress.courier")
        line = RelayLine() if RelayLine.possible() else None
        lend = line.lend if line is not None else None
        courier = Host("courier", command, idle_s=float("inf"), env=env, restart=False, lend=lend)
        courier.launch()
        return cls(courier, line, settings=settings, patience=patience)

    @classmethod
    def shut(cls) -> Door:
        """No courier at all."""
        return cls(None)

    @property
    def alive(self) -> bool:
        """Whether anything may leave through it."""
        return self._courier is not None and self._courier.alive

    @property
    def pid(self) -> int | None:
        """The courier's process id."""
        return self._courier.pid if self._courier is not None else None

    def open_document(self, path: Path) -> None:
        """Show a file in the person's own program. Raises AppError."""
        self._carry("open", {"kind": "document", "what": str(path)}, f"{path.name} was not opened.")

    def open_address(self, address: str) -> None:
        """Show a clicked web or mail address in the person's own program. Raises AppError."""
        self._carry("open", {"kind": "address", "what": address}, "The address was not opened.")

    def probe(self, host: str, port: int, *, token: str = "w0-courier-0000000000000000") -> bool:
        """Whether the courier's own way arrives at a listener: it connects and sends `token`."""
        try:
            self._carry("probe", {"host": host, "port": port, "token": token}, "")
        except AppError:
            return False
        return True

    # -- a parcel ---------------------------------------------------------------------------------------------------

    def permit(
        self,
        body: bytes,
        *,
        host: str,
        model: str,
        ceiling_micros: int,
        flags: Sequence[tuple[str, str]] = (),
        ttl_s: float = 120.0,
    ) -> SignedPermit:
        """Leave to send exactly this body once, within `ttl_s` seconds (at most ten minutes); made at the click."""
        return self._sender.permit(
            body, host=host, model=model, ceiling_micros=ceiling_micros, flags=flags, ttl_s=ttl_s
        )

    def prepare(self) -> None:
        """Start what sending needs while the person may still stop; opens no connection."""
        if not self.blocked:
            self._sender.prepare()

    def send(self, body: bytes, permit: SignedPermit, provider: Provider, cancel: Cancel) -> Iterator[Carried]:
        """Send the body once and yield what comes back as it comes: Opened, Delta…, Usage, and always one Ended.

        Raises nothing for the world: trouble is in Ended, and `failed_before` there means that not one byte left. A
        stop through `cancel`, or closing the generator, closes the connection at once.
        """
        opened_at, said = 0.0, Ended("stopped")
        try:
            if self._courier is not None and self.blocked:
                said = Ended("failed_before", trouble=CloudTrouble.BLOCKED)
                yield said
                return
            for event in self._sender.send(body, permit, provider, cancel):
                match event:
                    case Opened(at=at):
                        opened_at = at
                    case Ended():
                        said = event
                yield event
        finally:
            tried = opened_at or said.trouble in (CloudTrouble.NO_CONNECTION, CloudTrouble.TIMEOUT)
            if tried:
                done = said.status == "done"
                at = opened_at or time.time()
                note = ConnectionNote(at, "question", provider.host, said.bytes_out, said.bytes_in, done)
                self.on_connection(note)

    # -- keys -------------------------------------------------------------------------------------------------------

    def keep_key(self, provider: Provider, key: bytearray) -> None:
        """Hand a typed key to the system's keyring; `key` is wiped. Raises KeyringMissing, AppError."""
        self._keys.keep(provider, key)

    def forget_key(self, provider: Provider) -> None:
        """Remove a provider's key. Raises KeyringMissing."""
        self._keys.forget(provider)

    def has_key(self, provider: Provider) -> bool:
        """Whether the keyring has a key for it. Raises KeyringMissing."""
        return provider.id in self._keys.which([provider])

    def with_key(self, providers: Iterable[Provider]) -> frozenset[str]:
        """Ids of those that have a key, in one look. Raises KeyringMissing."""
        return self._keys.which(providers)

    # -- block all network ------------------------------------------------------------------------------------------

    @property
    def blocked(self) -> bool:
        """Whether "Block all network" is on, also when another Indoors with this profile turned it on."""
        if self._settings is not None:
            wanted = _is_blocked(self._settings)
            if wanted != self._blocked:
                self._tell_blocked(wanted)
        return self._blocked

    def block(self, on: bool) -> None:
        """Refuse every connection until unblocked, also after a restart; what is under way is hung up.
        Raises AppError when it cannot be kept."""
        if self._settings is not None:
            Settings(self._settings).set("network", "blocked" if on else "on")
        self._tell_blocked(on)

    def _tell_blocked(self, on: bool) -> None:
        self._blocked = on
        if self._courier is None:
            return
        try:
            self._ask("block", {"on": on})
        except ModelError:
            if on and self._courier.alive:
                self._courier.evict()  # one that cannot be told must not go on

    # -- relays -----------------------------------------------------------------------------------------------------

    def relay(self, address: Address) -> int:
        """An open descriptor whose bytes the courier carries to this one server and back; the caller owns it.

        Raises AppError without a courier, or where the system cannot pass descriptors (Windows).
        """
        if self._courier is None or not self._courier.alive:
            raise AppError("Indoors is offline.", do="Start Indoors without --offline.")
        if self._line is None:
            raise AppError("A server of vectors cannot be reached on this system.")
        if self.blocked:
            raise AppError("The network is blocked.", do="Turn off “Block all network” in Privacy.")
        return self._line.relay(address)

    def connections(self) -> tuple[Connection, ...]:
        """Every relay since the start and the bytes it carried, oldest first; empty without a courier."""
        if self._courier is None or not self._courier.alive:
            return ()
        try:
            said = self._ask("connections", {})["connections"]
        except ModelError:
            return ()
        return tuple(
            Connection(
                str(Address(one["host"], one["port"], one["tls"])),
                one["sent"],
                one["received"],
                one["open"],
                one["why"],
                one["at"],
            )
            for one in said
        )

    def note_relays(self) -> None:
        """Tell `on_connection` of the relays since the last call, with what they carried so far; before the ledger is
        closed."""
        for one in self.connections():
            if one.at > self._noted_until:
                self._noted_until = one.at
                host = one.address.partition("://")[2]
                self.on_connection(
                    ConnectionNote(one.at, "vectors", host, one.sent_bytes, one.received_bytes, not one.why)
                )

    def close(self) -> None:
        """End the courier."""
        if self._courier is not None:
            self._courier.close()
        if self._line is not None:
            self._line.close()

    def _carry(self, verb: str, header: dict[str, Any], failed: str) -> None:
        if self._courier is None:
            raise AppError(failed or "Indoors is offline.", do="Start Indoors without --offline.")
        try:
            answer = self._ask(verb, header)
        except ModelError as error:
            raise AppError(str(error), safe="Everything on this computer goes on.", do=error.do) from error
        if not answer.get("ok"):
            raise AppError(failed, do=str(answer.get("why", "")))

    def _ask(self, verb: str, header: dict[str, Any]) -> dict[str, Any]:
        """One short verb; while it waits, whoever hears of a parcel lets it pass. Raises ModelError."""
        assert self._courier is not None
        with self._lock:
            self._waiting += 1
        try:
            return self._courier.ask_one(verb, header, timeout_s=_ANSWER_LIMIT_S).header
        finally:
            with self._lock:
                self._waiting -= 1


def _is_blocked(settings: Path | None) -> bool:
    if settings is None:
        return False
    with suppress(ProfileTrouble, OSError):
        return Settings(settings).get("network") == "blocked"
    return True  # settings nobody can read may say so
