"""Options that many commands share."""

import re
from enum import StrEnum
from typing import Annotated

import typer

from evenhand.cli.output import Format
from schemas.values import ID_PATTERN

Log = Annotated[
    str | None,
    typer.Option("--log", metavar="URL", help="The log; default $EVENHAND_LOG or ./evenhand.db."),
]
Form = Annotated[Format, typer.Option("--format", help="How to print.")]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="WHEN",
        help="Use only what was recorded by then: position, date, instant.",
    ),
]
EffectiveBy = Annotated[
    str | None,
    typer.Option(
        "--effective-by", metavar="WHEN", help="Use only facts that count by then: date or instant."
    ),
]


def _an_id(text: str | None) -> str | None:
    """An id of a person, or none; else the command was used wrongly."""
    if text is not None and not re.fullmatch(ID_PATTERN, text, re.ASCII):
        raise typer.BadParameter("an id has 1 to 64 of the characters A-Z a-z 0-9 . _ : -")
    return text


By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="ID",
        envvar="EVENHAND_ACTOR",
        show_envvar=False,
        callback=_an_id,
        help="Who acts; default $EVENHAND_ACTOR or you.",
    ),
]
ApprovedBy = Annotated[
    str | None,
    typer.Option("--approved-by", metavar="ID", callback=_an_id, help="The second person."),
]
Positions = Annotated[
    bool, typer.Option("--positions", help="Add the positions of the facts in the log.")
]


class Language(StrEnum):
    """The languages in which plans are told."""

    EN = "en"
    ZH = "zh"


Lang = Annotated[Language, typer.Option("--language", help="The language of the words.")]
PlanName = Annotated[str, typer.Argument(metavar="PLAN@VERSION", help="As in seed-4-2-5@1.")]
