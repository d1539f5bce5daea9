"""What `indoors ledger …` takes, said once; the work is done in ledger_command.py."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.options import Options
from ui.terminal.session import Session, run_command

ledger_app = typer.Typer(
    help="What left this computer, and whether that list is whole.", no_args_is_help=True, rich_markup_mode=None
)
Entry = Annotated[int, typer.Argument(help="The number of an entry.", min=1)]


class Form(StrEnum):
    """Forms of an export."""

    JSON = "json"
    CSV = "csv"


def _run(context: typer.Context, command: Callable[[Session], int]) -> None:
    options: Options = context.obj
    raise typer.Exit(run_command(options, command))


@ledger_app.command("show")
def show(
    context: typer.Context,
    entry: Annotated[int | None, typer.Argument(help="Only this entry, with its exact text.", min=1)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="How many, newest first.")] = 50,
    connections: Annotated[bool, typer.Option("--connections", help="Connections instead of what was sent.")] = False,
) -> None:
    """What left, newest first."""
    from ui.terminal.ledger_command import show_entry, show_ledger

    if entry is not None:
        number = entry
        _run(context, lambda session: show_entry(session, number))
    _run(context, lambda session: show_ledger(session, limit=limit, connections=connections))


@ledger_app.command("verify")
def verify(
    context: typer.Context,
    go_on: Annotated[bool, typer.Option("--go-on", help="Begin anew after entries that were changed.")] = False,
) -> None:
    """Check that every entry is as Indoors wrote it and none is missing."""
    from ui.terminal.ledger_command import verify as run

    _run(context, lambda session: run(session, go_on=go_on))


@ledger_app.command("export")
def export(
    context: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="json or csv.")] = Form.JSON,
    output: Annotated[Path | None, typer.Option("--output", help="A file; otherwise it is printed.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="Also what was sent, readable (json only).")] = False,
) -> None:
    """Write the ledger out, with its end and the six words."""
    from ui.terminal.ledger_command import export as run

    _run(context, lambda session: run(session, form.value, output=output, with_text=with_text))


@ledger_app.command("erase")
def erase(context: typer.Context, entry: Entry) -> None:
    """Erase the kept text of an entry; its line stays and says so."""
    from ui.terminal.ledger_command import erase as run

    _run(context, lambda session: run(session, entry))
