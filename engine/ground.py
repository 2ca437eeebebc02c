"""The ground components stand on: a world, and the plan versions of one zone with whom they pay.

What several components read is found once here: every credit of every layer with the version its
payee is paid under, the qualifications of leads, and when a payee's months begin and end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from engine.conversions import conversions
from engine.rulebook import Rulebook, Version
from engine.world import World
from engine.zones import month
from schemas.frames import CREDITED, checked

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A world as plan versions of one zone see it, up to and with a payout period."""

    world: World
    versions: Sequence[Version]
    through: int

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which all these versions cut their periods."""
        return self.versions[0].plan.zone

    def parts(self, kind: type[_T]) -> Iterator[tuple[Version, _T]]:
        """Every component of a kind, with the version it is of."""
        for version in self.versions:
            for part in version.plan.components:
                if isinstance(part, kind):
                    yield version, part

    @cached_property
    def credited(self) -> pl.DataFrame:
        """Every credit of every layer (CREDITED), `plan` null for payees under none."""
        dated = month(pl.col("opened_at"), self.zone)
        rows = layer_credits(self.world).with_columns(dated=dated)
        return checked(paid_under(rows, self.world, "opened_at"), CREDITED)

    @cached_property
    def qualified(self) -> pl.DataFrame:
        """First qualifications with `plan`, the version the finder is paid under."""
        return paid_under(self.world.qualifications, self.world, "at")

    @cached_property
    def conversions(self) -> pl.DataFrame:
        """Leads that count for gates: those of the whole, where the world is a part of one."""
        of_the_whole = self.world.whole.conversions
        return conversions(self.world) if of_the_whole is None else of_the_whole


def layer_credits(world: World) -> pl.DataFrame:
    """Every credit of every layer: CREDITS with `layer, opened_at, currency`."""
    opened = world.layers.select("deal", "split", "layer", "opened_at", "currency")
    return opened.join(world.credits.drop("deal"), on="split")


def paid_under(rows: pl.DataFrame, world: World, at: str) -> pl.DataFrame:
    """Rows with `plan`, the version their `payee` is paid under at the instant in a column.

    Rows of payees without any plan keep a null.
    """
    rules = world.rules
    by_default = _version_by_default(rules, at)
    if not rules.spans:
        return rows.with_columns(plan=by_default)
    assigned = pl.col("payee").is_in(list(rules.spans))
    return rows.with_columns(plan=_version_assigned(rows, rules, at)).with_columns(
        plan=pl.when(assigned).then("plan").otherwise(by_default)
    )


def _version_by_default(rules: Rulebook, at: str) -> pl.Expr:
    """The version that payees who were never assigned are paid under."""
    versions = rules.versions.get(rules.default_plan or "", ())
    starts = pl.Series([version.starts for version in versions], dtype=pl.Int64)
    names = pl.Series([None, *(version.plan.name for version in versions)], dtype=pl.String)
    place = pl.lit(starts).search_sorted(pl.col(at), side="right")
    return pl.when(pl.col("payee").is_not_null()).then(pl.lit(names).gather(place))


def _version_assigned(rows: pl.DataFrame, rules: Rulebook, at: str) -> pl.Series:
    """The version that payees who were assigned are paid under; null for the others."""
    dated = rows.select("payee", _at=at).with_row_index("_row").sort("_at")
    told = dated.join_asof(
        rules.spans_of_assigned,
        left_on="_at",
        right_on="since",
        by="payee",
        strategy="backward",
        check_sortedness=False,
    )
    return told.sort("_row")["plan"]
