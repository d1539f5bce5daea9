"""What `indoors keys …` and the servers of `indoors cloud …` take, said once; the work is done in keys_command.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from ui.options import Options
from ui.terminal.session import Session, run_command

keys_app = typer.Typer(
    help="The keys of cloud providers, in this computer's keyring.", no_args_is_help=True, rich_markup_mode=None
)
Provider = Annotated[str, typer.Argument(help="An id of `indoors keys list`.")]


def _run(context: typer.Context, command: Callable[[Session], int]) -> None:
    options: Options = context.obj
    raise typer.Exit(run_command(options, command))


@keys_app.command("set")
def keys_set(context: typer.Context, provider: Provider) -> None:
    """Ask for a key, or read it from what is piped in; it is kept in the keyring and nowhere else."""
    from ui.terminal.keys_command import keys_set as run

    _run(context, lambda session: run(session, provider))


@keys_app.command("remove")
def keys_remove(context: typer.Context, provider: Provider) -> None:
    """Remove a key."""
    from ui.terminal.keys_command import keys_remove as run

    _run(context, lambda session: run(session, provider))


@keys_app.command("list")
def keys_list(context: typer.Context) -> None:
    """Which providers have a key; names only."""
    from ui.terminal.keys_command import keys_list as run

    _run(context, run)


def servers_list(context: typer.Context) -> None:
    """Every place a question may be sent to, and what each keeps."""
    from ui.terminal.keys_command import servers as run

    _run(context, run)


def server_add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Such as https://host or 192.168.1.5:8080.")],
    name: Annotated[str, typer.Option("--name", help="What to call it.")] = "",
    model: Annotated[str, typer.Option("--model", help="A model it has.")] = "",
    key: Annotated[bool | None, typer.Option("--key/--no-key", help="Whether it asks for a key.")] = None,
) -> None:
    """Add a server that speaks OpenAI's chat completions. Nothing is sent to it."""
    from ui.terminal.keys_command import server_add as run

    _run(context, lambda session: run(session, address, name=name, model=model, key=key))


def server_remove(
    context: typer.Context, server: Annotated[str, typer.Argument(help="An id of `indoors cloud servers`.")]
) -> None:
    """Forget an added server and its key."""
    from ui.terminal.keys_command import server_remove as run

    _run(context, lambda session: run(session, server))


def add_servers(cloud: typer.Typer) -> None:
    """Hang the servers on `indoors cloud`."""
    cloud.command("servers")(servers_list)
    cloud.command("add-server")(server_add)
    cloud.command("remove-server")(server_remove)
