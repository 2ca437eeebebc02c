"""The demo: a company's months of life, told from its log."""

import shutil
import sys
from os import environ
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.output import say
from evenhand.demo.words import Language, Words, language

LOG = "evenhand-demo.db"
"""The log the demo leaves in the working directory."""


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Do not serve web pages.")] = False,
    lang: Annotated[
        Language | None, typer.Option(help="The language of the story; default by LANG.")
    ] = None,
) -> None:
    """Five months of an invented company: closed, replayed, explained; leaves evenhand-demo.db."""
    from evenhand.demo.life import Calendar, lived, opened  # noqa: PLC0415 - the engine loads slowly
    from evenhand.demo.story import told  # noqa: PLC0415

    words = Words(lang or language(environ))
    calendar = Calendar()
    with opened(Path(LOG), calendar) as log:
        held = told(log, lived(log, calendar), words, log_name=LOG, command=_command())
    if not no_serve and sys.stdout.isatty():
        say(words("no-web"))
    if not held:
        raise typer.Exit(1)


def _command() -> str:
    """How this program is called from here: by its name if the shell finds it, else by its path."""
    return "evenhand" if shutil.which("evenhand") else sys.argv[0]
