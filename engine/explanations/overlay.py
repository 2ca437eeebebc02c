"""An overlay's line: the pool of the layer, what its cap left, and who shares it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import rounded
from engine.components.overlay import offers_of, participants
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import applies, coefficient_reasons, scale
from engine.explanations.pricing import divided, division
from engine.explanations.values import exchanged
from engine.explanations.words import listed, money, month_name, percent, rounding, times
from engine.reasons import Reason
from engine.zones import period_end
from schemas.plans import Overlay


@dataclass(frozen=True, slots=True)
class Pool:
    """What a version's overlay sets aside for a layer as at the end of a period, before its cap."""

    row: dict[str, Any]
    value: int
    exact: Fraction
    whole: int

    @property
    def shared_with(self) -> tuple[Any, ...]:
        """What pools have in common that use one cap up."""
        return (self.row["run"], self.row["window"])


def worth(asked: Asked, period: int) -> Worth:
    """The payee's part of the pool, as at the end of a period."""
    part = asked.part
    assert isinstance(part, Overlay)
    pools = list(_pools(asked, period))
    mine = [pool for pool in pools if _is_own(asked, pool)]
    members = _members(asked, part, period)
    if not mine or asked.payee not in [name for name, _ in members]:
        return NOTHING
    [own] = mine
    left = _left_by_cap(own, pools)
    share = Fraction(1, len(members))
    dealt = divided(left, {name: share for name, _ in members})
    amount, by = dealt[asked.payee], scale(asked)
    reasons = [_pool_reason(asked, own), *_cap_reason(asked, part, own, left)]
    reasons.append(_members_reason(asked, members, period))
    if applies(asked):
        exact = left * share * by
        amount = rounded(exact, asked.plan.rounding)
        product = times([money(left, asked.currency), str(share), f"{percent(by)}"])
        told = rounding(exact, asked.plan.rounding, amount, asked.currency)
        reasons += [*coefficient_reasons(asked), Reason(f"{product} = {told}")]
    else:
        reasons += division(dealt, asked.currency)
    return Worth(amount, tuple(reasons))


def _is_own(asked: Asked, pool: Pool) -> bool:
    return bool(pool.row["layer"] == asked.fact and pool.row["plan"] == asked.plan.name)


def _pools(asked: Asked, period: int) -> Iterator[Pool]:
    """The pools of all layers that this component has, in order of effect."""
    told = [
        offers_of(asked.ground, part, version)
        .filter(pl.col("declared_in") <= period)
        .unique("layer", keep="first")
        for version, part in asked.alike(Overlay)
    ]
    rows = pl.concat(told).sort("opened_at", "layer").iter_rows(named=True)
    for row in rows:
        values = asked.books.layers.values.filter(
            pl.col("layer") == row["layer"], pl.col("period") <= period
        ).sort("period")
        fx = asked.exchange(row["currency"], row["opened_at"])
        if values.is_empty() or fx is None:
            continue
        value = int(values["value"][-1])
        exact = Fraction(row["rate_num"], row["rate_den"]) * value * fx
        yield Pool(row, value, exact, rounded(exact, row["rounding"]))


def _left_by_cap(own: Pool, pools: list[Pool]) -> int:
    cap: int | None = own.row["cap"]
    if cap is None:
        return own.whole
    before = 0
    for pool in pools:
        if pool is own:
            break
        if pool.row["cap"] is not None and pool.shared_with == own.shared_with:
            before += pool.whole
    return min(before + own.whole, cap) - min(before, cap)


def _members(asked: Asked, part: Overlay, period: int) -> list[tuple[str, int]]:
    """Who takes part by the end of a period, each with the order of their declaration."""
    told = participants(asked.world).filter(
        pl.col("deal") == asked.row["deal"],
        pl.col("took").eq_missing(pl.lit(part.part, dtype=pl.String)),
        pl.col("at") < period_end(period, asked.zone),
    )
    return list(told.sort("payee").select("payee", "declared").iter_rows())


def _pool_reason(asked: Asked, pool: Pool) -> Reason:
    currency = pool.row["currency"]
    fx = asked.exchange(currency, pool.row["opened_at"]) or Fraction(1)
    rate = percent(Fraction(pool.row["rate_num"], pool.row["rate_den"]))
    product = times([rate, money(pool.value, currency), exchanged(asked, currency, fx)])
    told = rounding(pool.exact, asked.plan.rounding, pool.whole, asked.currency)
    return Reason(f"The pool: {product} = {told}")


def _cap_reason(asked: Asked, part: Overlay, own: Pool, left: int) -> Iterator[Reason]:
    if part.pool is not None:
        lost = money(own.whole - left, asked.currency)
        yield Reason(
            f"Pools are at most {part.pool.amount} a {part.pool.per}: "
            f"{money(left, asked.currency)} of it is left, {lost} is lost"
        )


def _members_reason(asked: Asked, members: list[tuple[str, int]], period: int) -> Reason:
    names = listed(name for name, _ in members)
    facts = tuple(asked.books.named(declared) for _, declared in members)
    return Reason(f"Shared by who took part by the end of {month_name(period)}: {names}", facts)
