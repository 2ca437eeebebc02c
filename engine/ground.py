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

from engine.rulebook import Version
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
        """`first_qualifications` with `plan`, the version the finder is paid under."""
        return paid_under(first_qualifications(self.world), self.world, "at")


def layer_credits(world: World) -> pl.DataFrame:
    """Every credit of every layer: CREDITS with `layer, opened_at, currency`."""
    opened = world.layers.select("deal", "split", "layer", "opened_at", "currency")
    return opened.join(world.credits, on=["deal", "split"])


def first_qualifications(world: World) -> pl.DataFrame:
    """The first live qualification of each known lead: `lead, payee, role, opened, fact, at`."""
    return (
        world.facts.filter(pl.col("type") == "lead-qualified")
        .unique("lead", keep="first", maintain_order=True)
        .select("lead", fact="order", at="effective_at")
        .join(world.leads, on="lead")
        .select("lead", "payee", "opened", "fact", "at", role=pl.col("side").fill_null("marketing"))
    )


def paid_under(rows: pl.DataFrame, world: World, at: str) -> pl.DataFrame:
    """Rows with `plan`, the version their `payee` is paid under at the instant in a column.

    Rows of payees without any plan keep a null.
    """
    payees = rows["payee"].drop_nulls().unique().to_list()
    spans = world.rules.version_spans(payees)
    return (
        rows.sort(at)
        .join_asof(
            spans.sort("since"),
            left_on=at,
            right_on="since",
            by="payee",
            strategy="backward",
            check_sortedness=False,
        )
        .drop("since")
    )
