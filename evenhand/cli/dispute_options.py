"""Options of the commands about disputes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Named = Annotated[str, typer.Argument(metavar="DISPUTE", help="Its id, as dispute-1.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in words.")]
PerhapsWhy = Annotated[str | None, typer.Option("--reason", help="Why, in words.")]
Records = Annotated[
    list[int] | None,
    typer.Option("--position", metavar="N", help="Evidence: a record, by its position."),
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", help="Evidence: a file; named by its SHA-256, kept up to 5 MB."),
]


class Code(StrEnum):
    """What is said to be wrong."""

    MISSING_LINE = "missing-line"
    WRONG_PAYEE = "wrong-payee"
    WRONG_SOURCE = "wrong-source"
    WRONG_SPLIT = "wrong-split"
    WRONG_AMOUNT = "wrong-amount"
    OTHER = "other"


class Outcomes(StrEnum):
    """How a dispute is ruled."""

    UPHELD = "upheld"
    PARTLY = "partly-upheld"
    REJECTED = "rejected"


Wrong = Annotated[Code, typer.Option("--reason-code", help="What is wrong.")]
ByDeal = Annotated[str | None, typer.Option("--deal", help="The deal it is about.")]
ByLead = Annotated[str | None, typer.Option("--lead", help="The lead it is about: its points.")]
Whose = Annotated[str | None, typer.Option("--payee", help="Whose it is; default who acts.")]
Line = Annotated[str | None, typer.Option("--line", help="The line that is contested, if one is.")]
Component = Annotated[str | None, typer.Option("--component", help="Only this component's lines.")]
Period = Annotated[str | None, typer.Option("--period", help="The period it was stated in.")]
Expected = Annotated[
    str | None, typer.Option("--expected", metavar="AMOUNT", help='Expected, as "40.00 EUR".')
]
Actual = Annotated[
    str | None, typer.Option("--actual", metavar="AMOUNT", help='Stated, as "20.00 EUR".')
]
NewName = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="Its id; default the next free one.")
]
