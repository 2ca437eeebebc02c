"""Crediting models: linted, applied to journeys, compared side by side; nothing is stored."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from engine.crediting_models import channel_totals, credited_cents
from engine.crediting_models.games import values
from evenhand.cli.credit_rows import Of, channel_rows, shortened, side_by_side, touch_rows
from evenhand.cli.options import Form
from evenhand.cli.output import Format, say
from evenhand.cli.reports import To, report
from evenhand.crediting_files import BadModel, read_model
from evenhand.game_files import read_game
from evenhand.journey_files import Journeys, read_journeys

model = typer.Typer(no_args_is_help=True, help="Crediting models: who is credited for a journey.")

JourneyFile = Annotated[
    Path,
    typer.Argument(metavar="JOURNEYS", help="CSV or JSON Lines; see docs/crediting-models.md."),
]
Endings = Annotated[
    Path | None, typer.Option(help="A second CSV: how each journey ended, what it was worth.")
]
Currency = Annotated[
    str | None, typer.Option(metavar="CODE", help="The currency of values that name none.")
]


class By(StrEnum):
    """What credit is shown by."""

    TOUCH = "touch"
    CHANNEL = "channel"


@model.command("lint")
def lint_model(
    files: Annotated[list[Path], typer.Argument(help="Files of crediting models, YAML or JSON.")],
) -> None:
    """Find everything that is wrong with crediting models, with its place."""
    wrong = False
    for file in files:
        try:
            read = read_model(file)
        except BadModel as bad:
            wrong = True
            say(f"{bad.code}: {bad}")
        else:
            say(f"{file}: {read.name or file.stem} credits by {read.model}")
    if wrong:
        raise typer.Exit(1)


@model.command("credit")
def credit_journeys(
    file: JourneyFile,
    model_file: Annotated[Path, typer.Option("--model", help="The crediting model.")],
    endings: Endings = None,
    currency: Currency = None,
    by: Annotated[By, typer.Option(help="A row for each touch, or for each channel.")] = By.TOUCH,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """Credit journeys by a model: exact shares, and their value to the cent."""
    read = read_model(model_file)
    journeys = read_journeys(file, endings=endings, currency=currency)
    if by is By.TOUCH:
        rows = touch_rows(credited_cents(journeys.touches, journeys.journeys, read))
    else:
        rows = channel_rows(channel_totals(journeys.touches, journeys.journeys, read))
    report(rows if to else _readable(rows, form), form, (), to)
    _tell(journeys)


@model.command("compare")
def compare(
    file: JourneyFile,
    model_files: Annotated[
        list[Path], typer.Option("--model", help="A crediting model; once for each.")
    ],
    endings: Endings = None,
    currency: Currency = None,
    of: Annotated[Of, typer.Option(help="What is set side by side.")] = Of.CONVERSIONS,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """Credit the same journeys by several models, side by side for each channel."""
    read = [(path, read_model(path)) for path in model_files]
    journeys = read_journeys(file, endings=endings, currency=currency)
    found = {
        each.name or path.stem: channel_totals(journeys.touches, journeys.journeys, each)
        for path, each in read
    }
    rows = side_by_side(found, of)
    report(rows if to else _readable(rows, form), form, (), to)
    _tell(journeys)


@model.command("value")
def value_game(
    file: Annotated[Path, typer.Argument(metavar="GAME", help="CSV: set,worth as in a+b,7/2.")],
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """The Shapley values of a game of your own, exact, for up to 20 players."""
    game = read_game(file)
    found = values(game.players, game.worth)
    rows = [{"player": player, "value": str(value / game.unit)} for player, value in found.items()]
    report(rows if to else _readable(rows, form), form, (), to)
    if game.unnamed:
        say(f"{game.unnamed} sets are not named, and worth 0")


def _readable(rows: Sequence[Mapping[str, str]], form: Format) -> Sequence[Mapping[str, str]]:
    """Rows as they are printed: people read no fraction of hundreds of digits."""
    if form is not Format.TABLE:
        return rows
    return [{name: shortened(cell) for name, cell in row.items()} for row in rows]


def _tell(read: Journeys) -> None:
    """How many journeys there were, and of how many conversions nobody can be credited."""
    won = read.journeys.filter("converted")
    untouched = won.join(read.touches, on="journey", how="anti")
    lost = read.journeys.filter(~pl.col("converted"))
    say(f"conversions: {_count(won)}; journeys without one: {_count(lost)}")
    if untouched.height:
        say(f"conversions without a touch, credited to nobody: {_count(untouched)}")


def _count(journeys: pl.DataFrame) -> int:
    return int(journeys["count"].sum())
