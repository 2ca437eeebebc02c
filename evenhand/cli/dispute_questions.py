"""Questions about disputes: which there are, what is known of one, what a ruling would do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import polars as pl
import typer

from commands.dispute_refusals import NoSuchDispute
from commands.handle import kept_by
from engine.contested import covered_by
from engine.disputes import DisputeState
from engine.explanations.sources import source_reason
from engine.reasons import Reason
from engine.world import World
from evenhand.asking import Known, known, zone
from evenhand.cli.dispute_options import Named, Outcomes
from evenhand.cli.disputes import settlement
from evenhand.cli.options import Form, KnownAt, Log
from evenhand.cli.output import Format, document, say, show, tree
from evenhand.cli.plans import LINE_COLUMNS
from evenhand.cli.ruling_options import (
    Claims,
    Marketing,
    RulingFile,
    Sales,
    Shares,
    ruling_of,
)
from evenhand.sql.log import SqlLog
from evenhand.times import instant_of
from evenhand.wiring import now, open_log
from projections.disputes import (
    COLUMNS,
    dispute_row,
    earned_rows,
    moved_rows,
    total_rows,
    waiting,
    waiting_rows,
)
from projections.history import history, related_streams
from replay.rulings import Preview, preview, standing
from schemas.recorded import microseconds
from schemas.statements import line_documents
from schemas.values import amount_text

AsAt = Annotated[
    str | None, typer.Option("--at", metavar="WHEN", help="Overdue as at then; default now.")
]
TIMELINE = (
    "position", "effective_at", "recorded_at", "subject", "type", "actor", "content",
)  # fmt: skip


def list_disputes(
    log: Log = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only those not yet ruled.")] = False,
    at: AsAt = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """Every dispute: where it stands, by when it is to be ruled, whether it is overdue."""
    with open_log(log) as opened:
        world = known(opened, known_at, None).world()
        moment = _moment(at, opened)
    states = world.disputes.open() if open_only else world.disputes.states.values()
    rows = [dispute_row(state, world.policies, moment) for state in states]
    show(rows, form, COLUMNS)
    late = sum(row["overdue"] == "yes" for row in rows)
    say(f"{len(rows)} disputes, {late} overdue")


def _moment(at: str | None, log: SqlLog) -> int:
    return microseconds(now() if at is None else instant_of(at, zone(log)))


def show_dispute(
    name: Named,
    log: Log = None,
    at: AsAt = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """A dispute with all that was recorded about it, whose deal it is and why, and what waits."""
    with open_log(log) as opened:
        told = known(opened, known_at, None)
        stands = standing(told.records, kept_by(opened))
        state = _dispute(stands.world, name)
        timeline = _timeline(opened, told, state, stands.world)
        moment = _moment(at, opened)
    event = state.case.event
    later = [*stands.issued, *stands.open[:1]]
    case = {
        **dispute_row(state, stands.world.policies, moment),
        "raised": event.model_dump(mode="json", by_alias=True, exclude_none=True),
        "timeline": timeline,
        "lines": line_documents(covered_by(event, stands.lines)),
        "held": waiting_rows(waiting(stands.issued, event), waiting(later, event)),
    }
    sources = stands.world.sources.filter(deal=event.deal or "").iter_rows(named=True)
    _print(case, [source_reason(row, stands.world) for row in sources], form)


def _print(case: Mapping[str, Any], sources: Sequence[Reason], form: Format) -> None:
    """A case as one document, as its timeline, or as tables below each other."""
    match form:
        case Format.JSON:
            document({**case, "sources": [reason.document() for reason in sources]})
        case Format.CSV:
            show(case["timeline"], form)
        case Format.TABLE:
            show([case], form, COLUMNS)
            show(case["timeline"], form, TIMELINE)
            for reason in sources:
                tree(reason)
            show(case["lines"], form, LINE_COLUMNS)
            show(case["held"], form)


def _dispute(world: World, name: str) -> DisputeState:
    state = world.disputes.states.get(name)
    if state is None:
        raise NoSuchDispute(name)
    return state


def _timeline(log: SqlLog, told: Known, state: DisputeState, world: World) -> list[dict[str, Any]]:
    """What is recorded about the deal or lead of a dispute, every claim on it, and the dispute."""
    event = state.case.event
    records = list(log.stream(event.subject))
    leads = world.claims.filter(deal=event.deal or "")["lead"].drop_nulls()
    claims = {f"lead/{lead}" for lead in leads}
    streams = related_streams(records) | claims | {f"dispute/{event.dispute}"}
    streams -= {event.subject}
    for stream in sorted(streams):
        records.extend(log.stream(stream))
    return history(record for record in records if record.position <= told.position)


def preview_ruling(
    name: Named,
    outcome: Annotated[Outcomes, typer.Option(help="How it would be ruled.")] = Outcomes.UPHELD,
    shares: Shares = None,
    marketing: Marketing = None,
    sales: Sales = None,
    claim: Claims = None,
    ruling: RulingFile = None,
    deal: Annotated[
        str | None, typer.Option(help="The deal that is ruled; default that of the dispute.")
    ] = None,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """What a ruling would change in the open statements, line by line; nothing is recorded."""
    ruled = ruling_of({"shares": shares, "marketing": marketing, "sales": sales}, claim, ruling)
    with open_log(log) as opened:
        told = known(opened, known_at, None)
        _dispute(told.world(), name)
        event = settlement(opened, name, {"outcome": outcome.value, "ruling": ruled, "deal": deal})
        found = preview(told.records, kept_by(opened), event, now())
    rows = moved_rows(found.before.open, found.after.open) + earned_rows(found.earned)
    show([*rows, *total_rows(rows)], form)
    say(f"as known at position {told.position}; nothing is recorded")
    for text in told_of(found):
        say(text)


def told_of(found: Preview) -> Iterator[str]:
    """Who would gain and who would lose, in words."""
    sums = found.earned.group_by("payee", "currency").agg(pl.col("moved").sum())
    for payee, currency, moved in sums.sort("payee", "currency").iter_rows():
        does = "gains" if moved > 0 else "loses"
        yield f"{payee} {does} {amount_text(abs(moved), currency)} {currency}"
    if sums.is_empty():
        yield "nobody's pay changes"
