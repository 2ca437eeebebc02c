"""How fast is it: benches against peers, where the sources of the benches are."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from evenhand.cli.options import Form
from evenhand.cli.output import Format, document, say, show
from schemas.errors import Missing


class BenchNotHere(Missing):
    """The benches were to be run from an installation that does not have them."""

    code = "bench-not-here"

    def __init__(self) -> None:
        super().__init__(
            "A bench was to be run, and the benches and their peers are not part of an "
            "installation. Run it in a checkout of the sources, after make test."
        )


bench = typer.Typer(no_args_is_help=True, help="Measure, as ratios against peers in one run.")
Events = Annotated[int, typer.Option(min=500, metavar="N", help="How many.")]
Rounds = Annotated[int, typer.Option(min=1, metavar="N", help="How often each is measured.")]


@bench.command("replay")
def bench_replay(events: Events = 1_000_000, rounds: Rounds = 5, form: Form = Format.TABLE) -> None:
    """Replay all periods, against a bare scan, tuned SQL, a plain loop and Spark."""
    row = _bench("bench.replay").replay_row(events, rounds)
    _print({name: value for name, value in row.items() if name != "rounds"}, form)


@bench.command("append")
def bench_append(events: Events = 20_000, rounds: Rounds = 3, form: Form = Format.TABLE) -> None:
    """Append to SQLite and PostgreSQL, against bare inserts and the stock library."""
    _print(_bench("bench.append").append_rows(events, rounds), form)


@bench.command("asof")
def bench_asof(events: Events = 1_000_000, rounds: Rounds = 5, form: Form = Format.TABLE) -> None:
    """Ask for one deal at a past position, beside looking for its facts in all of the log."""
    _print(_bench("bench.as_of").asof_rows(events, rounds), form)


@bench.command("refresh")
def bench_refresh(
    events: Events = 1_000_000, rounds: Rounds = 5, form: Form = Format.TABLE
) -> None:
    """Bring a thousand new facts into the open period, against replaying it."""
    _print(_bench("bench.refresh").refresh_rows(events, rounds), form)


@bench.command("ingest")
def bench_ingest(events: Events = 1_000_000, rounds: Rounds = 3, form: Form = Format.TABLE) -> None:
    """Take files into the log, and seal it as segments, against a bare scan of them."""
    _print(_bench("bench.ingest").ingest_rows(events, rounds), form)


@bench.command("credit")
def bench_credit(
    journeys: Events = 1_000_000, rounds: Rounds = 3, form: Form = Format.TABLE
) -> None:
    """Credit journeys by Shapley values, positions and removal effects, against packages."""
    _print(_bench("bench.crediting").crediting_row(journeys, rounds), form)


def _bench(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        say(str(missing))
        raise BenchNotHere from None


def _print(row: Mapping[str, Any], form: Format) -> None:
    if form is Format.JSON:
        document(dict(row))
    else:
        show([{"figure": name, "value": str(value)} for name, value in row.items()], form)
