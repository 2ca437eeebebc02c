"""Leaving: what a payee who left is still worth.

Who left is away from then on, until an enrolment brings them back. A plan may take from those who
are away what is dated while they are; the parts of the others stay as they are.
"""

from collections.abc import Callable

import polars as pl

from engine.by_order import beside
from engine.ground import Ground
from engine.world import World

_NEVER = 2**62


Dating = Callable[[pl.Series], pl.DataFrame]
"""The instants that lines of facts are of, by their orders: `fact, at`; some may be left out."""


def stayed(lines: pl.DataFrame, ground: Ground, dating: Dating | None = None) -> pl.DataFrame:
    """Entitlements (ENTITLED) without those that are dated after their payee left, where lost.

    A decrease is lost with its layer. Lines of windows stay: what they are worth follows from the
    days under the plan. `dating` is `dates` unless told otherwise.
    """
    strict = [
        version.plan.name
        for version in ground.versions
        if version.plan.leaving is not None and version.plan.leaving.later_deals == "lost"
    ]
    away = absences(ground.world)
    if not strict or away.is_empty():
        return lines
    opener = pl.coalesce("opener", "fact")
    asked = (
        lines.filter(pl.col("plan").is_in(strict))
        .select("payee", _opener=opener)
        .unique()
        .join(away, on="payee")
    )
    openers = asked["_opener"]
    lost = (
        asked.join(
            dating(openers) if dating else dates(ground.world, openers),
            left_on="_opener",
            right_on="fact",
        )
        .filter(pl.col("at") >= pl.col("left"), pl.col("at") < pl.col("back"))
        .select("payee", "_opener", _lost=pl.lit(value=True))
    )
    told = lines.with_columns(_opener=opener).join(lost, on=["payee", "_opener"], how="left")
    taken = pl.col("plan").is_in(strict) & pl.col("_lost").is_not_null()
    return told.filter(taken.not_()).drop("_opener", "_lost")


def absences(world: World) -> pl.DataFrame:
    """Payees who left: `payee, left, back`, half-open; who never came back is away for ever."""
    people = world.people
    rows = [
        (payee, at, people.returned.get(payee, _NEVER)) for payee, (at, _) in people.left.items()
    ]
    schema = {"payee": pl.String(), "left": pl.Int64(), "back": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def dates(world: World, of: pl.Series | None = None) -> pl.DataFrame:
    """The instant that a line of each fact is of: `fact, at`; `of` names the facts, else all.

    That of a step of a contract is not before its signing. Facts about people are left out.
    """
    asked = world.facts["order"] if of is None else of.unique()
    facts = world.facts.select(fact="order", at="effective_at")
    steps = world.steps.select(fact="order", _at="at")
    told = beside(beside(asked.to_frame("fact"), facts, "fact").drop_nulls("at"), steps, "fact")
    return told.select("fact", at=pl.coalesce("_at", "at"))
