"""Gates: a conversion or an attainment that must be reached before a component pays.

A gate opens or stays shut per payee, window and period at whose end one looks: a window that is
over moves only with facts that count for it later, or with knowledge.
"""

from fractions import Fraction
from typing import Final

import polars as pl

from engine.attendance import Attendance
from engine.conversions import cohort, conversions, flow
from engine.ground import Ground
from engine.measures import Attainments, Course
from engine.moments import LINE, ruled_by, told_at
from engine.rulebook import Version
from engine.windows import window_number
from schemas.plans import AttainmentGate, CohortGate, FlowGate, Gate

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
    counted = conversions(ground.world).join(asked, on="payee", how="semi")
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
        counted.group_by("payee", "window", "period")
        .agg(
            qualified=(pl.col("what") == "qualified").sum().cast(pl.Int64),
            signed=(pl.col("what") == "signed").sum().cast(pl.Int64),
        )
        .sort("payee", "window", "period")
        .with_columns(pl.col("qualified", "signed").cum_sum().over("payee", "window"))
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
    counts = met(ground, version, gate, dated)
    openings = _openings(counts, gate, dated)
    of_window = pl.col("subject").str.starts_with("window/")  # may stand before its date
    moments = (
        dated.select(*LINE, "window", "dated", of_window=of_window)
        .unique()
        .join(openings.select("payee", "window", "period"), on=["payee", "window"])
        .filter((pl.col("period") > pl.col("dated")) | pl.col("of_window"))
    )
    answered = (
        told_at(dated, moments, LINE)
        .sort("period")
        .join_asof(
            openings.sort("period"),
            on="period",
            by=["payee", "window"],
            strategy="backward",
            check_sortedness=False,
        )
    )
    opened = pl.col("opened").fill_null(_opens_empty(gate))
    return answered.with_columns(amount=pl.when(opened).then("amount").otherwise(0)).select(
        told.columns
    )


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
