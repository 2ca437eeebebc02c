"""Contested: the cash of disputed lines, kept back from the close that states them until a ruling.

What is kept of a deal or a lead is what was stated of the lines that open disputes cover since they
were raised, less what holdback keeps of it anyway. Lines that were paid before stay paid.
"""

from typing import Final

import polars as pl

from engine.disputes import Disputes, ended_by
from schemas.events.disputes import DisputeRaised
from schemas.frames import Schema, empty
from schemas.statements import LEDGER, line_id

CONTESTED: Final = ("disputed", "undisputed")
"""The kinds of movements of what is in dispute."""

_SUBJECT: Final = ("deal", "lead")
_KEY: Final = ("payee", "currency", *_SUBJECT)
_COVERS: Final[Schema] = {
    "deal": pl.String(),
    "lead": pl.String(),
    "of": pl.String(),  # the payee whose lines it covers, null: everybody's
    "part": pl.String(),  # the component whose lines it covers, null: all
    "since": pl.Int64(),  # its place among the open disputes, in the order they were opened
    "fact_source": pl.String(),
    "fact_id": pl.String(),
}
_ENDED: Final[Schema] = {
    "deal": pl.String(),
    "lead": pl.String(),
    "ended_source": pl.String(),
    "ended_id": pl.String(),
}


def movements(
    told: tuple[pl.DataFrame, pl.DataFrame],
    ledger: pl.DataFrame,
    held: pl.DataFrame,
    disputes: Disputes,
) -> pl.DataFrame:
    """What moves in what is in dispute (LEDGER) at a close: in dispute now, less before.

    `told` are the lines (PAYABLE) of the issues before the close and those of the close, `ledger`
    the movements before it and `held` those of holdback at this close (LEDGER).
    """
    was = (
        ledger.filter(pl.col("kind").is_in(CONTESTED))
        .group_by(_KEY)
        .agg(was=-pl.col("amount").sum())
        .filter(pl.col("was") != 0)
    )
    if was.is_empty() and not disputes.states:
        return empty(LEDGER)
    both = pl.concat(
        [
            lines.with_columns(new=pl.lit(new, dtype=pl.Boolean))
            for lines, new in zip(told, (False, True), strict=True)
        ]
    )
    now = _covered(both, _covers(disputes, both))
    return _moved(now, was, held, disputes)


def covered_by(event: DisputeRaised, lines: pl.DataFrame) -> pl.DataFrame:
    """Those of some lines (PAYABLE) that a dispute covers, whether it is open or not."""
    of, part = scope(event, lines)
    told = lines_about(event, lines)
    told = told if of is None else told.filter(pl.col("payee") == of)
    return told if part is None else told.filter(pl.col("component") == part)


def _covers(disputes: Disputes, lines: pl.DataFrame) -> pl.DataFrame:
    """What open disputes cover of some lines: a row (_COVERS) each."""
    opened = sorted(disputes.open(), key=lambda state: state.case.opened.order)
    rows: list[tuple[object, ...]] = []
    for since, state in enumerate(opened):
        event, fact = state.case.event, state.case.opened
        of, part = scope(event, lines)
        rows.append((event.deal, event.lead, of, part, since, fact.source, fact.id))
    return pl.DataFrame(rows, schema=_COVERS, orient="row")


def scope(event: DisputeRaised, lines: pl.DataFrame) -> tuple[str | None, str | None]:
    """The payee and the component whose lines a dispute covers; None: everybody's, all.

    A line that it names is looked for among `lines` (PAYABLE); of one that is not there any more
    the rest of what it says holds.
    """
    if event.line is not None:
        for row in lines_about(event, lines).iter_rows(named=True):
            if line_id(row) == event.line:
                return row["payee"], row["component"]
    return None, event.component


def lines_about(event: DisputeRaised, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of the deal of a dispute; of its lead, those that are of no deal."""
    if event.lead is None:
        return lines.filter(pl.col("deal") == event.deal)
    return lines.filter(pl.col("deal").is_null(), pl.col("lead") == event.lead)


def _first_cover(lines: pl.DataFrame, covers: pl.DataFrame) -> pl.DataFrame:
    """Lines with the first dispute that covers them; those that none covers are left out."""
    own = pl.when(pl.col("deal").is_null()).then("lead")
    told = lines.with_columns(lead=own).with_row_index("_line")
    named = covers.rename({"fact_source": "cover_source", "fact_id": "cover_id"})
    found = told.join(named, on=_SUBJECT, nulls_equal=True).filter(
        pl.col("of").is_null() | (pl.col("of") == pl.col("payee")),
        pl.col("part").is_null() | (pl.col("part") == pl.col("component")),
    )
    first = found.sort("_line", "since").unique("_line", keep="first", maintain_order=True)
    return first.drop("_line", "of", "part")


def _covered(lines: pl.DataFrame, covers: pl.DataFrame) -> pl.DataFrame:
    """The sums of covered lines: `so_far` and `new` ones, with the dispute opened first."""
    return (
        _first_cover(lines, covers)
        .sort("since", maintain_order=True)
        .group_by(_KEY, maintain_order=True)
        .agg(
            so_far=pl.col("amount").sum(),
            new=pl.col("amount").filter("new").sum(),
            fact_source=pl.col("cover_source").first(),
            fact_id=pl.col("cover_id").first(),
        )
    )


def _moved(
    now: pl.DataFrame, was: pl.DataFrame, held: pl.DataFrame, disputes: Disputes
) -> pl.DataFrame:
    """The movements (LEDGER) from what was in dispute to what is."""
    waits = held.group_by("payee", "currency", "deal").agg(waits=pl.col("amount").sum())
    both = (
        now.join(was, on=_KEY, how="full", coalesce=True, nulls_equal=True)
        .join(waits, on=["payee", "currency", "deal"], how="left")
        .join(_ended(disputes), on=_SUBJECT, how="left", nulls_equal=True)
        .with_columns(pl.col("so_far", "new", "was", "waits").fill_null(0))
    )
    open_ = pl.col("fact_id").is_not_null()
    kept_anyway = pl.max_horizontal("waits", -pl.col("new").clip(lower_bound=0))
    since = pl.col("was") + pl.col("new") + kept_anyway
    disputed = pl.min_horizontal(since, "so_far").clip(lower_bound=0)
    return (
        both.with_columns(
            kind=pl.when(open_).then(pl.lit("disputed")).otherwise(pl.lit("undisputed")),
            line=pl.lit(None, dtype=pl.String),
            plan=pl.lit(None, dtype=pl.String),
            fact_source=pl.coalesce("fact_source", "ended_source"),
            fact_id=pl.coalesce("fact_id", "ended_id"),
            amount=pl.col("was") - pl.when(open_).then(disputed).otherwise(0),
        )
        .filter(pl.col("amount") != 0)
        .select(*LEDGER)
    )


def _ended(disputes: Disputes) -> pl.DataFrame:
    """The fact that ended the last dispute of each deal or lead: a row (_ENDED) each."""
    ends = ((state.case.event, ended_by(state)) for state in disputes.states.values())
    told = [(event, fact) for event, fact in ends if fact is not None]
    told.sort(key=lambda each: each[1].order)
    last = {event.subject: (event.deal, event.lead, fact.source, fact.id) for event, fact in told}
    return pl.DataFrame(list(last.values()), schema=_ENDED, orient="row")
