"""Every sentence of the cloud's settings: where questions may be sent, keys, servers, what to hide, the budget."""

from __future__ import annotations

from ui.window.privacy.privacy_house import ProviderLine
from ui.window.words import _

KEYS_LINE = _("Keys are kept in {keyring}, never in a file. Indoors does not show them again.")
ADD_KEY, NEW_KEY, REMOVE_KEY, KEEP_KEY, CANCEL = (
    _("Add key…"),
    _("Replace key…"),
    _("Remove key"),
    _("Keep"),
    _("Cancel"),
)
HAS_KEY, NO_KEY, NO_KEY_NEEDED = _("Key kept"), _("No key"), _("No key needed")
YOURS, YOUR_NETWORK, NO_PRICE_YET = _("Added by you"), _("On your own network"), _("No price yet, so sending is off")
SERVERS, SERVERS_LINE = (
    _("Your own servers"),
    _("Any server that speaks OpenAI’s protocol, by its address: a llama-server, vLLM, OpenRouter, Azure."),
)
SERVER_ADDRESS, SERVER_NAME, ADD, REMOVE = _("https://host:port/v1"), _("Name"), _("Add"), _("Remove")
TYPE_PRICE, MODEL, PER_MILLION_IN, PER_MILLION_OUT = (
    _("Type a price…"),
    _("Model"),
    _("$ for a million in"),
    _("$ for a million out"),
)
HIDE_ALWAYS, HIDE_LINE, HIDE_FIELD = (
    _("Always hide"),
    _("These words are swapped for labels in everything that leaves."),
    _("A name, a number, any words"),
)
NEVER_SENT, NEVER_SENT_LINE, NO_NEVER_SENT = (
    _("Never sent"),
    _("Folders whose files cannot be ticked. Mark one in its menu in the Library."),
    _("No folder is marked."),
)
BUDGET_LINE = _("At this amount sending stops until next month. Answers made here are always free.")


def not_known(provider: str) -> str:
    """Of a provider without a dated fact."""
    return _("How long {provider} keeps it is not known to Indoors.").format(provider=provider)


def whose(line: ProviderLine) -> str:
    """Of a server the person added; empty for others."""
    return " · ".join(said for said, so in ((YOURS, line.own), (YOUR_NETWORK, line.own_network)) if so)


def key_of(provider: str) -> str:
    """The name of the field."""
    return _("Key of {provider}").format(provider=provider)
