"""Segments: stretches of the log as columns, made, looked at and removed."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from evenhand.cases import places
from evenhand.cli.options import By, Form, Log
from evenhand.cli.output import Format, say, show
from evenhand.runs.errors import CaseStoreDamaged
from evenhand.segments import checking, sealing
from evenhand.segments.errors import NoSegmentsPlace
from evenhand.segments.named import sealed
from evenhand.segments.places import Place, place_of
from evenhand.sql.log import SqlLog
from evenhand.wiring import now, open_log, person
from replay.segments import Segment, standing

segments = typer.Typer(no_args_is_help=True, help="Stretches of the log as columns, in files.")

Where = Annotated[
    str | None,
    typer.Option(
        "--segments",
        metavar="PLACE",
        help="A folder or s3://bucket/prefix; default $EVENHAND_SEGMENTS or beside the log's file.",
    ),
]
_SHOWN = ("first", "last", "facts", "found")


@segments.command("seal")
def seal(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is no complete stretch of 1,000,000 records.")
    ] = False,
    log: Log = None,
    where: Where = None,
    by: By = None,
    form: Form = Format.TABLE,
) -> None:
    """Write stretches of the log as segments, also those that were sealed and are gone."""
    wish = sealing.Sealing(by=person(by), at=now(), everything=everything)
    with _opened(log, where) as (opened, place):
        made = list(sealing.seal(opened, place, wish))
        cases = places.make(opened, where)
    show(_rows(made, "sealed"), form, _SHOWN)
    say(f"sealed {_counted(made)} in {place}")
    if cases is not None:
        say(f"their case store holds {cases.cases:,} cases up to position {cases.through}")


@segments.command("list")
def list_segments(log: Log = None, where: Where = None, form: Form = Format.TABLE) -> None:
    """The segments that the log names, and whether each is there."""
    with _opened(log, where) as (opened, place):
        here = sealed(opened, place)
    names = {segment.name for segment in here.there}
    rows = [
        row
        for segment in standing(here.known)
        for row in _rows([segment], "there" if segment.name in names else "missing")
    ]
    show(rows, form, _SHOWN)


@segments.command("verify")
def verify(log: Log = None, where: Where = None, form: Form = Format.TABLE) -> None:
    """Set each segment against the log: file, leaves, every column; exit 1 if one is not whole.

    The case store beside them is set against what it was when it was made of them.
    """
    with _opened(log, where) as (opened, place):
        found = [*checking.verify(opened, place), *_case_store(opened, where)]
    rows = [
        {"segment": name, "found": "whole" if error is None else error.code}
        for name, error in found
    ]
    show(rows, form)
    for error in (error for _, error in found if error is not None):
        say(f"{error.code}: {error}")
    if any(error is not None for _, error in found):
        raise typer.Exit(1)


@segments.command("drop")
def drop(log: Log = None, where: Where = None, form: Form = Format.TABLE) -> None:
    """Remove the segments; the log keeps every record, and seal makes the same ones again."""
    with _opened(log, where) as (opened, place):
        gone = sealing.drop(opened, place)
        places.drop(opened, where)
    show(_rows(gone, "dropped"), form, _SHOWN)
    say(f"dropped {_counted(gone)} from {place}")


def _case_store(log: SqlLog, where: str | None) -> Iterator[checking.Finding]:
    """What is wrong with the case store, if it is there."""
    cases = places.standing(log, where)
    if cases is not None:
        error = None
        try:
            cases.checked()
        except CaseStoreDamaged as damage:
            error = damage
        yield checking.Finding("case store", error)


@contextmanager
def _opened(log: str | None, where: str | None) -> Generator[tuple[SqlLog, Place]]:
    with open_log(log) as opened:
        place = place_of(opened, where)
        if place is None:
            raise NoSegmentsPlace
        yield opened, place


def _rows(of: Iterable[Segment], found: str) -> list[Mapping[str, Any]]:
    return [
        {
            "first": segment.stretch.first,
            "last": segment.stretch.last,
            "facts": segment.facts,
            "found": found,
            "root": segment.root,
            "segment": segment.name,
        }
        for segment in of
    ]


def _counted(of: list[Segment]) -> str:
    return "1 segment" if len(of) == 1 else f"{len(of)} segments"
