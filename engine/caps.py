"""Caps: at most so much per payee and window or deal, in order of effect; the rest is lost.

What counts is what the gates left. A line is worth what it adds to the capped sum of those before
it, so one that falls away makes room for the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from engine.allocation import largest, product_dtype
from engine.ground import Ground
from engine.groups import first_of, summed_up
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
    shared = together(told.join(tight, on=_SHARED, how="semi"), LINE, _SHARED)
    dtype = product_dtype(largest(shared["amount"]), max(1, shared.height))
    amount = pl.col("amount").cast(dtype)
    group = [*_SHARED, "period"]
    most = pl.lit(cap.most, dtype=dtype)
    within = (
        shared.sort(*group, "_at", "fact", "source", "_kept", *LINE)
        .with_columns(_upto=summed_up(amount, first_of(group)))
        .with_columns(_before=pl.min_horizontal(pl.col("_upto") - amount, most))
        .with_columns(amount=(pl.min_horizontal("_upto", most) - pl.col("_before")).cast(pl.Int64))
    )
    return pl.concat([left, within.select(left.columns)])


def _tight(lines: pl.DataFrame, cap: _Bound) -> pl.DataFrame:
    """Whose lines may come to more than the cap, were all that was ever above zero to meet."""
    dtype = product_dtype(largest(lines["amount"]), max(1, lines.height))
    above = pl.col("amount").clip(lower_bound=0).cast(dtype).sum()
    return lines.group_by(_SHARED).agg(above).filter(pl.col("amount") > cap.most).select(_SHARED)
