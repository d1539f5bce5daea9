"""The command line: what each command takes, said once; the work is done in the other files of this folder."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.listen.export import ExportFormat
from ui.options import Options
from ui.terminal.cloud_app import cloud_app, run
from ui.terminal.keep_home import add_lists
from ui.terminal.keys_app import add_servers, keys_app
from ui.terminal.ledger_app import ledger_app
from ui.terminal.models_app import models_app
from ui.terminal.session import LastResort, Session, run_command

COMMON_HELP = """Options every command takes: --json prints one JSON object per line, --quiet says less,
--data-dir DIR uses a separate profile, --offline does not even start the sender, --fake-models is for trying out."""

app = typer.Typer(
    name="indoors",
    help="Reads, listens and writes for you, on this computer.",
    epilog=COMMON_HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
settings_app = typer.Typer(help="Show and change settings.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
app.add_typer(settings_app, name="settings")
app.add_typer(cloud_app, name="cloud")
app.add_typer(keys_app, name="keys")
app.add_typer(ledger_app, name="ledger")
add_servers(cloud_app)
add_lists(cloud_app, run)


class Length(StrEnum):
    """How long a summary is."""

    SHORT = "short"
    MEDIUM = "medium"
    FULL = "full"


class Style(StrEnum):
    """How a summary is set."""

    PROSE = "prose"
    POINTS = "points"
    MINUTES = "minutes"


Within = Annotated[list[Path] | None, typer.Option("--in", help="Only files in this folder, or this file.")]


def _run(context: typer.Context, command: Callable[[Session], int]) -> None:
    options: Options = context.obj
    raise typer.Exit(run_command(options, command))


@app.command()
def index(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    watch: Annotated[bool, typer.Option("--watch", help="Go on and follow changes.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read everything again.")] = False,
) -> None:
    """Read files and folders into the library."""
    from ui.terminal.library_commands import index as run

    _run(context, lambda session: run(session, paths, watch=watch, again=again))


@app.command()
def forget(context: typer.Context, paths: Annotated[list[Path], typer.Argument(help="Files and folders.")]) -> None:
    """Remove files from the library; the files themselves are not touched."""
    from ui.terminal.library_commands import forget as run

    _run(context, lambda session: run(session, paths))


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many passages.")] = 10,
    within: Within = None,
) -> None:
    """Find passages, by words and by meaning."""
    from ui.terminal.library_commands import search as run

    _run(context, lambda session: run(session, " ".join(words), limit=limit, within=within or ()))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(help="Your question.")] = None,
    within: Within = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="How many passages to read.")] = 8,
    continue_id: Annotated[int | None, typer.Option("--continue", help="Go on with this conversation.")] = None,
    no_files: Annotated[bool, typer.Option("--no-files", help="Ask without your files.")] = False,
    cloud: Annotated[bool, typer.Option("--cloud", help="Send what was quoted to a cloud model.")] = False,
    level: Annotated[str, typer.Option("--level", help="With --cloud: the level that was quoted.")] = "",
    send: Annotated[str, typer.Option("--send", help="With --cloud: the fingerprint of the quote.")] = "",
) -> None:
    """Ask a question; the answer cites your files."""
    from ui.terminal.ask_command import ask as run

    text = " ".join(question or ())
    if cloud or level or send:
        from ui.terminal.cloud_command import send_quoted

        _run(context, lambda session: send_quoted(session, text, level=level, sha256=send, cloud=cloud))
    _run(
        context,
        lambda session: run(
            session, text, within=within or (), limit=limit, continue_id=continue_id, use_files=not no_files
        ),
    )


@app.command()
def summarise(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A document or a recording.")],
    length: Annotated[Length, typer.Option("--length", help="How long.")] = Length.SHORT,
    style: Annotated[Style, typer.Option("--style", help="How it is set.")] = Style.PROSE,
) -> None:
    """Summarise a document; every sentence points back to its place."""
    from ui.terminal.document_commands import summarise as run

    _run(context, lambda session: run(session, path, length=length.value, style=style.value))


@app.command()
def transcribe(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Recordings.")],
    formats: Annotated[list[ExportFormat] | None, typer.Option("--format", help="Also write this format.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Folder to write into.")] = None,
    language: Annotated[str, typer.Option("--language", help="Language code, or auto.")] = "auto",
    model: Annotated[str, typer.Option("--model", help="A model of `indoors models list`.")] = "",
    speakers: Annotated[str, typer.Option("--speakers", help="How many people, auto, or off.")] = "auto",
) -> None:
    """Write down recordings, with times and speakers."""
    from ui.terminal.document_commands import transcribe as run

    names = [name.value for name in formats or ()]
    if output and not names:
        names = ["txt"]
    _run(
        context,
        lambda session: run(
            session, files, formats=names, output=output, language=language, model=model, speakers=speakers
        ),
    )


@settings_app.command("show")
def settings_show(context: typer.Context) -> None:
    """All settings."""
    from ui.terminal.system_commands import settings_show as run

    _run(context, run)


@settings_app.command("set")
def settings_set(context: typer.Context, key: str, value: str) -> None:
    """Change one setting."""
    from ui.terminal.system_commands import settings_set as run

    _run(context, lambda session: run(session, key, value))


@settings_app.command("reset")
def settings_reset(context: typer.Context, key: str) -> None:
    """Put one setting back."""
    from ui.terminal.system_commands import settings_reset as run

    _run(context, lambda session: run(session, key))


@app.command()
def doctor(context: typer.Context) -> None:
    """Look at everything Indoors stands on."""
    from ui.terminal.system_commands import doctor as run

    _run(context, run)


@app.command()
def prove(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Option("--target", help="HOST:PORT of a listener somebody else started.")
    ] = None,
    control: Annotated[bool, typer.Option("--control", help="The same attempts unsealed: they must arrive.")] = False,
) -> None:
    """Try every way out of the sealed processes and show that none works."""
    from ui.terminal.system_commands import prove as run

    _run(context, lambda session: run(session, target=target, control=control))


@app.command()
def window(
    ask: Annotated[str, typer.Option("--ask", help="A question to begin with.")] = "",
    files: Annotated[list[Path] | None, typer.Argument(help="Files to add.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Add the sample library.")] = False,
) -> None:
    """Open the window. (Opened before the command line is even loaded: see ui/__main__.py.)"""


def main(options: Options, words: list[str]) -> int:
    """Run one command line, without its common options; returns the exit code."""
    try:
        with LastResort(options):
            app(words, obj=options, standalone_mode=True, prog_name="indoors")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else (1 if ended.code else 0)
    return 0
