"""The page about the command line holds every command and every option, as they are."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer.main

from evenhand.cli import app
from tests.conftest import Golden
from tests.reference import BEGIN, END

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
Command = Any
"""A command of click, which typer ships without promising its types."""


def commands(command: Command, name: str) -> Iterator[tuple[str, Command]]:
    """Every command below one, with the words that call it; groups are not commands."""
    if hasattr(command, "commands"):
        for word, below in command.commands.items():
            yield from commands(below, f"{name} {word}")
    else:
        yield name, command


ALL = list(commands(typer.main.get_command(app), "evenhand"))


def options(command: Command) -> Iterator[tuple[str, str]]:
    """The options of a command as they are written, and what they mean."""
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            names = ", ".join(parameter.opts)
            value = "" if parameter.is_flag else f" {_value(parameter)}"
            required = "Required. " if parameter.required else ""
            yield f"`{names}{value}`", f"{required}{parameter.help}"


def arguments(command: Command) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield _argument(parameter), parameter.help or ""


def _value(parameter: Command) -> str:
    of = parameter.type_descriptor.annotation
    choices = [str(choice) for choice in of] if issubclass(of, Enum) else []
    return parameter.metavar or "\\|".join(choices) or of.__name__.upper().replace("STR", "TEXT")


def _argument(parameter: Command) -> str:
    word = (parameter.metavar or parameter.name).upper()
    word += "..." if parameter.nargs == -1 else ""
    return word if parameter.required else f"[{word}]"


def reference() -> str:
    """Every command: how it is called, what it does, its arguments and options."""
    parts: list[str] = []
    for name, command in ALL:
        words = [name, *(word for word, _ in arguments(command))]
        parts += [f"### `{' '.join(words)}`", "", command.help.strip(), ""]
        told = [(f"`{word}`", meaning) for word, meaning in arguments(command) if meaning]
        rows = [*told, *options(command)]
        if rows:
            parts += ["| | |", "| --- | --- |"]
            parts += [f"| {name} | {meaning} |" for name, meaning in rows]
            parts.append("")
    return "\n".join(parts)


def test_the_page_is_the_one_that_the_commands_make(golden: Golden) -> None:
    text = PAGE.read_text(encoding="utf-8")
    [before, after] = re.split(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}", text, flags=re.DOTALL)
    golden(PAGE, f"{before}{BEGIN}\n{reference().rstrip()}\n{END}{after}")


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_and_every_option_says_what_it_does(name: str, command: Command) -> None:
    assert command.help
    assert [written for written, meaning in options(command) if not meaning.strip()] == []
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition(f"### `{name}")[2].partition("\n### ")[0]
    for parameter in command.params:
        if parameter.name != "help" and parameter.param_type_name == "option":
            assert all(option in section for option in parameter.opts)


def test_every_command_that_the_page_shows_is_there() -> None:
    shown = re.findall(r"^evenhand ([a-z-]+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    known = {name.split()[1] for name, _ in ALL}
    assert set(shown) <= known
