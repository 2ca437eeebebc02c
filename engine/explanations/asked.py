"""What is asked of an explanation: a line, the version and part that pay it, and the books.

The books hold what the kernel computed on the way, stage by stage. An explanation reads inputs
from them (credits, values, what other lines came to) and does the arithmetic again in fractions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from engine.attendance import Attendance, Window
from engine.caps import capped
from engine.components import paid_by_components, paid_by_windows
from engine.exchange import factor
from engine.gates import gated
from engine.ground import Ground
from engine.instalments import released
from engine.leaving import dates, stayed
from engine.reasons import Reason
from engine.repairs import Name
from engine.rulebook import Version
from engine.valued import Valued, valued, worth_of_layers
from engine.world import World
from schemas.frames import ENTITLED, empty
from schemas.plans import Component, Plan

Row = Mapping[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Worth:
    """What a line entitles to as at the end of a period, in minor units, and why."""

    amount: int
    reasons: tuple[Reason, ...] = ()

    def then(self, amount: int, *reasons: Reason) -> "Worth":
        """The same after one more step."""
        return Worth(amount, (*self.reasons, *reasons))


NOTHING = Worth(0)


@dataclass(frozen=True)
class Books:
    """All entitlements under the plan versions of one zone, as they stand after each stage."""

    ground: Ground

    @classmethod
    def of(cls, world: World, version: Version, through: int) -> "Books":
        """The books that a version's lines stand in, up to and with a period."""
        zone = version.plan.time_zone
        alike = [each for each in world.rules.named.values() if each.plan.time_zone == zone]
        return cls(Ground(world=world, versions=alike, through=through))

    @cached_property
    def gated(self) -> pl.DataFrame:
        """Entitlements (ENTITLED) after gates, before caps."""
        told = pl.concat([empty(ENTITLED), *paid_by_components(self.ground)])
        return gated(stayed(told, self.ground), self.ground)

    @cached_property
    def released(self) -> pl.DataFrame:
        """Entitlements (ENTITLED) after caps and instalments: what windows look at."""
        return released(capped(self.gated, self.ground), self.ground)

    @cached_property
    def entitled(self) -> pl.DataFrame:
        """All entitlements (ENTITLED)."""
        return pl.concat([self.released, *paid_by_windows(self.released, self.ground)])

    @cached_property
    def valued(self) -> Sequence[Valued]:
        """Layers, and decreases where they count by themselves, with what they are worth."""
        return list(valued(self.ground))

    @cached_property
    def layers(self) -> Valued:
        """All layers, each with what it is worth as at the ends of periods."""
        credited = self.ground.credited
        return Valued(credited=credited, members=credited, values=worth_of_layers(self.ground))

    @cached_property
    def dates(self) -> Mapping[int, int]:
        """The instant that a line of each fact is of."""
        return dict(dates(self.ground.world).select("fact", "at").iter_rows())

    def named(self, order: int) -> Name:
        """The (source, id) of a fact by its order."""
        source, id_ = self.ground.world.names.select("source", "id").row(order)
        return source, id_


@dataclass(frozen=True)
class Asked:
    """A line (a row of LINES) with what pays it: a version of a plan, and a part of that.

    Of a line that is bounded apart before it is one, `part` is the component whose bounds hold,
    `rule` its id where that is not the line's own, and `opener` the layer that was shrunk.
    """

    row: Row
    books: Books
    version: Version
    part: Component
    rule: str | None = None
    opener: int | None = None

    @property
    def ground(self) -> Ground:
        """The ground its component stands on."""
        return self.books.ground

    @property
    def world(self) -> World:
        """Everything as known."""
        return self.books.ground.world

    @property
    def plan(self) -> Plan:
        """The plan in the version that pays."""
        return self.version.plan

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its days and months."""
        return self.version.plan.zone

    @property
    def payee(self) -> str:
        """Whose line it is."""
        return str(self.row["payee"])

    @property
    def currency(self) -> str:
        """What it is paid in."""
        return self.version.plan.currency

    @cached_property
    def fact(self) -> int:
        """The order of the line's fact, below zero when it is not known any more."""
        names = self.world.names.filter(
            pl.col("source") == self.row["fact_source"], pl.col("id") == self.row["fact_id"]
        )
        return -1 if names.is_empty() else int(names["order"][0])

    @property
    def own(self) -> pl.Expr:
        """Which entitlements are those of the line's key."""
        names = ("payee", "subject", "component", "plan", "currency")
        same = (pl.col(name) == self.row[name] for name in names)
        source = pl.col("source").eq_missing(pl.lit(self.row["source"], dtype=pl.String))
        return pl.all_horizontal(*same, source, pl.col("fact") == self.fact)

    @cached_property
    def entitled(self) -> pl.DataFrame:
        """The entitlements of the key, one row a period in which they changed."""
        return self.books.entitled.filter(self.own).sort("period")

    @cached_property
    def dated(self) -> int:
        """The payout period of the date whose terms hold."""
        told = self.row.get("dated")
        return int(self.entitled["dated"][0] if told is None else told)

    @cached_property
    def attendance(self) -> Attendance:
        """When payees take part under the version."""
        return Attendance(self.ground, self.version)

    def window(self, kind: str) -> Window:
        """The window of a kind in which the line is dated."""
        return self.attendance.window(kind, self.plan.window_of(self.dated, kind))

    def alike(self, kind: type[_T]) -> Iterator[tuple[Version, _T]]:
        """The parts of the same name and kind in all versions of the plan that pay alike."""
        for version, part in self.ground.parts(kind):
            told = version.plan
            same = (told.plan, told.currency) == (self.plan.plan, self.plan.currency)
            if same and getattr(part, "id", None) == self.part.id:
                yield version, part

    @property
    def at(self) -> int | None:
        """The instant it is of, that of the layer for a decrease; None for a window."""
        return self.books.dates.get(self.fact if self.opener is None else self.opener)

    def exchange(self, currency: str, at: int) -> Fraction | None:
        """Minor units of the plan's currency for one of another at an instant."""
        return factor(self.world.rules, self.plan, currency, at)


def at_end(rows: pl.DataFrame, period: int) -> int:
    """The amount that rows (`period, amount`, of one key) tell as at the end of a period."""
    told = rows.filter(pl.col("period") <= period).sort("period")
    return 0 if told.is_empty() else int(told["amount"][-1])
