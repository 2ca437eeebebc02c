"""Caps: at most so much per payee and window or deal, in order of effect; the rest is lost.

What counts is what the gates left. A line is worth what it adds to the capped sum of those before
it, so one that falls away makes room for the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from engine.allocation import largest, product_dtype
from engine.ground import Ground
from engine.groups import first_of, some_at_a_time, summed_up
from engine.leaving import Dating, dates
from engine.moments import LINE, ruled_by, together
from engine.rulebook import Version
from engine.windows import window_number
from schemas.plans import Spiff

_SHARED = ["_payee", "_whose"]
"""What shares a cap: a payee's lines of one component of one plan, in one window or deal."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """At most so many minor units: over a deal, a window, or (a SPIFF) the whole time."""

    per: str
    most: int


def capped(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED) of components with a cap, each cut to what the cap leaves it.

    The lines of all versions of a plan use a cap up together; each is cut by its own version's.
    """
    return cut(lines, ground.versions, lambda facts: dates(ground.world, facts))


def cut(
    lines: pl.DataFrame,
    versions: Sequence[Version],
    dating: Dating,
) -> pl.DataFrame:
    """The same of entitlements, whose facts are dated by somebody else."""
    bounded = pl.lit(value=False)
    told: list[pl.DataFrame] = []
    for version, component, cap in _caps(versions):
        mine = (pl.col("plan") == version.plan.name) & ruled_by([component])
        if lines.filter(mine).is_empty():
            continue
        alike = _of_one_plan(versions, version, cap) & ruled_by([component])
        left = _cut(_dated(lines.filter(alike), dating), version, cap)
        told.append(left.filter(mine).select(lines.columns))
        bounded |= mine
    return pl.concat([lines.filter(bounded.not_()), *told]) if told else lines


def _caps(versions: Sequence[Version]) -> Iterator[tuple[Version, str, _Bound]]:
    """Every component that has a cap: the version, its id, the cap."""
    for version in versions:
        for part in version.plan.components:
            cap = getattr(part, "cap", None)
            if cap is not None:
                yield version, part.id, _Bound(cap.per, cap.amount.minor)
            if isinstance(part, Spiff) and part.most is not None:
                yield version, part.id, _Bound("ever", part.most.minor)


def _of_one_plan(versions: Sequence[Version], version: Version, cap: _Bound) -> pl.Expr:
    """Lines under any version of the same plan whose windows go on in those of this version."""
    plan = version.plan
    names = [
        other.plan.name
        for other in versions
        if (other.plan.plan, other.plan.currency) == (plan.plan, plan.currency)
        and (cap.per in {"deal", "ever"} or other.runs_from == version.runs_from)
    ]
    return pl.col("plan").is_in(names)


def _dated(lines: pl.DataFrame, dating: Dating) -> pl.DataFrame:
    """Lines with what they are in order of effect by: `_at`, and whether one is `_kept`.

    What a clawback keeps comes right after the line of its commission.
    """
    when = dating(lines["fact"]).rename({"at": "_at"})
    return lines.join(when, on="fact", how="left").with_columns(_kept=pl.col("rule").is_not_null())


def _cut(lines: pl.DataFrame, version: Version, cap: _Bound) -> pl.DataFrame:
    """Lines told whenever one they share the cap with changes, each as the cap leaves it."""
    if cap.per == "deal":
        whose = pl.coalesce("deal", "subject")
    elif cap.per == "ever":
        whose = pl.lit("ever")
    else:
        whose = window_number(pl.col("dated"), cap.per, version.plan).cast(pl.String)
    told = lines.with_columns(_payee="payee", _whose=whose)
    tight = _tight(told, cap)
    left = told.join(tight, on=_SHARED, how="anti").drop(_SHARED)
    shared = told.join(tight, on=_SHARED, how="semi")
    return pl.concat([left, _all_told(shared, cap).select(left.columns)])


def _all_told(shared: pl.DataFrame, cap: _Bound) -> pl.DataFrame:
    """Lines that share caps, as these leave them, told whenever that is something else.

    A line is told again by its number alone, and some caps are looked at at a time: of a payee with
    many lines in a window each has a row for each period in which any of them changes.
    """
    numbered = shared.with_row_index("_row")
    for key, number in ((LINE, "_line"), (_SHARED, "_group")):
        keys = shared.select(key).unique().sort(key).with_row_index(number)
        numbered = numbered.join(keys, on=key, nulls_equal=True)
    slim = numbered.select(
        *("_row", "_line", "_group", "period", "amount", "_at", "fact", "source", "_kept")
    )
    size = pl.col("_line").n_unique().cast(pl.Int64) * pl.col("period").n_unique()
    sizes = slim.group_by("_group").agg(size=size)
    found = [_within(part, cap) for part in some_at_a_time(slim, sizes)]
    left = pl.concat([slim.select("_row", "period", "amount").clear(), *found])
    return shared.drop("period", "amount")[left["_row"]].with_columns(
        left["period"], left["amount"]
    )


def _within(slim: pl.DataFrame, cap: _Bound) -> pl.DataFrame:
    """What is left of each line from when on: `_row` (what else it says), `period, amount`."""
    told = together(slim, ["_line"], ["_group"])
    dtype = product_dtype(largest(told["amount"]), max(1, told.height))
    amount, group = pl.col("amount").cast(dtype), ["_group", "period"]
    most = pl.lit(cap.most, dtype=dtype)
    left = (
        told.sort(*group, "_at", "fact", "source", "_kept", "_line")
        .with_columns(_upto=summed_up(amount, first_of(group)))
        .with_columns(_before=pl.min_horizontal(pl.col("_upto") - amount, most))
        .with_columns(amount=(pl.min_horizontal("_upto", most) - pl.col("_before")).cast(pl.Int64))
        .sort("_line", "period")
    )
    again = pl.all_horizontal(
        pl.col(name) == pl.col(name).shift(1) for name in ("_line", "_row", "amount")
    )
    return left.filter(again.fill_null(value=False).not_()).select("_row", "period", "amount")


def _tight(lines: pl.DataFrame, cap: _Bound) -> pl.DataFrame:
    """Whose lines may come to more than the cap, were all that was ever above zero to meet."""
    dtype = product_dtype(largest(lines["amount"]), max(1, lines.height))
    above = pl.col("amount").clip(lower_bound=0).cast(dtype).sum()
    return lines.group_by(_SHARED).agg(above).filter(pl.col("amount") > cap.most).select(_SHARED)
