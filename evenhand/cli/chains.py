"""Questions about the chain from lead to settlement: stages, delays, conversion, flags."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import polars as pl
import typer

from commands.handle import kept_by
from evenhand.asking import Known, known
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format, say
from evenhand.cli.questions import NoSuchSubject
from evenhand.cli.reports import To, report
from evenhand.sql.log import SqlLog
from evenhand.times import instant_of
from evenhand.wiring import now, open_log
from projections.chains import CHAINS, chains, delays, settled_at, watched
from projections.conversions import CONVERSIONS, conversions
from projections.self_dealing import flags
from replay.periods import closes, kept_issue
from schemas.events.decisions import PeriodClosed
from schemas.rates import rate_text
from schemas.recorded import instant, microseconds
from schemas.values import amount_text, instant_text

_INSTANTS = ("begun_at", "ended_at", "due_at")
_LASTED = {"dwell": "days", "overdue": "days_overdue"}
"""What lasted, in microseconds, and what it is called in days."""
_SHOWN = ("lead", "deal", "stage", "begun_at", "ended_at", "days", "owner")
_SHOWN_LATE = (*_SHOWN[:3], "due_at", "ended_at", "days", "days_overdue", "responsible", "owner")
_COUNTED = (*CONVERSIONS, "qualified_rate", "signed_rate")
_DAY = timedelta(days=1)
_NEVER = 2**62
"""Microseconds later than anything."""
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="WHEN", help="As at a date or an instant; default --effective-by, else now."
    ),
]


class By(StrEnum):
    """What leads are counted by."""

    CHANNEL = "channel"
    CAMPAIGN = "campaign"
    PAYEE = "payee"
    SIDE = "side"
    MONTH = "month"


def chain(
    subject: Annotated[str | None, typer.Argument(help="As in deal/D1 or lead/L1.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what took too long.")] = False,
    at: At = None,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """How long each stage from lead to settlement took, whose it was, and what is late."""
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
        settled = _settled(told, opened)
    world = watched(told.records, effective_by=told.effective_by)
    rows = chains(world, settled, _asked(at, told, world.rules.zone))
    if subject is not None:
        kind, _, name = subject.partition("/")
        rows = rows.filter(pl.col("deal" if kind == "deal" else "lead") == name)
        if rows.is_empty():
            raise NoSuchSubject(subject)
    rows = delays(rows) if late else rows
    shown = _SHOWN_LATE if late else (*_SHOWN, "due_at", "days_overdue", "responsible")
    report([_staged(row) for row in rows.iter_rows(named=True)], form, shown, to)
    if late:
        say(f"{rows.height} stages are late")


def _asked(at: str | None, told: Known, zone: ZoneInfo) -> int:
    """The instant of the question: as written, else that up to which facts count, else now."""
    if at is not None:
        return microseconds(instant_of(at, zone))
    return microseconds(now()) if told.effective_by is None else told.effective_by


def _settled(told: Known, log: SqlLog) -> Mapping[str, int]:
    """When each deal was first stated, by the instants of the closes."""
    kept = kept_by(log)
    done = closes(told.records)
    ended = told.records.filter(pl.col("type") == PeriodClosed.type).select(
        "position", "effective_at"
    )
    at = dict(ended.iter_rows())
    return settled_at(
        (closed.period, at[closed.recorded], kept_issue(closed, kept).lines) for closed in done
    )


def _staged(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stage with its instants as such, and what lasted in days."""
    instants = {name: _when(row[name]) for name in _INSTANTS}
    lasted = {days: _days(row[name]) for name, days in _LASTED.items()}
    kept = {name: row[name] for name in CHAINS if name not in _LASTED}
    return {**kept, **instants, **lasted}


def _when(at: int | None) -> str | None:
    return None if at is None else instant_text(instant(at))


def _days(lasted: int | None) -> str | None:
    """Microseconds in days, to the hundredth, cut and not rounded."""
    if lasted is None:
        return None
    hundredths = timedelta(microseconds=lasted) * 100 // _DAY
    return f"{hundredths // 100}.{hundredths % 100:02}"


def conversion(
    by: Annotated[By, typer.Option("--by", help="What leads are counted by.")] = By.CHANNEL,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """How many leads became valid and how many were signed, by channel, campaign or payee."""
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
    until = told.effective_by
    rows = conversions(told.records, told.world(), by.value, _NEVER if until is None else until + 1)
    report([_counted(row) for row in rows.iter_rows(named=True)], form, _COUNTED, to)


def _counted(row: Mapping[str, Any]) -> dict[str, Any]:
    """Counts with their exact rates: valid of all, signed of all."""
    told = {name: row[name] for name in CONVERSIONS}
    value, currency = row["value"], row["currency"]
    told["value"] = None if value is None else amount_text(value, currency)
    told["qualified_rate"] = _rate(row["qualified"], row["leads"])
    told["signed_rate"] = _rate(row["signed"], row["leads"])
    return told


def _rate(part: int, whole: int) -> str | None:
    return rate_text(Fraction(part, whole)) if whole else None


def show_flags(
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """People on both sides of a deal, referrals in a circle: what to look at before paying."""
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
    world = told.world()
    names = world.names
    rows = [
        {
            **{name: row[name] for name in ("code", "subject", "payee", "other", "text")},
            "facts": [
                {"source": names["source"][order], "id": names["id"][order]}
                for order in row["orders"]
            ],
        }
        for row in flags(world, told.records).iter_rows(named=True)
    ]
    report(rows, form, ("code", "subject", "payee", "other", "text"), to)
    say(f"{len(rows)} flags")
