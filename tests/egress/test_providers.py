"""Servers are named by address; http:// stays on the person's own network, and each kind asks for its own flags."""

import json
from typing import Any

import pytest

from app.egress import carrier_cloud
from app.egress.carrier_cloud import Job, NotPermitted, Transport, Wire, carry
from app.egress.providers import add_server, base_url_of, is_own_network, is_private, known, remove_server
from app.errors import UsageError


class Facts(dict[str, str]):
    """A store of small facts."""

    def fact(self, name: str) -> str:
        return self.get(name, "")

    def keep_fact(self, name: str, value: str) -> None:
        self[name] = value


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("192.168.1.5:8080", "http://192.168.1.5:8080/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("http://den.local:8000/", "http://den.local:8000/v1"),
        ("[::1]:8000", "http://[::1]:8000/v1"),
        ("gpu", "http://gpu/v1"),
        ("llm.example.org", "https://llm.example.org/v1"),
        ("https://llm.example.org:443", "https://llm.example.org/v1"),
        ("https://LLM.example.org/api/v2/", "https://llm.example.org/api/v2"),
        ("https://llm.example.org/v1/chat/completions", "https://llm.example.org/v1"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
        ("mine.openai.azure.com", "https://mine.openai.azure.com/openai/v1"),
        ("https://10.0.0.9", "https://10.0.0.9/v1"),
    ],
)
def test_an_address_becomes_a_base(typed: str, base_url: str) -> None:
    assert base_url_of(typed) == base_url
    assert base_url_of(base_url) == base_url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://host",
        "https://user:key@host.org",
        "https://host.org/?key=1",
        "https://host.org/#x",
        "https://host .org",
        "https://host.org:0x50",
        "https://host.org:99999",
        "https://host.org\\@192.168.1.5",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        base_url_of(typed)


@pytest.mark.parametrize(
    "typed", ["http://api.openai.com", "http://8.8.8.8:80", "http://192.168.1.5.example.org", "http://0.0.0.0"]
)
def test_away_from_home_only_https(typed: str) -> None:
    with pytest.raises(UsageError, match="must be https"):
        base_url_of(typed)


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.255.1", True),
        ("169.254.1.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
        ("8.8.8.8", False),
        ("172.32.0.1", False),
        ("2606:4700::1111", False),
        ("0.0.0.0", False),
        ("::ffff:8.8.8.8", False),
        ("not an address", False),
    ],
)
def test_which_addresses_are_private(address: str, private: bool) -> None:
    assert is_private(address) is private


def test_servers_are_added_found_and_removed() -> None:
    facts = Facts()
    added = add_server(facts, "192.168.1.5:8080", name="Den", model="qwen3")
    assert (added.id, added.kind, added.own_network, added.key_needed) == ("den", "own", True, False)
    assert "on your own network" in added.retention
    again = add_server(facts, "192.168.1.5:8080", model="llama")
    assert (again.id, again.models) == ("den", ("llama", "qwen3"))
    other = add_server(facts, "https://den.example.org", name="Den")
    assert (other.id, other.own_network, other.key_needed) == ("den-2", False, True)
    assert other.retention == "How long Den keeps it is not known to Indoors."
    assert add_server(facts, "https://x.org", name="OpenAI").id == "openai-2"
    assert list(known(facts)) == ["openai", "openrouter", "den", "den-2", "openai-2"]
    assert remove_server(facts, "den").name == "Den"
    assert "den" not in known(facts)
    for unknown in ("den", "openai"):
        with pytest.raises(UsageError, match="No server"):
            remove_server(facts, unknown)


@pytest.mark.parametrize(
    ("address", "model", "flags"),
    [
        ("", "gpt-4o", {"store": False}),
        ("", "o4-mini", {"store": False}),
        ("", "gpt-5-mini", {"store": False, "prompt_cache_retention": "in_memory"}),
        ("", "gpt-5.4", {"store": False, "prompt_cache_retention": "in_memory"}),
        ("", "gpt-5.5-pro", {"store": False}),
        ("", "gpt-5.6-sol", {"store": False, "prompt_cache_options": {"mode": "explicit"}}),
        ("", "gpt-6", {"store": False, "prompt_cache_options": {"mode": "explicit"}}),
        ("https://openrouter.ai", "x/y", {"provider": {"zdr": True, "data_collection": "deny"}}),
        ("https://mine.openai.azure.com", "deployed", {"store": False}),
        ("https://llm.example.org", "m", {"store": False}),
        ("192.168.1.5:8080", "m", {}),
    ],
)
def test_what_asks_a_provider_to_keep_less(address: str, model: str, flags: dict[str, Any]) -> None:
    provider = add_server(Facts(), address) if address else known(Facts())["openai"]
    assert provider.body_extras(model) == flags
    for name, value in provider.flags_for(model):
        said: Any = provider.body_extras(model)
        for step in name.split("."):
            said = said[step]
        assert json.dumps(said) == value
    assert bool(provider.flags_for(model)) is bool(flags)


def job(**changed: Any) -> Job:
    return Job(**{"base_url": "https://llm.example.org/v1", "body": b"{}", "sha256": "", "key_name": "", **changed})


def test_the_transport_itself_refuses_what_is_not_permitted() -> None:
    """Whatever the client library hands it: the last look is on the bytes as they are about to be written."""
    import hashlib

    import httpx2

    one = job(sha256=hashlib.sha256(b"{}").hexdigest())
    headers = carrier_cloud.headers_sent(one, "k")
    transport = Transport(one, Wire(one, lambda _: None), headers)
    address = one.base_url + carrier_cloud.PATH
    for wrong in (
        httpx2.Request("POST", address, headers=headers, content=b"{ }"),
        httpx2.Request("POST", address.replace("llm", "evil"), headers=headers, content=b"{}"),
        httpx2.Request("POST", address.replace("https", "http"), headers=headers, content=b"{}"),
        httpx2.Request("POST", address + "?more=1", headers=headers, content=b"{}"),
        httpx2.Request("PUT", address, headers=headers, content=b"{}"),
        httpx2.Request("POST", address, headers={**headers, "X-Stainless-OS": "Linux"}, content=b"{}"),
        httpx2.Request("POST", address, headers={**headers, "User-Agent": "other"}, content=b"{}"),
        httpx2.Request("POST", address, headers={n: v for n, v in headers.items() if n != "accept"}, content=b"{}"),
    ):
        with pytest.raises(NotPermitted):
            transport.handle_request(wrong)


@pytest.mark.loopback
def test_a_name_that_leads_out_of_the_own_network_gets_no_plain_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    from contextlib import closing

    monkeypatch.setattr(carrier_cloud, "is_private", lambda address: address != "127.0.0.1")
    told: list[Any] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as public:
        port = public.getsockname()[1]
        one = job(base_url=f"http://localhost:{port}/v1", sha256=__import__("hashlib").sha256(b"{}").hexdigest())
        assert is_own_network(one.base_url)
        carry(one, Wire(one, told.append), told.append)
        connection, _ = public.accept()
        with closing(connection):
            assert connection.recv(1) == b""
    assert told[-1]["status"] == "failed_before"
    assert "out of your own network" in told[-1]["says"]
    assert [said["event"] for said in told] == ["ended"]
