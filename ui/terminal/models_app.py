"""The command line of `indoors models`: what each command takes, said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.session import Session, run_command

models_app = typer.Typer(help="The models on this computer.", no_args_is_help=True, rich_markup_mode=None)
Id = Annotated[str, typer.Argument(help="An id of `indoors models list`.")]


def _run(context: typer.Context, command: Callable[[Session], int]) -> None:
    raise typer.Exit(run_command(context.obj, command))


@models_app.command("list")
def models_list(context: typer.Context) -> None:
    """The models on this computer."""
    from ui.terminal.models_commands import models_list as run

    _run(context, run)


@models_app.command("use")
def models_use(context: typer.Context, model: Id) -> None:
    """Use a model for its job."""
    from ui.terminal.models_commands import models_use as run

    _run(context, lambda session: run(session, model))


@models_app.command("bench")
def models_bench(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="An id of the list; else the writer in use.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Also run the built-in check of 20 tasks.")] = False,
) -> None:
    """Measure a writer on this computer."""
    from ui.terminal.models_commands import models_bench as run

    _run(context, lambda session: run(session, model, check=check))


@models_app.command("adopt")
def models_adopt(
    context: typer.Context,
    path: Annotated[Path | None, typer.Argument(help="A GGUF file, or a folder of Whisper.")] = None,
    found: Annotated[bool, typer.Option("--found", help="Show what other programs have here.")] = False,
) -> None:
    """Use a model file where it lies, without copying it."""
    from ui.terminal.models_commands import models_adopt as run

    _run(context, lambda session: run(session, path, found=found))


@models_app.command("remove")
def models_remove(context: typer.Context, model: Id) -> None:
    """Remove a model; one that was adopted stays with its program."""
    from ui.terminal.models_commands import models_remove as run

    _run(context, lambda session: run(session, model))


@models_app.command("shrink")
def models_shrink(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A GGUF file, or an id of the list.")],
    to: Annotated[str, typer.Option("--to", help="How its numbers are stored: Q8_0, Q6_K, Q5_K_M, Q4_K_M, Q3_K_M …")],
    output: Annotated[Path | None, typer.Option("--output", help="The new file; else among your models.")] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Speed and the check before and after.")] = True,
) -> None:
    """Store a writer smaller on this computer; the original is never touched."""
    from ui.terminal.models_commands import models_shrink as run

    _run(context, lambda session: run(session, file, to=to, output=output, check=check))
