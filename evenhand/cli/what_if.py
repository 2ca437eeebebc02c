"""What facts, rulings, plans or policies would move, if they were recorded."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from evenhand.asking import bounds
from evenhand.cases.standing import records_of
from evenhand.cli.drafts import retroactive
from evenhand.cli.options import Form, KnownAt, Log
from evenhand.cli.output import Format, say
from evenhand.cli.reports import To, report
from evenhand.overlay_files import overlays
from evenhand.times import period_of
from evenhand.wiring import now, open_log
from replay.impact import last_closed
from replay.stages import Question
from replay.what_if import WhatIf
from replay.what_if import what_if as moved_by
from schemas.calendar import PayoutPeriod
from schemas.values import amount_text


class By(StrEnum):
    """What a difference is summed up by."""

    PERSON = "person"
    DEAL = "deal"
    CAUSE = "cause"


_COLUMN: Final = {By.PERSON: "payee", By.DEAL: "subject", By.CAUSE: "cause"}
_AMOUNTS: Final = ("before", "after", "moved")


def what_if(
    files: Annotated[
        list[Path],
        typer.Argument(help="Facts (.jsonl of CloudEvents), or YAML of a plan, policy or ruling."),
    ],
    through: Annotated[
        str | None, typer.Option("--through", metavar="PERIOD", help="The last period.")
    ] = None,
    by: Annotated[By, typer.Option("--by", help="What to sum up by.")] = By.PERSON,
    known_at: KnownAt = None,
    to: To = None,
    log: Log = None,
    form: Form = Format.TABLE,
) -> None:
    """What would be earned otherwise if these were recorded; nothing is stored.

    To record them after all: evenhand ingest, plan publish, policy publish, override.
    """
    laid = overlays(files)
    with open_log(log) as opened:
        position, _ = bounds(opened, known_at, None)
        records = records_of(opened, position)
    last = None if through is None else period_of(through).number
    found = moved_by(records, laid, Question(position=position, through=last), now())
    report(_rows(found, by), form, (by.value, "period", *_AMOUNTS, "currency"), to)
    say(f"as known at position {position}; nothing is recorded")
    for text in (*_totals(found), retroactive(found.by("payee", "period"), last_closed(records))):
        say(text)


def _rows(found: WhatIf, by: By) -> list[Mapping[str, Any]]:
    column = _COLUMN[by]
    return [
        {
            by.value: _told(row[column]),
            "period": str(PayoutPeriod(row["period"])),
            **{name: amount_text(row[name], row["currency"]) for name in _AMOUNTS},
            "currency": row["currency"],
        }
        for row in found.by(column, "period").iter_rows(named=True)
    ]


def _told(value: Any) -> str:
    """A payee, a deal or a window by its name; causes by source and id."""
    if isinstance(value, str):
        return value
    return "; ".join(f"{name['source']} {name['id']}" for name in value or ())


def _totals(found: WhatIf) -> Iterator[str]:
    """Who would gain and who would lose in all, in words."""
    sums = found.by("payee")
    for payee, currency, moved in sums.select("payee", "currency", "moved").iter_rows():
        does = "gains" if moved > 0 else "loses"
        yield f"{payee} {does} {amount_text(abs(moved), currency)} {currency}"
    if sums.is_empty():
        yield "Nobody's pay changes." if found.moved.is_empty() else "What moves comes to nothing."
