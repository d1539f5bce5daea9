"""The keyring is the system's or none: what is kept comes back, and a file, a null one or a stranger's is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.egress import keys
from app.egress.door import Door
from app.egress.key_desk import KeyDesk
from app.egress.keys import KeyringMissing
from app.egress.providers import Provider, add_server, known
from app.errors import AppError
from models.child import python_command


class Facts(dict[str, str]):
    """A store of small facts."""

    def fact(self, name: str) -> str:
        return self.get(name, "")

    def keep_fact(self, name: str, value: str) -> None:
        self[name] = value


OPENAI = known(Facts())["openai"]


def test_a_secret_is_made_once_and_stays(keyring_bus: dict[str, str]) -> None:
    first = keys.secret("ledger of one profile")
    assert len(first) == keys.SECRET_BYTES
    assert keys.secret("ledger of one profile") == first
    assert keys.secret("ledger of another") != first
    other = subprocess.run(
        [sys.executable, "-c", "from app.egress import keys; print(keys.secret('ledger of one profile').hex())"],
        capture_output=True,
        text=True,
    )
    assert other.stdout.strip() == first.hex()


def test_a_text_is_kept_changed_and_erased(keyring_bus: dict[str, str]) -> None:
    assert keys.read("head") == ""
    keys.write("head", "3 abc")
    keys.write("head", "4 def")
    assert keys.read("head") == "4 def"
    keys.erase("head")
    keys.erase("head")
    assert keys.read("head") == ""


def test_a_key_goes_in_and_only_its_name_comes_back(keyring_bus: dict[str, str]) -> None:
    door, typed = Door.shut(), bytearray(b"sk-typed-0123456789\n")
    assert not door.has_key(OPENAI)
    door.keep_key(OPENAI, typed)
    assert typed == bytes(len(typed))
    assert door.has_key(OPENAI)
    assert keys.take_key(OPENAI.key_name) == "sk-typed-0123456789"
    door.forget_key(OPENAI)
    door.forget_key(OPENAI)
    assert door.with_key(known(Facts()).values()) == frozenset()


def test_a_key_is_bound_to_its_host(keyring_bus: dict[str, str]) -> None:
    mine, theirs = (
        add_server(Facts(), address, name="Same", key=True) for address in ("https://a.org", "https://b.org")
    )
    assert mine.id == theirs.id
    Door.shut().keep_key(mine, bytearray(b"key-of-a"))
    assert keys.take_key(theirs.key_name) == ""


@pytest.mark.parametrize("typed", [b"", b"  \n", b"two words", b"line\nbreak", "schlüssel".encode(), b"x" * 5000])
def test_what_is_no_key_is_not_kept(keyring_bus: dict[str, str], typed: bytes) -> None:
    door, given = Door.shut(), bytearray(typed)
    with pytest.raises(AppError):
        door.keep_key(OPENAI, given)
    assert given == bytes(len(typed))
    assert not door.has_key(OPENAI)


@pytest.mark.parametrize(
    "named",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyrings.alt.file.PlaintextKeyring",
        "antigravity.Keyring",
    ],
)
def test_only_the_systems_keyrings_count(
    keyring_bus: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", named)
    with pytest.raises(KeyringMissing, match="no keyring") as refused:
        keys.secret("ledger")
    assert "Nothing was written to a file" in refused.value.notice.safe
    assert "antigravity" not in sys.modules
    with pytest.raises(KeyringMissing):
        Door.shut().has_key(OPENAI)


def test_a_configuration_file_chooses_nothing(
    keyring_bus: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "python_keyring").mkdir()
    config = "[backend]\ndefault-keyring=keyring.backends.null.Keyring\nkeyring-path=/nowhere\n"
    (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(config)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    keys.write("head", "1 abc")
    assert keys.read("head") == "1 abc"
    assert "/nowhere" not in sys.path


def test_without_a_bus_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    with pytest.raises(KeyringMissing):
        keys.read("head")
    typed = bytearray(b"sk-typed")
    with pytest.raises(KeyringMissing):
        KeyDesk().keep(OPENAI, typed)
    assert typed == bytes(8)


def test_a_piped_key_goes_straight_to_the_carrier(keyring_bus: dict[str, str]) -> None:
    """What `indoors keys set` does: the carrier reads this command's own input."""
    code = (
        "from app.egress.key_desk import KeyDesk; from app.egress.providers import known\n"
        "class F:\n fact=lambda s,n:''\n"
        "KeyDesk().ask_person(known(F())['openai'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"sk-piped-1\n", capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert keys.take_key(OPENAI.key_name) == "sk-piped-1"
    keys.drop_key(OPENAI.key_name)


def test_a_key_typed_at_a_terminal_is_not_shown(keyring_bus: dict[str, str]) -> None:
    said, code = at_a_terminal("keep", OPENAI.key_name, OPENAI.name, typed=b"sk-at-a-terminal\n")
    assert code == 0
    assert b"Key for OpenAI" in said
    assert b"sk-at-a-terminal" not in said
    assert keys.take_key(OPENAI.key_name) == "sk-at-a-terminal"
    keys.drop_key(OPENAI.key_name)


def at_a_terminal(*words: str, typed: bytes) -> tuple[bytes, int]:
    """Run the keys' carrier on a pseudo terminal; everything it showed, and how it ended."""
    import pty

    pid, terminal = pty.fork()
    if not pid:
        command = python_command("app.egress.carrier_keys", *words)
        os.execv(command[0], command)
    said = b""
    try:
        while b"as you type" not in said:
            said += os.read(terminal, 1024)
        os.write(terminal, typed)
        while piece := os.read(terminal, 1024):
            said += piece
    except OSError:
        pass  # the other end is gone
    os.close(terminal)
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_providers_name_their_keys() -> None:
    assert isinstance(OPENAI, Provider)
    assert OPENAI.key_name == "openai at api.openai.com"
