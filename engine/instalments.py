"""Instalments: parts of an entitlement that wait for cash, a milestone or a month.

phi(T) is the sum of the shares reached by the end of T, and a line its entitlement times phi,
rounded again: so what is paid part by part comes to the whole exactly, and a smaller contract
takes back of what was released. Where a plan says so, what is reached while a payee is away is
lost: a part of the line, and of the customer's money what is paid then, not what is refunded.
"""

from dataclasses import dataclass
from math import lcm

import polars as pl

from engine.allocation import rounded_products
from engine.ground import Ground
from engine.leaving import absences, dates
from engine.moments import LINE, brought_together, ruled_by, told_at
from engine.payments_of_deals import paid_of_value, payments
from engine.world import World
from engine.zones import instant_of_local, local, month
from schemas.frames import ENTITLED
from schemas.plans import Instalment, Instalments, Plan

_DAY = 86_400_000_000
_NEVER = 2**62


def released(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED) of components paid by instalments, each to the part reached.

    A line is told in every period in which its part changed. Lines of no deal have nothing to wait
    for and stay whole. What was bounded apart so far is one line a key from here on.
    """
    for version in ground.versions:
        for spread in version.plan.instalments:
            here = (
                (pl.col("plan") == version.plan.name)
                & ruled_by(spread.applies_to)
                & pl.col("deal").is_not_null()
            )
            told = lines.filter(here)
            if not told.is_empty():
                parts = _Spread(ground, version.plan, spread).of(told)
                lines = pl.concat([lines.filter(here.not_()), parts])
    return brought_together(lines)


@dataclass(frozen=True, slots=True)
class _Spread:
    """The instalments of some components of a plan, on one ground."""

    ground: Ground
    plan: Plan
    spread: Instalments

    @property
    def whole(self) -> int:
        """The common denominator of the shares."""
        return lcm(*(part.share.denominator for part in self.spread.parts))

    @property
    def lost(self) -> bool:
        """Whether what is reached while a payee is away does not count."""
        return self.plan.leaving is not None and self.plan.leaving.instalments == "lost"

    def of(self, told: pl.DataFrame) -> pl.DataFrame:
        """Lines (ENTITLED) as released."""
        keys = self._keys(told)
        reached, paid = self._reached(keys), self._paid(keys)
        moments = pl.concat([reached.select("line", "period"), paid.select("line", "period")])
        numbered = told.join(keys.select(*LINE, "line"), on=list(LINE), nulls_equal=True)
        at_all = told_at(numbered, moments.unique(), ["line"]).sort("period")
        for steps in (reached, paid):
            at_all = at_all.join_asof(
                steps.sort("period"),
                on="period",
                by="line",
                strategy="backward",
                check_sortedness=False,
            )
        return self._multiplied(at_all).select(*ENTITLED)

    def _keys(self, told: pl.DataFrame) -> pl.DataFrame:
        """Each line once, numbered: its key, deal and date, and when its payee is away."""
        away = absences(self.ground.world) if self.lost else absences(self.ground.world).clear()
        return (
            told.select(*LINE, "deal")
            .unique()
            .with_row_index("line")
            .with_columns(_opener=pl.coalesce("opener", "fact"))
            .join(dates(self.ground.world), left_on="_opener", right_on="fact")
            .join(away, on="payee", how="left")
            .with_columns(pl.col("left", "back").fill_null(_NEVER))
        )

    def _reached(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Shares that wait for no cash: `line, period, reached`, of `whole`, summed so far."""
        steps = [
            self._instants(keys, part).select(
                "line",
                "left",
                "back",
                "at",
                share=pl.lit(self._weight(part), dtype=pl.Int128),
            )
            for part in self.spread.parts
            if part.on != "cash"
        ]
        if not steps:
            return _steps("reached")
        away = (pl.col("at") >= pl.col("left")) & (pl.col("at") < pl.col("back"))
        return (
            pl.concat(steps)
            .filter(away.not_())
            .group_by("line", period=month(pl.col("at"), self.ground.zone))
            .agg(pl.col("share").sum())
            .sort("line", "period")
            .select("line", "period", reached=pl.col("share").cum_sum().over("line"))
        )

    def _instants(self, keys: pl.DataFrame, part: Instalment) -> pl.DataFrame:
        """Lines with the instant at which a part is reached; those that never reach it left out."""
        if part.on == "milestone":
            first = milestones(self.ground.world).filter(pl.col("milestone") == part.milestone)
            return keys.drop("at").join(first.select("deal", "at"), on="deal")
        if part.on == "months":
            zone = self.ground.zone
            day = local(pl.col("at"), zone) // _DAY * _DAY
            later = day.cast(pl.Datetime("us")).dt.offset_by(f"{part.months}mo").cast(pl.Int64)
            return keys.with_columns(at=instant_of_local(later, zone))
        return keys

    def _paid(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The customer's money as it counts for each line: `line, period, net, value`."""
        zone, world = self.ground.zone, self.ground.world
        paid = paid_of_value(world).with_columns(period=month(pl.col("at"), zone))
        ends = paid.unique(["deal", "period"], keep="last", maintain_order=True)
        told = keys.select("line", "deal").join(ends, on="deal")
        counted = told.select("line", "period", "net", "value")
        return _less(counted, self._uncounted(keys)) if self.lost else counted

    def _uncounted(self, keys: pl.DataFrame) -> pl.DataFrame:
        """What was paid for a line's deal while its payee was away: `line, period, uncounted`."""
        away = (pl.col("at") >= pl.col("left")) & (pl.col("at") < pl.col("back"))
        return (
            payments(self.ground.world)
            .join(keys.select("line", "deal", "left", "back"), on="deal")
            .filter(away)
            .group_by("line", period=month(pl.col("at"), self.ground.zone))
            .agg(pl.col("paid").sum())
            .sort("line", "period")
            .select("line", "period", uncounted=pl.col("paid").cum_sum().over("line"))
        )

    def _multiplied(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Lines times phi = (reached + cash share x min(net, value) / value) / whole.

        Of a deal worth 0 there is nothing left to pay: all of its cash share is reached.
        """
        cash = sum(self._weight(part) for part in self.spread.parts if part.on == "cash")
        value, net = pl.col("value").fill_null(0), pl.col("net").fill_null(0)
        over = pl.max_horizontal(value, pl.lit(1, dtype=pl.Int64)).cast(pl.Int128)
        covered = net.clip(0, value)
        if self.spread.cash == "in-full":
            covered = pl.when(net >= value).then(value).otherwise(0)
        covered = pl.when(value == 0).then(over).otherwise(covered)
        reached = pl.col("reached").fill_null(0).cast(pl.Int128) * over + covered * cash
        told = lines.with_columns(
            _num=reached,
            _den=over * self.whole,
            _sign=pl.col("amount").sign(),
            _size=pl.col("amount").abs(),
            rounding=pl.lit(self.plan.rounding),
        )
        part = rounded_products(told, "_size", "_num", "_den")
        return told.with_columns(amount=pl.col("_sign") * part)

    def _weight(self, part: Instalment) -> int:
        return part.share.numerator * (self.whole // part.share.denominator)


def milestones(world: World) -> pl.DataFrame:
    """The first time each milestone of a deal was reached: `deal, milestone, at`."""
    return (
        world.facts.filter(pl.col("type") == "milestone-reached")
        .unique(["deal", "kind"], keep="first", maintain_order=True)
        .select("deal", milestone="kind", at="effective_at")
    )


def _less(paid: pl.DataFrame, uncounted: pl.DataFrame) -> pl.DataFrame:
    """Money (`line, period, net, value`) less what does not count; payments are in both."""
    told = paid.sort("period").join_asof(
        uncounted.sort("period"),
        on="period",
        by="line",
        strategy="backward",
        check_sortedness=False,
    )
    return told.with_columns(net=pl.col("net") - pl.col("uncounted").fill_null(0)).drop("uncounted")


def _steps(*names: str) -> pl.DataFrame:
    """No steps at all, of sums by these names."""
    dtypes = dict.fromkeys(names, pl.Int128() if names == ("reached",) else pl.Int64())
    return pl.DataFrame(schema={"line": pl.UInt32(), "period": pl.Int64(), **dtypes})
