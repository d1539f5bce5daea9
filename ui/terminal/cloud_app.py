"""What `indoors cloud …` takes, said once; the work is done in cloud_command.py and server_command.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ui.options import Options
from ui.terminal.session import Session, run_command

cloud_app = typer.Typer(
    help="See what would leave this computer and what it would cost.", no_args_is_help=True, rich_markup_mode=None
)


def run(context: typer.Context, command: Callable[[Session], int]) -> None:
    """One command with its common options; ends with its exit code."""
    options: Options = context.obj
    raise typer.Exit(run_command(options, command))


@cloud_app.command("quote")
def quote(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(help="Your question.")],
    level: Annotated[str, typer.Option("--level", help="blind, findings, snippets or full.")] = "snippets",
    within: Annotated[list[Path] | None, typer.Option("--in", help="Only files in this folder, or this file.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="How many passages to offer.")] = 8,
    continue_id: Annotated[int | None, typer.Option("--continue", help="Go on with this conversation.")] = None,
    provider: Annotated[str, typer.Option("--provider", help="An id of `indoors cloud servers`.")] = "",
    model: Annotated[str, typer.Option("--model", help="The model to ask.")] = "",
    keep: Annotated[list[str] | None, typer.Option("--keep", help="Keep this part here.")] = None,
    also: Annotated[list[str] | None, typer.Option("--also", help="Also send this part.")] = None,
    hide: Annotated[list[str] | None, typer.Option("--hide", help="Hide this word, this time.")] = None,
    as_written: Annotated[list[str] | None, typer.Option("--as-written", help="Send this value as it is.")] = None,
    reworded: Annotated[str, typer.Option("--as", help="The question in the words in which it leaves.")] = "",
    refine: Annotated[bool, typer.Option("--refine", help="Send the answer made here, not the passages.")] = False,
) -> None:
    """Show the exact bytes and what they would cost; sends nothing."""
    from ui.terminal.cloud_command import Choices, level_of
    from ui.terminal.cloud_command import quote as show

    def command(session: Session) -> int:
        choices = Choices(
            level=level_of(level),
            provider=provider,
            model=model,
            keep=keep or (),
            also=also or (),
            hide=hide or (),
            as_written=as_written or (),
            reworded=reworded,
            refine=refine,
        )
        text = " ".join(question)
        return show(session, text, choices, within=within or (), limit=limit, continue_id=continue_id)

    run(context, command)


@cloud_app.command("price")
def price(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="An id of `indoors cloud servers`.")],
    model: Annotated[str, typer.Argument(help="A model there.")],
    goes_in: Annotated[str, typer.Option("--input", help="Dollars for a million tokens sent.")],
    comes_out: Annotated[str, typer.Option("--output", help="Dollars for a million tokens of answer.")],
) -> None:
    """Type the price of a model; until it is known nothing is sent there."""
    from ui.terminal.cloud_command import type_price

    run(context, lambda session: type_price(session, provider, model, goes_in=goes_in, comes_out=comes_out))
