"""Why a line is what it is: from the amount down to facts, source, split, rate and rounding.

The tree is read from the same frames as the amount was, and the arithmetic is done again in
fractions on the way, one file a kind of component in `engine.explanations`; a property test holds
the sums of both together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from engine.explanations import forfeiture, worth
from engine.explanations.asked import Asked, Books, Worth, at_end
from engine.explanations.coefficients import applies
from engine.explanations.holdbacks import held_back
from engine.explanations.passed_over import passed_over_reasons
from engine.explanations.sources import sources, split
from engine.explanations.values import credits_of
from engine.explanations.words import money, month_name
from engine.holdback import holdback
from engine.reasons import Reason, fact_reasons
from engine.repairs import Name
from engine.rulebook import Version
from engine.world import World
from schemas.plans import Award, Commission, Component, Holdback, Points

Row = Mapping[str, Any]


def explained(row: Row, world: World, stated: pl.DataFrame) -> Reason:
    """Why a line (a row of PAYABLE) has its amount, given what was `stated` of its key before.

    The amounts of the reasons below it sum to the line's.
    """
    return Explaining(world).line(row, stated)


@dataclass(frozen=True)
class Explaining:
    """Explanations in one world; what several lines rest on is computed once."""

    world: World
    _books: dict[tuple[str, int], Books] = field(default_factory=dict[tuple[str, int], Books])

    def line(self, row: Row, stated: pl.DataFrame) -> Reason:
        """Why a line (a row of PAYABLE) has its amount: see `explained`."""
        text = (
            f"{row['payee']} {_moved(row['amount'], row['currency'])} in "
            f"{month_name(row['stated_in'])} for {row['component']} on {row['subject']}"
        )
        below = [self._earned(row), *_stated_before(row, stated), *held_back(row, self.world)]
        causes = _names(row["cause"])
        if causes:
            news = fact_reasons(self.world, causes)
            below.append(Reason("What has become known since, and moved it", causes, news))
        because = _names(row["because"])
        below.append(Reason("The facts it rests on", because, fact_reasons(self.world, because)))
        return Reason(text, (), tuple(below), row["amount"])

    def _earned(self, row: Row) -> Reason:
        """What the key of a line is earned now, whatever was stated of it."""
        version = self.world.rules.named.get(row["plan"])
        part = None if version is None else part_of(version, row["component"])
        if version is None or part is None:
            return _no_more(row)
        books = self.books(version, max(row["period"], row["stated_in"]))
        if isinstance(part, Holdback):
            asked = Asked(row, books, version, version.plan.components[0])
        else:
            asked = Asked(row, books, version, part)
        if not _is_earned(asked):
            return _no_more(row, *_passed_over(asked))
        rule = Reason(
            f"The rule: plan {version.plan.name}, in force from {version.plan.effective_from}, "
            f"component {part.id}",
            ((version.source, version.id),),
        )
        ends = [
            forfeiture.worth(asked, part, end) if isinstance(part, Holdback) else worth(asked, end)
            for end in (row["period"], row["period"] - 1)
        ]
        grounds = () if isinstance(part, Holdback) else _grounds(asked)
        return _difference(asked, (rule, *grounds), (ends[0], ends[1]))

    def books(self, version: Version, through: int) -> Books:
        """The books that a version's lines stand in, up to and with a period."""
        key = (version.plan.time_zone, through)
        if key not in self._books:
            self._books[key] = Books.of(self.world, version, through)
        return self._books[key]


def part_of(version: Version, name: str) -> Component | Holdback | None:
    """What a version calls by a name: a component, or what it holds back and leavers forfeit."""
    held = holdback(version)
    if held is not None and held.id == name:
        return held
    return next((part for part in version.plan.components if part.id == name), None)


def _is_earned(asked: Asked) -> bool:
    """Whether the key of a line is earned anything in its period, as now known."""
    period = asked.row["period"]
    return at_end(asked.entitled, period) != at_end(asked.entitled, period - 1)


def _no_more(row: Row, *why: Reason) -> Reason:
    text = f"Earned in {month_name(row['period'])}: nothing any more, as now known"
    return Reason(text, (), why, 0)


def _passed_over(asked: Asked) -> Iterator[Reason]:
    """Why the fact of an award does not count any more, where a policy passes it over."""
    if isinstance(asked.part, Award):
        name = (asked.row["fact_source"], asked.row["fact_id"])
        over = passed_over_reasons(asked.row["deal"], asked.part.on, asked.world)
        yield from (why for why in over if name in why.facts)


def _grounds(asked: Asked) -> Iterator[Reason]:
    """What a line rests on whatever the period: whose deal it is, who is credited, a condition."""
    row = asked.row
    yield from sources(asked)
    if row["source"] is not None and row["role"] is not None:
        members = next((credit.members() for credit in credits_of(asked)), None)
        if members is None:
            members = _members(asked)
        yield split(row["role"], row["source"], members)
    condition = getattr(asked.part, "where", None)
    if condition is not None and row["deal"] is not None:
        yield Reason(f"The condition holds for its signing: {condition}")


def _members(asked: Asked) -> pl.DataFrame:
    """Who is credited on the layer of a line whose component credits nobody itself."""
    return asked.books.layers.members.filter(
        pl.col("layer") == asked.fact,
        pl.col("source") == asked.row["source"],
        pl.col("role") == asked.row["role"],
    ).sort("payee")


def _difference(asked: Asked, above: Sequence[Reason], ends: tuple[Worth, Worth]) -> Reason:
    """What a line was earned in its period: as at the end of it, less as at the end before."""
    (now, was), period = ends, asked.row["period"]
    text = f"Earned in {month_name(period)}: {money(now.amount, asked.currency)} as at its end"
    if was.amount:
        before = money(was.amount, asked.currency)
        text += f", less {before} as at the end of the period before"
    below = [*above, *now.reasons]
    if was.reasons and not _is_plain(asked):
        end = month_name(period - 1)
        told = f"As at the end of {end}: {money(was.amount, asked.currency)}"
        below.append(Reason(told, (), was.reasons))
    return Reason(text, (), tuple(below), now.amount - was.amount)


def _is_plain(asked: Asked) -> bool:
    """Whether the two ends of a period differ in nothing but the value of the layer."""
    part, plan = asked.part, asked.plan
    bounded = getattr(part, "cap", None) is not None or applies(asked)
    waits = any(part.id in each.applies_to for each in plan.instalments)
    simple = isinstance(part, Commission | Points | Award) and plan.decreases == "by-layer"
    return simple and not bounded and not waits


def _stated_before(row: Row, stated: pl.DataFrame) -> list[Reason]:
    key = ["payee", "period", "subject", "fact_source", "fact_id", "component", "plan", "currency"]
    same = stated.filter(
        *(pl.col(name) == row[name] for name in key),
        pl.col("source").eq_missing(pl.lit(row["source"])),
    )
    earlier = same.filter(
        (pl.col("stated_in") < row["stated_in"])
        | ((pl.col("stated_in") == row["stated_in"]) & (pl.col("issue") < row["issue"]))
    )
    return [
        Reason(
            f"Stated before, in {month_name(line['stated_in'])}: "
            f"{money(line['amount'], line['currency'])}; only the difference is paid now",
            amount=-line["amount"],
        )
        for line in earlier.iter_rows(named=True)
    ]


def _moved(minor: int, currency: str) -> str:
    return (
        f"is paid {money(minor, currency)}"
        if minor > 0
        else f"gives back {money(-minor, currency)}"
    )


def _names(structs: Sequence[Mapping[str, str]]) -> tuple[Name, ...]:
    return tuple((name["source"], name["id"]) for name in structs)
