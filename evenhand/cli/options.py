"""Options that many commands share."""

from typing import Annotated

import typer

from evenhand.cli.output import Format

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
By = Annotated[
    str | None, typer.Option("--by", metavar="ID", help="Who acts; default $EVENHAND_ACTOR or you.")
]
ApprovedBy = Annotated[
    str | None, typer.Option("--approved-by", metavar="ID", help="The second person.")
]
Positions = Annotated[
    bool, typer.Option("--positions", help="Add the positions of the facts in the log.")
]
