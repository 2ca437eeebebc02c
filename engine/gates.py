"""Gates: a conversion or an attainment that must be reached before a component pays.

A gate opens or stays shut per payee, window and period at whose end one looks: a window that is
over moves only with facts that count for it later, or with knowledge.
"""

from fractions import Fraction
from typing import Final

import polars as pl

from engine.attendance import Attendance
from engine.conversions import cohort, flow
from engine.ground import Ground
from engine.groups import first_of, summed_up
from engine.measures import Attainments, Course
from engine.moments import LINE, ruled_by, told_at
from engine.rulebook import Version
from engine.windows import window_number
from schemas.plans import MONTHS_OF, AttainmentGate, CohortGate, FlowGate, Gate

_MET: Final = {
    "payee": pl.String(),
    "window": pl.Int64(),
    "period": pl.Int64(),
    "reached": pl.Boolean(),
    "met": pl.Boolean(),
}
"""Whether a gate is met from a period on, and whether by something that was reached."""
_BEFORE_ALL_PERIODS: Final = 0


def gated(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED), each multiplied by whether the gates on its component are open.

    A line whose gate opens or shuts in a period without any change of its own gets a row there.
    """
    for version in ground.versions:
        for gate in version.plan.gates:
            here = (pl.col("plan") == version.plan.name) & ruled_by(gate.applies_to)
            told = lines.filter(here)
            if not told.is_empty():
                rest = lines.filter(here.not_())
                lines = pl.concat([rest, _multiplied(told, ground, version, gate)])
    return lines


def met(ground: Ground, version: Version, gate: Gate, asked: pl.DataFrame) -> pl.DataFrame:
    """Whether a gate is met: `payee, window, period, reached, met`, a row a change.

    `reached` says that there was something to be met: a lead qualified, a quota. For the payees,
    and at least the windows, of the rows that are `asked` for (`payee, window`).
    """
    if isinstance(gate, AttainmentGate):
        return _attaining(ground, version, gate, asked)
    counted = ground.conversions.filter(pl.col("payee").is_in(asked["payee"].unique().implode()))
    if isinstance(gate, CohortGate):
        return _counts(cohort(counted, version, gate), gate)
    return _counts(flow(counted, version, gate), gate)


def _attaining(
    ground: Ground, version: Version, gate: AttainmentGate, asked: pl.DataFrame
) -> pl.DataFrame:
    """A quota of nothing is met where the quota says so, and still is nothing to be reached."""
    attainments = Attainments(Attendance(ground, version), gate.quota, gate.window)
    pairs = set(asked.select("payee", "window").unique().iter_rows())
    payees = {payee for payee, _ in pairs}
    known = {(payee, window) for payee, window in attainments.concerned if payee in payees}
    rows = [
        (payee, number, period, attainments.target(payee, number) != 0, _enough(figure, gate))
        for payee, number in sorted(known | pairs)
        for period, figure in _from_the_beginning(attainments, payee, number)
    ]
    return pl.DataFrame(rows, schema=_MET, orient="row")


def _from_the_beginning(attainments: Attainments, payee: str, number: int) -> Course:
    """The attainment of a window from before it began, when nothing was counted yet."""
    window = attainments.attendance.window(attainments.kind, number)
    before = (_BEFORE_ALL_PERIODS, attainments.untouched(payee, number))
    return [before, *attainments.course(payee, window)]


def _enough(attainment: Fraction, gate: AttainmentGate) -> bool:
    if gate.inclusive:
        return attainment >= gate.threshold
    return attainment > gate.threshold


def _counts(counted: pl.DataFrame, gate: FlowGate | CohortGate) -> pl.DataFrame:
    """Whether the share of qualified leads that signed is enough, at each change of the counts."""
    totals = (
        counted.with_columns(
            qualified=pl.col("many") * (pl.col("what") == "qualified"),
            signed=pl.col("many") * (pl.col("what") == "signed"),
        )
        .group_by("payee", "window", "period")
        .agg(pl.col("qualified", "signed").sum())
        .sort("payee", "window", "period")
        .with_columns(summed_up(pl.col("qualified", "signed"), first_of(("payee", "window"))))
    )
    signed = pl.col("signed") * gate.threshold.denominator
    needed = pl.col("qualified") * gate.threshold.numerator
    enough = signed >= needed if gate.inclusive else signed > needed
    some = pl.col("qualified") > 0
    answered = pl.when(some).then(enough).otherwise(pl.lit(_opens_empty(gate)))
    return totals.select("payee", "window", "period", reached=some, met=answered)


def _opens_empty(gate: Gate) -> bool:
    """Whether a gate is open in a window of which nothing is known."""
    if isinstance(gate, AttainmentGate):
        return _enough(Fraction(0), gate)
    return gate.zero_qualified == "open"


def _multiplied(told: pl.DataFrame, ground: Ground, version: Version, gate: Gate) -> pl.DataFrame:
    window = window_number(pl.col("dated"), gate.window, version.plan)
    dated = told.with_columns(window=window)
    openings = _openings(met(ground, version, gate, dated), gate, dated)
    at_all = told_at(dated, _moments(dated, openings, gate, version), LINE)
    opened = _opened(at_all, openings).fill_null(_opens_empty(gate))
    return at_all.with_columns(amount=pl.when(opened).then("amount").otherwise(0)).select(
        told.columns
    )


def _moments(
    dated: pl.DataFrame, openings: pl.DataFrame, gate: Gate, version: Version
) -> pl.DataFrame:
    """Periods in which the window of a line opens or shuts after its date: LINE and `period`.

    Lines of windows may stand before their date. Those of deals meet no more than the openings
    after the first month of a window, of which monthly gates have few.
    """
    of_window = dated["subject"].str.starts_with("window/")
    months = MONTHS_OF[gate.window]
    first = pl.col("window") * months + (version.plan.year_starts - 1)
    told = openings.select("payee", "window", "period")
    later = told.filter(pl.col("period") > first)
    if later.is_empty() and not of_window.any():
        return dated.select(*LINE, "period").clear()
    of_deals = dated.filter(of_window.not_()) if not later.is_empty() else dated.clear()
    columns = (*LINE, "window", "dated")
    found = [
        of_deals.select(columns)
        .join(later, on=["payee", "window"])
        .filter(pl.col("period") > pl.col("dated")),
        dated.filter(of_window).select(columns).join(told, on=["payee", "window"]),
    ]
    return pl.concat(found).select(*LINE, "period").unique()


def _opened(lines: pl.DataFrame, openings: pl.DataFrame) -> pl.Series:
    """Whether the window of each line is open in its period, null where nothing was counted."""
    asked = lines.select("payee", "window", "period").with_row_index("_row").sort("period")
    told = asked.join_asof(
        openings.sort("period"),
        on="period",
        by=["payee", "window"],
        strategy="backward",
        check_sortedness=False,
    )
    return told.sort("_row")["opened"]


def _openings(counts: pl.DataFrame, gate: Gate, dated: pl.DataFrame) -> pl.DataFrame:
    """From which period on each window is open: by its own counts, or if deferred by later ones.

    A later window opens an earlier one only by a conversion it reached, never by being empty.
    """
    if gate.missed == "lost":
        return counts.select("payee", "window", "period", opened="met")
    windows = dated.select("payee", "window").unique()
    counted = counts.select("payee", _window="window").unique()
    pairs = pl.concat(
        [windows.with_columns(_window="window"), windows.join(counted, on="payee")]
    ).filter(pl.col("_window") >= pl.col("window"))
    grid = pairs.unique().join(counts.select("payee", "period").unique(), on="payee")
    told = grid.sort("period").join_asof(
        counts.rename({"window": "_window"}).sort("period"),
        on="period",
        by=["payee", "_window"],
        strategy="backward",
        check_sortedness=False,
    )
    own = pl.col("_window") == pl.col("window")
    opened = (
        pl.when(own)
        .then(pl.col("met").fill_null(_opens_empty(gate)))
        .otherwise(pl.col("met").fill_null(value=False) & pl.col("reached"))
    )
    return told.group_by("payee", "window", "period").agg(opened=opened.any())
