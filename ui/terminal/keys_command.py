"""`indoors keys` and the servers of `indoors cloud`: where questions may go, and with whose key; names only."""

from __future__ import annotations

from app.egress.key_desk import KeyDesk
from app.egress.providers import Provider, add_server, known, remove_server
from app.errors import UsageError
from models.seal import seal
from ui.terminal.session import DONE, Session


def keys_set(session: Session, provider: str) -> int:
    """Ask for a key, or take what is piped in, and keep it in the system's keyring. It never enters this process."""
    there = _provider(session, provider)
    seal()  # the process that reads the key needs no network either
    KeyDesk().ask_person(there)
    session.screen.lines([{"event": "key", "provider": there.id, "host": there.host, "kept": True}])
    session.screen.say(f"The key for {there.name} is in this computer's keyring.")
    return DONE


def keys_remove(session: Session, provider: str) -> int:
    """Remove a key from the keyring."""
    there = _provider(session, provider)
    seal()
    KeyDesk().forget(there)
    session.screen.lines([{"event": "key", "provider": there.id, "host": there.host, "kept": False}])
    session.screen.say(f"There is no key for {there.name} in this computer's keyring any more.")
    return DONE


def keys_list(session: Session) -> int:
    """Which providers have a key; never the key."""
    providers = _known(session)
    seal()
    have = KeyDesk().which(providers.values())
    for one in providers.values():
        has = one.id in have
        line = {"event": "key", "provider": one.id, "host": one.host, "kept": has, "needed": one.key_needed}
        session.screen.lines([line])
        state = "key kept" if has else "no key" if one.key_needed else "needs no key"
        session.screen.say(f"{one.id:<24} {state:<14} {one.host}")
    return DONE


def servers(session: Session) -> int:
    """Every place a question may be sent to."""
    for one in _known(session).values():
        session.screen.lines([_line(one)])
        yours = "  on your own network" if one.own_network else ""
        session.screen.say(f"{one.id:<24} {one.base_url}{yours}")
        session.screen.say(f"{'':<24} {one.retention}")
    return DONE


def server_add(session: Session, address: str, *, name: str, model: str, key: bool | None) -> int:
    """Add a server by address, or a model to one that is there. Opens no connection."""
    with session.house(write=True) as house:
        added = add_server(house.store, address, name=name, model=model, key=key)
    session.screen.lines([_line(added)])
    yours = "on your own network" if added.own_network else "not on your own network"
    session.screen.say(f"{added.id}: {added.base_url}, {yours}. {added.retention}")
    if added.key_needed:
        session.screen.say(f"It needs a key: indoors keys set {added.id}")
    return DONE


def server_remove(session: Session, server: str) -> int:
    """Forget an added server, and its key."""
    with session.house(write=True) as house:
        gone = remove_server(house.store, server)
    if gone.key_needed:
        KeyDesk().forget(gone)
    session.screen.lines([{"event": "server", "id": gone.id, "removed": True}])
    session.screen.say(f"{gone.name} was removed.")
    return DONE


def _line(one: Provider) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": one.id,
        "name": one.name,
        "base_url": one.base_url,
        "host": one.host,
        "kind": one.kind,
    }
    fields |= {"own_network": one.own_network, "key_needed": one.key_needed, "models": list(one.models)}
    return {"event": "server", **fields, "retention": one.retention}


def _known(session: Session) -> dict[str, Provider]:
    """The providers of this profile; a profile that does not exist yet is not made for it."""
    if not session.profile.database.exists():
        return known(_Nothing())
    with session.house(write=False) as house:
        return known(house.store)


class _Nothing:
    """A profile without servers of its own."""

    def fact(self, name: str) -> str:
        return ""

    def keep_fact(self, name: str, value: str) -> None:
        raise UsageError("This profile does not exist yet.")


def _provider(session: Session, wanted: str) -> Provider:
    providers = _known(session)
    if wanted not in providers:
        raise UsageError(f"“{wanted}” is no provider.", do="One of: " + ", ".join(providers) + ".")
    return providers[wanted]
